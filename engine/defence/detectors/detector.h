/* The contract of a detector: how suspicious an image is, from what the nets say of it. A new one
 * is a file detector_NAME.c and its name in the list of meson.build. Where the threshold lies is no
 * business of a detector: roc.h, from clean images alone. */
#ifndef SECATEUR_ENGINE_DEFENCE_DETECTOR_H
#define SECATEUR_ENGINE_DEFENCE_DETECTOR_H

#include "engine/base/error.h"
#include "engine/prune/criteria/criterion.h"

#include <stdint.h>

/* What it reads beside the logits of B. */
enum detector_reads {
    READS_LOGITS = 0,
    READS_REPAIRED = 1, /* logits of a repaired net */
    READS_FEATURES = 2, /* what the last layer with weights reads */
    READS_BLENDS = 4,   /* logits of B on blends with clean images: a run of B for each */
    READS_TRIGGER = 8,  /* features of clean images with an inverted trigger */
};

/* Clean validation images as B sees them, for detectors to learn from. */
struct detector_lesson {
    int n, n_classes, n_features;
    const uint16_t *predicted; /* [n] class by B */
    const float *features;     /* [n][n_features] */
    const float *triggered; /* [n][n_features] with a trigger that was inverted; NULL: none was */
};

/* Of one image; logits are what stands in front of the soft-max. */
struct detector_input {
    int n_classes;
    const float *b;        /* [n_classes] logits of the unpruned net */
    const float *repaired; /* [n_classes] of a repaired net, for those that read it */
    int predicted;         /* class by B */
    const float *features; /* [n_features of the lesson] */
    int n_blends;
    const float *blends; /* [n_blends][n_classes] logits of the image blended with clean ones */
    int own;             /* which image of the lesson it is, -1: none */
    const void *learnt;
};

struct detector {
    const char *name, *help;
    const char *source;       /* paper or code */
    enum criterion_data data; /* what learning and setting its threshold take */
    unsigned reads;           /* enum detector_reads */
    /* What it makes of clean images, NULL where they are too few; both NULL: it learns nothing. */
    void *(*learn)(const struct detector_lesson *lesson);
    void (*forget)(void *learnt);
    /* Larger: more suspicious. Finite; of doubles, as scores near a limit must stay apart. An image
     * of the lesson gets what an image gets that was not in it. */
    double (*score)(const struct detector_input *input);
};

#endif
