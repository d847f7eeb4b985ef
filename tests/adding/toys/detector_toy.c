/* A toy detector: the first logit. */
#include "engine/defence/detectors/detector.h"

static double score(const struct detector_input *input)
{
    return input->b[0];
}

const struct detector detector_toy = {
    .name = "toy",
    .help = "toy detector: the first logit",
    .source = "none",
    .data = CRITERION_CLEAN,
    .score = score,
};
