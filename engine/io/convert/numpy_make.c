/* NumPy's format 1.0: a line of Python, then the values. */
#include "engine/io/convert/numpy_make.h"

#include "engine/base/memory.h"

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

void *numpy_make_images(
    const struct dataset *set, const char *path, size_t *size, struct error *err)
{
    float low, high;
    const struct shape *shape = dataset_shape(set);
    int n = dataset_count(set);
    bool floats = dataset_range(set, &low, &high);
    size_t image = shape_count(shape), item = floats ? sizeof(float) : 1;
    char text[HEADER / 2];
    int used = snprintf(text, sizeof text, "%d,", n);
    for (int i = 0; i < shape->rank; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, " %d,", shape->dim[i]);
    *size = HEADER + (size_t)n * image * item;
    char *bytes = memory_try(*size, 1, path, err);
    if (!bytes)
        return NULL;
    write_header(bytes, floats ? "<f4" : "|u1", text);
    float *values = memory_floats(image);
    for (int i = 0; i < n; i++) {
        char *to = bytes + HEADER + (size_t)i * image * item;
        dataset_fill(set, i, 1, 1, values);
        for (size_t k = 0; k < image && !floats; k++)
            ((uint8_t *)to)[k] = (uint8_t)values[k];
        if (floats)
            memcpy(to, values, image * item);
    }
    free(values);
    if (dataset_check(set, err))
        return bytes;
    free(bytes);
    return NULL;
}

void *numpy_make_labels(const struct dataset *set, size_t *size)
{
    char text[HEADER / 2];
    int n = dataset_count(set);
    snprintf(text, sizeof text, "%d,", n);
    *size = HEADER + (size_t)n * sizeof(int64_t);
    char *bytes = memory_array(*size, 1);
    write_header(bytes, "<i8", text);
    for (int i = 0; i < n; i++) {
        int64_t label = dataset_labels(set)[i];
        memcpy(bytes + HEADER + (size_t)i * sizeof label, &label, sizeof label);
    }
    return bytes;
}
