/* What the JSON of a net may cost: 2 MB can hold values for half a gigabyte of memory, or layers
 * for minutes. Real nets stay far below (EfficientNetB7: 813 layers, 0.5 MB). Thread: any. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_LIMITS_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_LIMITS_H

#include "engine/base/error.h"

#include <stddef.h>

enum {
    KERAS_JSON_MAX_BYTES = 2 << 20,
    KERAS_JSON_MAX_VALUES = 300000,
    KERAS_JSON_MAX_DEPTH = 256,
    KERAS_LAYERS_MAX = 4000,
};

/* Whether a text is small enough to be taken for JSON; what is wrong with its JSON is not told. */
bool keras_limits_json(const char *json, size_t length, struct error *err);

#endif
