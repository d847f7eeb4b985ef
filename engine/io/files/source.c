/* Files at a path or in memory. */
#include "engine/io/files/source.h"

#include "engine/base/memory.h"

#include <string.h>

void source_of_file(struct source *source, const char *path)
{
    struct input input;
    *source = (struct source){.path = path};
    if (!input_open(path, &input, NULL))
        return;
    if (!input_read(&input, 0, source->head, sizeof source->head, &source->n_head))
        source->n_head = 0;
    input_close(&input);
}

bool source_open(const struct source *source, struct input *input, struct error *err)
{
    if (!source->bytes)
        return input_open(source->path, input, err);
    *input = (struct input){-1, source->bytes, source->size, source->size};
    return true;
}

void source_of_bytes(struct source *source, const char *name, const void *bytes, size_t size)
{
    *source = (struct source){.path = name, .bytes = bytes, .size = size};
    source->n_head = size < sizeof source->head ? size : sizeof source->head;
    memcpy(source->head, bytes, source->n_head);
}

bool source_starts(const struct source *source, const void *start, size_t size)
{
    return source->n_head >= size && memcmp(source->head, start, size) == 0;
}

void *source_copy(const struct source *source, size_t *size, struct error *err)
{
    if (!source->bytes)
        return input_read_all(source->path, SIZE_MAX / 2, size, err);
    char *bytes = memory_try(source->size + 1, 1, source->path, err);
    if (!bytes)
        return NULL;
    memcpy(bytes, source->bytes, source->size);
    bytes[ *size = source->size] = '\0';
    return bytes;
}
