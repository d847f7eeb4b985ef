/* Triggers of several classes inverted side by side, each by one worker: the caller sees how far
 * they have come, and which mask leads.
 * Owner: the caller. Thread: one caller at a time; the workers are inside. The same for any number
 * of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_SUSPECTS_RACE_H
#define SECATEUR_ENGINE_DEFENCE_SUSPECTS_RACE_H

#include "engine/defence/suspects/inversion.h"

#include <stdatomic.h>

struct race_class {
    int class; /* that the images are to be read as */
    int n;     /* of the images, those from `first` on */
    int first;
};

struct race;

/* pixels: borrowed, [images, input shape] in the net's own unit. */
struct race *race_create(const struct network *network, struct thread_pool *pool,
    const float *pixels, const struct race_class *classes, int n,
    const struct inversion_options *options);
void race_destroy(struct race *race); /* accepts NULL */

/* So many steps more for all. False with ERROR_CANCELLED when *stop, or where a loss is
 * not finite. */
bool race_run(struct race *race, int steps, const atomic_bool *stop, struct error *err);
/* The i-th class as it stands; borrowed until the next run. */
struct inversion_trigger race_trigger(const struct race *race, int i);

#endif
