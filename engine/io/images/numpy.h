/* NumPy arrays: .npy files and those in .npz archives, stored or deflated. Numbers alone: pickled
 * objects are never read. Files are data from strangers, so this runs in the child of a sandbox.
 * Thread: any, one file in one thread. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_NUMPY_H
#define SECATEUR_ENGINE_IO_IMAGES_NUMPY_H

#include "engine/io/files/archive.h"
#include "engine/io/images/image_format.h"

bool numpy_is(const struct source *source); /* it begins like an .npy */

/* As struct image_format wants them. The array is entry `index` of an archive, or (archive NULL)
 * the source itself, an .npy file; close it before its archive, or before bytes that are the
 * source. Reading is quick in rising order along axis 0; along another the whole array is taken
 * into memory. */
bool numpy_open_array(struct archive *archive, int index, const struct source *source,
    const char *name, struct image_array *array, struct error *err);
/* The same for plain values behind a header of another kind: all of them in C order to the end of
 * the file, as many as the shape says. */
struct numpy_plain {
    const struct source *source;
    const char *name;
    size_t header; /* bytes before the values */
    char kind;     /* 'u', 'i', 'f' */
    size_t item;   /* bytes of a value, the first the highest */
    int rank;
    uint64_t dim[H5_RANKS];
};
bool numpy_open_plain(
    const struct numpy_plain *plain, struct image_array *array, struct error *err);
void numpy_close_array(void *data);
bool numpy_read_array(void *data, int axis, uint64_t first, uint64_t n, enum h5_type type,
    void *out, struct error *err);

#endif
