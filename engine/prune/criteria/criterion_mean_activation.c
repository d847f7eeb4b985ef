/* Criterion mean-activation: fine-pruning as published, channels that clean images need least. */
#include "engine/prune/criteria/criterion.h"

static void score(const struct criterion_input *input, double *scores)
{
    for (int c = 0; c < input->site->n_channels; c++)
        scores[c] = input->clean[c].mean;
}

const struct criterion criterion_mean_activation = {
    .name = "mean-activation",
    .help = "mean activation on clean images, least first",
    .source = "Liu, Dolan-Gavitt, Garg: Fine-Pruning, RAID 2018",
    .data = CRITERION_CLEAN,
    .examined = true,
    .descending = false,
    .score = score,
};
