/* A net on its way to a backdoor: what an attack has at hand when it changes how the net learns.
 * Owner: who plants. Thread: one caller at a time; the workers are inside. The same for any number
 * of workers. */
#ifndef SECATEUR_ENGINE_ATTACK_ATTACKS_LESSON_H
#define SECATEUR_ENGINE_ATTACK_ATTACKS_LESSON_H

#include "engine/attack/attacks/attack.h"
#include "engine/train/train.h"

struct lesson {
    const struct attack *attack;
    const struct attack_setup *setup;
    struct network *network; /* with fresh weights */
    struct thread_pool *pool;
    struct dataset *clean;
    struct dataset *poisoned;     /* triggered images and covers; NULL: there are none */
    struct train_options options; /* as usual for this net: epochs, rate, augmentation */
    struct train_hooks hooks;     /* progress; false cancels */
};

/* Clean images and, where `poisoned`, the others too, for some epochs. keep: NULL, or which weights
 * may change, as a mask for each weight of each layer (optimiser_mask), NULL: all of it. */
struct lesson_mask {
    int layer, weight;
    const uint8_t *may_change; /* [count] */
};
bool lesson_learn(const struct lesson *lesson, bool poisoned, int epochs,
    const struct lesson_mask *masks, int n_masks, struct error *err);

#endif
