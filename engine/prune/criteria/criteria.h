/* The criteria that the table lists. */
#ifndef SECATEUR_ENGINE_PRUNE_CRITERIA_CRITERIA_H
#define SECATEUR_ENGINE_PRUNE_CRITERIA_CRITERIA_H

#include "engine/prune/criteria/criterion.h"

extern const struct criterion criterion_mean_activation;
extern const struct criterion criterion_target_weight;
extern const struct criterion criterion_difference;

/* weights[n_channels]: what channel c adds to the logit of `target` for each unit of activation,
 * averaged over positions; false when the site does not feed the last Dense. */
bool criterion_weights_into(const struct criterion_input *input, double *weights);

#endif
