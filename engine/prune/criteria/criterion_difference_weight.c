/* Criterion difference-weight: what the trigger adds to the logit of the target through a channel.
 */
#include "engine/prune/criteria/target_weights.h"

static void score(const struct criterion_input *input, double *scores)
{
    target_weights(input, scores);
    for (int c = 0; c < input->site->n_channels; c++)
        scores[c] *= input->poisoned[c].mean - input->clean[c].mean;
}

static bool defined(const struct criterion_input *input, struct error *err)
{
    return target_weights_defined(input, "difference-weight", err);
}

const struct criterion criterion_difference_weight = {
    .name = "difference-weight",
    .help = "mean on poisoned minus mean on clean images, times the weight into the target, "
            "largest first",
    .source = "own measurements on the lab's nets",
    .data = CRITERION_ORACLE,
    .needs_target = true,
    .examined = true,
    .descending = true,
    .defined = defined,
    .score = score,
};
