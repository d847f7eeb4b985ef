/* The geometry of a window that slides over an image: convolutions and pooling.
 * Pairs are [vertical, horizontal]. Thread: any. */
#ifndef SECATEUR_ENGINE_NN_TENSOR_WINDOW_H
#define SECATEUR_ENGINE_NN_TENSOR_WINDOW_H

#include "engine/nn/tensor/layer_config.h"
#include "engine/nn/tensor/tensor.h"

struct window {
    int in[2], channels; /* of the input */
    int size[2], stride[2], dilation[2];
    int before[2]; /* padding above and on the left */
    int out[2];    /* positions of the window */
};

/* Reads data_format, strides, padding (or pads, in numbers), dilation_rate and the size (key
 * "kernel_size" or "pool_size"; pool strides are the pool's size where nothing is said). planes:
 * the input was written as channels_first. */
bool window_configure(struct window *window, const struct shape *input, bool planes,
    const struct layer_config *settings, const char *size_key, struct error *err);

/* The same over a line [steps, channels], which is an image of one row. Also reads the padding
 * "causal": steps before alone. */
bool window_configure_line(struct window *window, const struct shape *input,
    const struct layer_config *settings, const char *size_key, struct error *err);
/* Fails where the input is no line, or data_format is not channels_last. */
bool window_check_line(
    const struct shape *input, const struct layer_config *settings, struct error *err);

/* Fails where the first input is no image, or data_format is not how Keras has it. */
bool window_check_images(
    const struct shape *input, bool planes, const struct layer_config *settings, struct error *err);

/* The taps of the window at a position that lie inside the input are first .. last-1;
 * tap t reads the input at origin + t * dilation. */
struct taps {
    int first, last, origin;
};
struct taps window_taps(const struct window *window, int axis, int position);
struct taps *window_all_taps(const struct window *window, int axis); /* malloc'd, [out[axis]] */

/* True when the window is one pixel that visits every pixel: images are its rows as they are. */
bool window_is_pointwise(const struct window *window);
/* True when windows lie inside the input and do not overlap. */
bool window_tiles(const struct window *window);
size_t window_positions(const struct window *window); /* for one image */

#endif
