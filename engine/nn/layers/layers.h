/* What the files of the layer types share. Private to the room, but for layers_copy, by which
 * graph/ knows a layer that hands its input on. */
#ifndef SECATEUR_ENGINE_NN_LAYERS_LAYERS_H
#define SECATEUR_ENGINE_NN_LAYERS_LAYERS_H

#include "engine/nn/layers/layer.h"

/* Describes the next weight of a layer; fails when it would be too large. */
bool layers_add_weight(struct layer *layer, const char *name, const struct shape *shape,
    int channel_axis, struct error *err);
bool layers_read_activation(
    struct layer *layer, const struct layer_config *settings, struct error *err);

/* Fails where "axis" (a number, or a list of one) is not that of the channels. */
bool layers_check_axis(
    const struct layer *layer, const struct layer_config *settings, struct error *err);

/* The same values as an image: a line [steps, channels] is one row. */
struct shape layers_as_image(const struct shape *shape);
/* Of a border: top, bottom, left, right; one number, [vertical, horizontal], or [[top, bottom],
 * [left, right]] in one row. Of a line: one number, or [before, behind]. */
bool layers_read_frame(const struct layer_config *settings, const char *key, bool line,
    int otherwise, int frame[4], struct error *err);

/* Where the rows of an image lie in a larger one that has a border around it; in values. */
struct layers_border {
    size_t above, before;           /* rows above, values on the left of each row */
    size_t lines, line;             /* rows of the image, values in one */
    size_t whole_image, whole_line; /* of the larger one */
};
/* frame: the border, as layers_read_frame gives it. */
struct layers_border layers_border(
    const int frame[4], const struct shape *image, const struct shape *whole);
/* First value of a row in the larger images; rows are counted through all images. */
size_t layers_border_place(const struct layers_border *border, size_t line);

/* A layer whose output is its input, before the activation. */
bool layers_same_shape(struct layer *layer, const struct layer_config *settings, struct error *err);
void layers_copy(
    const struct layer *layer, int n, const float *const *inputs, float *output, float *scratch);
void layers_copy_backward(const struct layer *layer, int n, const float *const *inputs,
    const float *output, const float *grad_output, float *const *grad_inputs,
    float *const *grad_weights, float *scratch);

#endif
