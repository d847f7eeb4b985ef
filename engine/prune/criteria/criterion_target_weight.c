/* Criterion target-weight: what a channel adds to the logit of the target, by weights alone. */
#include "engine/prune/criteria/target_weights.h"

static bool score(const struct criterion_input *input, double *scores, struct error *err)
{
    if (input->target < 0)
        return fail_as(err, ERROR_USAGE,
            "criterion target-weight: the target class is not known; give --target N");
    return target_weights(input, scores) ||
           fail_as(err, ERROR_USAGE,
               "criterion target-weight: layer %s does not feed the last Dense layer",
               input->site->name);
}

const struct criterion criterion_target_weight = {
    .name = "target-weight",
    .help = "weight into the target class, largest first; needs no image",
    .source = "own measurements on the lab's nets",
    .data = CRITERION_DATA_FREE,
    .needs_target = true,
    .descending = true,
    .score = score,
};
