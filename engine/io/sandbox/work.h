/* What runs in a reader sees: what it was given, and how it answers (sandbox.h has the other side).
 * Thread: the reader has one. */
#ifndef SECATEUR_ENGINE_IO_SANDBOX_WORK_H
#define SECATEUR_ENGINE_IO_SANDBOX_WORK_H

#include "engine/base/error.h"

#include <stddef.h>

struct sandbox_pipe; /* the reader's end */

struct sandbox_part {
    const void *data;
    size_t size;
};

/* Copies of the request's parts, each with a zero behind. The files are found by their paths
 * (engine/io/files/input.h). */
struct sandbox_work {
    const struct sandbox_part *parts;
    int n_parts;
};

/* Runs in the reader: sends values, returns false with err when a file is refused. */
typedef bool sandbox_reader(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err);

/* These do not return when the parent has gone. */
void sandbox_write(struct sandbox_pipe *pipe, const void *data, size_t size);
void sandbox_write_block(struct sandbox_pipe *pipe, const void *data, size_t size);
/* The next slot of the request's ring, as soon as it is empty. That it is full is said by writing
 * something. */
void *sandbox_fill(struct sandbox_pipe *pipe);

#endif
