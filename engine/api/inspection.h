/* What was found about one channel of a site: how its values lie over images and positions, what
 * weights make it, and what it feeds. Counted and immutable, part of a snapshot. Thread: any. */
#ifndef SECATEUR_ENGINE_API_INSPECTION_H
#define SECATEUR_ENGINE_API_INSPECTION_H

#include "engine/api/snapshot.h"

enum { INSPECTION_BINS = 64, INSPECTION_LINKS = 8, INSPECTION_IMAGES = 8 };

/* What the channel is for a channel of a layer behind it, or for a class. */
struct inspection_link {
    const char *layer;
    int channel;
    float norm; /* Euclidean, of the weights between the two */
    float sum;  /* of the same weights: which way it pushes */
};

/* An image that activates the channel much. */
struct inspection_image {
    int image;        /* its number in the set */
    float mean;       /* over positions */
    const float *map; /* [height][width] the channel's values in it */
};

struct inspection {
    int channel;

    /* Its mean over positions, image by image; nothing is pruned in this layer. */
    int n_images[N_SETS];
    double mean[N_SETS], least[N_SETS], most[N_SETS];
    double low, high; /* ends of the bins, of both sets */
    int bins[N_SETS][INSPECTION_BINS];
    double auc; /* share of pairs in which the poisoned image has more, ties half; -1: one set */

    int height, width;         /* of the map, 1 x 1 for units */
    const float *map[N_SETS];  /* [height, width] mean over images; NULL: no such images */
    float map_least, map_most; /* of both */

    int n_strongest[N_SETS]; /* images of the largest means; of equal ones the first */
    struct inspection_image strongest[N_SETS][INSPECTION_IMAGES];
    float strongest_most; /* largest value in any of their maps */

    /* The filter that makes it; where several layers do, the first one's. */
    const char *producer;
    int kernel_height, kernel_width, kernel_inputs;
    const float *kernel; /* [kernel_height, kernel_width, kernel_inputs], NULL: none */
    float kernel_l1, bias;
    bool sees_image; /* the kernel's inputs are the channels of the images */

    int n_links;
    struct inspection_link links[INSPECTION_LINKS]; /* strongest first */
    bool into_classes;                              /* links are classes: nothing lies between */
    float target_weight;                            /* sum into the target class, */
    int target_rank; /* among the sums into it, 1: largest; 0: none */
};

#endif
