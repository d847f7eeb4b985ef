/* Datasets that are stored in chunks: each chunk is read as it stands in the file, undone
 * with exact sizes (h5_filters.h) and put into its place. A chunk that is not stored is the fill
 * value; if the file gives none (or says that it is never written), it is refused, as what is in
 * memory there would be shown. Owner: the dataset (h5_data.c). Thread: the engine thread. */
#ifndef SECATEUR_ENGINE_IO_HDF5_H5_CHUNKS_H
#define SECATEUR_ENGINE_IO_HDF5_H5_CHUNKS_H

#include "engine/io/hdf5/h5.h"
#include "engine/io/hdf5/h5_filters.h"

#include <hdf5.h>

struct h5_chunks;

/* Of an open dataset of a file with its creation properties and type, whose chunks were found to be
 * sound; filled: it has a fill value; name: for messages. All but the list must outlive the chunks.
 */
struct h5_chunks *h5_chunks_create(hid_t file, hid_t data, hid_t list, hid_t type,
    const struct h5_shape *shape, const struct h5_filters *filters, bool filled, const char *name);
void h5_chunks_destroy(struct h5_chunks *chunks); /* may be NULL */

/* The box start[rank], count[rank] as numbers of the type `memory` into out. */
bool h5_chunks_read(struct h5_chunks *chunks, const hsize_t *start, const hsize_t *count,
    hid_t memory, void *out, struct error *err);

#endif
