/* Which classes a backdoor may lead to, as far as the net itself and clean images tell: what one
 * COMMAND_SUSPECTS found. Counted and immutable, part of a snapshot. Thread: any. */
#ifndef SECATEUR_ENGINE_API_SUSPECTS_H
#define SECATEUR_ENGINE_API_SUSPECTS_H

#include "engine/api/inverted_trigger.h"

#include <stdbool.h>

/* A class, the most suspicious first. */
struct suspect {
    int class;
    double margin;  /* largest lead of its logit over all others that an input reached */
    double outlier; /* of the margin: (margin - median) / (1.4826 MAD) over a sample of classes */
    bool whole;     /* all steps were spent on it; otherwise the first ones alone */
    double mask;    /* pixels of the smallest inverted trigger; -1: none was inverted */
    double hits;    /* share of clean images that it turns into the class, 0..1 */
    const struct inverted_trigger *trigger; /* the same; NULL: none was inverted */
};

struct suspects {
    int n; /* classes */
    const struct suspect *suspect;
    float low, high;   /* of the inputs that were tried, in the net's own unit */
    int n_images;      /* clean images that triggers were inverted on; 0: none */
    int n_inverted;    /* classes whose trigger was inverted: the first ones, and others */
    double other_mask; /* median of the masks of the others, which nothing speaks against; -1 */
};

#endif
