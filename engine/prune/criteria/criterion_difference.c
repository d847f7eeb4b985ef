/* Criterion difference: how much more active a channel is on poisoned images than on clean ones,
 * times its weight into the target where that is known. */
#include "engine/prune/criteria/target_weights.h"

#include "engine/base/memory.h"

#include <stdlib.h>

static bool score(const struct criterion_input *input, double *scores, struct error *err)
{
    if (!input->poisoned)
        return fail_as(err, ERROR_USAGE, "criterion difference needs poisoned images");
    size_t n = (size_t)input->site->n_channels;
    double *weights = memory_array(n, sizeof *weights);
    bool weighted = target_weights(input, weights);
    for (size_t c = 0; c < n; c++) {
        scores[c] = input->poisoned[c].mean - input->clean[c].mean;
        if (weighted)
            scores[c] *= weights[c];
    }
    free(weights);
    return true;
}

const struct criterion criterion_difference = {
    .name = "difference",
    .help = "mean on poisoned minus mean on clean images (times the weight into the target), "
            "largest first",
    .source = "trigger-activated change, as in BackdoorBench",
    .data = CRITERION_ORACLE,
    .needs_target = true,
    .descending = true,
    .score = score,
};
