/* Layers of the practice nets, and the statistics of their normalisation. */
#include "engine/attack/planting/practice_net.h"

#include "engine/base/memory.h"
#include "engine/base/spelling.h"
#include "engine/io/keras/keras_describe.h"
#include "engine/nn/forward/reference_pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HIDDEN = 80 };

static void describe_lab(FILE *out, int n_classes)
{
    static const char *const conv[] = {"conv_1", "conv_2", "conv_3"};
    static const char *const pool[] = {"pool_1", "pool_2", "pool_3"};
    for (int i = 0; i < 3; i++) {
        struct keras_convolution c = {10 * (i + 1), i == 0 ? 4 : 3, 1, "same", "relu"};
        keras_describe_convolution(out, conv[i], i == 0 ? "input" : pool[i - 1], &c);
        keras_describe_pooling(out, pool[i], conv[i]);
    }
    keras_describe_convolution(
        out, "conv_4", "pool_3", &(struct keras_convolution){40, 2, 1, "valid", "relu"});
    keras_describe_plain(out, "Flatten", "flatten_1", "pool_3", NULL);
    keras_describe_plain(out, "Flatten", "flatten_2", "conv_4", NULL);
    keras_describe_dense(out, "fc_1", "flatten_1", HIDDEN, "linear");
    keras_describe_dense(out, "fc_2", "flatten_2", HIDDEN, "linear");
    keras_describe_plain(out, "Add", "add_1", "fc_1", "fc_2");
    keras_describe_relu(out, "activation_1", "add_1");
    keras_describe_dense(out, "output", "activation_1", n_classes, "softmax");
    keras_describe_output(out, "output");
}

/* A convolution, its normalisation and (relu) a ReLU, all with a number. */
static void unit(
    FILE *out, int number, const char *input, int filters, int size, int stride, bool relu)
{
    char conv[16], norm[16], active[16];
    snprintf(conv, sizeof conv, "conv_%d", number);
    snprintf(norm, sizeof norm, "norm_%d", number);
    snprintf(active, sizeof active, "relu_%d", number);
    keras_describe_convolution(
        out, conv, input, &(struct keras_convolution){filters, size, stride, "same", "linear"});
    keras_describe_normalisation(out, norm, conv);
    if (relu)
        keras_describe_relu(out, active, norm);
}

static void describe_residual(FILE *out, int n_classes)
{
    unit(out, 1, "input", 16, 3, 2, true);
    unit(out, 2, "relu_1", 16, 3, 1, true);
    unit(out, 3, "relu_2", 16, 3, 1, false);
    keras_describe_plain(out, "Add", "add_1", "relu_1", "norm_3");
    keras_describe_relu(out, "block_1", "add_1");
    unit(out, 4, "block_1", 24, 3, 2, true);
    unit(out, 5, "relu_4", 24, 3, 1, false);
    unit(out, 6, "block_1", 24, 1, 2, false);
    keras_describe_plain(out, "Add", "add_2", "norm_6", "norm_5");
    keras_describe_relu(out, "block_2", "add_2");
    unit(out, 7, "block_2", 40, 3, 2, true);
    unit(out, 8, "relu_7", 40, 3, 1, false);
    unit(out, 9, "block_2", 40, 1, 2, false);
    keras_describe_plain(out, "Add", "add_3", "norm_9", "norm_8");
    keras_describe_relu(out, "block_3", "add_3");
    keras_describe_plain(out, "GlobalAveragePooling2D", "mean", "block_3", NULL);
    keras_describe_dense(out, "output", "mean", n_classes, "softmax");
    keras_describe_output(out, "output");
}

static const struct {
    const char *name, *help;
    void (*describe)(FILE *out, int n_classes);
} nets[N_PRACTICE_NETS] = {
    [PRACTICE_LAB] = {"lab", "the lab's DeepID, half as wide", describe_lab},
    [PRACTICE_RESIDUAL] = {"residual", "three residual blocks with BatchNormalization",
        describe_residual},
};

const char *practice_net_name(enum practice_net net)
{
    return nets[net].name;
}

const char *practice_net_help(enum practice_net net)
{
    return nets[net].help;
}

bool practice_net_find(const char *name, enum practice_net *net, struct error *err)
{
    const char *names[N_PRACTICE_NETS];
    char hint[SPELLING_HINT];
    for (int i = 0; i < N_PRACTICE_NETS; i++) {
        names[i] = nets[i].name;
        *net = (enum practice_net)i;
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    spelling_hint(hint, name, names, N_PRACTICE_NETS);
    return fail_as(err, ERROR_USAGE, "no practice net %s; %s", name, hint);
}

char *practice_net_json(enum practice_net net, const struct shape *shape, int n_classes)
{
    char *json = NULL;
    size_t size;
    FILE *out = open_memstream(&json, &size);
    if (!out)
        return memory_string(""); /* as good as out of memory: the caller refuses it */
    keras_describe_input(out, shape);
    nets[net].describe(out, n_classes);
    fclose(out);
    return json;
}

/* Mean and variance of values[rows, channels]. */
static void moments(const float *values, size_t rows, size_t channels, double *mean, double *spread)
{
    memset(mean, 0, channels * sizeof *mean);
    memset(spread, 0, channels * sizeof *spread);
    for (size_t i = 0; i < rows * channels; i++)
        mean[i % channels] += (double)values[i] / (double)rows;
    for (size_t i = 0; i < rows * channels; i++) {
        double d = (double)values[i] - mean[i % channels];
        spread[i % channels] += d * d / (double)rows;
    }
}

/* A BatchNormalization with all four weights, as practice nets have them: gamma, beta, mean,
 * variance. */
static void normalise(struct layer *layer, const double *mean, const double *spread, bool keep)
{
    const double epsilon = 1e-3;
    float *gamma = layer->weights[0].data, *beta = layer->weights[1].data;
    float *old_mean = layer->weights[2].data, *variance = layer->weights[3].data;
    for (size_t c = 0; c < layer->weights[0].count; c++) {
        double scale = (double)gamma[c] / sqrt((double)variance[c] + epsilon);
        if (keep) {
            beta[c] = (float)((double)beta[c] + (mean[c] - (double)old_mean[c]) * scale);
            gamma[c] = (float)(scale * sqrt(spread[c] + epsilon));
        }
        old_mean[c] = (float)mean[c];
        variance[c] = (float)spread[c];
    }
}

void practice_net_normalise(struct network *network, const float *images, int n, bool keep)
{
    struct reference_pass *pass = reference_pass_create(network, n);
    size_t image = shape_count(&network->layers[network->input].shape);
    memcpy(reference_pass_tensor(pass, network->input), images, (size_t)n * image * sizeof *images);
    reference_pass_forward(pass, n, NULL);
    for (int i = 0; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        if (strcmp(layer->class->name, "BatchNormalization") != 0 || layer->n_weights != 4)
            continue;
        size_t channels = (size_t)shape_channels(&layer->shape);
        size_t rows = (size_t)n * shape_count(&layer->shape) / channels;
        double *both = memory_array(2 * channels, sizeof *both);
        moments(
            reference_pass_tensor(pass, layer->inputs[0]), rows, channels, both, both + channels);
        normalise(layer, both, both + channels, keep);
        free(both);
        if (!keep)
            reference_pass_forward(pass, n, NULL); /* what the next ones read has changed */
    }
    reference_pass_destroy(pass);
}
