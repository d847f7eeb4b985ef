#include "engine/prune/detectors.h"

#include <math.h>

/* What the soft-max shares are of: exp(logit - largest), and their sum. */
struct scale {
    double largest, sum;
};

static struct scale scale_of(const float *logits, int n)
{
    struct scale scale = {.largest = (double)logits[0]};
    for (int k = 1; k < n; k++)
        scale.largest = fmax(scale.largest, (double)logits[k]);
    for (int k = 0; k < n; k++)
        scale.sum += exp((double)logits[k] - scale.largest);
    return scale;
}

/* Total variation: half the sum of the differences of the shares, 0 to 1. */
static float score(const struct detector_input *input)
{
    int n = input->n_classes;
    struct scale b = scale_of(input->b, n), repaired = scale_of(input->repaired, n);
    double distance = 0;
    for (int k = 0; k < n; k++)
        distance += fabs(exp((double)input->b[k] - b.largest) / b.sum -
                         exp((double)input->repaired[k] - repaired.largest) / repaired.sum);
    return (float)(distance / 2);
}

const struct detector detector_agreement = {
    .name = "agreement",
    .help = "total variation between the soft-max outputs of B and B': GoodNet, graded",
    .source = "the lab's GoodNet with a threshold in place of yes or no",
    .data = CRITERION_CLEAN,
    .compares = true,
    .score = score,
};
