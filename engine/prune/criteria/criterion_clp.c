/* Criterion clp: the upper bound of a channel's Lipschitz constant, sigma_max(W) |gamma| / sqrt(var
 * + epsilon), with W the filter as a matrix of input channels by kernel positions. A channel that
 * several layers make has the largest of theirs. */
#include "engine/prune/criteria/channel_kernels.h"

static void score(const struct criterion_input *input, double *scores)
{
    channel_kernels_bounds(input, true, scores);
}

const struct criterion criterion_clp = {
    .name = "clp",
    .help = "bound of a channel's Lipschitz constant, batch normalisation with it, largest first; "
            "needs no image",
    .source = "Zheng, Tang, Li, Liu: Channel Lipschitzness-based Pruning, ECCV 2022",
    .data = CRITERION_DATA_FREE,
    .descending = true,
    .scaling = SCALING_STANDARD,
    .rule = RULE_OUTLIERS,
    .threshold = 3,
    .score = score,
};
