/* ChannelMean and ChannelMax: one value of all channels of a place, as spatial attention has it. No
 * layers of Keras: what ReduceMean and ReduceMax of ONNX over the channels become. */
#include "engine/nn/layers/layers.h"

struct params {
    size_t channels;
};

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    (void)settings, (void)err;
    params->channels = (size_t)shape_channels(&layer->input_shapes[0]);
    layer->shape = layer->input_shapes[0];
    layer->shape.dim[layer->shape.rank - 1] = 1;
    return true;
}

static size_t rows_of(const struct layer *layer, int n)
{
    return (size_t)n * shape_count(&layer->shape);
}

static void forward_mean(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    const struct params *params = layer->params;
    (void)scratch;
    for (size_t row = 0; row < rows_of(layer, n); row++) {
        double sum = 0;
        for (size_t c = 0; c < params->channels; c++)
            sum += (double)inputs[0][row * params->channels + c];
        output[row] = (float)(sum / (double)params->channels);
    }
}

static void backward_mean(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    const struct params *params = layer->params;
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    for (size_t row = 0; grad_inputs[0] && row < rows_of(layer, n); row++)
        for (size_t c = 0; c < params->channels; c++)
            grad_inputs[0][row * params->channels + c] +=
                grad_output[row] / (float)params->channels;
}

/* NaN stays NaN. */
static void forward_max(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    const struct params *params = layer->params;
    (void)scratch;
    for (size_t row = 0; row < rows_of(layer, n); row++) {
        const float *in = inputs[0] + row * params->channels;
        float largest = in[0];
        for (size_t c = 1; c < params->channels; c++)
            largest = in[c] <= largest || largest != largest ? largest : in[c];
        output[row] = largest;
    }
}

static void backward_max(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    const struct params *params = layer->params;
    (void)grad_weights, (void)scratch;
    for (size_t row = 0; grad_inputs[0] && row < rows_of(layer, n); row++) {
        const float *in = inputs[0] + row * params->channels;
        size_t c = 0;
        while (c + 1 < params->channels && in[c] != output[row])
            c++;
        grad_inputs[0][row * params->channels + c] += grad_output[row];
    }
}

#define ACROSS_CLASS(id, title, text, kind)       \
    const struct layer_class layer_class_##id = { \
        .name = title,                            \
        .help = text,                             \
        .channels = CHANNELS_LOST,                \
        .min_inputs = 1,                          \
        .max_inputs = 1,                          \
        .takes_planes = true,                     \
        .params_size = sizeof(struct params),     \
        .configure = configure,                   \
        .forward = forward_##kind,                \
        .backward = backward_##kind,              \
    }

ACROSS_CLASS(channel_mean, "ChannelMean", "the mean of all channels of a place", mean);
ACROSS_CLASS(channel_max, "ChannelMax", "the largest of all channels of a place", max);
