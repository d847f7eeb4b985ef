/* Repairs, as a snapshot shows them: which there are, the round under way, and how rounds went.
 * Parts of a snapshot: immutable. Thread: any. */
#ifndef SECATEUR_ENGINE_API_REPAIRING_H
#define SECATEUR_ENGINE_API_REPAIRING_H

#include <stdbool.h>
#include <stdint.h>

enum { REPAIRING_MORE = 7, REPAIRING_CHOSEN = 640, REPAIRING_FEW = 160 };

/* A repair that COMMAND_REPAIR knows. */
struct repair_line {
    const char *name, *help, *source;
    bool needs_target; /* a suspected class */
    int rounds;        /* that it takes by itself */
};

/* How a repair round went, as the repair reports it. */
struct repair_result {
    const char *name; /* of the repair; NULL: a round that prunes, or round 0 */
    int target;       /* class that was suspected, -1: none */
    double loss;      /* mean over the round */
    double mask;      /* pixels of the trigger that was inverted, -1: none was */
    double hits;      /* share of images that it turned before the round, 0..1 */
};

/* What a branch has to do with repairs. */
struct branch_repair {
    const char *name;                 /* its rounds are those of this repair; NULL: they prune */
    int target;                       /* class that is suspected, -1: none */
    int n_more, more[REPAIRING_MORE]; /* further ones; most often 0 */
    int rounds;                       /* how many the repair takes */
    bool all;                         /* it learns from held-out images too: they chose it before */
    bool tuned;                       /* round 0 is a net that an earlier repair tuned */
};

/* The repair round under way, and what repairs have in common. */
struct repairing {
    const char *name;  /* of the repair; NULL: none is under way */
    int target;        /* class that is suspected, -1: none */
    int round, rounds; /* the one under way, from 1; of how many */
    int step, steps;   /* of the round */
    const char *doing; /* "inverting a trigger", "tuning" */
    double loss;       /* of the step; NAN: it has none */

    char few[REPAIRING_FEW]; /* what is too few of the clean images, in a sentence; "": nothing */
    const bool *held_out;    /* [n clean] no repair learns from it */
    const uint16_t *second;  /* [n clean] next best class of the net as it came */
    int n_repairs;
    const struct repair_line *repairs; /* [n_repairs] all that there are */
    char chosen[REPAIRING_CHOSEN];     /* what held-out images chose last, and why, in one or two
                                          sentences; "": nothing was chosen by them */
    int against;                       /* the class that was suspected then, -1: none */
    int chosen_branch;                 /* of the try that they chose, -1: none */
};

#endif
