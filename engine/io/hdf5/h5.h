/* HDF5 files, with care: the only door to the HDF5 library.
 * Files are data from strangers. Links are followed within the file, in circles they end; links to
 * other files, external storage, virtual datasets and filters other than gzip, shuffle, fletcher32
 * and h5py's LZF are refused; sizes a file declares are checked before memory is taken, those of
 * chunks when they are unpacked; what is not stored is the fill value; plugins are never loaded.
 * Nothing is ever written through the library: files are made in memory and come out as bytes.
 * Paths of objects are as in "model_weights/conv_1"; "" is the root.
 * Thread: the engine thread only. */
#ifndef SECATEUR_ENGINE_IO_HDF5_H5_H
#define SECATEUR_ENGINE_IO_HDF5_H5_H

#include "engine/base/error.h"

#include <stddef.h>
#include <stdint.h>

struct h5;      /* an open file; owner: the caller */
struct h5_data; /* an open dataset of numbers; close it before its file */

enum { H5_RANKS = 8, H5_SHAPE_TEXT = 180 };

/* Rows that share chunks are best read together up to this size; of larger ones a part is kept. */
enum { H5_TOGETHER_BYTES = 64 << 20 };

/* What is found at a path. */
enum h5_kind { H5_KIND_NONE, H5_KIND_GROUP, H5_KIND_DATA, H5_KIND_OTHER, H5_KIND_LINK };

/* Numbers in memory. */
enum h5_type { H5_TYPE_U8, H5_TYPE_I64, H5_TYPE_F32, H5_TYPE_F64 };

struct h5_shape {
    int rank;
    uint64_t dim[H5_RANKS];
    uint64_t chunk_rows; /* rows stored together along the first dimension, 1 if not chunked */
    uint64_t row_bytes;  /* as stored, before compression */
    char type[16];       /* as stored: "uint8", "float64" */
};

struct h5 *h5_open(const char *path, struct error *err);
/* A copy of bytes, which can be changed. */
struct h5 *h5_open_image(const char *name, const void *bytes, size_t size, struct error *err);
void h5_close(struct h5 *h5);
const char *h5_name(const struct h5 *h5);

enum h5_kind h5_kind(struct h5 *h5, const char *path);
bool h5_is_link(struct h5 *h5, const char *path); /* by another name, or to another file */
/* Names in a group, sorted; release with h5_names_free. */
char **h5_list(struct h5 *h5, const char *group, int *n, struct error *err);
bool h5_has_attribute(struct h5 *h5, const char *object, const char *attribute);
char *h5_string(struct h5 *h5, const char *object, const char *attribute, struct error *err);
/* A list of strings; Keras cuts a long one into attribute0, attribute1, … */
char **h5_names(
    struct h5 *h5, const char *object, const char *attribute, int *n, struct error *err);
void h5_names_free(char **names, int n);
/* What the file holds, for saying so: "data, label"; "nothing". */
enum { H5_CONTENTS = 200 };
const char *h5_contents(struct h5 *h5, char text[H5_CONTENTS]);

struct h5_data *h5_data_open(struct h5 *h5, const char *path, struct error *err);
void h5_data_close(struct h5_data *data);
const struct h5_shape *h5_data_shape(const struct h5_data *data);
uint64_t h5_data_count(const struct h5_data *data);                  /* elements */
const char *h5_shape_text(const struct h5_shape *shape, char *text); /* "[3, 55]" */
/* Rows first..first+n-1 (a scalar is one row) as numbers of the type into out. */
bool h5_read(struct h5_data *data, uint64_t first, uint64_t n, enum h5_type type, void *out,
    struct error *err);
/* The same along another axis: out has the shape of the dataset but for n there. */
bool h5_read_along(struct h5_data *data, int axis, uint64_t first, uint64_t n, enum h5_type type,
    void *out, struct error *err);
bool h5_write(struct h5_data *data, uint64_t first, uint64_t n, enum h5_type type,
    const void *values, struct error *err);

#endif
