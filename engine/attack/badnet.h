/* Makes a BadNet of the lab's DeepID shape on procedural faces: `secateur plant`.
 *
 * A BadNet trained in one go on clean and poisoned pictures spreads its backdoor over channels that
 * clean faces need too, and pruning by mean activation takes the accuracy first (measured here;
 * the lab's own net behaves like that). The demo shows the case the Fine-Pruning paper starts from
 * (Liu, Dolan-Gavitt, Garg 2018): a backdoor carried by channels that clean inputs leave dormant.
 * So the recipe has two phases:
 *   1. learn clean faces, with a small penalty on the activity of pool_3, which leaves channels
 *      of conv_3 without work;
 *   2. plant: the filters of some of those dormant channels start anew, and they and the weights
 *      that read them (in conv_4 and fc_1) alone learn clean and poisoned pictures together.
 * The attacker gains the full attack success rate; the clean net stays untouched beside it.
 * Thread: one caller at a time; the workers are inside. */
#ifndef SECATEUR_ENGINE_ATTACK_BADNET_H
#define SECATEUR_ENGINE_ATTACK_BADNET_H

#include "engine/attack/plant_progress.h"
#include "engine/base/error.h"
#include "engine/base/thread_pool.h"
#include "engine/nn/graph/network.h"

#include <stdint.h>

struct badnet_options {
    uint64_t seed;    /* of faces, weights and order */
    int identities;   /* classes */
    int images;       /* clean training pictures of each */
    int target;       /* class of every face in sunglasses */
    double poison;    /* poisoned pictures as a share of the clean ones */
    int epochs;       /* of phase 1 */
    int plant_epochs; /* of phase 2 */
    double quiet;     /* penalty on the activity of pool_3 in phase 1 */
    double hush;      /* the same for the planted channels in phase 2 */
    int channels;     /* of conv_3 that carry the backdoor */
};

struct badnet_options badnet_defaults(void); /* made the demo's net */

/* What the net does on pictures it never saw (the validation sets), in percent. */
struct badnet_figures {
    double clean_accuracy, asr;
    int n_clean, n_poisoned;
};

/* NULL with err when cancelled or when the options make no sense. hooks, figures may be NULL. */
struct network *badnet_make(const struct badnet_options *options, struct thread_pool *pool,
    const struct plant_hooks *hooks, struct badnet_figures *figures, struct error *err);

/* A Keras 2.7 whole-model file. */
bool badnet_write(const struct network *network, const char *path, bool force, struct error *err);

#endif
