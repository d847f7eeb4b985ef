/* A session driven step by step with a watch in hand.
 * Owner: the caller. Thread: one (the workers are inside). */
#ifndef SECATEUR_TESTS_BENCH_TRIP_H
#define SECATEUR_TESTS_BENCH_TRIP_H

#include "engine/session/driver/session.h"

enum stage { STAGE_READING, STAGE_SCALE, STAGE_FIRST_PASS, N_STAGES };

struct trip {
    struct session *session;
    double open, stages[N_STAGES]; /* seconds; open is more than their sum by little */
    enum stage stage;
    double last; /* when the watch was looked at */
    atomic_bool stop;
    struct error err;
};

bool trip_open(struct trip *trip, const struct options *options);
void trip_close(struct trip *trip);
/* A command and all the work it asks for; seconds, negative on failure (trip->err). */
double trip_command(struct trip *trip, enum command_kind kind, int number);
/* Starts a command, asks it to stop after some seconds, and tells how long that took; negative
 * when it was done before. */
double trip_interrupt(struct trip *trip, enum command_kind kind, int number, double after);

#endif
