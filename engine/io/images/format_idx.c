/* MNIST's IDX: two zeros, type, rank, the sizes of the axes as big-endian numbers, then the values.
 * A file holds one array: images, or (rank 1) labels. Leans on numpy.h for the values. */
#include "engine/io/images/image_format.h"

#include "engine/base/memory.h"
#include "engine/io/images/numpy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC_BYTES = 4, AXIS_BYTES = 4, RANK_MAX = 4 };

/* What the third byte says. */
static const struct {
    char kind;
    size_t item;
} types[] = {[0x08] = {'u', 1},
    [0x09] = {'i', 1},
    [0x0b] = {'i', 2},
    [0x0c] = {'i', 4},
    [0x0d] = {'f', 4},
    [0x0e] = {'f', 8}};

struct idx {
    char *path;
    struct source source;
    struct numpy_plain plain;
};

static bool recognises(const struct source *source)
{
    const unsigned char *head = (const unsigned char *)source->head;
    return source->n_head >= MAGIC_BYTES && head[0] == 0 && head[1] == 0 &&
           head[2] < sizeof types / sizeof *types && types[head[2]].item > 0 && head[3] > 0;
}

static void *open_file(const struct source *source, struct error *err)
{
    const unsigned char *head = (const unsigned char *)source->head;
    int rank = head[3];
    if (rank > RANK_MAX) {
        fail(err, "%s: has %d axes (IDX), expected at most %d", source->path, rank, RANK_MAX);
        return NULL;
    }
    size_t header = MAGIC_BYTES + AXIS_BYTES * (size_t)rank;
    if (source->n_head < header) {
        fail(err, "%s: is cut short in its header (IDX)", source->path);
        return NULL;
    }
    struct idx *idx = memory_array(1, sizeof *idx);
    idx->path = memory_string(source->path);
    idx->source = *source;
    idx->source.path = idx->path;
    idx->plain = (struct numpy_plain){.source = &idx->source,
        .name = rank == 1 ? "label" : "data",
        .header = header,
        .kind = types[head[2]].kind,
        .item = types[head[2]].item,
        .rank = rank};
    for (int i = 0; i < rank; i++)
        for (int k = 0; k < AXIS_BYTES; k++)
            idx->plain.dim[i] = idx->plain.dim[i] << 8 | head[MAGIC_BYTES + AXIS_BYTES * i + k];
    return idx;
}

static void close_file(void *file)
{
    struct idx *idx = file;
    free(idx->path);
    free(idx);
}

static bool has(void *file, const char *array)
{
    return strcmp(((const struct idx *)file)->plain.name, array) == 0;
}

static void list(void *file, image_format_found *found, void *context)
{
    found(context, ((const struct idx *)file)->plain.name);
}

static void contents(void *file, char text[H5_CONTENTS])
{
    snprintf(text, H5_CONTENTS, "%s", ((const struct idx *)file)->plain.name);
}

static bool array_open(void *file, const char *name, struct image_array *array, struct error *err)
{
    (void)name; /* there is one */
    return numpy_open_plain(&((const struct idx *)file)->plain, array, err);
}

const struct image_format image_format_idx = {
    .name = "IDX",
    .recognises = recognises,
    .open = open_file,
    .close = close_file,
    .has = has,
    .list = list,
    .contents = contents,
    .array_open = array_open,
    .array_close = numpy_close_array,
    .array_read = numpy_read_array,
};
