/* Values of a channel in the kernels of a site, and what they can amplify. */
#include "engine/prune/criteria/channel_kernels.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BIAS_RANK = 1 };

/* The kernel of the channel in a weight; false: it has none there. */
static bool take(const struct weight *weight, int unit, struct channel_kernel *kernel)
{
    if (weight->rank <= BIAS_RANK || weight->channel_axis < 0)
        return false;
    int axis = weight->channel_axis;
    kernel->unit = unit;
    kernel->step = (size_t)weight_channels(weight);
    kernel->count = weight->count / kernel->step;
    kernel->values = weight->data + unit;
    kernel->rows = 1; /* taps; kernels of one input channel have theirs in the row */
    for (int i = 0; axis == weight->rank - 1 && i < axis - 1; i++)
        kernel->rows *= weight->dim[i];
    return true;
}

bool channel_kernels_next(
    const struct criterion_input *input, int channel, struct channel_kernel *kernel)
{
    const struct prune_site *site = input->site;
    int weight = kernel->values ? kernel->weight + 1 : 0;
    for (int p = kernel->part; p < site->n_parts; p++, weight = 0) {
        const struct prune_site_part *part = &site->parts[p];
        const struct layer *layer = &input->network->layers[part->layer];
        if (!part->producer || part->unit[channel] < 0)
            continue;
        for (; weight < layer->n_weights; weight++) {
            kernel->part = p;
            kernel->weight = weight;
            if (take(&layer->weights[weight], part->unit[channel], kernel))
                return true;
        }
    }
    return false;
}

/* Rotates rows and columns p and q of a symmetric matrix so that they no longer mix (Jacobi). */
static void rotate(double *matrix, int n, int p, int q)
{
    double *at = matrix, off = at[p * n + q];
    double theta = (at[q * n + q] - at[p * n + p]) / (2 * off);
    double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    double c = 1 / sqrt(t * t + 1), s = t * c;
    for (int k = 0; k < n; k++) {
        double kp = at[k * n + p], kq = at[k * n + q];
        at[k * n + p] = c * kp - s * kq;
        at[k * n + q] = s * kp + c * kq;
    }
    for (int k = 0; k < n; k++) {
        double pk = at[p * n + k], qk = at[q * n + k];
        at[p * n + k] = c * pk - s * qk;
        at[q * n + k] = s * pk + c * qk;
    }
}

/* Of a symmetric matrix, which is overwritten. */
static double largest_eigenvalue(double *matrix, int n)
{
    enum { SWEEPS = 30 };
    static const double nothing = 1e-14;
    double largest = 0, trace = 0;
    for (int i = 0; i < n; i++)
        trace += matrix[i * n + i];
    for (int sweep = 0, turned = 1; sweep < SWEEPS && turned; sweep++) {
        turned = 0;
        for (int p = 0; p < n; p++)
            for (int q = p + 1; q < n; q++)
                if (fabs(matrix[p * n + q]) > nothing * trace) {
                    rotate(matrix, n, p, q);
                    turned = 1;
                }
    }
    for (int i = 0; i < n; i++)
        largest = fmax(largest, matrix[i * n + i]);
    return largest;
}

double channel_kernels_sigma(const struct channel_kernel *kernel)
{
    int rows = kernel->rows, columns = (int)(kernel->count / (size_t)rows);
    bool wide = columns > rows; /* the smaller of W W' and W' W */
    int n = wide ? rows : columns, inner = wide ? columns : rows;
    int along = wide ? columns : 1, across = wide ? 1 : columns;
    double *gram = memory_array((size_t)n * (size_t)n, sizeof *gram);
    for (int i = 0; i < n; i++)
        for (int j = i; j < n; j++) {
            double sum = 0;
            for (int k = 0; k < inner; k++) {
                size_t a = (size_t)(i * along + k * across), b = (size_t)(j * along + k * across);
                sum += (double)kernel->values[a * kernel->step] *
                       (double)kernel->values[b * kernel->step];
            }
            gram[i * n + j] = gram[j * n + i] = sum;
        }
    double sigma = sqrt(largest_eigenvalue(gram, n));
    free(gram);
    return sigma;
}

/* Its backward pass of ones: exactly what it multiplies by. */
static void multiply_gains(const struct layer *layer, double *gains)
{
    size_t count = shape_count(&layer->shape), channels = (size_t)shape_channels(&layer->shape);
    float *ones = memory_floats(count), *inputs = memory_floats(count);
    float *scratch = memory_floats(layer->class->scratch(layer, 1));
    float *gradient = memory_floats(count);
    for (size_t i = 0; i < count; i++)
        ones[i] = 1;
    const float *input[] = {inputs};
    float *wanted[] = {gradient};
    layer->class->backward(layer, 1, input, inputs, ones, wanted, NULL, scratch);
    for (size_t c = 0; c < channels; c++)
        gains[c] *= fabs((double)gradient[c]);
    free(ones);
    free(inputs);
    free(scratch);
    free(gradient);
}

void channel_kernels_gains(const struct network *network, int layer, double *gains)
{
    int channels = shape_channels(&network->layers[layer].shape);
    for (int c = 0; c < channels; c++)
        gains[c] = 1;
    for (int at = network_only_reader(network, layer); at >= 0;
         at = network_only_reader(network, at)) {
        const struct layer *reader = &network->layers[at];
        if (reader->class->channels != CHANNELS_PASS || reader->n_inputs != 1 ||
            shape_channels(&reader->shape) != channels)
            return;
        if (strcmp(reader->class->name, "BatchNormalization") == 0)
            multiply_gains(reader, gains);
    }
}

void channel_kernels_bounds(const struct criterion_input *input, bool normalised, double *scores)
{
    const struct prune_site *site = input->site;
    double **gains = memory_array((size_t)site->n_parts, sizeof *gains);
    for (int p = 0; p < site->n_parts; p++) {
        int layer = site->parts[p].layer;
        int units = shape_channels(&input->network->layers[layer].shape);
        gains[p] = memory_array((size_t)units, sizeof **gains);
        channel_kernels_gains(input->network, layer, gains[p]);
    }
    for (int c = 0; c < site->n_channels; c++) {
        struct channel_kernel kernel = {0};
        scores[c] = 0;
        while (channel_kernels_next(input, c, &kernel)) {
            double gain = normalised ? gains[kernel.part][kernel.unit] : 1;
            scores[c] = fmax(scores[c], channel_kernels_sigma(&kernel) * gain);
        }
    }
    for (int p = 0; p < site->n_parts; p++)
        free(gains[p]);
    free(gains);
}
