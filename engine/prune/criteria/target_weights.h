/* Weights from the channels of a site into the target's logit, for criteria that need them.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_PRUNE_CRITERIA_TARGET_WEIGHTS_H
#define SECATEUR_ENGINE_PRUNE_CRITERIA_TARGET_WEIGHTS_H

#include "engine/prune/criteria/criterion.h"

/* weights[n_channels]: what channel c adds to the logit of the target for each unit of activation,
 * averaged over positions; false when the site does not feed the last Dense layer, or there is no
 * target. */
bool target_weights(const struct criterion_input *input, double *weights);
/* Whether it is so, in words for the criterion of that name. */
bool target_weights_defined(
    const struct criterion_input *input, const char *name, struct error *err);

#endif
