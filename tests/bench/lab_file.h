/* An image set as the lab has it: HDF5, `data` [n, 3, 55, 47] and `label` [n], neither chunked nor
 * compressed, float64 or bytes; written piece by piece, so that it never is in memory.
 * Owner: the caller. Thread: one. */
#ifndef SECATEUR_TESTS_BENCH_LAB_FILE_H
#define SECATEUR_TESTS_BENCH_LAB_FILE_H

#include "engine/base/error.h"
#include "engine/nn/tensor/tensor.h"

#include <stdint.h>

struct lab_file;

struct lab_file *lab_file_create(const char *path, const struct shape *image, int n, bool bytes);
/* The next images, pixels[count, image] with channels last. */
void lab_file_add(struct lab_file *file, int count, const uint8_t *pixels, const int32_t *labels);
bool lab_file_close(struct lab_file *file); /* false when something could not be written */
/* n images of random bytes, labels 0, 1 … n_classes - 1 in turn. */
bool lab_file_write_noise(
    const char *path, const struct shape *image, int n, int n_classes, struct error *err);

#endif
