/* The walk through the nodes of an ONNX graph, which come in the order they are computed.
 * Thread: one. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_WALK_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_WALK_H

#include "engine/io/onnx/onnx_graph.h"

/* Every layer and where its weights come from; fails by the operator that cannot be run. */
bool onnx_graph_read(struct onnx_graph *graph, const struct onnx_file *file, struct error *err);
void onnx_graph_finish(struct onnx_graph *graph);

#endif
