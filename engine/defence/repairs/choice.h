/* Which repairs the evidence suggests, and which of those that were tried is kept. A part of the
 * clean images is held out: repairs do not learn from it, and it decides. Poisoned and test images
 * are never seen. Thread: any. */
#ifndef SECATEUR_ENGINE_DEFENCE_REPAIRS_CHOICE_H
#define SECATEUR_ENGINE_DEFENCE_REPAIRS_CHOICE_H

#include "engine/defence/repairs/measure.h"

enum { CHOICE_TRIES = 4, CHOICE_TEXT = 480, CHOICE_AGAIN = 160 };

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

/* suspects[n]: classes that stand out, the clearest first; n 0: none does. to_all: one perturbation
 * leads every class to another. With a suspect, what unlearns it; without one, what needs none. */
void choice_plan(const int *suspects, int n, bool to_all, struct choice_plan *plan);

/* What became of a try. */
struct choice_row {
    bool diverged;
    struct measure measure; /* where it did not diverge */
};

struct choice_result {
    struct measure before;  /* the net as it came */
    struct measure trivial; /* it, never answering the suspected classes: the row to beat; without
                               a suspect zeros */
    int n;
    struct choice_row rows[CHOICE_TRIES]; /* [n] of the plan's first tries */
    int kept;                             /* index into rows; -1: the net as it came */
    char why[CHOICE_TEXT];                /* one or two sentences */
};

/* The rows so far decide: fills kept and why. True: the one that is kept is good enough to look no
 * further. */
bool choice_decide(const struct choice_plan *plan, struct choice_result *result);

/* The repair that was kept, learnt once more from the net as it came and from all images. */
struct choice_again {
    bool diverged;
    int n;                  /* images that it learnt from */
    struct measure measure; /* where it did not diverge; its held-out images were learnt from */
};

/* These images cannot tell how good it is, but where it is worse on them than the one that did not
 * learn from them, it is no better on others. True: it stands. said: one sentence. */
bool choice_again(
    const struct choice_result *result, const struct choice_again *again, char said[CHOICE_AGAIN]);

#endif
