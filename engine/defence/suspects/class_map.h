/* The class map that one perturbation causes: one mask and one pattern, found on clean images so
 * that the net reads as many of them as possible as anything but what it read before, as small as
 * possible; and then what each class is read as. On a clean net the mask is large, and a few
 * classes take in most images. A small mask that leads every class to another one, each to its
 * own, is an all-to-all backdoor (BadNets, Gu et al. 2017). Poisoned images are not needed.
 * Owner: the caller (class_map_finish). Thread: one caller; the workers are inside. The same for
 * any number of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_SUSPECTS_CLASS_MAP_H
#define SECATEUR_ENGINE_DEFENCE_SUSPECTS_CLASS_MAP_H

#include "engine/defence/suspects/inversion.h"

enum { CLASS_MAP_IMAGES = 3 }; /* of a class: fewer say nothing of the class */

struct class_map_row {
    int n;        /* images that the net reads as this class without the perturbation */
    int to;       /* what most of them are read as with it, -1: there are none */
    double share; /* of them, 0..1 */
};

enum class_map_kind {
    CLASS_MAP_NO_RULE,    /* a few classes take in most, or images of a class scatter */
    CLASS_MAP_ONE_TARGET, /* every class but one is led to that one */
    CLASS_MAP_TO_ALL,     /* every class is led to a class of its own */
};

struct class_map {
    int n_classes;
    struct class_map_row *row; /* [n_classes] */
    enum class_map_kind kind;
    int target;  /* of CLASS_MAP_ONE_TARGET */
    int shift;   /* of CLASS_MAP_TO_ALL: every class y to y + shift, counted round; 0: no shift */
    bool enough; /* images of enough classes to say what becomes of every class */
    double certain;       /* mean share over n_rows */
    int n_rows;           /* that have CLASS_MAP_IMAGES or more */
    int n_seen, n_images; /* rows that have any; images of all */
    double mask;          /* pixels */
    double hits;          /* share of images that are read as something else */
};

struct class_map_options {
    float low, high; /* of every value of the input, in the net's own unit */
    int steps;       /* of the inversion */
    double weight;   /* of its mask */
    double rate;     /* of its Adam */
    uint64_t seed;
};

struct class_map_hooks {
    /* On the caller's thread, behind each step; false cancels. May be NULL. */
    bool (*step)(void *context, const struct inversion_trigger *trigger, int step, int steps);
    void *context;
};

/* pixels[n, input shape] in the net's own unit. False with ERROR_CANCELLED, or where the search
 * diverges. */
bool class_map_find(const struct network *network, struct thread_pool *pool, const float *pixels,
    int n, const struct class_map_options *options, const struct class_map_hooks *hooks,
    struct class_map *map, struct error *err);
void class_map_finish(struct class_map *map);

/* From n, to and share of the rows to what they mean: all fields below `row`
 * but mask and hits. */
void class_map_judge(struct class_map *map);

/* read[n]: what the net reads images as, with a trigger (NULL: as they are). */
void class_map_read(const struct network *network, struct thread_pool *pool, const float *pixels,
    int n, const struct inversion_trigger *trigger, int32_t *read);

#endif
