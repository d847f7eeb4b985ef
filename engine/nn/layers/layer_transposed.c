/* Conv2DTranspose: the gradient of a convolution as a layer. Each input pixel lays its kernel,
 * times its value, on the output: products for each tap of the kernel, then rows are folded. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

#include <limits.h>
#include <string.h>

struct params {
    /* As the convolution that it is the gradient of has it: `in` is our output, `out` our input. */
    struct window window;
    size_t inputs, filters, taps;
    bool bias;
};

enum { TILE_VALUES = 1 << 16, TILE_ROWS_MIN = 16 };

/* Where the whole reach of the kernels is cut to the output, along one axis: as Keras says. */
static bool place(struct window *window, int axis, bool same, int more, struct error *err)
{
    long long stride = window->stride[axis], size = window->size[axis], in = window->out[axis];
    long long extent = (size - 1) * window->dilation[axis] + 1;
    long long out = in * stride + (same || extent < stride ? 0 : extent - stride);
    if (more >= 0)
        out = (in - 1) * stride + extent - (same ? 2 * (extent / 2) : 0) + more;
    long long padding = (in - 1) * stride + extent - out;
    if (extent > 1 << 24 || stride > 1 << 24 || out > INT_MAX / 4)
        return fail(err, "its window, stride or output is too large");
    if (out < 1 || more >= stride)
        return fail(err, "output_padding does not fit its stride of %lld", stride);
    window->in[axis] = (int)out;
    window->before[axis] = same && padding > 0 ? (int)(padding / 2) : 0;
    return true;
}

/* Padding in numbers, which is cut off, and what is added behind: of ONNX. */
static bool place_padded(
    struct window *window, int axis, const double *pads, int more, struct error *err)
{
    long long stride = window->stride[axis], in = window->out[axis];
    long long extent = (window->size[axis] - 1LL) * window->dilation[axis] + 1;
    if (extent > 1 << 24 || stride > 1 << 24)
        return fail(err, "its window or stride is too large");
    long long out = (in - 1) * stride + extent + (more > 0 ? more : 0);
    out -= (long long)pads[2 * axis] + (long long)pads[2 * axis + 1];
    if (out < 1 || out > INT_MAX / 4)
        return fail(err, "pads and output_padding make %lld rows or columns", out);
    window->in[axis] = (int)out;
    window->before[axis] = (int)pads[2 * axis];
    return true;
}

static bool place_both(
    struct window *window, const struct layer_config *settings, struct error *err)
{
    const char *padding;
    int more[2] = {-1, -1};
    const struct setting *pads = layer_config_find(settings, "pads");
    const struct setting *added = layer_config_find(settings, "output_padding");
    if (!layer_config_string(settings, "padding", "valid", &padding, err) ||
        (added && added->kind != SETTING_NULL &&
            !layer_config_pair(settings, "output_padding", 0, more, err)))
        return false;
    if (strcmp(padding, "same") != 0 && strcmp(padding, "valid") != 0)
        return fail(err, "padding is \"%s\", expected same or valid", padding);
    for (int i = 0; pads && i < 4; i++)
        if (pads->kind != SETTING_NUMBERS || pads->n != 4 ||
            !(pads->number[i] >= 0 && pads->number[i] <= 1 << 20))
            return fail(err, "pads is not 4 whole numbers from 0");
    for (int axis = 0; axis < 2; axis++)
        if (pads ? !place_padded(window, axis, pads->number, more[axis], err)
                 : !place(window, axis, padding[0] == 's', more[axis], err))
            return false;
    return true;
}

static bool read_window(
    const struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    struct window *window = &params->window;
    const struct shape *input = &layer->input_shapes[0];
    if (!window_check_images(input, layer->input_planes[0], settings, err) ||
        !layer_config_pair(settings, "kernel_size", 0, window->size, err) ||
        !layer_config_pair(settings, "strides", 1, window->stride, err) ||
        !layer_config_pair(settings, "dilation_rate", 1, window->dilation, err))
        return false;
    for (int axis = 0; axis < 2; axis++) {
        if (window->size[axis] < 1 || window->stride[axis] < 1 || window->dilation[axis] < 1)
            return fail(err, "kernel_size, strides or dilation_rate is less than 1");
        window->out[axis] = input->dim[axis];
    }
    return place_both(window, settings, err);
}

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    int filters, groups, inputs = shape_channels(&layer->input_shapes[0]);
    if (!read_window(layer, settings, err) ||
        !layer_config_int(settings, "filters", 0, &filters, err) ||
        !layer_config_int(settings, "groups", 1, &groups, err) ||
        !layer_config_bool(settings, "use_bias", true, &params->bias, err) ||
        !layers_read_activation(layer, settings, err))
        return false;
    if (filters < 1 || groups != 1)
        return fail(err, "%d filters of %d groups are not supported", filters, groups);
    struct window *window = &params->window;
    struct shape kernel = {.rank = 4, .dim = {window->size[0], window->size[1], inputs, filters}};
    struct shape bias = shape_units(filters);
    window->channels = filters;
    params->inputs = (size_t)inputs;
    params->filters = (size_t)filters;
    params->taps = (size_t)window->size[0] * (size_t)window->size[1];
    layer->shape = shape_image(window->in[0], window->in[1], filters);
    if (!layers_add_weight(layer, "kernel", &kernel, 3, err) ||
        (params->bias && !layers_add_weight(layer, "bias", &bias, 0, err)))
        return false;
    layer->weights[0].swapped = true;
    return true;
}

/* Input pixels whose kernels are laid at once. */
static size_t tile_rows(const struct params *params, size_t total)
{
    size_t rows = TILE_VALUES / (params->taps * params->filters);
    rows = rows < TILE_ROWS_MIN ? TILE_ROWS_MIN : rows;
    return rows < total ? rows : total;
}

static size_t scratch_size(const struct layer *layer, int n)
{
    const struct params *params = layer->params;
    return params->taps * params->filters *
           tile_rows(params, (size_t)n * window_positions(&params->window));
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    const struct params *params = layer->params;
    size_t total = (size_t)n * window_positions(&params->window), filters = params->filters;
    size_t depth = params->taps * filters, count = (size_t)n * shape_count(&layer->shape);
    struct channels all = {0, (int)filters};
    memset(output, 0, count * sizeof *output);
    for (size_t at = 0, rows; at < total; at += rows) {
        rows = tile_rows(params, total - at);
        struct matrix in = {inputs[0] + at * params->inputs, params->inputs, false};
        for (size_t tap = 0; tap < params->taps; tap++) {
            const float *kernel = layer->weights[0].data + tap * params->inputs * filters;
            kernels_product(scratch + tap * filters, depth, in,
                (struct matrix){kernel, filters, false}, rows, params->inputs, filters, false);
        }
        kernels_fold(output, &params->window, scratch, at, at + rows, all);
    }
    if (params->bias)
        kernels_add_to_rows(output, layer->weights[1].data, count / filters, filters);
}

static void backward_tile(const struct layer *layer, size_t at, size_t rows, const float *input,
    float *grad_input, float *grad_kernel, const float *unfolded)
{
    const struct params *params = layer->params;
    size_t filters = params->filters, inputs = params->inputs, depth = params->taps * filters;
    struct matrix in = {input + at * inputs, inputs, true};
    for (size_t tap = 0; tap < params->taps; tap++) {
        struct matrix grad = {unfolded + tap * filters, depth, false};
        struct matrix kernel = {layer->weights[0].data + tap * inputs * filters, filters, true};
        if (grad_input)
            kernels_product(
                grad_input + at * inputs, inputs, grad, kernel, rows, filters, inputs, true);
        if (grad_kernel)
            kernels_product(grad_kernel + tap * inputs * filters, filters, in, grad, inputs, rows,
                filters, true);
    }
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)output;
    const struct params *params = layer->params;
    size_t total = (size_t)n * window_positions(&params->window);
    struct channels all = {0, (int)params->filters};
    for (size_t at = 0, rows; at < total; at += rows) {
        rows = tile_rows(params, total - at);
        kernels_unfold(scratch, &params->window, grad_output, at, at + rows, all);
        backward_tile(layer, at, rows, inputs[0], grad_inputs[0],
            grad_weights ? grad_weights[0] : NULL, scratch);
    }
    if (params->bias && grad_weights && grad_weights[1])
        kernels_sum_rows(grad_weights[1], grad_output,
            (size_t)n * shape_count(&layer->shape) / params->filters, params->filters);
}

const struct layer_class layer_class_conv2d_transpose = {
    .name = "Conv2DTranspose",
    .help = "every pixel lays its kernel on the output",
    .channels = CHANNELS_NEW,
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_planes = true,
    .params_size = sizeof(struct params),
    .configure = configure,
    .scratch = scratch_size,
    .forward = forward,
    .backward = backward,
};
