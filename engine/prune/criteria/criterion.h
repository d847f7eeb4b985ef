/* The contract of a criterion: a score for every channel of a site, by which channels are ordered.
 * A new one is a file criterion_NAME.c and its name in the list of meson.build.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_PRUNE_CRITERIA_CRITERION_H
#define SECATEUR_ENGINE_PRUNE_CRITERIA_CRITERION_H

#include "engine/base/error.h"
#include "engine/nn/graph/network.h"
#include "engine/prune/ranking/activations.h"
#include "engine/prune/sites/prune_site.h"

/* The images that a criterion reads: its badge. */
enum criterion_data { CRITERION_DATA_FREE, CRITERION_CLEAN, CRITERION_ORACLE };

struct criterion_input {
    const struct network *network; /* unpruned */
    const struct prune_site *site;
    const struct channel_sums *clean;    /* [n_channels] */
    const struct channel_sums *poisoned; /* [n_channels], NULL: no poisoned images */
    int target;                          /* target class, -1: unknown or several */
};

struct criterion {
    const char *name;   /* as users type it: "mean-activation" */
    const char *help;   /* a line */
    const char *source; /* paper or code */
    enum criterion_data data;
    bool needs_target; /* reads the target; if that was found, so were the images it was found in */
    bool descending;   /* its order: the largest score is pruned first */
    /* Fills scores[n_channels]; false with err where it is not defined. */
    bool (*score)(const struct criterion_input *input, double *scores, struct error *err);
};

#endif
