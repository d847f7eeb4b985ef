/* MNIST's IDX: bytes in [n, height, width], of colours with a fourth axis, and their labels. */
#include "engine/io/convert/image_writer.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { UNSIGNED_BYTES = 8, MAGIC = 4, AXIS = 4, LABEL_MAX = 255 };

static bool fits(const char *path)
{
    return image_writer_ends(path, "-ubyte") || image_writer_ends(path, ".idx");
}

/* A file of so many values, behind its header; malloc'd. */
static uint8_t *begin(const int *dim, int rank, struct image_file *file, uint8_t **values)
{
    size_t count = 1, head = MAGIC + AXIS * (size_t)rank;
    for (int i = 0; i < rank; i++)
        count *= (size_t)dim[i];
    uint8_t *bytes = memory_array(head + count, 1);
    bytes[2] = UNSIGNED_BYTES;
    bytes[3] = (uint8_t)rank;
    for (int i = 0; i < rank; i++)
        for (int k = 0; k < AXIS; k++)
            bytes[MAGIC + AXIS * i + k] = (uint8_t)(dim[i] >> (24 - 8 * k));
    *file = (struct image_file){bytes, head + count};
    *values = bytes + head;
    return bytes;
}

static bool write(const struct dataset *set, const char *path, bool force, struct error *err)
{
    const struct shape *shape = dataset_shape(set);
    int n = dataset_count(set), dim[] = {n, shape->dim[0], shape->dim[1], shape->dim[2]};
    if (shape->rank < 2)
        return fail_as(
            err, ERROR_USAGE, "%s: holds images, not rows of values: name a file .h5", path);
    if (!image_writer_needs_bytes(set, path, LABEL_MAX, err))
        return false;
    bool grey = dataset_channels(shape) == 1;
    struct image_file files[2];
    uint8_t *to, *of_labels;
    uint8_t *images = begin(dim, grey ? 3 : 4, &files[0], &to);
    uint8_t *labels = begin(dim, 1, &files[1], &of_labels);
    for (int i = 0; i < n; i++, to += shape_count(shape)) {
        image_writer_bytes(set, i, to);
        of_labels[i] = (uint8_t)dataset_labels(set)[i];
    }
    bool good = dataset_check(set, err) && image_writer_write_pair(path, files, force, err);
    free(images);
    free(labels);
    return good;
}

const struct image_writer image_writer_idx = {
    .as = "NAME-images-idx3-ubyte",
    .fits = fits,
    .check = image_writer_check_pair,
    .write = write,
};
