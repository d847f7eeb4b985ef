/* Detector trigger: how far the features of an image lie along the way in which an inverted trigger
 * moves clean images. */
#include "engine/defence/detectors/detector.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>

struct learnt {
    int n_features;
    double *middle, *way; /* [n_features] mean of the clean images; of length 1 */
};

static void forget(void *object)
{
    struct learnt *learnt = object;
    free(learnt->middle);
    free(learnt->way);
    free(learnt);
}

static void *learn(const struct detector_lesson *lesson)
{
    size_t d = (size_t)lesson->n_features;
    double length = 0;
    struct learnt *learnt = memory_array(1, sizeof *learnt);
    learnt->n_features = lesson->n_features;
    learnt->middle = memory_array(d, sizeof *learnt->middle);
    learnt->way = memory_array(d, sizeof *learnt->way);
    for (size_t i = 0; i < (size_t)lesson->n * d; i++) {
        learnt->middle[i % d] += (double)lesson->features[i] / lesson->n;
        learnt->way[i % d] +=
            ((double)lesson->triggered[i] - (double)lesson->features[i]) / lesson->n;
    }
    for (size_t k = 0; k < d; k++)
        length += learnt->way[k] * learnt->way[k];
    for (size_t k = 0; k < d && length > 0; k++)
        learnt->way[k] /= sqrt(length);
    if (length > 0)
        return learnt;
    forget(learnt);
    return NULL;
}

static double score(const struct detector_input *input)
{
    const struct learnt *learnt = input->learnt;
    double along = 0;
    for (int k = 0; k < learnt->n_features; k++)
        along += ((double)input->features[k] - learnt->middle[k]) * learnt->way[k];
    return along;
}

const struct detector detector_trigger = {
    .name = "trigger",
    .help = "how far an inverted trigger's way the last layer's inputs lie",
    .source = "the direction of Neural Cleanse's reversed trigger, Wang et al., IEEE S&P 2019",
    .data = CRITERION_CLEAN,
    .reads = READS_FEATURES | READS_TRIGGER,
    .learn = learn,
    .forget = forget,
    .score = score,
};
