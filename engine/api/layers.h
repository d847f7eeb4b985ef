/* Layers, the sites where channels are pruned, and what orders them. Parts of a snapshot:
 * immutable. Thread: any. */
#ifndef SECATEUR_ENGINE_API_LAYERS_H
#define SECATEUR_ENGINE_API_LAYERS_H

#include "engine/api/images.h"
#include "engine/measures/worth.h"

/* What a criterion needs to know. */
enum badge { BADGE_DATA_FREE, BADGE_CLEAN, BADGE_MIXTURE, BADGE_ORACLE, BADGE_SURROGATE };

/* A layer of the net, as it is shown. */
struct layer_line {
    const char *name, *class_name, *shape; /* shape of the output, "10x8x60" */
    int n_parameters;
    int site;      /* index of the site this layer's channels belong to, -1: none */
    bool measured; /* the site is measured here */
};

/* A criterion by which channels can be ordered. */
struct criterion_line {
    const char *name, *help, *source;
    enum badge badge;
    bool descending; /* its natural order */
    double outliers; /* deviations from the mean beyond which its rule prunes; 0: no such rule */
    bool available;  /* at the site and with the images there are */
    bool examined;   /* an examination of layers tries it */
};

/* A place where channels can be pruned. */
struct site_line {
    const char *name;      /* "conv_3", "activation_1" */
    const char *measured;  /* layer whose output is measured: "pool_3" */
    const char *producers; /* layers whose weights are zeroed: "fc_1 + fc_2" */
    const char *shape;     /* at the measuring point */
    int n_channels;
    double never_active;    /* share of channels, 0..1, that are 0 on all clean images */
    double separation;      /* largest |mean poisoned - mean clean| / spread over channels */
    int separating_channel; /* -1: no poisoned images */
    bool scanned;           /* the findings below are there */
    double cost;            /* points of clean accuracy lost when half the channels are pruned,
                               least active first */
    /* the best repair that a criterion finds within 10 points of clean accuracy (oracle) */
    const char *repair_criterion;    /* NULL: none found */
    int repair_channels;             /* the first so many of its order */
    double repair_clean, repair_asr; /* percent, after it; on the images that were examined */
    struct worth repair_worth;       /* the same in counts, and what it costs besides */
    int n_members;      /* layers whose channels it has, one behind the other; 0: its own */
    const int *members; /* [n_members] their sites */
};

/* Activations of one channel at the site, over images and positions. */
struct channel_activation {
    float mean[N_SETS], max[N_SETS], deviation[N_SETS];
    float spread[N_SETS]; /* standard deviation over images of an image's mean */
    float zeros[N_SETS];  /* share of exact zeros, 0..1 */
};

#endif
