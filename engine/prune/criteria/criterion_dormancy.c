/* Criterion dormancy: the average percentage of zeros (APoZ). */
#include "engine/prune/criteria/criterion.h"

static void score(const struct criterion_input *input, double *scores)
{
    for (int c = 0; c < input->site->n_channels; c++)
        scores[c] = input->clean[c].zeros;
}

const struct criterion criterion_dormancy = {
    .name = "dormancy",
    .help = "share of zeros on clean images (APoZ), most first",
    .source = "Hu, Peng, Tai, Tang: Network Trimming, 2016",
    .data = CRITERION_CLEAN,
    .descending = true,
    .scaling = SCALING_NONE,
    .score = score,
};
