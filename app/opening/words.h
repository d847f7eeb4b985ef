/* A typed line into words, and a word into a line: as a shell does, but nothing is expanded except
 * a "~/" in front. Thread: any. */
#ifndef SECATEUR_APP_OPENING_WORDS_H
#define SECATEUR_APP_OPENING_WORDS_H

#include "engine/base/error.h"

/* Words are apart by blanks; '…' and "…" hold blanks, a backslash the character behind it.
 * Returns a list of *n malloc'd words (words_free); NULL with err: a quote is open. */
char **words_split(const char *line, int *n, struct error *err);
void words_free(char **words, int n);
/* All of a text as one word where it begins with a quote, else as it is, blanks included; "~/" is
 * the home folder. malloc'd; NULL with err. */
char *words_file(const char *text, struct error *err);
/* A file's name so that words_split gives it back; malloc'd. */
char *words_quoted(const char *file);

#endif
