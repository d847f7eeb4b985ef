/* What `set` sets: how things are looked at, at any time, and the flags that a configuration file
 * may give. A new one of the first kind is a line in preferences.c. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_PREFERENCES_H
#define SECATEUR_APP_COMMANDS_PREFERENCES_H

#include "app/options/options.h"

#include <stdio.h>

struct ui;

struct preference {
    const char *name;
    const char *words; /* its values: "auto full drop" */
    const char *help;
    size_t field; /* in struct ui */
    bool yes;     /* of type bool, else an enum */
};

const struct preference *preferences_at(int index); /* NULL behind the last */
const struct preference *preferences_find(const char *name);
/* The word for the present value. */
void preferences_value(
    const struct preference *preference, const struct ui *ui, char *text, size_t size);
/* False with err where there is no such value. */
bool preferences_set(
    const struct preference *preference, struct ui *ui, const char *value, struct error *err);

/* May a configuration say this flag? */
bool preferences_takes(const struct flag *flag);

#endif
