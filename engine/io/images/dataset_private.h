/* The insides of a data set, for dataset*.c. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_DATASET_PRIVATE_H
#define SECATEUR_ENGINE_IO_IMAGES_DATASET_PRIVATE_H

#include "engine/base/spill_rows.h"
#include "engine/io/files/set_files.h"
#include "engine/io/images/dataset.h"
#include "engine/io/sandbox/work.h"

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
    struct surrogate *surrogate;   /* what a surrogate was made from; NULL: it is none */
    float *mask, *pattern;         /* of a surrogate that was made here (surrogate.h); NULL */
};

struct dataset *dataset_create(const char *name, const struct shape *shape); /* without images */
size_t dataset_item(const struct dataset *dataset);                          /* bytes of a value */
/* Reading holds the pixels where they are (spill_rows.h). Values of an image, count of them: where
 * they lie in memory, or in scratch[count * item]. */
void dataset_hold(const struct dataset *dataset);
void dataset_release(const struct dataset *dataset);
const void *dataset_view(
    const struct dataset *dataset, int image, size_t first, size_t count, void *scratch);

/* dataset_read.c runs in a reader (sandbox.h) and sends an image set to dataset_open.c: the name of
 * the images' array, what is said of it, the note of a surrogate ("": it is none), the number of
 * images, their labels [n] as int32_t, then pieces until all images are there. It gets these parts,
 * texts "" for NULL. */
enum dataset_part {
    DATASET_ORDER, /* struct dataset_order */
    DATASET_NAME,  /* of the set, for messages */
    DATASET_PATHS, /* of its files, each with a zero behind */
    DATASET_NAMES, /* "DATA,LABEL" of this file */
    DATASET_DATA_NAME,
    DATASET_LABEL_NAME,
    DATASET_PARTS
};
struct dataset_order {
    struct shape shape;
    int n_classes, limit;
    int rows; /* a slot holds the floats of so many images */
};

struct dataset_piece { /* values [n, shape] in a slot: bytes, or floats from some piece on */
    int32_t n, floats;
};

sandbox_reader dataset_send;
/* The files of a set as they were handed over; returns how many. */
int dataset_paths(const struct sandbox_work *work, const char *paths[SET_FILES_MAX]);
/* All of them as one part; malloc'd. */
char *dataset_join_paths(const struct set_files *set, size_t *size);

/* A set of pictures, decoded in readers, some hundreds in each (dataset_pictures.c). */
struct dataset *dataset_pictures(const char *name, const struct set_files *set,
    const struct dataset_options *options, struct error *err);
/* Their shape: one size, or that of the options; 3 channels where one is in colour. Looks at all.
 */
bool dataset_survey(const char *name, const struct set_files *set,
    const struct dataset_options *options, struct shape *shape, struct error *err);

#endif
