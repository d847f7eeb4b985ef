/* Certificates of the last Dense: how far its input may move before the arg-max can change.
 * Leans on the Cauchy-Schwarz bound in docs/numerics.md. */
#include "engine/prune/evaluate/certificate.h"

#include "engine/base/memory.h"
#include "engine/nn/kernels/kernels.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct certifier {
    int layer, input;
    size_t units, classes;
    float *weight_difference;    /* [classes] max over k of |w_y - w_k|, rounded up */
    float weight_difference_max; /* the largest of these */
    float weight_max;            /* max over k of |w_k| */
    float bias_max;              /* max over k of |b_k| */
    float rounding;              /* of a sum over the units, relative to |h| |w| */
    float underflow;             /* of such a sum where its terms are too small for a float */
};

/* Whether a layer hands values on as they are: it has neither weights nor settings. */
static bool is_copy(const struct layer *layer)
{
    return layer->n_inputs == 1 && layer->n_weights == 0 && layer->class->params_size == 0 &&
           layer->class->channels == CHANNELS_PASS;
}

/* Behind the Dense only layers may come that keep the classes' margins. */
static int last_dense(const struct network *network)
{
    int at = network->output;
    while (is_copy(&network->layers[at]) &&
           (at == network->softmax || network->layers[at].activation.kind == ACTIVATION_LINEAR))
        at = network->layers[at].inputs[0];
    const struct layer *layer = &network->layers[at];
    bool dense = strcmp(layer->class->name, "Dense") == 0 && layer->input_shapes[0].rank == 1;
    bool plain = at == network->softmax || layer->activation.kind == ACTIVATION_LINEAR;
    return dense && plain ? at : -1;
}

enum { ROWS = 64 };

/* |w_y - w_k|² = |w_y|² + |w_k|² - 2 w_y w_k, some classes y at a time; by halves, which do not
 * overflow before the whole does. */
static void find_weight_differences(struct certifier *certifier, const float *kernel)
{
    size_t classes = certifier->classes, units = certifier->units;
    float *products = memory_floats(ROWS * classes), *squares = memory_floats(classes);
    for (size_t u = 0; u < units; u++)
        for (size_t k = 0; k < classes; k++)
            squares[k] += kernel[u * classes + k] * kernel[u * classes + k];
    for (size_t k = 0; k < classes; k++)
        certifier->weight_max =
            fmaxf(certifier->weight_max, sqrtf(squares[k] + certifier->underflow));
    for (size_t first = 0; first < classes; first += ROWS) {
        size_t rows = classes - first < ROWS ? classes - first : ROWS;
        kernels_product(products, classes, (struct matrix){kernel + first, classes, true},
            (struct matrix){kernel, classes, false}, rows, units, classes, false);
        for (size_t y = 0; y < rows; y++) {
            float half = 0, own = 0.5F * squares[first + y];
            for (size_t k = 0; k < classes; k++) {
                float apart = own + 0.5F * squares[k] - products[y * classes + k];
                half = apart > half ? apart : half;
            }
            certifier->weight_difference[first + y] =
                sqrtf(2 * half + certifier->underflow +
                      8 * certifier->rounding * certifier->weight_max * certifier->weight_max);
        }
    }
    for (size_t y = 0; y < classes; y++)
        certifier->weight_difference_max =
            fmaxf(certifier->weight_difference_max, certifier->weight_difference[y]);
    free(products);
    free(squares);
}

int certifier_input_of(const struct network *network)
{
    int layer = last_dense(network);
    return layer < 0 ? -1 : network->layers[layer].inputs[0];
}

struct certifier *certifier_create(const struct network *network)
{
    int layer = last_dense(network);
    if (layer < 0)
        return NULL;
    struct certifier *certifier = memory_array(1, sizeof *certifier);
    const struct weight *kernel = &network->layers[layer].weights[0];
    kernels_init();
    certifier->layer = layer;
    certifier->input = network->layers[layer].inputs[0];
    certifier->units = (size_t)kernel->dim[0];
    certifier->classes = (size_t)kernel->dim[1];
    certifier->rounding = ((float)certifier->units + 2) * FLT_EPSILON;
    certifier->underflow = ((float)certifier->units + 2) * FLT_MIN;
    certifier->weight_difference = memory_floats(certifier->classes);
    find_weight_differences(certifier, kernel->data);
    const struct weight *bias =
        network->layers[layer].n_weights > 1 ? &network->layers[layer].weights[1] : NULL;
    for (size_t k = 0; bias && k < bias->count; k++)
        certifier->bias_max = fmaxf(certifier->bias_max, fabsf(bias->data[k]));
    return certifier;
}

void certifier_destroy(struct certifier *certifier)
{
    if (!certifier)
        return;
    free(certifier->weight_difference);
    free(certifier);
}

int certifier_input(const struct certifier *certifier)
{
    return certifier->input;
}

int certifier_layer(const struct certifier *certifier)
{
    return certifier->layer;
}

size_t certifier_units(const struct certifier *certifier)
{
    return certifier->units;
}

float certifier_bias_max(const struct certifier *certifier)
{
    return certifier->bias_max;
}

/* Eight sums side by side, so that the loop fills vectors. */
enum { SUMS = 8 };

bool certifier_certain(const struct certifier *certifier, const struct certificate *certificate,
    const float *h, const float *now, float distance)
{
    float moved[SUMS] = {0}, size[SUMS] = {0};
    size_t at = 0;
    if (!(certificate->margin > 0))
        return false; /* nothing is known, or a tie */
    for (; at + SUMS <= certifier->units; at += SUMS)
        for (size_t i = 0; i < SUMS; i++) {
            float change = now[at + i] - h[at + i];
            moved[i] += change * change;
            size[i] += now[at + i] * now[at + i] + h[at + i] * h[at + i];
        }
    for (; at < certifier->units; at++) {
        moved[0] += (now[at] - h[at]) * (now[at] - h[at]);
        size[0] += now[at] * now[at] + h[at] * h[at];
    }
    for (size_t i = 1; i < SUMS; i++) {
        moved[0] += moved[i];
        size[0] += size[i];
    }
    return certifier_holds(certifier, certificate, moved[0], size[0], distance);
}

/* No sum of products below this overflows, whatever the order. */
static const float LOGIT_MAX = 1e30F;

/* How much room there has to be for rounding between logits at two units, of which `size` is the
 * sum of squares. */
static float rounding_slack(const struct certifier *certifier, float size, float distance)
{
    float length = sqrtf(size + certifier->underflow) + distance;
    float most = length * certifier->weight_max + certifier->bias_max;
    return most < LOGIT_MAX ? 4 * (certifier->rounding * most + certifier->underflow) : INFINITY;
}

float certifier_needed(const struct certifier *certifier, float size, float distance)
{
    float length = (sqrtf(certifier->underflow) + distance) * (1 + certifier->rounding);
    return length * certifier->weight_difference_max + rounding_slack(certifier, size, distance);
}

bool certifier_holds(const struct certifier *certifier, const struct certificate *certificate,
    float moved, float size, float distance)
{
    if (!(certificate->margin > 0))
        return false; /* nothing is known, or a tie */
    float length = sqrtf(moved + certifier->underflow) + distance,
          slack = rounding_slack(certifier, size, distance);
    float needed =
        length * certifier->weight_difference[certificate->class] * (1 + certifier->rounding);
    return needed + slack < certificate->margin; /* false when anything is not a number */
}
