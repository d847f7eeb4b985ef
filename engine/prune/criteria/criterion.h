/* The contract of a criterion: a score for every channel of a site, by which channels are pruned.
 * A new one is a file criterion_<name>.c and a line in criteria.c. */
#ifndef SECATEUR_ENGINE_PRUNE_CRITERIA_CRITERION_H
#define SECATEUR_ENGINE_PRUNE_CRITERIA_CRITERION_H

#include "engine/base/error.h"
#include "engine/nn/graph/network.h"
#include "engine/prune/ranking/activations.h"
#include "engine/prune/sites/prune_site.h"

/* What a criterion had to look at. */
enum criterion_data { CRITERION_DATA_FREE, CRITERION_CLEAN, CRITERION_ORACLE };

struct criterion_input {
    const struct network *network; /* unpruned */
    const struct prune_site *site;
    const struct channel_sums *clean;    /* [n_channels] */
    const struct channel_sums *poisoned; /* [n_channels], NULL: no poisoned images */
    int target;                          /* attacked class, -1: unknown or several */
};

struct criterion {
    const char *name, *help;
    const char *source; /* paper or code */
    enum criterion_data data;
    bool needs_target; /* where there is one it counts: who gave it, decides what was read */
    bool descending;   /* its natural order: largest score pruned first */
    /* Fills scores[n_channels]; false with err where it is not defined. */
    bool (*score)(const struct criterion_input *input, double *scores, struct error *err);
};

/* NULL with err, which says what was meant: unknown. */
const struct criterion *criteria_find(const char *name, struct error *err);
const struct criterion *criteria_at(int index); /* NULL behind the last */

#endif
