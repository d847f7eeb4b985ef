/* PReLU: negative values are multiplied by weights, one for each value of an image or shared along
 * axes. */
#include "engine/nn/layers/layers.h"

#include <math.h>

struct params {
    size_t step[SHAPE_RANK_MAX]; /* of the weight along each dimension of the image; 0: shared */
};

/* shared_axes counts from 1, as Keras has the image. */
static bool is_shared(const struct setting *axes, int axis)
{
    for (int i = 0; axes && axes->kind == SETTING_NUMBERS && i < axes->n; i++)
        if (axes->number[i] == axis)
            return true;
    return false;
}

static bool configure(struct layer *layer, const struct layer_config *settings, struct error *err)
{
    struct params *params = layer->params;
    const struct setting *axes = layer_config_find(settings, "shared_axes");
    struct shape alpha = layer->input_shapes[0];
    bool planes = layer->input_planes[0];
    if (planes) /* as Keras has the image, and the weights */
        alpha = shape_image(alpha.dim[2], alpha.dim[0], alpha.dim[1]);
    if (axes && axes->kind != SETTING_NULL && axes->kind != SETTING_NUMBERS)
        return fail(err, "shared_axes is not a list of numbers");
    for (int i = 0; axes && i < axes->n; i++)
        if (!(axes->number[i] >= 1 && axes->number[i] <= alpha.rank) ||
            axes->number[i] != trunc(axes->number[i]))
            return fail(err, "shared_axes holds %g, expected 1 to %d", axes->number[i], alpha.rank);
    for (int i = 0; i < alpha.rank; i++)
        if (is_shared(axes, i + 1))
            alpha.dim[i] = 1;
    size_t step = 1;
    for (int i = alpha.rank - 1; i >= 0; i--) {
        params->step[planes ? (i + 2) % 3 : i] = alpha.dim[i] == 1 ? 0 : step;
        step *= (size_t)alpha.dim[i];
    }
    return layers_add_weight(layer, "alpha", &alpha, -1, err) &&
           layers_same_shape(layer, settings, err);
}

/* The weight of value `at` of an image. */
static size_t weight_of(const struct layer *layer, size_t at)
{
    const struct params *params = layer->params;
    size_t weight = 0;
    for (int i = layer->shape.rank - 1; i >= 0; i--) {
        weight += at % (size_t)layer->shape.dim[i] * params->step[i];
        at /= (size_t)layer->shape.dim[i];
    }
    return weight;
}

static void forward(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch)
{
    (void)scratch;
    size_t count = shape_count(&layer->shape);
    for (size_t k = 0; k < count; k++) {
        float alpha = layer->weights[0].data[weight_of(layer, k)];
        for (size_t i = k; i < (size_t)n * count; i += count)
            output[i] = inputs[0][i] < 0 ? alpha * inputs[0][i] : inputs[0][i];
    }
}

static void backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch)
{
    (void)output, (void)scratch;
    size_t count = shape_count(&layer->shape);
    for (size_t k = 0; k < count; k++) {
        size_t weight = weight_of(layer, k);
        float alpha = layer->weights[0].data[weight];
        for (size_t i = k; i < (size_t)n * count; i += count) {
            bool negative = inputs[0][i] < 0;
            if (grad_inputs[0])
                grad_inputs[0][i] += negative ? alpha * grad_output[i] : grad_output[i];
            if (grad_weights && grad_weights[0] && negative)
                grad_weights[0][weight] += grad_output[i] * inputs[0][i];
        }
    }
}

const struct layer_class layer_class_prelu = {
    .name = "PReLU",
    .help = "negative values are multiplied by weights",
    .channels = CHANNELS_PASS,
    .min_inputs = 1,
    .max_inputs = 1,
    .takes_planes = true,
    .params_size = sizeof(struct params),
    .configure = configure,
    .forward = forward,
    .backward = backward,
};
