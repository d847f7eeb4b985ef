/* Triggers of the first of many classes: those with the largest margins (target_scan.h), and some
 * by chance to compare with, inverted side by side on images and their negatives (negatives.h). On
 * the images alone clean classes whose pictures come near take masks as small as a target's.
 * Thread: one caller at a time; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_SUSPECTS_SHORTLIST_H
#define SECATEUR_ENGINE_DEFENCE_SUSPECTS_SHORTLIST_H

#include "engine/defence/suspects/inversion.h"

#include <stdatomic.h>

enum { SHORTLIST_FIRST = 5, SHORTLIST_OTHERS = 3, SHORTLIST_STEPS = 250 };

struct shortlist_classes {
    int n_first, n_others;
    int first[SHORTLIST_FIRST], others[SHORTLIST_OTHERS]; /* different ones */
};

struct shortlist_hooks {
    /* On the caller's thread, now and then: the smallest trigger so far. May be NULL. */
    void (*show)(
        void *context, const struct inversion_trigger *trigger, int class, int done, int total);
    /* In the end: the first classes, the smallest mask first, then the others likewise. */
    void (*found)(void *context, const struct inversion_trigger *trigger, int class, bool other);
    void *context;
    const atomic_bool *stop; /* true ends the search; may be NULL */
};

/* images->pixels: the images and behind them their negatives, images->n in all; wanted is not
 * read. False with ERROR_CANCELLED, or where a search diverges. */
bool shortlist_find(const struct network *network, struct thread_pool *pool,
    const struct inversion_images *images, const struct shortlist_classes *classes,
    const struct inversion_options *options, const struct shortlist_hooks *hooks,
    struct error *err);

#endif
