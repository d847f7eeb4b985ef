/* Detector distance: how far the features of an image lie from those of clean images of the class
 * that it is read as. Leans on a factor of the covariance, one for each fold: an image of the
 * lesson is measured by what was learnt without its fold. */
#include "engine/defence/detectors/detector.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A class has a mean of its own from so many images on. With more features than MOST their
 * covariances are not looked at, their variances alone. Half of the covariance is its mean
 * variance: with 0, 0.1 and Ledoit and Wolf's share the all-to-all MNIST net loses one point of
 * AUC. */
enum { FOLDS = 5, CLASS_LEAST = 5, FEATURES_MOST = 1024 };
static const double SHRINK = 0.5;

struct model {
    double *means;  /* [n_classes + 1][n_features]; the last: of all */
    bool *own_mean; /* [n_classes] */
    double *factor; /* [n_features][n_features] lower, of the covariance; or [n_features] roots */
};

struct learnt {
    int n_classes, n_features;
    bool whole;
    struct model models[FOLDS + 1]; /* the last: of all images */
};

static void finish(struct model *model)
{
    free(model->means);
    free(model->own_mean);
    free(model->factor);
}

static const double *mean_of(const struct learnt *learnt, const struct model *model, int class)
{
    bool own = class >= 0 && class < learnt->n_classes && model->own_mean[class];
    return model->means + (size_t)(own ? class : learnt->n_classes) * (size_t)learnt->n_features;
}

/* Means over the images that are not in the fold; how many there are. */
static int find_means(const struct learnt *learnt, struct model *model,
    const struct detector_lesson *lesson, int fold)
{
    size_t d = (size_t)lesson->n_features;
    int n = 0, *count = memory_array((size_t)lesson->n_classes, sizeof *count);
    double *all = model->means + (size_t)learnt->n_classes * d;
    for (int i = 0; i < lesson->n; i++) {
        const float *features = lesson->features + (size_t)i * d;
        double *mean = model->means + lesson->predicted[i] * d;
        if (i % FOLDS == fold)
            continue;
        n++;
        count[lesson->predicted[i]]++;
        for (size_t k = 0; k < d; k++) {
            mean[k] += (double)features[k];
            all[k] += (double)features[k];
        }
    }
    for (int c = 0; c < lesson->n_classes; c++) {
        model->own_mean[c] = count[c] >= CLASS_LEAST;
        for (size_t k = 0; k < d && count[c] > 0; k++)
            model->means[(size_t)c * d + k] /= count[c];
    }
    for (size_t k = 0; k < d && n > 0; k++)
        all[k] /= n;
    free(count);
    return n;
}

/* Adds an image's products to the lower half, or its squares. */
static void add_products(double *sums, const double *apart, size_t d, bool whole)
{
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j <= i && whole; j++)
            sums[i * d + j] += apart[i] * apart[j];
    for (size_t i = 0; i < d && !whole; i++)
        sums[i] += apart[i] * apart[i];
}

static void find_covariance(const struct learnt *learnt, struct model *model,
    const struct detector_lesson *lesson, int fold, int n)
{
    size_t d = (size_t)lesson->n_features, step = learnt->whole ? d + 1 : 1;
    size_t size = learnt->whole ? d * d : d;
    double *apart = memory_array(d, sizeof *apart), mean = 0;
    for (int i = 0; i < lesson->n; i++) {
        if (i % FOLDS == fold)
            continue;
        const double *middle = mean_of(learnt, model, lesson->predicted[i]);
        for (size_t k = 0; k < d; k++)
            apart[k] = (double)lesson->features[(size_t)i * d + k] - middle[k];
        add_products(model->factor, apart, d, learnt->whole);
    }
    for (size_t k = 0; k < d; k++)
        mean += model->factor[k * step] / n / (double)d;
    for (size_t k = 0; k < size; k++)
        model->factor[k] *= (1 - SHRINK) / n;
    for (size_t k = 0; k < d; k++)
        model->factor[k * step] += SHRINK * mean;
    free(apart);
}

/* Cholesky's factor in place; false: the features never differ. */
static bool factorise(double *a, size_t d, bool whole)
{
    for (size_t i = 0; i < d; i++) {
        double *row = a + (whole ? i * d : i);
        for (size_t j = 0; j < i && whole; j++) {
            const double *other = a + j * d;
            double sum = row[j];
            for (size_t k = 0; k < j; k++)
                sum -= row[k] * other[k];
            row[j] = sum / other[j];
        }
        double rest = row[whole ? i : 0];
        for (size_t k = 0; k < i && whole; k++)
            rest -= row[k] * row[k];
        if (!(rest > 0))
            return false;
        row[whole ? i : 0] = sqrt(rest);
    }
    return true;
}

static bool make_model(const struct learnt *learnt, struct model *model,
    const struct detector_lesson *lesson, int fold)
{
    size_t d = (size_t)lesson->n_features;
    model->means = memory_array(((size_t)lesson->n_classes + 1) * d, sizeof *model->means);
    model->own_mean = memory_array((size_t)lesson->n_classes, sizeof *model->own_mean);
    model->factor = memory_array(learnt->whole ? d * d : d, sizeof *model->factor);
    int n = find_means(learnt, model, lesson, fold);
    if (n < 2)
        return false;
    find_covariance(learnt, model, lesson, fold, n);
    return factorise(model->factor, d, learnt->whole);
}

static void forget(void *object)
{
    struct learnt *learnt = object;
    for (int i = 0; learnt && i <= FOLDS; i++)
        finish(&learnt->models[i]);
    free(learnt);
}

static void *learn(const struct detector_lesson *lesson)
{
    struct learnt *learnt = memory_array(1, sizeof *learnt);
    *learnt = (struct learnt){.n_classes = lesson->n_classes,
        .n_features = lesson->n_features,
        .whole = lesson->n_features <= FEATURES_MOST};
    for (int i = 0; i <= FOLDS; i++)
        if (!make_model(learnt, &learnt->models[i], lesson, i < FOLDS ? i : -1)) {
            forget(learnt);
            return NULL;
        }
    return learnt;
}

/* |L^-1 (f - mean)|^2, by forward substitution. */
static double score(const struct detector_input *input)
{
    const struct learnt *learnt = input->learnt;
    const struct model *model = &learnt->models[input->own >= 0 ? input->own % FOLDS : FOLDS];
    const double *mean = mean_of(learnt, model, input->predicted);
    size_t d = (size_t)learnt->n_features;
    double *x = memory_array(d, sizeof *x), sum = 0;
    for (size_t i = 0; i < d; i++) {
        const double *row = model->factor + (learnt->whole ? i * d : i);
        x[i] = (double)input->features[i] - mean[i];
        for (size_t k = 0; k < i && learnt->whole; k++)
            x[i] -= row[k] * x[k];
        x[i] /= row[learnt->whole ? i : 0];
        sum += x[i] * x[i];
    }
    free(x);
    return sqrt(sum);
}

const struct detector detector_distance = {
    .name = "distance",
    .help = "Mahalanobis distance of the last layer's inputs from clean images of the class",
    .source = "Lee et al.: A Simple Unified Framework, NeurIPS 2018",
    .data = CRITERION_CLEAN,
    .reads = READS_FEATURES,
    .learn = learn,
    .forget = forget,
    .score = score,
};
