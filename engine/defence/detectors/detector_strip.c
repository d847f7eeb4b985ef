/* Detector strip: how sure B stays when an image is blended with clean ones. */
#include "engine/defence/detectors/detector.h"

#include <math.h>

/* Entropy of the soft-max of logits, in nats: log(sum) - sum of p_k (z_k - most). */
static double entropy(const float *logits, int n)
{
    double most = (double)logits[0], rest = 0, weighted = 0;
    int top = 0;
    for (int k = 1; k < n; k++)
        top = logits[k] > logits[top] ? k : top;
    most = (double)logits[top];
    for (int k = 0; k < n; k++) {
        double below = (double)logits[k] - most, share = k == top ? 0 : exp(below);
        rest += share;
        weighted += share > 0 ? share * below : 0;
    }
    return log1p(rest) - weighted / (1 + rest);
}

static double score(const struct detector_input *input)
{
    double sum = 0;
    for (int i = 0; i < input->n_blends; i++)
        sum += entropy(input->blends + (long)i * input->n_classes, input->n_classes);
    return input->n_blends > 0 ? -sum / input->n_blends : 0;
}

const struct detector detector_strip = {
    .name = "strip",
    .help = "minus the mean entropy of B on blends with clean images: a trigger stays sure",
    .source = "Gao et al.: STRIP, ACSAC 2019",
    .data = CRITERION_CLEAN,
    .reads = READS_BLENDS,
    .score = score,
};
