/* The work that a command began and that session_step goes on with, a unit at a time. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_WORK_H
#define SECATEUR_ENGINE_SESSION_MACHINE_WORK_H

#include "engine/base/error.h"

struct session;

struct work {
    const char *name; /* "a repair": what is under way while there is a unit */
    bool (*unit)(struct session *session, struct error *err);   /* done next, NULL: none */
    bool (*before)(struct session *session, struct error *err); /* a surrogate waits for it */
    int goal, at; /* of rounds: where to stop; of an examination or test: where it is */
    bool (*reached)(const struct session *session); /* ends rounds early; NULL: nothing */
    unsigned stop;                                  /* sets that say where rounds end */
    double value, started;                          /* what `reached` compares with; a time */
    int first;                                      /* round at which it started */
    bool steps; /* rounds are steps: more of them add to the goal */
};

#endif
