/* Weights that lie in another file. Only the file that the user names is read (it was opened before
 * the reader began); what the net says is compared with its name, never opened. Thread: one. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_EXTERNAL_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_EXTERNAL_H

#include "engine/io/onnx/onnx_file.h"

/* Takes the weights out of the file `path` (NULL: none is named) into the model, whose bytes are
 * then those of a model with its weights inside. Fails where one lies in another file than that, or
 * none lies there though a file is named. */
bool onnx_external_load(struct onnx_file *file, const char *path, struct error *err);
/* Where a weight says that it lies; NULL: it does not say. */
const char *onnx_external_location(const Onnx__TensorProto *proto);

#endif
