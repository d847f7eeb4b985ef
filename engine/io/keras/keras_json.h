/* JSON from strangers, by jansson, in a reader that opens no file. Private to the room. Thread: the
 * reader's. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_JSON_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_JSON_H

#include <jansson.h>

/* As json_loadb. */
json_t *keras_json_load(const char *text, size_t length, size_t flags, json_error_t *problem);

#endif
