/* The filters of chunks: gzip, h5py's LZF, shuffle, fletcher32. They are undone here and not by the
 * HDF5 library, which takes whatever size comes out: what is unpacked must be exactly as long as
 * the file declares. No plugin is ever loaded. Thread: any, one at a time. */
#ifndef SECATEUR_ENGINE_IO_HDF5_H5_FILTERS_H
#define SECATEUR_ENGINE_IO_HDF5_H5_FILTERS_H

#include "engine/base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { H5_FILTERS_MAX = 8, H5_CHECKSUM_BYTES = 4 };

/* As the file lists them: the first was applied first when the chunk was written. */
struct h5_filters {
    int n;
    struct {
        int id;         /* its number in HDF5 */
        unsigned value; /* its first setting; of shuffle: bytes of an element */
    } filter[H5_FILTERS_MAX];
};

/* The filters of a dataset's creation properties (an hid_t); false with err names what it cannot
 * undo. name: "file: /path", for messages. */
bool h5_filters_find(struct h5_filters *filters, int64_t list, const char *name, struct error *err);

/* Whether a chunk of `size` bytes may be stored in `stored` of them at all. */
bool h5_filters_check(size_t size, uint64_t stored, struct error *err);

/* Undoes all filters but those of the mask (bit i: the i-th was skipped). packed[stored]: a chunk
 * as the file has it, and scratch; both are changed, and both have room for h5_filters_room(stored,
 * size) bytes. Returns where the size bytes are, in one of the two; NULL with err, which says what
 * is wrong with the chunk. */
size_t h5_filters_room(size_t stored, size_t size);
unsigned char *h5_filters_undo(const struct h5_filters *filters, uint32_t mask,
    unsigned char *packed, size_t stored, unsigned char *scratch, size_t size, struct error *err);

#endif
