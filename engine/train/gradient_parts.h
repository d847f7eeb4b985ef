/* A batch is cut into parts whose gradients are added in order, whoever computes them: the workers
 * of one process, and the ranks of a cluster, each its cluster_share of the parts.
 * Owner: the caller. Thread: the caller's. */
#ifndef SECATEUR_ENGINE_TRAIN_GRADIENT_PARTS_H
#define SECATEUR_ENGINE_TRAIN_GRADIENT_PARTS_H

#include "engine/base/error.h"

#include <stddef.h>

struct gradient_parts {
    int n, images;           /* parts, and images of the batch that they cut (backward_cut) */
    float *const *gradients; /* [n] arrays laid out like the network */
    size_t from, to;         /* what is summed; `from` is the start of a weight: what lies before
                                the first one differs from process to process */
    void *reports;           /* [n] of report_size bytes: what else a part gave */
    size_t report_size;
};

/* With several ranks: sums in gradients[from, to) of the first part that has images, and all
 * reports. One rank alone: true. False with err where ranks fail (err may be NULL: then the next
 * exchange says so). */
bool gradient_parts_join(const struct gradient_parts *parts, struct error *err);
int gradient_parts_first(const struct gradient_parts *parts); /* the first that has images */

#endif
