/* The insides of a data set, for dataset*.c. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_DATASET_PRIVATE_H
#define SECATEUR_ENGINE_IO_IMAGES_DATASET_PRIVATE_H

#include "engine/base/spill_rows.h"
#include "engine/io/images/arrays.h"
#include "engine/io/images/dataset.h"

#include <stdatomic.h>

struct dataset {
    atomic_int owners;
    char *name; /* the file without its folder */
    int n;
    struct shape shape;
    uint8_t *bytes;                /* [n, shape] given by the caller; NULL: on the spill_rows */
    struct spill_rows *spill_rows; /* [n] rows of one image */
    bool floats;                   /* the spill_rows holds floats */
    float low, high;               /* of all floats */
    int32_t *labels;               /* [n] */
    char *said;                    /* how it was read, where that is not as usual; "" */
};

enum { SAID_BYTES = 256 };

struct dataset *dataset_create(const char *name, const struct shape *shape); /* without images */
size_t dataset_item(const struct dataset *dataset);                          /* bytes of a value */
/* Reading holds the pixels where they are (spill_rows.h). Values of an image, count of them: where
 * they lie in memory, or in scratch[count * item]. */
void dataset_hold(const struct dataset *dataset);
void dataset_release(const struct dataset *dataset);
const void *dataset_view(
    const struct dataset *dataset, int image, size_t first, size_t count, void *scratch);

/* dataset_read.c runs in a child (sandbox.h) and sends an image set to dataset_open.c: the name of
 * the images' array, what is said of it, the number of images, their labels [n] as int32_t, then
 * pieces until all images are there. */
struct shm_ring;
struct dataset_request {
    const char *path;
    const char *names; /* "DATA,LABEL" of this file, or NULL */
    const struct dataset_options *options;
    struct shm_ring *ring; /* whose slots hold floats of so many images */
    int rows;
};

struct dataset_piece { /* values [n, shape] in a slot: bytes, or floats from some piece on */
    int32_t n, floats;
};

struct sandbox_pipe;
bool dataset_send(void *request, struct sandbox_pipe *pipe, struct error *err);

/* Which axis of a stored array is which (dataset_layout.c). */
enum { LAYOUT_DIMS = 4 };
struct layout {
    const char *letters; /* "nhwc", in the order of who wrote it */
    bool sure;           /* else only where the labels are as many */
    int n_axis;          /* of the stored axes: counts the images */
    uint64_t n;
    int n_dims;
    int axis[LAYOUT_DIMS]; /* [n_dims] stored axes of an image in the order that the net wants */
    uint64_t stride[H5_RANKS]; /* of the stored axes in a piece with one image */
    bool straight;             /* is stored as the net wants it */
    bool planes;               /* [n, c, h, w], for which there is a quick way */
};

/* The k-th layout in which an array may be such images; false: there are not so many. */
bool dataset_layout(const struct h5_shape *stored, bool turned, const struct shape *image, int k,
    struct layout *layout);
/* A piece of n images as stored, of values of `item` bytes, as the net wants it. */
void dataset_turn(const struct layout *layout, const struct h5_shape *stored, uint64_t n,
    size_t item, const char *from, char *to);

/* Labels: one number for each image along an axis, or `width` numbers, one-hot. */
struct label_layout {
    int axis;
    size_t width;
};
bool dataset_labels_fit(const struct array *array, uint64_t n, struct label_layout *layout);

/* The images and labels of a file (dataset_choose.c). names: "DATA,LABEL" of this file alone, or
 * NULL. Owner: the caller, dataset_choice_free. */
struct dataset_choice {
    struct array *data, *label;
    struct layout layout;
    struct label_layout label_layout;
    char said[SAID_BYTES]; /* what is not as usual, "": nothing */
};
bool dataset_choose(struct arrays *arrays, const struct dataset_options *options, const char *names,
    struct dataset_choice *choice, struct error *err);
void dataset_choice_free(struct dataset_choice *choice);

/* The first n labels; malloc'd. Whole numbers of any type, or one row per image with a single 1.
 * n_classes 0: any number of classes. place: "file: /label". *from_one: they counted from 1. */
int32_t *dataset_read_labels(struct array *label, const struct label_layout *layout,
    const char *place, int n, int n_classes, bool *from_one, struct error *err);

#endif
