/* A toy criterion: by the place of the channel. */
#include "engine/prune/criteria/criterion.h"

static void score(const struct criterion_input *input, double *scores)
{
    for (int c = 0; c < input->site->n_channels; c++)
        scores[c] = c;
}

const struct criterion criterion_toy = {
    .name = "toy",
    .help = "toy criterion: the place of the channel",
    .source = "none",
    .data = CRITERION_DATA_FREE,
    .score = score,
};
