/* What a reader that a file has taken over may try. Each act returns 0, or -1 with errno, as system
 * calls do; most never return. */
#ifndef SECATEUR_TESTS_UNIT_IO_HOSTILE_ACTS_H
#define SECATEUR_TESTS_UNIT_IO_HOSTILE_ACTS_H

#include <stdbool.h>
#include <sys/types.h>

struct hostile_act {
    const char *name;
    long (*run)(pid_t parent);
    bool always; /* refused also where system calls are not filtered */
};

extern const struct hostile_act hostile_acts[];
extern const int n_hostile_acts;

/* A file that an act tries to make, and one that it tries to write to. */
#define HOSTILE_FILE "/tmp/secateur_hostile_act"

#endif
