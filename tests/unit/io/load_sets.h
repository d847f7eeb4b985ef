/* Small image sets for the tests of load/dataset, stored in every way. */
#ifndef SECATEUR_TESTS_UNIT_LOAD_SETS_H
#define SECATEUR_TESTS_UNIT_LOAD_SETS_H

#include "engine/io/images/dataset.h"

#include "tests/unit/io/load_files.h"

#include <liblzf/lzf.h>
#include <math.h>

enum { N = 7, H = 4, W = 5, C = 3, IMAGE = H * W * C };

/* The value of image i at (y, x, c), a whole number in 0..255. */
int value_at(int i, int y, int x, int c);

/* How an image set is stored. */
struct stored {
    hid_t type;
    bool planes;      /* [n, c, h, w] */
    hsize_t chunk[4]; /* all 0: not chunked */
    double odd;       /* replaces the last value where it is not 0 */
};
hid_t add_array(const char *path, const char *name, hid_t type, int rank, const hsize_t *dim,
    const hsize_t *chunk, const double *values);
void write_images(const char *path, const char *name, const struct stored *stored);
void write_labels(const char *path, const char *name, int n);

/* Images packed with LZF, as h5py does, a chunk for each image. */
void write_lzf_images(const char *path, const char *name);

struct dataset_options options(int height, int width, int channels);

/* Opens an image set whose pixels lie in memory, or all in a file. */
struct dataset *open_set(const char *path, bool in_file);
/* Its n images are those above; odd: the last value, where it is not 0. */
void check_images(const struct dataset *dataset, int n, float odd);

#endif
