/* What a layer is called: as its author calls it, whoever wrote the file. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_NAME_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_NAME_H

#include "engine/io/onnx/onnx_file.h"

/* Of a node whose first weight is `tensor` ("layer1.0.conv1.weight"; NULL: it has none, or one that
 * the exporter made); malloc'd. "/layer1/layer1.0/conv1/Conv" too is layer1.0.conv1. */
char *onnx_name(const Onnx__NodeProto *node, const char *tensor);

#endif
