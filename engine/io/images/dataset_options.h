/* How an image set is to be read. Owner: the caller. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_IMAGES_DATASET_OPTIONS_H
#define SECATEUR_ENGINE_IO_IMAGES_DATASET_OPTIONS_H

#include "engine/base/memory_budget.h"
#include "engine/nn/tensor/tensor.h"

enum { DATASETS_TOGETHER = 2 };

struct dataset_options {
    /* NULL: "data" and "label", or else the one array that may be images, and the one that may be
     * their labels. */
    const char *data_name, *label_name;
    const char *names[DATASETS_TOGETHER]; /* "DATA,LABEL" of each file, NULL: as above */
    struct shape shape;                   /* the net's input, decides which axis is which */
    int n_classes;                        /* labels must be in 0..n_classes-1; one-hot is found */
    int height, width;                    /* pictures are brought to that size; 0: they have it */
    int limit;                            /* read only the first images, 0: all */
    struct memory_budget *budget; /* where the pixels go; NULL: memory, whatever they take */
    /* Called between chunks, and every few milliseconds while a file is slow, with how far it is
     * (total 0: not known yet); false cancels. May be NULL. */
    bool (*progress)(void *context, int done, int total);
    void *context;
};

#endif
