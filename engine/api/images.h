/* The sets of images, and the attack that the poisoned ones hold. Thread: any. */
#ifndef SECATEUR_ENGINE_API_IMAGES_H
#define SECATEUR_ENGINE_API_IMAGES_H

#include "engine/measures/target.h"

#include <stdbool.h>

enum image_set { SET_CLEAN, SET_POISONED, N_SETS };

/* Where the target of an attack is from. */
enum target_source {
    TARGET_LABELS,   /* the labels of the poisoned images are what the attack wants; all count */
    TARGET_GIVEN,    /* --target */
    TARGET_INVERTED, /* the class whose inverted trigger a surrogate carries */
    TARGET_FOUND,    /* most images are read so by the unpruned net */
    TARGET_DOUBTFUL, /* no majority: the most frequent wrong answer */
    TARGET_UNKNOWN,  /* no wrong answer at all: ASR is not known, no image counts */
};

/* What ASR counts, of a set of poisoned images. */
struct attacked {
    struct target target; /* TARGET_NONE: labels that follow no rule, or not known */
    enum target_source source;
    bool surrogate;      /* the images carry an inverted trigger: their ASR is a surrogate's */
    bool true_labels;    /* labels are true classes, not the target */
    int found, found_of; /* images read as the target that was found */
    int n_paired;        /* were made from a clean image that is there */
    int n_known;         /* their true class is known */
    int n_left_out;      /* belong to the target, so do not count */
};

/* What the share of such images that the net reads as the target is called. */
static inline const char *attack_rate_name(const struct attacked *attacked)
{
    return attacked->surrogate ? "surrogate ASR" : "ASR";
}
/* The same in narrow columns. */
static inline const char *attack_rate_short(const struct attacked *attacked)
{
    return attacked->surrogate ? "sASR" : "ASR";
}
static inline const char *attack_rate_words(const struct attacked *attacked)
{
    return attacked->surrogate ? "surrogate attack success" : "attack success";
}

#endif
