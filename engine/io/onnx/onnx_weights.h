/* Weights between the tensors of a file and a network of the graph's layers. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_WEIGHTS_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_WEIGHTS_H

#include "engine/io/onnx/onnx_graph.h"

/* The weights of the file into a network of the graph's nodes. */
bool onnx_graph_fill(
    const struct onnx_graph *graph, const struct network *network, struct error *err);
/* The weights of a network into the file's bytes: only values that differ change. */
bool onnx_graph_update(
    const struct onnx_graph *graph, const struct network *network, struct error *err);

#endif
