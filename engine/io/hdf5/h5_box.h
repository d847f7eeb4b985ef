/* Boxes of elements within arrays. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_HDF5_H5_BOX_H
#define SECATEUR_ENGINE_IO_HDF5_H5_BOX_H

#include <stddef.h>

enum { H5_BOX_RANKS = 8 };

/* A box of n[rank] elements within an array of dim[rank], from an offset in elements on. */
struct h5_box {
    const size_t *dim;
    size_t first;
};

/* Copies the box n[rank] of one array to that of another, elements of `item` bytes. */
void h5_box_copy(int rank, const size_t *n, size_t item, const struct h5_box *in,
    const unsigned char *from, const struct h5_box *out, unsigned char *to);

#endif
