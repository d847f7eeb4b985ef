/* A repair under way, a step at a time: between two steps its owner may do anything, let it wait or
 * end it. What it does to the net depends on its start alone, not on how it was driven.
 * Owner: the caller. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_STATE_REPAIR_RUN_H
#define SECATEUR_ENGINE_SESSION_STATE_REPAIR_RUN_H

#include "engine/defence/repairs/repair.h"

struct repair_run;

struct repair_start {
    const struct repair *repair;
    const struct network *network; /* to begin from; copied */
    struct thread_pool *pool;
    float low, high;
    struct repair_images images; /* borrowed */
    int n_targets, targets[REPAIR_TARGETS];
    int rounds;
    uint64_t seed;
};

enum repair_turn {
    REPAIR_STEPPED, /* a step within a round: repair_run_progress */
    REPAIR_ROUNDED, /* a round is done: repair_run_report */
    REPAIR_ENDED,   /* all rounds are done */
    REPAIR_FAILED,  /* with err; the net is of no use */
};

/* NULL with err: there is no thread for it. */
struct repair_run *repair_run_create(const struct repair_start *start, struct error *err);
void repair_run_destroy(struct repair_run *run); /* accepts NULL */
enum repair_turn repair_run_next(struct repair_run *run, struct error *err);

/* Borrowed until the next turn. */
const struct repair_progress *repair_run_progress(const struct repair_run *run);
const struct repair_report *repair_run_report(const struct repair_run *run);
/* The net as it stands; the owner may change it between turns. */
struct network *repair_run_network(struct repair_run *run);

#endif
