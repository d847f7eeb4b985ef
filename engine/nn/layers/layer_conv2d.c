/* Conv2D and Conv1D: windows are unfolded into rows, a tile of them at a time, and multiplied by
 * the kernel. A tile may run across images; it stays in the cache between both steps. */
#include "engine/nn/kernels/kernels.h"
#include "engine/nn/layers/layers.h"

struct params {
    struct window window;
    int groups;
    size_t depth;   /* values of one unfolded row: size x channels of a group */
    size_t filters; /* of a group */
    bool bias;
};

enum { TILE_VALUES = 1 << 14, TILE_ROWS_MIN = 16 };

static bool window_of(
    struct layer *layer, const struct layer_config *settings, bool line, struct error *err)
{
    struct params *params = layer->params;
    const struct shape *input = &layer->input_shapes[0];
    return line ? window_configure_line(&params->window, input, settings, "kernel_size", err)
                : window_configure(
                      &params->window, input, layer->input_planes[0], settings, "kernel_size", err);
}

static bool set_up(
    struct layer *layer, const struct layer_config *settings, bool line, struct error *err)
{
    struct params *params = layer->params;
    struct window *window = &params->window;
    int filters;
    if (!window_of(layer, settings, line, err) ||
        !layer_config_int(settings, "filters", 0, &filters, err) ||
        !layer_config_int(settings, "groups", 1, &params->groups, err) ||
        !layer_config_bool(settings, "use_bias", true, &params->bias, err) ||
        !layers_read_activation(layer, settings, err))
        return false;
    if (filters < 1)
        return fail(err, "filters is %d, expected 1 or more", filters);
    if (params->groups < 1 || filters % params->groups || window->channels % params->groups)
        return fail(err, "%d groups do not divide %d channels and %d filters", params->groups,
            window->channels, filters);
    struct shape kernel = {.rank = 4,
        .dim = {window->size[0], window->size[1], window->channels / params->groups, filters}};
    struct shape bias = shape_units(filters);
    layer->shape = shape_image(window->out[0], window->out[1], filters);
    if (line) {
        kernel = (struct shape){3, {kernel.dim[1], kernel.dim[2], filters}};
        layer->shape = (struct shape){2, {window->out[1], filters}};
    }
    if (!layers_add_weight(layer, "kernel", &kernel, line ? 2 : 3, err) ||
        (params->bias && !layers_add_weight(layer, "bias", &bias, 0, err)))
        return false;
    params->filters = (size_t)(filters / params->groups);
    params->depth = layer->weights[0].count / (size_t)filters;
    return true;
}

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    return set_up(layer, settings, false, err);
}

static bool configure_line(
    struct layer *layer, const struct layer_config *settings, struct error *err)
{
    return set_up(layer, settings, true, err);
}

/* Rows of windows that are unfolded at once. */
static size_t tile_rows(const struct params *params, size_t total)
{
    size_t rows = TILE_VALUES / params->depth;
    rows = rows < TILE_ROWS_MIN ? TILE_ROWS_MIN : rows;
    return rows < total ? rows : total;
}

static size_t scratch_size(const struct layer *layer, int n)
{
    const struct params *params = layer->params;
    return params->depth * tile_rows(params, (size_t)n * window_positions(&params->window));
}

struct tile {
    size_t from, to; /* positions of the window, counted through all images */
    struct channels channels;
    size_t filter; /* the first of the group */
};

/* The rows of a tile as a matrix [rows, depth], in the input itself where that is possible. */
static struct matrix unfold(
    const struct params *params, const struct tile *tile, const float *input, float *scratch)
{
    size_t channels = (size_t)params->window.channels;
    if (window_is_pointwise(&params->window))
        return (struct matrix){
            input + tile->from * channels + tile->channels.first, channels, false};
    kernels_unfold(scratch, &params->window, input, tile->from, tile->to, tile->channels);
    return (struct matrix){scratch, params->depth, false};
}

/* The n-th tile of the images; false behind the last. */
static bool next_tile(const struct params *params, int n, struct tile *tile)
{
    size_t total = (size_t)n * window_positions(&params->window);
    int group = tile->channels.count ? tile->channels.first / tile->channels.count + 1 : 0;
    tile->channels.count = params->window.channels / params->groups;
    if (group == params->groups) {
        group = 0;
        tile->from = tile->to;
    }
    size_t rows = tile_rows(params, total - tile->from);
    tile->to = tile->from + rows;
    tile->channels.first = group * tile->channels.count;
    tile->filter = (size_t)group * params->filters;
    return tile->from < total;
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    const struct params *params = layer->params;
    size_t filters = (size_t)shape_channels(&layer->shape);
    const float *kernel = layer->weights[0].data;
    for (struct tile tile = {0}; next_tile(params, n, &tile);) {
        struct matrix rows = unfold(params, &tile, inputs[0], scratch);
        struct matrix group = {kernel + tile.filter, filters, false};
        kernels_product(output + tile.from * filters + tile.filter, filters, rows, group,
            tile.to - tile.from, params->depth, params->filters, false);
        if (params->bias && tile.filter + params->filters == filters)
            kernels_add_to_rows(
                output + tile.from * filters, layer->weights[1].data, tile.to - tile.from, filters);
    }
}

static void backward_tile(const struct layer *layer, const struct tile *tile, const float *input,
    const float *grad_output, float *grad_input, float *grad_kernel, float *scratch)
{
    const struct params *params = layer->params;
    size_t filters = (size_t)shape_channels(&layer->shape), count = tile->to - tile->from;
    const float *grad = grad_output + tile->from * filters + tile->filter;
    if (grad_kernel) {
        struct matrix rows = unfold(params, tile, input, scratch);
        rows.transposed = true;
        kernels_product(grad_kernel + tile->filter, filters, rows,
            (struct matrix){grad, filters, false}, params->depth, count, params->filters, true);
    }
    if (!grad_input)
        return;
    struct matrix kernel = {layer->weights[0].data + tile->filter, filters, true};
    kernels_product(scratch, params->depth, (struct matrix){grad, filters, false}, kernel, count,
        params->filters, params->depth, false);
    kernels_fold(grad_input, &params->window, scratch, tile->from, tile->to, tile->channels);
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)output;
    const struct params *params = layer->params;
    size_t filters = (size_t)shape_channels(&layer->shape);
    for (struct tile tile = {0}; next_tile(params, n, &tile);)
        backward_tile(layer, &tile, inputs[0], grad_output, grad_inputs[0],
            grad_weights ? grad_weights[0] : NULL, scratch);
    if (params->bias && grad_weights && grad_weights[1])
        kernels_sum_rows(
            grad_weights[1], grad_output, (size_t)n * window_positions(&params->window), filters);
}

static void batched(const struct layer *layer, struct lowered_form *form)
{
    const struct params *params = layer->params;
    form->kind = params->groups == 1 ? LOWERED_PRODUCT : LOWERED_PLAIN;
    form->window = params->window;
    form->filters = shape_channels(&layer->shape);
}

#define CONVOLUTION_CLASS(id, keras, with_planes, function) \
    const struct layer_class layer_class_##id = {           \
        .name = keras,                                      \
        .help = "convolution",                              \
        .channels = CHANNELS_NEW,                           \
        .min_inputs = 1,                                    \
        .max_inputs = 1,                                    \
        .takes_planes = with_planes,                        \
        .params_size = sizeof(struct params),               \
        .configure = function,                              \
        .scratch = scratch_size,                            \
        .forward = forward,                                 \
        .batched = batched,                                 \
        .backward = backward,                               \
    }

CONVOLUTION_CLASS(conv2d, "Conv2D", true, configure);
CONVOLUTION_CLASS(conv1d, "Conv1D", false, configure_line);
