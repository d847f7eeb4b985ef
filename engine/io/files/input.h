/* Files from strangers, as descriptors that are only read. In the reader of a sandbox no file can
 * be opened: its parent has opened them and handed them over under their names, and here they are
 * found again. In any other process they are opened. Reads go to a place, so that all who read a
 * file may share one descriptor. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_FILES_INPUT_H
#define SECATEUR_ENGINE_IO_FILES_INPUT_H

#include "engine/base/error.h"

#include <stddef.h>
#include <stdint.h>

struct input {
    int descriptor;    /* -1: none */
    const void *bytes; /* of a file in memory, [size], borrowed; NULL: those of the descriptor */
    uint64_t size;     /* bytes */
    uint64_t stored;   /* bytes on the disk: fewer where the file has holes */
};

/* Regular files alone; a FIFO or a device is refused at once. Owner: the caller (input_close). */
bool input_open(const char *path, struct input *input, struct error *err);
bool input_is_open(const struct input *input);
void input_close(struct input *input);
/* Bytes from `at` on into out; fewer than size only at the end of the file. False: errno. */
bool input_read(const struct input *input, uint64_t at, void *out, size_t size, size_t *got);
/* The whole file with a zero behind, of at most `most` bytes; malloc'd. */
void *input_read_all(const char *path, size_t most, size_t *size, struct error *err);
/* The whole file as it is, read only; it ends with input_unmap. NULL with err; of an empty file
 * too. */
const void *input_map(const char *path, size_t *size, struct error *err);
void input_unmap(const void *bytes, size_t size);

/* In a reader, before it has read anything: from now on these files are all there are. Names and
 * inputs are borrowed for good. */
void input_hand_over(const char *const *names, const struct input *inputs, int n);

#endif
