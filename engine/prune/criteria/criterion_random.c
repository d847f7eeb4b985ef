/* Criterion random: what any order would do; others have to beat it. */
#include "engine/base/random.h"
#include "engine/prune/criteria/criterion.h"

static void score(const struct criterion_input *input, double *scores)
{
    struct random random;
    random_init(&random, input->seed, (uint64_t)input->site->measured);
    for (int c = 0; c < input->site->n_channels; c++)
        scores[c] = random_unit(&random);
}

const struct criterion criterion_random = {
    .name = "random",
    .help = "by chance, the same for the same seed; needs no image",
    .source = "the order that others have to beat",
    .data = CRITERION_DATA_FREE,
    .descending = false,
    .scaling = SCALING_NONE,
    .score = score,
};
