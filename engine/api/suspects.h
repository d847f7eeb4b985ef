/* Which classes a backdoor may lead to, as far as the net itself and clean images tell: what one
 * COMMAND_SUSPECTS found. Counted and immutable, part of a snapshot. Thread: any. */
#ifndef SECATEUR_ENGINE_API_SUSPECTS_H
#define SECATEUR_ENGINE_API_SUSPECTS_H

#include "engine/api/inverted_trigger.h"

#include <stdbool.h>

/* What it comes to (defence/suspects/verdict.h). */
enum suspects_verdict {
    SUSPECTS_NOT_JUDGED, /* the search is not done */
    SUSPECTS_UNCLEAR,    /* doubt: `why` says what would help */
    SUSPECTS_NOTHING,    /* nothing stands out, which is no proof */
    SUSPECTS_CLASSES,    /* classes stand out */
    SUSPECTS_TO_ALL,     /* one trigger leads every class to another one */
};

enum { SUSPECTS_WHY = 480 };

/* What images of a class are read as under the one perturbation that leads most images astray. */
struct suspects_way {
    int n, to;    /* images that the net reads as this class; what most of them become, -1: none */
    double share; /* of them, 0..1 */
};

/* A class, the most suspicious first. */
struct suspect {
    int class;
    double margin;  /* largest lead of its logit over all others that an input reached */
    double outlier; /* of the margin: (margin - median) / (1.4826 MAD) over a sample of classes */
    bool whole;     /* looked at to the end, by its margin or its trigger */
    double mask;    /* pixels of the smallest inverted trigger; -1: none was inverted */
    double hits;    /* share of clean images that it turns into the class, 0..1 */
    bool good;      /* it turns enough of them */
    const struct inverted_trigger *trigger; /* the same; NULL: none was inverted */
    int stands; /* place among those that stand out, from 1; 0: it does not */
};

struct suspects {
    int n; /* classes */
    const struct suspect *suspect;
    float low, high;   /* of the inputs that were tried, in the net's own unit */
    int n_images;      /* clean images that triggers were inverted on; 0: none */
    bool negatives;    /* and on the negatives of these, as where there are many classes */
    int n_inverted;    /* classes whose trigger was inverted: the first ones, and others */
    double other_mask; /* median of the masks of classes that do not stand out; -1 */

    enum suspects_verdict verdict;
    int source; /* the class whose images alone the first that stands out takes in; -1: all */
    /* Of images of that class alone, to the first that stands out; NULL: of all images. */
    const struct inverted_trigger *pair_trigger;
    double index;           /* anomaly index of the smallest mask (Neural Cleanse); 0: too few */
    char why[SUSPECTS_WHY]; /* the verdict in sentences; "": not judged */

    /* The class map that one perturbation causes, of class 0, 1 …; NULL: none was looked for. */
    const struct suspects_way *ways;
    double map_mask; /* pixels of it */
    bool map_rule;   /* every class is led to one of its own */
    int map_shift;   /* where that is a rule: class y to y + shift; 0: another one */
    const struct inverted_trigger *map_trigger; /* its target is -1 */
};

#endif
