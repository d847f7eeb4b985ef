/* Operations that stand between layers where a net was written with them: x / 127.5, x + y,
 * relu(x). Keras 3 names them ("keras.src.ops.numpy", "TrueDivide"), Keras 2 has them as TFOpLambda
 * with the name of a function. Private to the room. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_OPERATIONS_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_OPERATIONS_H

#include "engine/nn/graph/node.h"

#include <jansson.h>

/* Whether an entry of "layers" is an operation, by how it is spelled. */
bool keras_operation_is(const json_t *layer);
/* Its call, which reads n_inputs tensors, as a layer: class (malloc'd) and settings of the node.
 * One that is not known becomes a class that no layer has. call: of inbound_nodes. */
void keras_operation_read(const json_t *layer, size_t call, int n_inputs, char **class_name,
    struct layer_config *settings);

#endif
