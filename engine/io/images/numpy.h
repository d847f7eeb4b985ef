/* NumPy arrays: .npy files and those in .npz archives, stored or deflated. Numbers alone: pickled
 * objects are never read. Files are data from strangers, so this runs in the child of a guard.
 * Thread: any, one file in one thread. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_NUMPY_H
#define SECATEUR_ENGINE_IO_IMAGES_NUMPY_H

#include "engine/io/files/archive.h"
#include "engine/io/hdf5/h5.h"

struct numpy; /* an open array; owner: the caller, who closes it before its archive */

bool numpy_is(const char *path); /* a regular file that begins like an .npy */
/* Entry `index` of an archive, or (archive NULL) the .npy file at path. name: "file: /x_test", for
 * messages. */
struct numpy *numpy_open(
    struct archive *archive, int index, const char *path, const char *name, struct error *err);
void numpy_close(struct numpy *numpy);
/* As it is stored: of an array in Fortran order the axes are the other way round. */
const struct h5_shape *numpy_shape(const struct numpy *numpy);
bool numpy_fortran(const struct numpy *numpy);
/* Rows first..first+n-1 along an axis, all of the other axes. Quick in rising order along axis 0;
 * along another the whole array is taken into memory. */
bool numpy_read(struct numpy *numpy, int axis, uint64_t first, uint64_t n, enum h5_type type,
    void *out, struct error *err);

#endif
