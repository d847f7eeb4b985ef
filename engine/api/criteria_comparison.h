/* Criteria side by side: the order that each gives, pruned to its end, as one COMMAND_COMPARE or
 * several found it. Counted and immutable, part of a snapshot; grows order by order. Thread: any.
 */
#ifndef SECATEUR_ENGINE_API_CRITERIA_COMPARISON_H
#define SECATEUR_ENGINE_API_CRITERIA_COMPARISON_H

#include "engine/api/knowledge.h"
#include "engine/api/layers.h"
#include "engine/api/progress.h"
#include "engine/measures/tradeoff.h"

/* An order of channels at a site. */
struct compared_order {
    const char *criterion; /* its name; "order-file": the channels as a file lists them */
    const char *source;    /* paper */
    enum badge badge;
    struct knowledge known; /* what the order was made with */
    int site;
    char refused[SNAPSHOT_TEXT]; /* why the criterion is not defined there; then it has no rounds */
    int n_channels;
    const float *scores; /* [n_channels] by channel; NULL: of a file */
    const char *scaling; /* what was done to them for an order across layers; "" */
    bool descending;     /* the largest score goes first */
    const int *ranking;  /* [n_rounds - 1] */
    int n_rounds;
    const struct outcome *rounds; /* [n_rounds] so many channels of the order are pruned */
    struct tradeoff tradeoff;
    int rule_channels; /* that the rule of the published method prunes, -1: it has none */
    double seconds;    /* to score and to prune */
};

struct criteria_comparison {
    int n, wanted; /* orders so far, and when it is done */
    const struct compared_order *const *orders;
    struct outcome of;           /* images that counts are out of */
    const bool *const *on_front; /* [n][n_rounds] Pareto front of all that were compared */
    /* [n][n] Spearman's, of what goes first; NAN: not of one site, or of a file */
    const double *correlation;
};

#endif
