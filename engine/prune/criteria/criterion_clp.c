/* Criterion clp: the upper bound of a channel's Lipschitz constant, sigma_max(W) |gamma| / sqrt(var
 * + epsilon), with W the filter as a matrix of input channels by kernel positions. A channel that
 * several layers make has the largest of theirs. */
#include "engine/prune/criteria/channel_kernels.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>

static void score(const struct criterion_input *input, double *scores)
{
    const struct prune_site *site = input->site;
    double **gains = memory_array((size_t)site->n_parts, sizeof *gains);
    for (int p = 0; p < site->n_parts; p++) {
        int layer = site->parts[p].layer;
        int units = shape_channels(&input->network->layers[layer].shape);
        gains[p] = memory_array((size_t)units, sizeof **gains);
        channel_kernels_gains(input->network, layer, gains[p]);
    }
    for (int c = 0; c < site->n_channels; c++) {
        struct channel_kernel kernel = {0};
        scores[c] = 0;
        while (channel_kernels_next(input, c, &kernel))
            scores[c] =
                fmax(scores[c], channel_kernels_sigma(&kernel) * gains[kernel.part][kernel.unit]);
    }
    for (int p = 0; p < site->n_parts; p++)
        free(gains[p]);
    free(gains);
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
