/* A reader: a child process that reads files for us. Files are data from strangers, and one can
 * make the HDF5 library crash, loop, take all memory or do what it likes. So libraries only meet
 * them in a reader, which can do nothing but read the files it was given and send back plain
 * values; these are judged like any other input. What holds a reader is in limits.h, what it shares
 * with us in starter.h. Thread: one sandbox, one thread. */
#ifndef SECATEUR_ENGINE_IO_SANDBOX_SANDBOX_H
#define SECATEUR_ENGINE_IO_SANDBOX_SANDBOX_H

#include "engine/io/sandbox/work.h"

struct sandbox; /* the parent's end */
struct shm_ring;

enum { SANDBOX_FILES = 6 };

struct sandbox_request {
    const char *name; /* the file, for messages */
    sandbox_reader *reader;
    const char *files[SANDBOX_FILES + 1]; /* paths of regular files, ended by NULL */
    const struct sandbox_part *parts;
    int n_parts;
    struct shm_ring *ring; /* NULL: none; must outlive the sandbox */
    double most_seconds;   /* of waiting in all; 0: the usual */
    double quiet_seconds;  /* of waiting for the next byte; 0: the usual */
};

/* Starts the process that starts readers, which then shares no more with us than there is in memory
 * now. As early as can be; sandbox_open does it otherwise. rehearse: runs there once the first
 * reader is at work, so that what libraries do the first time is done for all others; NULL:
 * nothing.
 */
void sandbox_prepare(void (*rehearse)(void));
/* Why readers are held less well than they could be here, in one line; NULL: they are not. */
const char *sandbox_weakness(void);

/* All of the request is borrowed until the return. NULL with err: a file cannot be opened, or no
 * process be had. Owner: the caller, who ends with sandbox_destroy, which also stops a reader that
 * is still at work. */
struct sandbox *sandbox_open(const struct sandbox_request *request, struct error *err);
void sandbox_destroy(struct sandbox *sandbox);

/* Asked every few milliseconds while nothing comes; false ends the reading with ERROR_CANCELLED. */
void sandbox_watch(struct sandbox *sandbox, bool (*watch)(void *context), void *context);

/* What the reader sends, in the same order and sizes. False with the reader's own err, or with one
 * that names the file when the reader did not live to tell, took too long or was stopped. */
bool sandbox_read(struct sandbox *sandbox, void *out, size_t size, struct error *err);
/* A block of at most `most` bytes, with a zero behind; malloc'd. */
char *sandbox_read_block(struct sandbox *sandbox, size_t most, size_t *size, struct error *err);
bool sandbox_end(struct sandbox *sandbox, struct error *err); /* all was sent, all is well */

/* The next slot of the ring, when the reader has said that it is full; then it may be filled
 * again. The reader can change it at any time: what is to be checked is copied first. */
const void *sandbox_view(const struct sandbox *sandbox);
void sandbox_empty(struct sandbox *sandbox);

#endif
