/* SelectChannels: channels of the input in any order, once, twice or not, and channels of zeros. No
 * layer of Keras: what Split, Slice, Gather, Expand, channel shuffle and padded channels of ONNX
 * become. */
#include "engine/base/refcount.h"
#include "engine/nn/layers/layers.h"

#include <limits.h>
#include <math.h>

struct params {
    int *from; /* [channels] of the input, -1: zeros; counted, as copies of the layer share it */
};

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    const struct setting *list = layer_config_find(settings, "channels");
    int incoming = shape_channels(&layer->input_shapes[0]);
    if (!list || list->kind != SETTING_NUMBERS || list->n < 1)
        return fail(err, "channels is not a list of numbers");
    params->from = refcount_create((size_t)list->n * sizeof *params->from, NULL);
    for (int c = 0; c < list->n; c++) {
        double from = list->number[c];
        if (!(from >= -1 && from < incoming) || from != trunc(from))
            return fail(err, "channels holds %g, expected -1 to %d", from, incoming - 1);
        params->from[c] = (int)from;
    }
    layer->shape = layer->input_shapes[0];
    layer->shape.dim[layer->shape.rank - 1] = list->n;
    return true;
}

static void share(struct layer *layer)
{
    struct params *params = layer->params;
    params->from = refcount_ref(params->from);
}

static void finish(struct layer *layer)
{
    struct params *params = layer->params;
    refcount_unref(params->from);
}

static int picked(const struct layer *layer, int channel)
{
    const struct params *params = layer->params;
    return params->from[channel];
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    const struct params *params = layer->params;
    size_t channels = (size_t)shape_channels(&layer->shape);
    size_t incoming = (size_t)shape_channels(&layer->input_shapes[0]);
    size_t rows = (size_t)n * shape_count(&layer->shape) / channels;
    (void)scratch;
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < channels; c++)
            output[row * channels + c] =
                params->from[c] < 0 ? 0 : inputs[0][row * incoming + (size_t)params->from[c]];
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    const struct params *params = layer->params;
    size_t channels = (size_t)shape_channels(&layer->shape);
    size_t incoming = (size_t)shape_channels(&layer->input_shapes[0]);
    size_t rows = (size_t)n * shape_count(&layer->shape) / channels;
    (void)inputs, (void)output, (void)grad_weights, (void)scratch;
    for (size_t row = 0; grad_inputs[0] && row < rows; row++)
        for (size_t c = 0; c < channels; c++)
            if (params->from[c] >= 0)
                grad_inputs[0][row * incoming + (size_t)params->from[c]] +=
                    grad_output[row * channels + c];
}

const struct layer_class layer_class_select = {
    .name = "SelectChannels",
    .help = "some of the channels, or in another order",
    .channels = CHANNELS_PICK,
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_planes = true,
    .params_size = sizeof(struct params),
    .share = share,
    .finish = finish,
    .configure = configure,
    .picked = picked,
    .forward = forward,
    .backward = backward,
};
