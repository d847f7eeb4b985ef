/* CIFAR's binary files: records of labels and an image of 3 planes of 32×32, without a header. One
 * byte of label is CIFAR-10; two (coarse, fine) are CIFAR-100, whose fine labels are `label`. Told
 * by the file's name and its size. */
#include "engine/io/images/image_format.h"

#include "engine/base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 32, PLANES = 3, IMAGE = SIDE * SIDE * PLANES, LOOKED_AT = 256, TOGETHER = 256 };

struct cifar {
    char *path;
    struct input input;
    uint64_t n;
    int labels; /* bytes of them in a record */
};

struct column { /* some bytes of each record */
    const struct cifar *cifar;
    size_t at, size;
    struct h5_shape shape;
};

static const char *last_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Behind .bin, .gz of what was packed. */
static bool ends_with_bin(const char *name)
{
    const char *dot = strstr(name, ".bin");
    while (dot && strstr(dot + 1, ".bin"))
        dot = strstr(dot + 1, ".bin");
    return dot && (strcmp(dot, ".bin") == 0 || strcmp(dot, ".bin.gz") == 0);
}

/* Names that CIFAR's own files have; others only where their size is right. */
static bool is_named(const char *name)
{
    return strncmp(name, "data_batch", 10) == 0 || strncmp(name, "test_batch", 10) == 0 ||
           strncmp(name, "train.bin", 9) == 0 || strncmp(name, "test.bin", 8) == 0;
}

static bool whole_records(uint64_t size, int labels)
{
    return size > 0 && size % (uint64_t)(IMAGE + labels) == 0;
}

static bool recognises(const struct source *source)
{
    struct input input;
    const char *name = last_of(source->path);
    if (!ends_with_bin(name) || source_starts(source, "\x89HDF", 4) ||
        source_starts(source, "version https://", 16))
        return false;
    if (is_named(name))
        return true;
    if (!source_open(source, &input, NULL))
        return false;
    input_close(&input);
    return whole_records(input.size, 1) || whole_records(input.size, 2);
}

/* Whether the first records have labels that may be. */
static bool labels_fit(const struct cifar *cifar, int labels)
{
    static const int most[3][2] = {[1] = {10, 0}, [2] = {20, 100}};
    uint64_t n = cifar->input.size / (uint64_t)(IMAGE + labels);
    for (uint64_t i = 0; i < n && i < LOOKED_AT; i++) {
        unsigned char bytes[2] = {0};
        size_t got;
        if (!input_read(&cifar->input, i * (uint64_t)(IMAGE + labels), bytes, (size_t)labels, &got))
            return false;
        for (int k = 0; k < labels; k++)
            if (bytes[k] >= most[labels][k])
                return false;
    }
    return true;
}

static bool find_kind(struct cifar *cifar, struct error *err)
{
    uint64_t size = cifar->input.size;
    bool whole = false;
    for (int labels = 1; labels <= 2; labels++) {
        if (!whole_records(size, labels))
            continue;
        whole = true;
        if (!labels_fit(cifar, labels))
            continue;
        cifar->labels = labels;
        cifar->n = size / (uint64_t)(IMAGE + labels);
        return true;
    }
    if (whole)
        return fail(
            err, "%s: its labels are none of CIFAR's: is not a batch of CIFAR", cifar->path);
    return fail(err,
        "%s: has %llu bytes, which are no whole records of CIFAR-10 (%d) or CIFAR-100 (%d)",
        cifar->path, (unsigned long long)size, IMAGE + 1, IMAGE + 2);
}

static void close_file(void *file)
{
    struct cifar *cifar = file;
    if (input_is_open(&cifar->input))
        input_close(&cifar->input);
    free(cifar->path);
    free(cifar);
}

static void *open_file(const struct source *source, struct error *err)
{
    struct cifar *cifar = memory_array(1, sizeof *cifar);
    cifar->path = memory_string(source->path);
    cifar->input.descriptor = -1;
    if (source_open(source, &cifar->input, err) && find_kind(cifar, err))
        return cifar;
    close_file(cifar);
    return NULL;
}

static bool has(void *file, const char *array)
{
    const struct cifar *cifar = file;
    return strcmp(array, "data") == 0 || strcmp(array, "label") == 0 ||
           (cifar->labels == 2 && strcmp(array, "coarse_label") == 0);
}

static void list(void *file, image_format_found *found, void *context)
{
    static const char *const names[] = {"data", "label", "coarse_label"};
    for (int i = 0; i < 1 + ((const struct cifar *)file)->labels; i++)
        if (!found(context, names[i]))
            return;
}

static void contents(void *file, char text[H5_CONTENTS])
{
    snprintf(text, H5_CONTENTS, "data, label%s",
        ((const struct cifar *)file)->labels == 2 ? ", coarse_label" : "");
}

static bool array_open(void *file, const char *name, struct image_array *array, struct error *err)
{
    const struct cifar *cifar = file;
    struct column *column = memory_array(1, sizeof *column);
    size_t labels = (size_t)cifar->labels;
    (void)err;
    *column = (struct column){cifar, 0, 1, {.rank = 1, .dim = {cifar->n}, .chunk_rows = 1}};
    if (strcmp(name, "data") == 0) {
        column->at = labels;
        column->size = IMAGE;
        column->shape =
            (struct h5_shape){.rank = 4, .dim = {cifar->n, PLANES, SIDE, SIDE}, .chunk_rows = 1};
    } else if (strcmp(name, "label") == 0) {
        column->at = labels - 1;
    }
    column->shape.row_bytes = column->size;
    snprintf(column->shape.type, sizeof column->shape.type, "uint8");
    *array = (struct image_array){column, &column->shape, NULL};
    return true;
}

static void array_close(void *data)
{
    free(data);
}

static void put(uint8_t value, enum h5_type type, void *out, size_t at)
{
    if (type == H5_TYPE_U8)
        ((uint8_t *)out)[at] = value;
    else if (type == H5_TYPE_I64)
        ((int64_t *)out)[at] = value;
    else if (type == H5_TYPE_F32)
        ((float *)out)[at] = value;
    else
        ((double *)out)[at] = value;
}

/* Along the first axis alone: no layout of such images begins with another. */
static bool array_read(void *data, int axis, uint64_t first, uint64_t n, enum h5_type type,
    void *out, struct error *err)
{
    const struct column *column = data;
    const struct cifar *cifar = column->cifar;
    size_t record = (size_t)(IMAGE + cifar->labels), got = 0;
    if (axis != 0 || first > cifar->n || n > cifar->n - first)
        return fail(err, "%s: has fewer records than were asked for", cifar->path);
    uint8_t *records = memory_array(TOGETHER, record);
    bool good = true;
    for (uint64_t done = 0; done < n && good; done += TOGETHER) {
        size_t some = n - done < TOGETHER ? (size_t)(n - done) : TOGETHER;
        good = input_read(&cifar->input, (first + done) * record, records, some * record, &got);
        if (good && got < some * record)
            good = fail(err, "%s: is cut short", cifar->path);
        else if (!good)
            fail(err, "%s: %s", cifar->path, strerror(errno));
        for (size_t i = 0; i < some && good; i++)
            for (size_t k = 0; k < column->size; k++)
                put(records[i * record + column->at + k], type, out,
                    ((size_t)done + i) * column->size + k);
    }
    free(records);
    return good;
}

const struct image_format image_format_cifar = {
    .name = "CIFAR",
    .joins = true,
    .recognises = recognises,
    .open = open_file,
    .close = close_file,
    .has = has,
    .list = list,
    .contents = contents,
    .array_open = array_open,
    .array_close = array_close,
    .array_read = array_read,
};
