/* Which arrays of a file are images and labels, and how they lie: for the child that reads them.
 * Private to dataset_*.c. Thread: the engine thread (HDF5). */
#ifndef SECATEUR_ENGINE_IO_IMAGES_DATASET_LAYOUT_H
#define SECATEUR_ENGINE_IO_IMAGES_DATASET_LAYOUT_H

#include "engine/io/images/arrays.h"
#include "engine/io/images/dataset_options.h"

#include <stdint.h>

enum { SAID_BYTES = 256 };

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
#define DATASET_COARSE "coarse_label"     /* CIFAR-100's other labels */
#define DATASET_FINE_LABELS "fine labels" /* said where these are taken */
bool dataset_choose(struct arrays *arrays, const struct dataset_options *options, const char *names,
    struct dataset_choice *choice, struct error *err);
/* Labels are called so: "y_test". */
bool dataset_is_label_name(const char *name);
void dataset_choice_free(struct dataset_choice *choice);

/* The first n labels; malloc'd. Whole numbers of any type, or one row per image with a single 1.
 * n_classes 0: any number of classes. place: "file: /label". *from_one: they counted from 1. */
int32_t *dataset_read_labels(struct array *label, const struct label_layout *layout,
    const char *place, int n, int n_classes, bool *from_one, struct error *err);

#endif
