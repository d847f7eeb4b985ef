/* The walk through the nodes of an ONNX graph, which come in the order they are computed.
 * Thread: one. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_WALK_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_WALK_H

#include "engine/io/onnx/onnx_graph.h"

/* Every layer and where its weights come from; fails by the operator that cannot be run, or with
 * any_size where the file leaves the size of images open and none is said. */
bool onnx_graph_read(struct onnx_graph *graph, const struct onnx_file *file,
    const struct image_size *size, struct error *err);
void onnx_graph_finish(struct onnx_graph *graph);

#endif
