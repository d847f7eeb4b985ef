/* The command line's flags: one table that parses them and that writes their help.
 * Thread: the UI's. */
#ifndef SECATEUR_APP_OPTIONS_OPTIONS_H
#define SECATEUR_APP_OPTIONS_OPTIONS_H

#include "app/options/verb.h"
#include "engine/base/error.h"

#define OPTIONS_NET "net and images"
#define OPTIONS_PRUNING "pruning"

struct flag {
    const char *name;     /* "model", typed as --model */
    char letter;          /* typed as -m; 0: none */
    const char *argument; /* "FILE"; "[=FILE]": may be left out; NULL: a switch */
    const char *help, *group;
    unsigned serves; /* capabilities, see verb.h; EVERY_VERB: none is needed */
    bool (*set)(void *field, const char *value, struct error *err);
    size_t field; /* offset in struct arguments */
};

const struct flag *options_at(int index); /* NULL behind the last */

bool options_suit(const struct flag *flag, const struct verb *verb);

/* Fills arguments from their defaults. verbs ends with NULL; its first is meant where no verb is
 * named. False with a usage error that suggests the nearest known word. */
bool options_parse(struct arguments *arguments, const struct verb *const *verbs, int argc,
    char *const *argv, struct error *err);

/* Do the files go together? Asked again where they come from elsewhere than the command line. */
bool options_check(const struct options *options, struct error *err);

int options_index(const char *name); /* -1: there is no such flag */
/* Sets a field as the flag would; the value is copied for good. */
bool options_set(struct arguments *arguments, int index, const char *value, struct error *err);
void options_unset(struct arguments *arguments, int index); /* of text: as if it was not said */
bool options_is_of_session(const struct flag *flag);        /* decides what is pruned, and how */
bool options_is_file(const struct flag *flag, const char *value);

/* Are there test sets: the demo's own, or named ones? */
bool options_have_tests(const struct options *options);

#endif
