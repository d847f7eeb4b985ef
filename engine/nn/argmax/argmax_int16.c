/* Quantises the weights of the last Dense for argmax_int16.h. */
#include "engine/nn/argmax/argmax_int16.h"

#include "engine/base/memory.h"
#include "engine/base/shortcuts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 32767 };

/* A step is no smaller than this part of the largest one. */
static const float STEP_LEAST = 0x1p-40F;

/* While classes are packed: weights[units + 1][classes] less their means. */
struct packing {
    struct argmax_classes *classes;
    double *weights;
};

/* The mean over the classes goes; returns how large what is left is. */
static double center(double *weights, const float *from, size_t n)
{
    double sum = 0, largest = 0;
    for (size_t k = 0; k < n && from; k++)
        sum += from[k];
    for (size_t k = 0; k < n && from; k++) {
        weights[k] = from[k] - sum / (double)n;
        largest = fmax(largest, fabs(weights[k]));
    }
    return isfinite(sum) ? largest : INFINITY;
}

static int16_t quantise_weight(const struct packing *packing, size_t unit, size_t class)
{
    const struct argmax_classes *classes = packing->classes;
    class = class < classes->classes ? class : classes->classes - 1;
    double weight = packing->weights[unit * classes->classes + class];
    return (int16_t)lrint(weight / (classes->steps[unit] * classes->step));
}

static void pack(const struct packing *packing)
{
    struct argmax_classes *classes = packing->classes;
    size_t lanes = classes->kernels->lanes, rows = classes->units + 1;
    double *squares = memory_array(classes->vectors * lanes, sizeof *squares), largest = 0;
    int16_t *to = classes->packed;
    for (size_t first = 0, n; first < classes->vectors; first += n) {
        n = argmax_block(classes->vectors - first, classes->kernels->block);
        for (size_t u = 0; u < rows; u++)
            for (size_t k = first * lanes; k < (first + n) * lanes; k++) {
                *to = quantise_weight(packing, u, k);
                squares[k] += (double)*to * *to;
                largest = fmax(largest, squares[k]);
                to++;
            }
    }
    classes->length = (float)(sqrt(largest) * (1 + 1e-6));
    free(squares);
}

/* Steps as floats; false where there can be none. */
static bool find_steps(struct argmax_classes *classes, const double *largest)
{
    double most = 0;
    for (size_t u = 0; u <= classes->units; u++)
        most = fmax(most, largest[u]);
    classes->step = most * (1 + 1e-6) / NUMBER_MAX;
    for (size_t u = 0; u <= classes->units; u++)
        classes->steps[u] = fmaxf(STEP_LEAST, (float)(largest[u] / most * (1 + 1e-6)));
    return most > 0 && isfinite(most);
}

void argmax_classes_init(struct argmax_classes *classes, const struct batched_kernels *batched,
    const float *kernel, const float *bias, size_t n_units, size_t n_classes)
{
    const struct argmax_kernels *kernels = batched->sparse->argmax;
    size_t rows = n_units + 1, vectors = (n_classes + kernels->lanes - 1) / kernels->lanes;
    *classes = (struct argmax_classes){.kernels = kernels,
        .units = n_units,
        .classes = n_classes,
        .vectors = vectors,
        .packed = (int16_t *)(void *)memory_floats(rows * vectors * kernels->lanes / 2),
        .steps = memory_floats(rows),
        .rows = memory_floats(n_classes * n_units),
        .bias = memory_floats(n_classes)};
    struct packing packing = {classes, memory_array(rows * n_classes, sizeof(double))};
    double *largest = memory_array(rows, sizeof *largest);
    for (size_t u = 0; u < rows; u++)
        largest[u] = center(packing.weights + u * n_classes,
            u < n_units ? kernel + u * n_classes : bias, n_classes);
    classes->usable = shortcut_on(SHORTCUT_INT16_ARGMAX) && find_steps(classes, largest);
    if (classes->usable)
        pack(&packing);
    for (size_t u = 0; u < n_units; u++)
        for (size_t k = 0; k < n_classes; k++)
            classes->rows[k * n_units + u] = kernel[u * n_classes + k];
    if (bias)
        memcpy(classes->bias, bias, n_classes * sizeof *bias);
    free(largest);
    free(packing.weights);
}

void argmax_classes_finish(struct argmax_classes *classes)
{
    free(classes->packed);
    free(classes->steps);
    free(classes->rows);
    free(classes->bias);
}
