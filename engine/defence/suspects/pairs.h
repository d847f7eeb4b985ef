/* Triggers for pairs of classes: masks that lead the images of one class to another one, inverted
 * for every pair, and what their sizes tell.
 *   ease of a class    how small the masks that lead there are, beside those that lead elsewhere
 *                      from the same class; the median over the classes. The target of a backdoor
 *                      is easy from everywhere; a class that clean images come near to is not
 *   step of a pair     its mask in the usual one from there, in the usual one to there, and in the
 *                      one of the way back: the largest of the three. An attack on one class alone
 *                      (source-specific; Tang et al., USENIX Security 2021) makes one pair small,
 *                      and its way back not; classes that look alike are near both ways
 * Thread: one caller at a time; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_SUSPECTS_PAIRS_H
#define SECATEUR_ENGINE_DEFENCE_SUSPECTS_PAIRS_H

#include "engine/defence/suspects/inversion.h"

#include <stdatomic.h>

struct pairs_hooks {
    /* On the caller's thread, now and then: the smallest trigger so far. May be NULL. */
    void (*show)(
        void *context, const struct inversion_trigger *trigger, int to, int done, int total);
    void *context;
    const atomic_bool *stop; /* true ends the search; may be NULL */
};

/* mask[n_classes * n_classes]: pixels at from * n_classes + to; -1: not known, as the net reads
 * fewer than three images as `from`, or none of the masks turns enough. images->wanted is not read.
 * False with ERROR_CANCELLED, or where the search diverges. */
bool pairs_find(const struct network *network, struct thread_pool *pool,
    const struct inversion_images *images, const struct inversion_options *options,
    const struct pairs_hooks *hooks, double *mask, struct error *err);

double pairs_ease(const double *mask, int n_classes, int to); /* NAN: not known */

struct pair {
    int from, to; /* -1: no step is known */
    double mask, step;
};
/* The pair with the smallest step. */
struct pair pairs_smallest_step(const double *mask, int n_classes);

#endif
