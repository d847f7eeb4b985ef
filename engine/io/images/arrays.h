/* Named arrays of numbers in the files of a set, whatever its format (image_format.h): the datasets
 * of HDF5, the arrays of a NumPy archive. Files are data from strangers, so this runs in the child
 * of a sandbox. Thread: the engine thread only (h5.h). */
#ifndef SECATEUR_ENGINE_IO_IMAGES_ARRAYS_H
#define SECATEUR_ENGINE_IO_IMAGES_ARRAYS_H

#include "engine/io/hdf5/h5.h"
#include "engine/io/images/surrogate_note.h"

struct arrays; /* an open file; owner: the caller */
struct array;  /* an open array; close it before its file */

/* The files of one set, at most SET_FILES_MAX: one, several whose rows are joined (a format says
 * so), or two with one array each, which are called data and label. name: for messages. */
struct arrays *arrays_open(const char *name, const char *const *paths, int n, struct error *err);
void arrays_close(struct arrays *arrays);
const char *arrays_file(const struct arrays *arrays);

/* An array by its name: "data", "test/x". */
bool arrays_have(struct arrays *arrays, const char *name);
struct array *array_open(struct arrays *arrays, const char *name, struct error *err);
void array_close(struct array *array);
const char *array_name(const struct array *array);
const struct h5_shape *array_shape(const struct array *array); /* as stored */
/* Why its axes are stored the other way round: "MATLAB", "Fortran order"; NULL: they are not. */
const char *array_turned(const struct array *array);
/* Rows first..first+n-1 along an axis, as stored, as numbers of the type into out. */
bool array_read(struct array *array, int axis, uint64_t first, uint64_t n, enum h5_type type,
    void *out, struct error *err);

/* All arrays of numbers in the file, at most ARRAYS_MAX, open, with room for ARRAYS_MORE; release
 * with arrays_list_free. why: the first that cannot be read, and its reason. */
enum { ARRAYS_MAX = 200, ARRAYS_MORE = 2 };
struct array **arrays_list(struct arrays *arrays, int *n, struct error *why);
void arrays_list_free(struct array **list, int n);
/* What the file holds, for saying so: "data, label"; "nothing". */
const char *arrays_contents(struct arrays *arrays, char text[H5_CONTENTS]);
/* The note of a surrogate, "": it is none. */
void arrays_surrogate(struct arrays *arrays, char note[SURROGATE_NOTE]);

#endif
