/* Detector logit: the largest logit of B alone. */
#include "engine/defence/detectors/detector.h"

static double score(const struct detector_input *input)
{
    float most = input->b[0];
    for (int k = 1; k < input->n_classes; k++)
        most = input->b[k] > most ? input->b[k] : most;
    return (double)most;
}

const struct detector detector_logit = {
    .name = "logit",
    .help = "largest logit of B: often larger with a trigger than without",
    .source = "Hendrycks et al.: Scaling Out-of-Distribution Detection, ICML 2022 (its negative)",
    .data = CRITERION_CLEAN,
    .score = score,
};
