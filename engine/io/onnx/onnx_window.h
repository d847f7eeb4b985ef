/* Windows of convolutions and pooling as ONNX says them. Thread: one. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_WINDOW_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_WINDOW_H

#include "engine/io/onnx/onnx_operator.h"

struct onnx_window {
    int in[2], size[2], stride[2], dilation[2];
    int pads[4]; /* top, bottom, left, right */
    int out[2];
};

/* Reads strides, dilations, pads, auto_pad and (where up is asked) ceil_mode; size is set before.
 */
bool onnx_window_read(struct onnx_window *window, struct onnx_node *node,
    const struct onnx_value *images, bool ceil_mode, struct error *err);
/* Of a transposed convolution; more: rows and columns that are added behind. */
bool onnx_window_transposed(struct onnx_window *window, struct onnx_node *node,
    const struct onnx_value *images, int more[2], struct error *err);
/* Their settings for a layer; size_key: "kernel_size" or "pool_size". */
void onnx_window_set(
    const struct onnx_window *window, struct onnx_graph *graph, int layer, const char *size_key);
void onnx_window_set_transposed(
    const struct onnx_window *window, const int more[2], struct onnx_graph *graph, int layer);

#endif
