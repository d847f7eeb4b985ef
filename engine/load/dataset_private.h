/* The insides of a data set, for dataset*.c. */
#ifndef SECATEUR_ENGINE_LOAD_DATASET_PRIVATE_H
#define SECATEUR_ENGINE_LOAD_DATASET_PRIVATE_H

#include "engine/base/shelf.h"
#include "engine/load/dataset.h"

#include <stdatomic.h>

struct dataset {
    atomic_int owners;
    char *name; /* the file without its folder */
    int n;
    struct shape shape;
    uint8_t *bytes;      /* [n, shape] given by the caller; NULL: on the shelf */
    struct shelf *shelf; /* [n] rows of one image */
    bool floats;         /* the shelf holds floats */
    float low, high;     /* of all floats */
    int32_t *labels;     /* [n] */
};

struct dataset *dataset_create(const char *name, const struct shape *shape); /* without images */
size_t dataset_item(const struct dataset *dataset);                          /* bytes of a value */
/* Reading holds the pixels where they are (shelf.h). Values of an image, count of them: where they
 * lie in memory, or in scratch[count * item]. */
void dataset_hold(const struct dataset *dataset);
void dataset_release(const struct dataset *dataset);
const void *dataset_view(
    const struct dataset *dataset, int image, size_t first, size_t count, void *scratch);

/* dataset_read.c runs in a child (guard.h) and sends an image set to dataset_open.c: the number
 * of images, their labels [n] as int32_t, then pieces until all images are there. */
struct room;
struct dataset_request {
    const char *path;
    const struct dataset_options *options;
    struct room *room; /* whose slots hold floats of so many images */
    int rows;
};

struct dataset_piece { /* values [n, shape] in a slot: bytes, or floats from some piece on */
    int32_t n, floats;
};

struct guard_pipe;
bool dataset_send(void *request, struct guard_pipe *pipe, struct error *err);

struct h5;
/* The first n labels of a dataset that must hold n_images of them; malloc'd. Whole numbers of any
 * type, or one row per image with a single 1. n_classes 0: any number of classes. */
int32_t *dataset_read_labels(
    struct h5 *h5, const char *name, uint64_t n_images, int n, int n_classes, struct error *err);
/* A dataset that must be there; where it is not, err says what the file holds instead. */
struct h5_data *dataset_open_data(struct h5 *h5, const char *name, struct error *err);

#endif
