/* The unpruned net and the first nets beyond each threshold, with what they count on validation and
 * test images: for bars and tables. Owner: the caller's stack. Thread: any. */
#ifndef SECATEUR_VIEWS_KEPT_H
#define SECATEUR_VIEWS_KEPT_H

#include "engine/detection.h"

enum { KEPT_MAX = 17 };

struct kept_net {
    double points;             /* 0: the unpruned one, which comes first */
    int round;                 /* -1: never reached */
    int pruned;                /* channels, with those elsewhere that round 0 is on top of */
    int count[N_DATA][N_SETS]; /* right, hits; -1: not counted */
};

struct kept {
    int n;
    bool tested;
    int images[N_DATA][N_SETS]; /* 0: none, or not asked */
    struct kept_net net[KEPT_MAX];
};

void kept_take(struct kept *kept, const struct snapshot *snapshot);

#endif
