/* Hands the bytes of pictures to readers (sandbox.h), some hundreds at a time. */
#include "engine/io/images/picture_batch.h"

#include "engine/base/memory.h"
#include "engine/io/files/input.h"

#include <stdlib.h>
#include <string.h>

enum { PICTURE_MAX_BYTES = 64 << 20, BATCH_BYTES = 8 << 20, BATCH_PICTURES = 500 };

enum part { PART_ORDER, PART_SIZES, PART_PATHS, PART_BYTES, PARTS };

struct picture_batch {
    int n;
    uint64_t size[BATCH_PICTURES];
    char *paths; /* each with a zero behind */
    size_t paths_size;
    char *bytes;
    size_t bytes_size;
};

static bool add_file(struct picture_batch *batch, const char *path, struct error *err)
{
    size_t size = 0, length = strlen(path) + 1;
    char *bytes = input_read_all(path, PICTURE_MAX_BYTES, &size, err);
    if (!bytes)
        return false;
    batch->bytes = memory_grow(batch->bytes, batch->bytes_size + size + 1, 1);
    memcpy(batch->bytes + batch->bytes_size, bytes, size);
    batch->paths = memory_grow(batch->paths, batch->paths_size + length, 1);
    memcpy(batch->paths + batch->paths_size, path, length);
    batch->bytes_size += size;
    batch->paths_size += length;
    batch->size[batch->n++] = size;
    free(bytes);
    return true;
}

int picture_batch_place(const struct set_files *files, int total, int image)
{
    return (int)((int64_t)image * files->n / total);
}

struct picture_batch *picture_batch_read(
    const struct set_files *files, int total, int first, struct error *err)
{
    struct picture_batch *batch = memory_array(1, sizeof *batch);
    bool good = true;
    for (int i = first;
         good && i < total && batch->n < BATCH_PICTURES && batch->bytes_size < BATCH_BYTES; i++)
        good = add_file(batch, files->path[picture_batch_place(files, total, i)], err);
    if (good)
        return batch;
    picture_batch_destroy(batch);
    return NULL;
}

void picture_batch_destroy(struct picture_batch *batch)
{
    if (!batch)
        return;
    free(batch->bytes);
    free(batch->paths);
    free(batch);
}

int picture_batch_count(const struct picture_batch *batch)
{
    return batch->n;
}

struct sandbox *picture_batch_open(const struct picture_batch *batch, const char *name,
    sandbox_reader *reader, const struct sandbox_part *order, struct error *err)
{
    const struct sandbox_part parts[PARTS] = {
        [PART_ORDER] = *order,
        [PART_SIZES] = {batch->size, (size_t)batch->n * sizeof *batch->size},
        [PART_PATHS] = {batch->paths, batch->paths_size},
        [PART_BYTES] = {batch->bytes, batch->bytes_size},
    };
    const struct sandbox_request request = {
        .name = name, .reader = reader, .parts = parts, .n_parts = PARTS};
    return sandbox_open(&request, err);
}

bool picture_batch_each(
    const struct sandbox_work *work, picture_look *look, void *context, struct error *err)
{
    const uint64_t *size = work->parts[PART_SIZES].data;
    const char *path = work->parts[PART_PATHS].data;
    const uint8_t *bytes = work->parts[PART_BYTES].data;
    size_t n = work->parts[PART_SIZES].size / sizeof *size;
    bool good = true;
    for (size_t i = 0; i < n && good; i++) {
        struct picture_file file = {.path = path, .bytes = bytes, .size = (size_t)size[i]};
        good = look(context, &file, err);
        bytes += size[i];
        path += strlen(path) + 1;
    }
    return good;
}

const void *picture_batch_order(const struct sandbox_work *work)
{
    return work->parts[PART_ORDER].data;
}
