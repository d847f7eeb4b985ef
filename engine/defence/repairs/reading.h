/* What a net reads in clean images: what its layers give out, how many are right, and how active
 * its channels are.
 * Thread: one caller at a time; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_REPAIRS_READING_H
#define SECATEUR_ENGINE_DEFENCE_REPAIRS_READING_H

#include "engine/defence/repairs/repair.h"

/* out[n, output of the layer]: of each image by itself, so the same bytes whatever n; stamped with
 * the trigger, NULL: as it is. */
void reading_outputs(const struct network *network, struct thread_pool *pool,
    const struct repair_images *images, const struct inversion_trigger *trigger, int layer,
    float *out);

/* Images whose arg-max is their label. */
int reading_correct(
    const struct network *network, struct thread_pool *pool, const struct repair_images *images);

/* One channel of a layer's output, over images and positions. */
struct reading_unit {
    double mean, variance;
};

/* units[channels of the layer]. */
void reading_units(const struct network *network, struct thread_pool *pool,
    const struct repair_images *images, int layer, struct reading_unit *units);

#endif
