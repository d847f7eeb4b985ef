/* The contract of a detector: how suspicious an image is, from what the nets say of it. A new one
 * is a file detector_NAME.c and its name in the list of meson.build. Where the threshold lies is no
 * business of a detector: roc.h, from clean images alone. */
#ifndef SECATEUR_ENGINE_DEFENCE_DETECTOR_H
#define SECATEUR_ENGINE_DEFENCE_DETECTOR_H

#include "engine/prune/criteria/criterion.h"

/* Of one image; logits are what stands in front of the soft-max. */
struct detector_input {
    int n_classes;
    const float *b;        /* [n_classes] logits of the unpruned net */
    const float *repaired; /* [n_classes] of a repaired net, for those that compare */
};

struct detector {
    const char *name, *help;
    const char *source;       /* paper or code */
    enum criterion_data data; /* what setting its threshold takes */
    bool compares;            /* reads the repaired net too */
    /* Larger: more suspicious. Finite; of doubles, as scores near a limit must stay apart. */
    double (*score)(const struct detector_input *input);
};

#endif
