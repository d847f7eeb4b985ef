/* Detector nearest: how far the features of an image lie from the nearest clean image that is read
 * as the same class. */
#include "engine/defence/detectors/detector.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct learnt {
    int n, n_features;
    uint16_t *predicted;
    float *features;
};

static void forget(void *object)
{
    struct learnt *learnt = object;
    free(learnt->predicted);
    free(learnt->features);
    free(learnt);
}

static void *learn(const struct detector_lesson *lesson)
{
    if (lesson->n < 2)
        return NULL;
    struct learnt *learnt = memory_array(1, sizeof *learnt);
    size_t n = (size_t)lesson->n, count = n * (size_t)lesson->n_features;
    learnt->n = lesson->n;
    learnt->n_features = lesson->n_features;
    learnt->predicted = memory_array(n, sizeof *learnt->predicted);
    learnt->features = memory_floats(count);
    memcpy(learnt->predicted, lesson->predicted, n * sizeof *learnt->predicted);
    memcpy(learnt->features, lesson->features, count * sizeof *learnt->features);
    return learnt;
}

static double distance(const float *a, const float *b, int n)
{
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += ((double)a[k] - (double)b[k]) * ((double)a[k] - (double)b[k]);
    return sum;
}

/* Where no other clean image is read as the class, the nearest of all. */
static double score(const struct detector_input *input)
{
    const struct learnt *learnt = input->learnt;
    double of_class = INFINITY, of_all = INFINITY;
    for (int i = 0; i < learnt->n; i++) {
        if (i == input->own)
            continue;
        const float *other = learnt->features + (size_t)i * (size_t)learnt->n_features;
        double apart = distance(input->features, other, learnt->n_features);
        of_all = fmin(of_all, apart);
        if (learnt->predicted[i] == input->predicted)
            of_class = fmin(of_class, apart);
    }
    return sqrt(isfinite(of_class) ? of_class : of_all);
}

const struct detector detector_nearest = {
    .name = "nearest",
    .help = "distance of the last layer's inputs from the nearest clean image of the class",
    .source = "Sun et al.: Deep Nearest Neighbors, ICML 2022 (here within the class)",
    .data = CRITERION_CLEAN,
    .reads = READS_FEATURES,
    .learn = learn,
    .forget = forget,
    .score = score,
};
