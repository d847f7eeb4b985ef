/* How little the soft-max outputs of two nets have in common, on a scale that never fills up. */
#include "engine/defence/detectors/detector.h"

#include <math.h>

/* What makes a logit the log of its soft-max output. */
struct scale {
    double largest; /* logit */
    double log_sum; /* of exp(logit - largest), over the classes */
};

static struct scale scale_of(const float *logits, int n)
{
    int top = 0;
    for (int k = 1; k < n; k++)
        top = logits[k] > logits[top] ? k : top;
    double largest = (double)logits[top], rest = 0;
    for (int k = 0; k < n; k++)
        rest += k == top ? 0 : exp((double)logits[k] - largest);
    return (struct scale){largest, log1p(rest)};
}

static double log_share(const float *logits, const struct scale *scale, int k)
{
    return ((double)logits[k] - scale->largest) - scale->log_sum;
}

/* -log of the sum of the lesser shares, by their logs: where nothing but the tails is common, the
 * shares themselves are too small for any number. */
static double by_logs(
    const struct detector_input *input, const struct scale *b, const struct scale *repaired)
{
    double most = -INFINITY, sum = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < input->n_classes; k++) {
            double lesser =
                fmin(log_share(input->b, b, k), log_share(input->repaired, repaired, k));
            if (pass == 0)
                most = fmax(most, lesser);
            else
                sum += exp(lesser - most);
        }
    return -(most + log(sum));
}

/* The overlap is 1 less the total variation: half the sum of what the shares differ by. Where that
 * is small it says more than the overlap, which is all but 1. */
static double score(const struct detector_input *input)
{
    int n = input->n_classes;
    struct scale b = scale_of(input->b, n), repaired = scale_of(input->repaired, n);
    double apart = 0;
    for (int k = 0; k < n; k++)
        apart +=
            fabs(exp(log_share(input->b, &b, k)) - exp(log_share(input->repaired, &repaired, k)));
    return apart < 1 ? -log1p(-apart / 2) : fmax(by_logs(input, &b, &repaired), 0);
}

const struct detector detector_agreement = {
    .name = "agreement",
    .help = "-log of the overlap of the soft-max outputs of B and B': a graded GoodNet",
    .source = "the lab's GoodNet with a threshold instead of yes or no",
    .data = CRITERION_CLEAN,
    .reads = READS_REPAIRED,
    .score = score,
};
