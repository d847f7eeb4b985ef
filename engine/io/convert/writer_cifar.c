/* CIFAR-10's binary form: records of a label and three planes of 32×32. */
#include "engine/io/convert/image_writer.h"

#include "engine/base/atomic_write.h"
#include "engine/base/memory.h"

#include <stdlib.h>

enum { SIDE = 32, PLANES = 3, PIXELS = SIDE * SIDE, RECORD = 1 + PLANES * PIXELS, LABEL_MAX = 9 };

static bool fits(const char *path)
{
    return image_writer_ends(path, ".bin");
}

static bool write(const struct dataset *set, const char *path, bool force, struct error *err)
{
    const struct shape cifar = shape_image(SIDE, SIDE, PLANES), *shape = dataset_shape(set);
    char text[SHAPE_TEXT];
    uint8_t image[PLANES * PIXELS];
    if (!shape_equal(shape, &cifar))
        return fail_as(err, ERROR_USAGE,
            "%s: CIFAR's images are 32x32x3, these are %s: name a file .h5 or .npz%s", path,
            shape_text(shape, text),
            shape->rank == 3 && shape->dim[2] == PLANES ? ", or give --size 32x32" : "");
    if (!image_writer_needs_bytes(set, path, LABEL_MAX, err))
        return false;
    size_t n = (size_t)dataset_count(set);
    uint8_t *bytes = memory_try(n, RECORD, path, err);
    for (size_t i = 0; i < n && bytes; i++) {
        uint8_t *to = bytes + i * RECORD;
        image_writer_bytes(set, (int)i, image);
        *to++ = (uint8_t)dataset_labels(set)[i];
        for (int c = 0; c < PLANES; c++)
            for (int k = 0; k < PIXELS; k++)
                *to++ = image[k * PLANES + c];
    }
    bool good =
        bytes && dataset_check(set, err) && atomic_write(path, bytes, n * RECORD, force, err);
    free(bytes);
    return good;
}

const struct image_writer image_writer_cifar = {
    .as = "data_batch_1.bin",
    .fits = fits,
    .check = atomic_write_check,
    .write = write,
};
