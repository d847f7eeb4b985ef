/* A stage (delta.h) that reads only the site, through windows, recomputed where it changes: from
 * the site's values of an image before and after one more channel is pruned. Sums run over the same
 * values in the same order as in sparse.h, with the same instructions: the same bits come out, and
 * nothing of the stage has to be kept.
 * Thread: any; each call works alone. */
#ifndef SECATEUR_ENGINE_NN_INCREMENTAL_RECOMPUTE_H
#define SECATEUR_ENGINE_NN_INCREMENTAL_RECOMPUTE_H

#include "engine/nn/incremental/delta_update.h"
#include "engine/nn/incremental/site_values.h"

/* The values that are not pruned, before and after a channel is pruned as well. */
struct delta_site {
    uint32_t n, *places;       /* [n] within their row; all arrays have room for one vector more */
    float *before, *now;       /* [n] now: 0 in the channel */
    uint32_t *starts;          /* [pixels + 1] where a pixel begins in these */
    struct delta_list removed; /* the pruned channel, as changes of the tensor */
    uint64_t *marks;           /* for the kernel: [values / 16 + 1] */
};

/* Out: how the values change. */
struct delta_recomputation {
    const struct delta_stage *stage;
    const struct delta_site *site;
    bool *touched; /* [positions] that read a change; cleared again */
    bool fresh;    /* all positions, whose values were all 0 before */
    struct delta_result result;
};

struct recompute_kernels {
    /* pruned: a bit for each channel, room for at least 512. */
    void (*filter_pruned)(struct delta_site *site, const struct site_values *from,
        const uint32_t *pruned, uint32_t channel);
    void (*recompute)(struct delta_recomputation *recomputation);
};

#endif
