/* Which repairs the evidence suggests, and which of those that were tried is kept. A part of the
 * clean images is held out: repairs do not learn from it, and it decides. Poisoned and test images
 * are never seen.
 * Thread: one caller at a time; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_REPAIRS_CHOICE_H
#define SECATEUR_ENGINE_DEFENCE_REPAIRS_CHOICE_H

#include "engine/defence/repairs/measure.h"

enum { CHOICE_TRIES = 4, CHOICE_TEXT = 400 };

/* One repair to try. */
struct choice_try {
    const struct repair *repair;
    int n_suspects;
    int suspects[REPAIR_TARGETS]; /* the clearest first */
};

struct choice_plan {
    int n;
    struct choice_try tries[CHOICE_TRIES]; /* in the order in which they are tried */
    char why[CHOICE_TEXT];                 /* one or two sentences */
};

/* suspects[n]: classes that stand out, the clearest first; n 0: none does. With a suspect, what
 * unlearns it; without one, what needs none. */
void choice_plan(const int *suspects, int n, struct choice_plan *plan);

struct choice_row {
    struct choice_try attempt;
    int rounds; /* that it took */
    bool diverged;
    struct measure measure; /* where it did not diverge */
};

struct choice_result {
    int n_learnt, n_held;   /* images that repairs learnt from, that were held out */
    struct measure before;  /* the net as it came */
    struct measure trivial; /* it, never answering the suspected classes: the row to beat */
    int n;
    struct choice_row rows[CHOICE_TRIES];
    int kept;              /* index into rows; -1: the net as it came */
    char why[CHOICE_TEXT]; /* one or two sentences */
};

struct choice_job {
    /* images: all clean ones. progress and round as for one repair. network becomes the net that
     * is kept; it is as it came whenever `begin` is called. Suspects are taken from the plan. */
    struct repair_job repair;
    const struct choice_plan *plan;
    /* Before a repair begins, on the caller's thread, with repair.context. May be NULL. */
    void (*begin)(void *context, int index, const struct choice_try *attempt);
};

/* False with ERROR_CANCELLED when repair.progress says so, with ERROR_INPUT when there are too few
 * clean images to hold any out; the network is then as it came. */
bool choice_run(const struct choice_job *job, struct choice_result *result, struct error *err);

#endif
