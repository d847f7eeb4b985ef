/* Criterion variance: channels that tell clean images apart least. */
#include "engine/prune/criteria/criterion.h"

static void score(const struct criterion_input *input, double *scores)
{
    for (int c = 0; c < input->site->n_channels; c++)
        scores[c] = input->clean[c].deviation * input->clean[c].deviation;
}

const struct criterion criterion_variance = {
    .name = "variance",
    .help = "variance of the activation over clean images and positions, least first",
    .source = "Polyak, Wolf: Channel-Level Acceleration, IEEE Access 2015",
    .data = CRITERION_CLEAN,
    .descending = false,
    .score = score,
};
