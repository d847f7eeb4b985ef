/* A file that is read, at a path or in memory, and its first bytes, by which its kind is told.
 * Owner: the caller, who keeps path and bytes while it is used. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_FILES_SOURCE_H
#define SECATEUR_ENGINE_IO_FILES_SOURCE_H

#include "engine/io/files/input.h"

#include <stddef.h>

enum { SOURCE_HEAD = 512 };

struct source {
    const char *path;  /* as given; of bytes in memory their name, for messages */
    const void *bytes; /* NULL: the file at path */
    size_t size;       /* of bytes */
    char head[SOURCE_HEAD];
    size_t n_head; /* 0 where it is no regular file or cannot be read: opening it says why */
};

void source_of_file(struct source *source, const char *path);
void source_of_bytes(struct source *source, const char *name, const void *bytes, size_t size);

/* To be read at any place; bytes in memory are borrowed. Owner: the caller (input_close). */
bool source_open(const struct source *source, struct input *input, struct error *err);

/* Whether it begins with these bytes. */
bool source_starts(const struct source *source, const void *start, size_t size);
/* All of it as it is now, with a zero behind; malloc'd. */
void *source_copy(const struct source *source, size_t *size, struct error *err);

#endif
