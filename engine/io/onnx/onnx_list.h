/* What an ONNX file holds, as text. Thread: one. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_LIST_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_LIST_H

#include "engine/io/onnx/onnx_file.h"

#include <stdio.h>

/* Nodes with their operators and the shapes of their weights; names are escaped. */
void onnx_list(const struct onnx_file *file, FILE *out);

#endif
