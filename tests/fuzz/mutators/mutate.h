/* Mutators: each changes an input once, so that most of it stays as its reader wants it. What they
 * do depends on the random numbers alone. */
#ifndef SECATEUR_TESTS_FUZZ_MUTATORS_MUTATE_H
#define SECATEUR_TESTS_FUZZ_MUTATORS_MUTATE_H

#include "engine/base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FUZZ_MOST = 1 << 17 }; /* bytes of an input that mutators make */

/* Bytes that are changed in place; there is room for FUZZ_MOST. */
struct fuzz_input {
    uint8_t *bytes;
    size_t size;
};

/* Pieces. `with` takes the place of `removed` bytes; false: there is no room. */
bool mutate_splice(
    struct fuzz_input *input, size_t at, size_t removed, const void *with, size_t size);
size_t mutate_below(struct random *random, size_t limit); /* 0 where the limit is 0 */
/* A number of so many bytes, the lowest first (or last): of those that readers get wrong. */
uint64_t mutate_likely(struct random *random);
void mutate_put(uint8_t *at, size_t bytes, uint64_t value, bool highest_first);

/* Any bytes. */
void mutate_bytes(struct fuzz_input *input, struct random *random);
/* Lines of words: those of the dictionary (ended by NULL), numbers, lines that move. */
void mutate_lines(struct fuzz_input *input, const char *const *words, struct random *random);
/* Values, keys, depth, texts and numbers of JSON. */
void mutate_json(struct fuzz_input *input, struct random *random);
/* Fields of the directories of ZIP archives; contents, with their checksum. */
void mutate_zip(struct fuzz_input *input, struct random *random);
/* Chunks of PNG with their checksums, segments of JPEG. */
void mutate_picture(struct fuzz_input *input, struct random *random);
/* Fields behind the signatures of HDF5, packed chunks, sizes. */
void mutate_hdf5(struct fuzz_input *input, struct random *random);
/* In place of the input: a small net or set in which the HDF5 library itself put other attributes,
 * links and raw chunks. */
void mutate_hdf5_net(struct fuzz_input *input, struct random *random);
void mutate_hdf5_set(struct fuzz_input *input, struct random *random);
/* Frames of a reader: kinds, sizes, counts in them, order. */
void mutate_frames(struct fuzz_input *input, struct random *random);

#endif
