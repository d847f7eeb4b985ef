/* Rounds, what is kept at thresholds, and the branches they are in. Parts of a snapshot: immutable.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_API_ROUND_H
#define SECATEUR_ENGINE_API_ROUND_H

#include "engine/api/images.h"
#include "engine/api/knowledge.h"
#include "engine/api/progress.h"
#include "engine/api/repairing.h"
#include "engine/measures/worth.h"

#include <stdint.h>

/* One finished round: the net after its channel was pruned, or after a repair tuned it. Counts are
 * out of n of the set. */
struct round {
    int channel;                    /* -1: none, as in round 0 and in repair rounds */
    bool by_hand;                   /* not what the order said */
    int clean_correct, attack_hits; /* attack_hits out of of.attack of the snapshot */
    int own_correct;                /* clean images of the target class; -1: there is not one */
    int robust_correct;             /* poisoned images read as their true class; -1: not known */
    int held_out_correct;           /* clean images held out; -1: its net learnt from them */
    int broken, recovered;          /* clean images: right to wrong, wrong to right in this round */
    int rescued_right;              /* of rescued: now read as their true class; -1: not known */
    int rescued, reinfected; /* poisoned images: hit to missed, missed to hit in this round */
    int touched;             /* images that had to be evaluated again */
    int finished;            /* of those: computed up to the last layer */
    double seconds;
    struct repair_result repair;
    const uint16_t *predicted[N_SETS]; /* [n of the set] arg-max of every image */
    /* What this round was chosen with, and all that led to its net: the rounds before it, what was
     * pruned before them, and the net as it came. Both never change. */
    struct knowledge own, known;
};

struct threshold {
    double points;                             /* percentage points of clean accuracy lost */
    int round;                                 /* first known round at or beyond it, -1: none yet */
    int test_clean_correct, test_attack_hits;  /* -1: not evaluated on the test sets */
    int test_own_correct, test_robust_correct; /* -1: not evaluated, or not known */
    char saved[SNAPSHOT_TEXT];                 /* file of B', "" when not saved */
    struct knowledge known;                    /* what B' was chosen with */
};

/* What pruning one more channel would give, on the whole sets, at the position it was asked at. */
struct what_if {
    int clean_correct, attack_hits; /* clean_correct -1: not asked */
    int broken, recovered, rescued, reinfected;
};

/* A way of pruning beside others: a site, an order, rounds. */
struct branch_line {
    int site, n_base;      /* n_base: channels pruned elsewhere before its round 0 */
    const char *criterion; /* what goes next */
    bool descending;
    int n_rounds, position;
    const struct round *const *rounds; /* [n_rounds] */
    int parent, fork_round;            /* its rounds 0..fork_round are those of branch `parent`,
                                          -1: it forked from none */
    const char *order_file;            /* NULL unless what goes next comes from a file */
    struct knowledge known;            /* what the net at the position was chosen with */
    struct branch_repair repair;
};

/* Counts of a round, and those of a threshold on the test sets (clean -1: not tested). */
static inline struct outcome round_outcome(const struct round *r)
{
    return (struct outcome){r->clean_correct, r->attack_hits, r->own_correct, r->robust_correct};
}

static inline struct outcome threshold_outcome(const struct threshold *t)
{
    return (struct outcome){
        t->test_clean_correct, t->test_attack_hits, t->test_own_correct, t->test_robust_correct};
}

#endif
