/* Criterion difference: how much more active a channel is on poisoned images than on clean ones. */
#include "engine/prune/criteria/criterion.h"

static void score(const struct criterion_input *input, double *scores)
{
    for (int c = 0; c < input->site->n_channels; c++)
        scores[c] = input->poisoned[c].mean - input->clean[c].mean;
}

const struct criterion criterion_difference = {
    .name = "difference",
    .help = "mean on poisoned minus mean on clean images, largest first",
    .source = "trigger-activated change, as in BackdoorBench; Neural Cleanse's pruning",
    .data = CRITERION_ORACLE,
    .examined = true,
    .descending = true,
    .score = score,
};
