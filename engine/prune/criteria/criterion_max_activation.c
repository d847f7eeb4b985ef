/* Criterion max-activation: channels that no clean image excites much. */
#include "engine/prune/criteria/criterion.h"

static void score(const struct criterion_input *input, double *scores)
{
    for (int c = 0; c < input->site->n_channels; c++)
        scores[c] = input->clean[c].max;
}

const struct criterion criterion_max_activation = {
    .name = "max-activation",
    .help = "largest activation on clean images, least first",
    .source = "maximum in place of the mean of Fine-Pruning",
    .data = CRITERION_CLEAN,
    .descending = false,
    .score = score,
};
