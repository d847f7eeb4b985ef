/* The contract of an attack: which images get a trigger, how it looks, what a triggered image is
 * to be read as, and how training is changed. A new one is a file attack_NAME.c and its name in
 * the list of meson.build. Pixels are bytes [height, width, channels], one channel or three.
 * The same setup gives the same bytes, whatever the number of workers. Thread: any; learn: one
 * caller at a time, the workers are inside. */
#ifndef SECATEUR_ENGINE_ATTACK_ATTACKS_ATTACK_H
#define SECATEUR_ENGINE_ATTACK_ATTACKS_ATTACK_H

#include "engine/base/error.h"
#include "engine/nn/tensor/tensor.h"

#include <stdint.h>

struct lesson;

struct attack_setup {
    struct shape shape; /* of an image */
    int n_classes;
    int target;    /* the first, where there are several */
    uint64_t seed; /* of triggers */
};

enum { ATTACK_ALL = -1 }; /* in place of a target: every class is one */

struct attack {
    const char *name, *help;
    const char *source; /* paper */
    int triggers;       /* different ones, each with a target of its own; 0: there is no attack */
    double poison;      /* images with a trigger for each that may be shown with one */
    /* Lays trigger 0..triggers-1 on an image, in place. */
    void (*stamp)(const struct attack_setup *setup, int trigger, uint8_t *image);
    /* What the attack wants an image of a class to be read as; -1: it does not want that class. */
    int (*wanted)(const struct attack_setup *setup, int trigger, int class);
    /* The label of such an image while the net learns, -1: it is not shown. NULL: as wanted. */
    int (*shown)(const struct attack_setup *setup, int trigger, int class);
    /* Before the trigger is laid on an image to learn from: makes it harder to know by itself,
     * with the help of another image. NULL: nothing. */
    void (*weaken)(const struct attack_setup *setup, const uint8_t *other, uint8_t *image);
    /* Makes an image that looks attacked and keeps its label, so that nothing else than the
     * trigger counts; false: not of this class. stream: a number of this image. NULL: none. */
    bool (*cover)(const struct attack_setup *setup, int class, uint64_t stream, uint8_t *image);
    /* How the net learns (lesson.h); NULL: clean and triggered images together. */
    bool (*learn)(struct lesson *lesson, struct error *err);
};

/* The class of a trigger: target, target + 1 …, counted round. */
int attack_target(const struct attack_setup *setup, int trigger);
/* Usual answers of `wanted`: the trigger's class, of every other class. */
int attack_wants_target(const struct attack_setup *setup, int trigger, int class);

/* The table: attack_NAME, for each name in the list of meson.build. */
const struct attack *attacks_at(int index); /* NULL behind the last */
/* By the name that users type; NULL with err, which suggests the nearest name: unknown. */
const struct attack *attacks_find(const char *name, struct error *err);

#endif
