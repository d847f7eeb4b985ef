/* Layers by their definitions, in double precision. */
#include "tests/unit/common/double_net.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct double_net *double_net_create(const struct network *network)
{
    struct double_net *net = memory_array(1, sizeof *net);
    net->network = network;
    net->scaled = -1;
    net->values = memory_array((size_t)network->n_layers, sizeof *net->values);
    net->linear = memory_array((size_t)network->n_layers, sizeof *net->linear);
    for (int i = 0; i < network->n_layers; i++) {
        size_t count = shape_count(&network->layers[i].shape);
        net->values[i] = memory_array(count, sizeof **net->values);
        net->linear[i] = memory_array(count, sizeof **net->linear);
    }
    return net;
}

void double_net_destroy(struct double_net *net)
{
    for (int i = 0; i < net->network->n_layers; i++) {
        free(net->values[i]);
        free(net->linear[i]);
    }
    free(net->values);
    free(net->linear);
    free(net);
}

const struct weight *double_net_weight(const struct layer *layer, const char *name)
{
    for (int w = 0; w < layer->n_weights; w++)
        if (strcmp(layer->weights[w].name, name) == 0)
            return &layer->weights[w];
    return NULL;
}

static double weight_at(const struct layer *layer, const char *name, size_t i, double otherwise)
{
    const struct weight *weight = double_net_weight(layer, name);
    return weight ? (double)weight->data[i] : otherwise;
}

/* depthwise: output channel c reads input channel c alone. */
static void convolve(const struct layer *layer, const double *in, double *out, bool depthwise)
{
    const struct weight *kernel =
        double_net_weight(layer, depthwise ? "depthwise_kernel" : "kernel");
    const struct shape *from = &layer->input_shapes[0], *to = &layer->shape;
    int high = kernel->dim[0], wide = kernel->dim[1], inputs = from->dim[2];
    int channels = to->dim[2], same = to->dim[0] == from->dim[0];
    int top = same ? (high - 1) / 2 : 0, left = same ? (wide - 1) / 2 : 0;
    for (int o = 0; o < to->dim[0] * to->dim[1] * channels; o++) {
        int c = o % channels, x = o / channels % to->dim[1], y = o / channels / to->dim[1];
        out[o] = weight_at(layer, "bias", (size_t)c, 0);
        for (int k = 0; k < high * wide * inputs; k++) {
            int i = k % inputs, dx = k / inputs % wide, dy = k / inputs / wide;
            int yy = y + dy - top, xx = x + dx - left;
            if ((depthwise && i != c) || yy < 0 || xx < 0 || yy >= from->dim[0] ||
                xx >= from->dim[1])
                continue;
            size_t w = (size_t)(depthwise ? (dy * wide + dx) * inputs + i : k * channels + c);
            out[o] += (double)kernel->data[w] * in[(yy * from->dim[1] + xx) * inputs + i];
        }
    }
}

static void multiply(const struct layer *layer, const double *in, double *out)
{
    const float *kernel = double_net_weight(layer, "kernel")->data;
    size_t units = shape_count(&layer->shape), inputs = shape_count(&layer->input_shapes[0]);
    for (size_t u = 0; u < units; u++) {
        out[u] = weight_at(layer, "bias", u, 0);
        for (size_t i = 0; i < inputs; i++)
            out[u] += (double)kernel[i * units + u] * in[i];
    }
}

static void normalise(const struct layer *layer, const double *in, double *out)
{
    static const double epsilon = 1e-3; /* Keras' own */
    size_t channels = (size_t)shape_channels(&layer->shape);
    for (size_t i = 0; i < shape_count(&layer->shape); i++) {
        size_t c = i % channels;
        double deviation = sqrt(weight_at(layer, "moving_variance", c, 1) + epsilon);
        out[i] = weight_at(layer, "gamma", c, 1) * (in[i] - weight_at(layer, "moving_mean", c, 0)) /
                     deviation +
                 weight_at(layer, "beta", c, 0);
    }
}

static void pool(const struct layer *layer, const double *in, double *out)
{
    const struct shape *from = &layer->input_shapes[0], *to = &layer->shape;
    int channels = shape_channels(to);
    bool global = strcmp(layer->class->name, "GlobalAveragePooling2D") == 0;
    int rows = global ? 1 : to->dim[0], columns = global ? 1 : to->dim[1];
    int size = global ? from->dim[0] : 2, across = global ? from->dim[1] : 2;
    for (int o = 0; o < rows * columns * channels; o++) {
        int c = o % channels, x = o / channels % columns, y = o / channels / columns;
        double sum = 0, largest = -HUGE_VAL;
        for (int k = 0; k < size * across; k++) {
            int yy = y * size + k / across, xx = x * across + k % across;
            double value = in[(yy * from->dim[1] + xx) * channels + c];
            sum += value;
            largest = fmax(largest, value);
        }
        out[o] = global ? sum / (size * across) : largest;
    }
}

static void compute(struct double_net *net, int at)
{
    const struct layer *layer = &net->network->layers[at];
    const char *class = layer->class->name;
    const double *in = net->values[layer->inputs[0]];
    double *out = net->linear[at];
    size_t count = shape_count(&layer->shape);
    if (strcmp(class, "Conv2D") == 0 || strcmp(class, "DepthwiseConv2D") == 0)
        convolve(layer, in, out, class[0] == 'D');
    else if (strcmp(class, "Dense") == 0)
        multiply(layer, in, out);
    else if (strcmp(class, "BatchNormalization") == 0)
        normalise(layer, in, out);
    else if (strstr(class, "Pooling2D"))
        pool(layer, in, out);
    else
        for (size_t i = 0; i < count; i++) {
            out[i] = 0; /* Add; one input: activation, Flatten */
            for (int k = 0; k < layer->n_inputs; k++)
                out[i] += net->values[layer->inputs[k]][i];
        }
}

/* Factors of kernel and bias, of what a layer gave before its activation. */
static void apply_factors(struct double_net *net, int at)
{
    const struct layer *layer = &net->network->layers[at];
    size_t channels = (size_t)shape_channels(&layer->shape);
    for (size_t i = 0; i < shape_count(&layer->shape); i++) {
        size_t c = i % channels;
        double offset = weight_at(layer, "bias", c, 0) + weight_at(layer, "beta", c, 0);
        double weight = net->by_weight && net->by_weight[at] ? net->by_weight[at][c] : 1;
        double bias = net->by_bias && net->by_bias[at] ? net->by_bias[at][c] : 1;
        net->linear[at][i] = weight * (net->linear[at][i] - offset) + bias * offset;
    }
}

void double_net_run(struct double_net *net, const double *image)
{
    const struct network *network = net->network;
    for (int at = 0; at < network->n_layers; at++) {
        const struct layer *layer = &network->layers[at];
        size_t count = shape_count(&layer->shape), channels = (size_t)shape_channels(&layer->shape);
        if (at == network->input)
            memcpy(net->linear[at], image, count * sizeof *image);
        else
            compute(net, at);
        apply_factors(net, at);
        bool cut = layer->activation.kind == ACTIVATION_RELU;
        for (size_t i = 0; i < count; i++) {
            net->values[at][i] = cut ? fmax(0, net->linear[at][i]) : net->linear[at][i];
            if (at == net->scaled && i % channels == (size_t)net->channel)
                net->values[at][i] *= net->factor;
        }
    }
}

double double_net_loss(const struct double_net *net, int label)
{
    const double *logits = net->values[net->network->output];
    double largest = -HUGE_VAL, sum = 0;
    for (int k = 0; k < net->network->n_classes; k++)
        largest = fmax(largest, logits[k]);
    for (int k = 0; k < net->network->n_classes; k++)
        sum += exp(logits[k] - largest);
    return log(sum) + largest - logits[label];
}

int double_net_class(const struct double_net *net)
{
    const double *logits = net->values[net->network->output];
    int best = 0;
    for (int k = 1; k < net->network->n_classes; k++)
        best = logits[k] > logits[best] ? k : best;
    return best;
}
