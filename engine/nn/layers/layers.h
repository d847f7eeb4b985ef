/* What the files of the layer types share, and the list of them. Private to the room. */
#ifndef SECATEUR_ENGINE_NN_LAYERS_LAYERS_H
#define SECATEUR_ENGINE_NN_LAYERS_LAYERS_H

#include "engine/nn/layers/layer.h"

/* Every layer type, by the name of its const struct layer_class layer_class_<name>. */
/* clang-format off */
#define LAYERS(entry) \
    entry(input) \
    entry(conv2d) \
    entry(depthwise) \
    entry(separable) \
    entry(dense) \
    entry(max_pooling) \
    entry(average_pooling) \
    entry(global_max) \
    entry(global_average) \
    entry(flatten) \
    entry(flatten_planes) \
    entry(reshape) \
    entry(zero_padding) \
    entry(batch_normalization) \
    entry(rescaling) \
    entry(normalization) \
    entry(activation) \
    entry(relu) \
    entry(leaky_relu) \
    entry(elu) \
    entry(prelu) \
    entry(thresholded_relu) \
    entry(softmax) \
    entry(add) \
    entry(concatenate) \
    entry(dropout) \
    entry(spatial_dropout) \
    entry(alpha_dropout) \
    entry(gaussian_dropout) \
    entry(gaussian_noise) \
    entry(activity_regularization) \
    entry(resizing) \
    entry(center_crop) \
    entry(random_flip) \
    entry(random_rotation) \
    entry(random_translation) \
    entry(random_zoom) \
    entry(random_contrast) \
    entry(random_brightness) \
    entry(random_crop) \
    entry(random_height) \
    entry(random_width)
/* clang-format on */

#define LAYERS_DECLARE(name) extern const struct layer_class layer_class_##name;
LAYERS(LAYERS_DECLARE)
#undef LAYERS_DECLARE

/* Describes the next weight of a layer; fails when it would be too large. */
bool layers_add_weight(struct layer *layer, const char *name, const struct shape *shape,
    int channel_axis, struct error *err);
bool layers_read_activation(
    struct layer *layer, const struct layer_config *settings, struct error *err);

/* Fails where "axis" (a number, or a list of one) is not that of the channels. */
bool layers_check_axis(
    const struct layer *layer, const struct layer_config *settings, struct error *err);

/* A layer whose output is its input, before the activation. */
bool layers_same_shape(struct layer *layer, const struct layer_config *settings, struct error *err);
void layers_copy(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch);
void layers_copy_backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch);

#endif
