/* A toy image format: "TOYI", then the number of images, of rows and of columns as a byte each,
 * then grey pixels and labels, a byte each. */
#include "engine/io/images/image_format.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 7 };

struct toy {
    unsigned char *bytes;
    struct h5_shape images, labels;
};

/* An array that is open: its bytes, row by row. */
struct rows {
    const unsigned char *bytes;
    size_t row;
};

static bool recognises(const struct source *source)
{
    return source_starts(source, "TOYI", 4);
}

static void close_file(void *file)
{
    struct toy *toy = file;
    free(toy->bytes);
    free(toy);
}

static void *open_file(const struct source *source, struct error *err)
{
    size_t size = 0;
    unsigned char *bytes = source_copy(source, &size, err);
    struct toy *toy = memory_array(1, sizeof *toy);
    toy->bytes = bytes;
    size_t n = bytes && size > HEADER ? bytes[4] : 0;
    if (bytes && size == HEADER + n * ((size_t)bytes[5] * bytes[6] + 1)) {
        toy->images = (struct h5_shape){
            4, {n, bytes[5], bytes[6], 1}, 1, (uint64_t)bytes[5] * bytes[6], "uint8"};
        toy->labels = (struct h5_shape){1, {n}, 1, 1, "uint8"};
        return toy;
    }
    if (bytes)
        fail(err, "%s: a damaged toy", source->path);
    close_file(toy);
    return NULL;
}

static bool has(void *file, const char *array)
{
    (void)file;
    return strcmp(array, "data") == 0 || strcmp(array, "label") == 0;
}

static void list(void *file, image_format_found *found, void *context)
{
    (void)file;
    if (found(context, "data"))
        found(context, "label");
}

static void contents(void *file, char text[H5_CONTENTS])
{
    (void)file;
    snprintf(text, H5_CONTENTS, "data, label");
}

static bool array_open(void *file, const char *name, struct image_array *array, struct error *err)
{
    struct toy *toy = file;
    struct rows *rows = memory_array(1, sizeof *rows);
    bool labels = strcmp(name, "label") == 0;
    size_t pixels = toy->images.dim[0] * toy->images.row_bytes;
    (void)err;
    array->shape = labels ? &toy->labels : &toy->images;
    *rows = (struct rows){toy->bytes + HEADER + (labels ? pixels : 0), array->shape->row_bytes};
    array->data = rows;
    return true;
}

static bool array_read(void *data, int axis, uint64_t first, uint64_t n, enum h5_type type,
    void *out, struct error *err)
{
    const struct rows *rows = data;
    if (axis != 0)
        return fail(err, "a toy is read along its first axis alone");
    for (size_t i = 0; i < n * rows->row; i++) {
        unsigned char value = rows->bytes[first * rows->row + i];
        if (type == H5_TYPE_U8)
            ((unsigned char *)out)[i] = value;
        else if (type == H5_TYPE_I64)
            ((int64_t *)out)[i] = value;
        else if (type == H5_TYPE_F32)
            ((float *)out)[i] = value;
        else
            ((double *)out)[i] = value;
    }
    return true;
}

const struct image_format image_format_toy = {
    .name = "toy",
    .recognises = recognises,
    .open = open_file,
    .close = close_file,
    .has = has,
    .list = list,
    .contents = contents,
    .array_open = array_open,
    .array_close = free,
    .array_read = array_read,
};
