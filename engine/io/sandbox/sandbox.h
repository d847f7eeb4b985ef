/* A child process that reads a file for us. Files are data from strangers, and a damaged one can
 * make the HDF5 library crash, loop or take all memory. So the library only meets them in a child
 * with limits, which sends back plain values; these are judged like any other input.
 * Thread: one sandbox, one thread; while it starts, no other may be in the libraries of the job. */
#ifndef SECATEUR_ENGINE_IO_SANDBOX_SANDBOX_H
#define SECATEUR_ENGINE_IO_SANDBOX_SANDBOX_H

#include "engine/base/error.h"

#include <stddef.h>

struct sandbox;      /* the parent's end */
struct sandbox_pipe; /* the child's end */

/* Runs in the child: sends values, returns false with err when the file is refused. */
typedef bool sandbox_job(void *context, struct sandbox_pipe *pipe, struct error *err);

/* Starts a child; name: the file, for messages and (its size) for the limits. Owner: the caller,
 * who ends with sandbox_destroy, which also stops a child that is still at work. */
struct sandbox *sandbox_start(const char *name, sandbox_job *job, void *context, struct error *err);
void sandbox_destroy(struct sandbox *sandbox);

/* Asked every few milliseconds while nothing comes; false ends the reading with ERROR_CANCELLED. */
void sandbox_watch(struct sandbox *sandbox, bool (*watch)(void *context), void *context);

/* What the child sends, in the same order and sizes. False with the child's own err, or with one
 * that names the file when the child did not live to tell. */
bool sandbox_read(struct sandbox *sandbox, void *out, size_t size, struct error *err);
/* The same in parts: how many bytes the child sends at once, then some of them after others. */
bool sandbox_begin(struct sandbox *sandbox, size_t size, struct error *err);
bool sandbox_part(struct sandbox *sandbox, void *out, size_t size, struct error *err);
/* A block of at most `most` bytes, with a zero behind; malloc'd. */
char *sandbox_read_block(struct sandbox *sandbox, size_t most, size_t *size, struct error *err);
bool sandbox_end(struct sandbox *sandbox, struct error *err); /* all was sent, all is well */

/* In the child; do not return when the parent has gone. */
void sandbox_write(struct sandbox_pipe *pipe, const void *data, size_t size);
void sandbox_write_block(struct sandbox_pipe *pipe, const void *data, size_t size);

#endif
