/* Detector margin: how far the largest logit of B stands above the next. */
#include "engine/defence/detectors/detector.h"

#include <math.h>

static double score(const struct detector_input *input)
{
    double first = -INFINITY, second = -INFINITY;
    for (int k = 0; k < input->n_classes; k++) {
        double value = (double)input->b[k];
        if (value > first) {
            second = first;
            first = value;
        } else if (value > second) {
            second = value;
        }
    }
    return input->n_classes > 1 ? first - second : 0;
}

const struct detector detector_margin = {
    .name = "margin",
    .help = "largest logit of B minus the second: how certain B is",
    .source = "Wang et al.: MM-BD, IEEE S&P 2024 (there over the input space)",
    .data = CRITERION_CLEAN,
    .score = score,
};
