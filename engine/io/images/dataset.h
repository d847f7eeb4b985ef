/* A set of labelled images, held once: bytes where all values are whole numbers in 0..255, else
 * floats; in memory, or in a budget's file where its budget ends. Immutable and counted: share it
 * with dataset_ref.
 * Read from HDF5, MATLAB's v7.3 and NumPy's .npz.
 * Thread: opened by the engine thread (HDF5), then read by any. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_DATASET_H
#define SECATEUR_ENGINE_IO_IMAGES_DATASET_H

#include "engine/base/pixel_scaling.h"
#include "engine/io/images/dataset_options.h"
#include "engine/io/images/surrogate_note.h"

#include <stdint.h>

struct dataset;

struct dataset *dataset_open(
    const char *path, const struct dataset_options *options, struct error *err);
/* Two sets at once, each read by a process of its own; where one fails there is none. */
bool dataset_open_both(const char *const paths[DATASETS_TOGETHER],
    const struct dataset_options *options, struct dataset *sets[DATASETS_TOGETHER],
    struct error *err);
/* Takes over pixels [n, shape] and labels [n], both malloc'd. */
struct dataset *dataset_from_bytes(
    const char *name, int n, const struct shape *shape, uint8_t *pixels, int32_t *labels);
/* Moves the pixels of such a set, which nobody reads yet, to a budget. */
bool dataset_keep(struct dataset *dataset, struct memory_budget *budget, struct error *err);
struct dataset *dataset_ref(struct dataset *dataset);
void dataset_unref(struct dataset *dataset);

const char *dataset_name(const struct dataset *dataset);
/* How it was read where that is not as usual: "/x_test and /y_test, turned (MATLAB)"; "". */
const char *dataset_said(const struct dataset *dataset);
/* Its labels counted from 1 in the file (part of what is said); they are from 0 here. */
#define DATASET_FROM_ONE "labels count from 1"
bool dataset_from_one(const struct dataset *dataset);
/* Of a set that nobody reads yet, whose labels alone do not tell, but whose partner's do. False
 * with err: one of them is 0. */
bool dataset_count_from_one(struct dataset *dataset, struct error *err);
/* What a surrogate was made from; NULL: it is none, as far as its file says. Accepts NULL. */
const struct surrogate *dataset_surrogate(const struct dataset *dataset);
int dataset_count(const struct dataset *dataset);
const struct shape *dataset_shape(const struct dataset *dataset);
const int32_t *dataset_labels(const struct dataset *dataset); /* [n] */
size_t dataset_bytes(const struct dataset *dataset);          /* of pixels and labels, anywhere */
/* False with err when pixels could not be read back from a file since the last call: what was
 * filled in meanwhile may be wrong. */
bool dataset_check(const struct dataset *dataset, struct error *err);

int dataset_channels(const struct shape *image); /* 1 where the shape has no axis for them */
/* The range of all values; false: they are bytes. */
bool dataset_range(const struct dataset *dataset, float *low, float *high);

/* Images first..first+n-1 as the net wants them into out[n, shape] (NHWC). */
void dataset_feed(const struct dataset *dataset, int first, int n,
    const struct pixel_scaling *scaling, float *out);
/* Images index[0..n-1] side by side: out[shape][width], lanes without an image are 0. */
void dataset_feed_lanes(const struct dataset *dataset, const int *index, int n, int width,
    const struct pixel_scaling *scaling, float *out);
/* The same times scale. */
void dataset_fill(const struct dataset *dataset, int first, int n, float scale, float *out);
void dataset_fill_lanes(
    const struct dataset *dataset, const int *index, int n, int width, float scale, float *out);
/* One image for showing: rgb[height, width, 3] in 0..255 (grey is tripled; floats that stay
 * within 0..1 over the whole set are taken times 255). */
void dataset_show(const struct dataset *dataset, int index, uint8_t *rgb);

/* Writes an image set in the lab's layout (NCHW `data`, `label`), gzip bytes. Atomic. */
bool dataset_write(const struct dataset *dataset, const char *path, bool force, struct error *err);

#endif
