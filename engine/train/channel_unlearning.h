/* The first half of RNP (channel_masks.h): a net unlearns clean images.
 * Owner: the caller. Thread: one caller; the workers are inside. */
#ifndef SECATEUR_ENGINE_TRAIN_CHANNEL_UNLEARNING_H
#define SECATEUR_ENGINE_TRAIN_CHANNEL_UNLEARNING_H

#include "engine/train/channel_masks.h"

/* Changes the network by gradient ascent. False with ERROR_CANCELLED, or where the loss is not
 * finite. */
bool channel_unlearning(struct network *network, struct thread_pool *pool,
    const struct channel_masks_options *options, struct error *err);

#endif
