/* A command line as it is typed, parsed. Include test.h first. */
#ifndef SECATEUR_TESTS_UNIT_APP_PARSE_H
#define SECATEUR_TESTS_UNIT_APP_PARSE_H

#include "app/options/options.h"
#include "app/verbs/verbs.h"

#include <stdio.h>
#include <string.h>

static inline bool parse(struct arguments *arguments, const char *line, struct error *err)
{
    static char copy[512];
    char *words[32] = {"secateur"};
    int n = 1;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word = strtok(copy, " "); word && n < 31; word = strtok(NULL, " "))
        words[n++] = word;
    return options_parse(arguments, verbs, n, words, err);
}

#endif
