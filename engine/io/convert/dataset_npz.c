/* Writes NumPy archives; libzip packs them (archive.h). */
#include "engine/io/convert/dataset_npz.h"

#include "engine/base/atomic_write.h"
#include "engine/base/memory.h"
#include "engine/io/files/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 128, PREFIX = 10 };

/* The line of Python in front of the values; its length is a multiple of 64, as NumPy wants it. */
static void write_header(char *to, const char *type, const char *shape)
{
    int used = snprintf(to + PREFIX, HEADER - PREFIX,
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape);
    memset(to + PREFIX + used, ' ', (size_t)(HEADER - PREFIX - used));
    memcpy(to, "\x93NUMPY\x01\0", PREFIX - 2);
    to[PREFIX - 2] = (char)(HEADER - PREFIX);
    to[PREFIX - 1] = 0;
    to[HEADER - 1] = '\n';
}

static bool make_images(
    const struct dataset *dataset, struct archive_part *part, const char *path, struct error *err)
{
    float low, high;
    const struct shape *shape = dataset_shape(dataset);
    int n = dataset_count(dataset);
    bool floats = dataset_range(dataset, &low, &high);
    size_t image = shape_count(shape), item = floats ? sizeof(float) : 1;
    char text[HEADER / 2];
    int used = snprintf(text, sizeof text, "%d,", n);
    for (int i = 0; i < shape->rank; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, " %d,", shape->dim[i]);
    part->size = HEADER + (size_t)n * image * item;
    char *bytes = memory_try(part->size, 1, path, err);
    part->bytes = bytes;
    if (!bytes)
        return false;
    write_header(bytes, floats ? "<f4" : "|u1", text);
    float *values = memory_floats(image);
    for (int i = 0; i < n; i++) {
        char *to = bytes + HEADER + (size_t)i * image * item;
        dataset_fill(dataset, i, 1, 1, values);
        for (size_t k = 0; k < image && !floats; k++)
            ((uint8_t *)to)[k] = (uint8_t)values[k];
        if (floats)
            memcpy(to, values, image * item);
    }
    free(values);
    return dataset_check(dataset, err);
}

static void make_labels(const struct dataset *dataset, struct archive_part *part)
{
    char text[HEADER / 2];
    int n = dataset_count(dataset);
    snprintf(text, sizeof text, "%d,", n);
    part->size = HEADER + (size_t)n * sizeof(int64_t);
    char *bytes = memory_array(part->size, 1);
    part->bytes = bytes;
    write_header(bytes, "<i8", text);
    for (int i = 0; i < n; i++) {
        int64_t label = dataset_labels(dataset)[i];
        memcpy(bytes + HEADER + (size_t)i * sizeof label, &label, sizeof label);
    }
}

bool dataset_write_npz(
    const struct dataset *dataset, const char *path, bool force, struct error *err)
{
    struct archive_part parts[] = {{"data.npy", NULL, 0}, {"label.npy", NULL, 0}};
    size_t size;
    if (dataset_surrogate(dataset))
        return fail_as(err, ERROR_USAGE,
            "%s: a surrogate keeps the note that it is one in HDF5 alone: name a file .h5", path);
    if (!atomic_write_check(path, force, err))
        return false;
    void *bytes = NULL;
    if (make_images(dataset, &parts[0], path, err)) {
        make_labels(dataset, &parts[1]);
        bytes = archive_make(path, parts, 2, &size, err);
    }
    bool good = bytes && atomic_write(path, bytes, size, force, err);
    free(bytes);
    free(parts[0].bytes);
    free(parts[1].bytes);
    return good;
}
