/* Sketches of the images of two sets, by which a poisoned image finds its clean one. Private to
 * trigger_pairs.c. Thread: one. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_TRIGGER_SKETCHES_H
#define SECATEUR_ENGINE_IO_IMAGES_TRIGGER_SKETCHES_H

#include "engine/io/images/dataset.h"

enum {
    GREY_LEVELS = 2,      /* may lie between a picture and the same with the trigger */
    REGION_PERCENT = 50,  /* of the places may belong to the trigger */
    CELLS = 16,           /* of a sketch, 4 by 4 where the picture allows it */
    CELL_PLACES = 32,     /* of a cell that are summed up */
    TRIED_CELLS = 9,      /* at least one of them is free when half of all are */
    CROWD = 32,           /* images with one sum in a cell: it tells nothing */
    CANDIDATES = 3,       /* compared place by place */
    TIMES_NEARER = 4,     /* than any other picture must a pair be */
    LEARNT_FROM = 300,    /* poisoned images that show where the trigger lies */
    LEARNT_LEAST = 8,     /* fewer show nothing */
    BASELINE_PERCENT = 10 /* of clean neighbours are nearer to each other than what is typical */
};

struct entry {
    int32_t sum, image;
};

/* One set: sketches, and images in the order of a cell's sums. */
struct sketches {
    const struct dataset *set;
    int n;
    float low, step;      /* of floats: the grey level is (value - low) * step */
    int32_t *sums;        /* [n][CELLS] */
    struct entry *sorted; /* [CELLS][n], of clean images alone */
    uint8_t *levels;      /* [shape] of one image */
    void *scratch;
};

struct trigger_pairs {
    struct sketches clean, poisoned;
    int n_places, n_channels;
    int n_summed[CELLS], summed[CELLS][CELL_PLACES]; /* places */
    bool *region;                                    /* [n_places] of the trigger */
    int baseline;                                    /* places that tell two pictures apart */
    int32_t tolerance[CELLS];
};

/* Floats as grey levels: 0..1 and 0..255 as they are, else what lies between the ends of both. */
void sketches_choose_levels(struct trigger_pairs *p);
/* [shape] of one image, until the next call. */
const uint8_t *sketches_levels(struct sketches *s, int image);
bool sketches_alike(const uint8_t *a, const uint8_t *b, int n_channels); /* one place of each */

void sketches_choose_places(struct trigger_pairs *p, const struct shape *shape);
void sketches_make(struct trigger_pairs *p, struct sketches *s);
void sketches_sort(struct sketches *s);
/* The first entry that is not below a sum. */
int sketches_first(const struct entry *entries, int n, int64_t sum);
void sketches_finish(struct sketches *s);

#endif
