/* The table of criteria: criterion_NAME, for each name in the list of meson.build.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_PRUNE_CRITERIA_CRITERIA_H
#define SECATEUR_ENGINE_PRUNE_CRITERIA_CRITERIA_H

#include "engine/prune/criteria/criterion.h"

const struct criterion *criteria_at(int index); /* NULL behind the last */
/* By the name that users type; NULL with err, which suggests the nearest name: unknown. */
const struct criterion *criteria_find(const char *name, struct error *err);

/* Whether there is what it needs: images, a target, a place in the net. False with err, which says
 * what is missing and what would do. Evidence may still have to be measured. Quick. */
bool criteria_defined(
    const struct criterion *criterion, const struct criterion_input *input, struct error *err);
/* Fills scores[n_channels]; false with err where it is not defined, or its evidence is missing. */
bool criteria_score(const struct criterion *criterion, const struct criterion_input *input,
    double *scores, struct error *err);
/* Scales scores[n] of a layer for an order across layers; all alike, or all 0, become 0. */
void criteria_scale(enum criterion_scaling scaling, double *scores, int n);
/* "each layer's scores divided by their L2 norm". */
const char *criteria_scaling_said(enum criterion_scaling scaling);
/* How many channels its rule prunes by these scores; threshold: of the rule. -1: it has no rule. */
int criteria_rule_channels(
    const struct criterion *criterion, const double *scores, int n, double threshold);

#endif
