/* Criterion clp-plain: as clp, of the filter alone: sigma_max(W), whatever batch normalisation
 * behind it multiplies by. In a net without batch normalisation the two are the same. */
#include "engine/prune/criteria/channel_kernels.h"

static void score(const struct criterion_input *input, double *scores)
{
    channel_kernels_bounds(input, false, scores);
}

const struct criterion criterion_clp_plain = {
    .name = "clp-plain",
    .help = "bound of a channel's Lipschitz constant, without batch normalisation, largest first; "
            "needs no image",
    .source = "Zheng, Tang, Li, Liu: Channel Lipschitzness-based Pruning, ECCV 2022",
    .data = CRITERION_DATA_FREE,
    .descending = true,
    .scaling = SCALING_STANDARD,
    .rule = RULE_OUTLIERS,
    .threshold = 3,
    .score = score,
};
