/* Metadata of an ONNX model, in its bytes. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_METADATA_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_METADATA_H

#include <stddef.h>
#include <stdint.h>

/* A copy of the model's bytes in which the entry `key` has this text: other entries of that key are
 * left out, one is put behind all fields, every other byte stays. key NULL: a plain copy. malloc'd.
 */
uint8_t *onnx_with_metadata(
    const uint8_t *bytes, size_t size, const char *key, const char *text, size_t *new_size);

#endif
