/* Images as points: what the last layer with weights reads of each, seen along the two directions
 * in which the unpruned net tells clean and poisoned images apart most (principal components). What
 * one COMMAND_SCATTER found. Counted and immutable, part of a snapshot. Thread: any. */
#ifndef SECATEUR_ENGINE_API_SCATTER_H
#define SECATEUR_ENGINE_API_SCATTER_H

#include "engine/api/images.h"

enum { SCATTER_IMAGES = 1000 }; /* of each set, evenly chosen where it has more */

struct scatter_point {
    float x, y;
    enum image_set set;
    int image; /* its number in the set */
};

struct scatter {
    int branch, round; /* the net whose features they are */
    const char *layer; /* the one that holds them */
    int n_features;
    double share[2]; /* of the variance of the unpruned net's features, along x and y */
    int n;
    const struct scatter_point *points; /* [n] clean ones first */
    float least[2], most[2];            /* of the points in the unpruned net and in this one */
};

#endif
