/* Criterion target-weight: what a channel adds to the logit of the target, by weights alone. */
#include "engine/prune/criteria/target_weights.h"

static bool defined(const struct criterion_input *input, struct error *err)
{
    return target_weights_defined(input, "target-weight", err);
}

static void score(const struct criterion_input *input, double *scores)
{
    target_weights(input, scores);
}

const struct criterion criterion_target_weight = {
    .name = "target-weight",
    .help = "weight into the target class, largest first; needs no image",
    .source = "own measurements on the lab's nets",
    .data = CRITERION_DATA_FREE,
    .needs_target = true,
    .examined = true,
    .descending = true,
    .defined = defined,
    .score = score,
};
