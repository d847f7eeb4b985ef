/* A toy verb: prints a word. */
#include "app/options/verb.h"

#include <stdio.h>

static bool run_verb(const struct arguments *arguments, struct error *err)
{
    (void)arguments, (void)err;
    return puts("toy verb") >= 0;
}

const struct verb verb_toy = {
    .name = "toy",
    .help = "toy verb: a word",
    .about = "Prints a word.",
    .examples = {{"secateur toy", "a word"}},
    .run = run_verb,
};
