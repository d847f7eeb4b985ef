/* What inputs cost, and what became of them; shared by the process that reads and the one that
 * watches it. Thread: one in each. */
#ifndef SECATEUR_TESTS_FUZZ_WATCH_H
#define SECATEUR_TESTS_FUZZ_WATCH_H

#include <stdbool.h>

struct watch {
    long current; /* number of the input in hand */
    long read, refused, sandboxed;
    long crashes, contained;   /* contained: within a library, in a reader that held it */
    long slow, large;          /* over what is asserted */
    double seconds, megabytes; /* at begin: processor, memory resident */
    double slowest, largest;   /* of processor, of memory that an input took */
    long slowest_at, largest_at;
    long seconds_over, megabytes_over; /* over 1 s, 300 MB */
    double all;                        /* processor, of all inputs */
};

/* Around an input. One that never ends is ended, as a crash. */
void watch_begin(struct watch *watch);
void watch_end(struct watch *watch);
void watch_print(const struct watch *watch, long runs);
bool watch_good(const struct watch *watch);

#endif
