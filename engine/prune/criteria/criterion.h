/* The contract of a criterion: a score for every channel of a site, by which channels are ordered.
 * A new one is a file criterion_NAME.c and its name in the list of meson.build.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_PRUNE_CRITERIA_CRITERION_H
#define SECATEUR_ENGINE_PRUNE_CRITERIA_CRITERION_H

#include "engine/base/error.h"
#include "engine/nn/graph/network.h"
#include "engine/prune/ranking/activations.h"
#include "engine/prune/sites/prune_site.h"

#include <stdint.h>

/* The images that a criterion reads: its badge. A mixture has poisoned images in it, but nobody
 * says which. */
enum criterion_data { CRITERION_DATA_FREE, CRITERION_CLEAN, CRITERION_MIXTURE, CRITERION_ORACLE };

/* What a criterion reads beside the weights and the statistics of the first pass. It takes a pass
 * of its own, so it is measured where a criterion that declares it is used, and once. */
enum criterion_evidence {
    EVIDENCE_NONE,
    EVIDENCE_TAYLOR,        /* train/saliency.h */
    EVIDENCE_ENTROPY,       /* prune/scan/entropy.h */
    EVIDENCE_ANP,           /* train/channel_masks.h */
    EVIDENCE_RNP,           /* the same */
    EVIDENCE_GREEDY_CLEAN,  /* prune/scan/greedy.h */
    EVIDENCE_GREEDY_ATTACK, /* the same */
    N_EVIDENCE
};

struct criterion_input {
    const struct network *network; /* unpruned */
    const struct prune_site *site;
    const struct channel_sums *clean;    /* [n_channels] */
    const struct channel_sums *poisoned; /* [n_channels], NULL: no poisoned images */
    int target;                          /* target class, -1: unknown or several */
    uint64_t seed;                       /* of chance */
    const double *evidence[N_EVIDENCE];  /* [n_channels] each, NULL: not measured */
};

/* How many channels the published method prunes: those whose score is further than `threshold`
 * standard deviations (n - 1) from the mean of the site, at the end that goes first; or those whose
 * score is at most `threshold`. */
enum criterion_rule { RULE_NONE, RULE_OUTLIERS, RULE_AT_MOST };

/* What is done to the scores of each layer before they are ordered across layers. */
enum criterion_scaling {
    SCALING_L2,       /* divided by their L2 norm over the layer's channels (Molchanov et al.) */
    SCALING_STANDARD, /* less their mean, divided by their standard deviation (n - 1) */
    SCALING_NONE,     /* as they are: one scale for all layers, as of masks from 0 to 1 */
    SCALING_REFUSED   /* they mean something within a layer alone */
};

struct criterion {
    const char *name;   /* as users type it: "mean-activation" */
    const char *help;   /* a line */
    const char *source; /* paper or code */
    enum criterion_data data;
    bool needs_target; /* reads the target; if that was found, so were the images it was found in */
    bool examined;     /* quick: an examination of layers tries it */
    bool descending;   /* its order: the largest score is pruned first */
    enum criterion_evidence evidence;
    enum criterion_scaling scaling; /* of an order across layers */
    enum criterion_rule rule;
    double threshold; /* of the rule, as published */
    /* Quick; false with err where it is not defined, beside what criteria_defined asks. NULL: it is
     * defined wherever that is. */
    bool (*defined)(const struct criterion_input *input, struct error *err);
    /* Fills scores[n_channels], where it is defined. NULL: the evidence is the score. */
    void (*score)(const struct criterion_input *input, double *scores);
};

#endif
