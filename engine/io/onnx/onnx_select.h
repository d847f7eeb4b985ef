/* Parts of images: of operators that also take parts of constants (operators_fold.c). Thread: one.
 */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_SELECT_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_SELECT_H

#include "engine/io/onnx/onnx_operator.h"

/* Slice: channels, and rows and columns of images, with steps. */
bool onnx_slice_images(struct onnx_graph *graph, struct onnx_node *node, struct error *err);
/* Gather with a list of places among the channels. */
bool onnx_gather_channels(
    struct onnx_graph *graph, struct onnx_node *node, long long axis, struct error *err);

#endif
