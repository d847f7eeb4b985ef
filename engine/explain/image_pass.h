/* Chosen images through a network in tiles of a fixed size, on the workers: what an image gets does
 * not depend on how many there are. Owner: the caller's stack. Thread: one caller; load and visit
 * run on the workers. */
#ifndef SECATEUR_ENGINE_EXPLAIN_IMAGE_PASS_H
#define SECATEUR_ENGINE_EXPLAIN_IMAGE_PASS_H

#include "engine/base/error.h"
#include "engine/base/thread_pool.h"
#include "engine/nn/forward/reference_pass.h"

#include <stdatomic.h>

enum { IMAGE_PASS_TILE = 16 };

struct image_pass {
    const struct network *network;
    struct thread_pool *pool;
    const atomic_bool *stop; /* tested between groups of tiles; NULL: nothing stops it */
    int n;                   /* images */
    int layer;               /* the last one that is computed */
    /* Writes image `index` as the network sees it, [input shape]. */
    void (*load)(void *context, int index, float *image);
    /* values: of the layer, [layer shape]; of the output layer they are logits. */
    void (*visit)(void *context, int index, const float *values);
    void *context;
};

/* False with ERROR_CANCELLED when stopped. */
bool image_pass_run(const struct image_pass *pass, struct error *err);

#endif
