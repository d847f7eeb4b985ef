/* HDF5 files made or changed in memory, which come out as bytes: nothing is ever written through
 * the library. Missing groups on the way are made; the bytes depend on the calls alone, not on the
 * time. Thread: the engine thread. */
#ifndef SECATEUR_ENGINE_IO_HDF5_H5_MAKE_H
#define SECATEUR_ENGINE_IO_HDF5_H5_MAKE_H

#include "engine/io/hdf5/h5.h"

struct h5 *h5_create(const char *name, struct error *err); /* a new file; owner: the caller */
/* The whole file; malloc'd. */
void *h5_bytes(struct h5 *h5, size_t *size, struct error *err);

bool h5_add_group(struct h5 *h5, const char *path, struct error *err);
bool h5_add_string(struct h5 *h5, const char *object, const char *attribute, const char *text,
    bool utf8, struct error *err);
/* In place of an attribute of that name, if there is one. */
bool h5_set_string(
    struct h5 *h5, const char *object, const char *attribute, const char *text, struct error *err);
bool h5_add_names(struct h5 *h5, const char *object, const char *attribute,
    const char *const *names, int n, struct error *err);
/* Compressed in pieces of shape->chunk_rows rows; chunk_rows 0: in one piece, as it is. */
bool h5_add_data(struct h5 *h5, const char *path, const struct h5_shape *shape, enum h5_type type,
    struct error *err);

#endif
