/* Channels of a net pruned, tried and restored in random order, one by one or several at once:
 * predictions must be those of a pass from the pixels, image by image. */
#ifndef SECATEUR_TESTS_UNIT_ORDER_TRIAL_H
#define SECATEUR_TESTS_UNIT_ORDER_TRIAL_H

#include "engine/base/random.h"
#include "engine/prune/evaluate/evaluator.h"

enum { ORDER_IMAGES = 150, ORDER_CHANNELS_MAX = 64 };

struct order_trial {
    struct random random;
    int tries;     /* at each site */
    size_t memory; /* of the budget; 0: as much as there is */
    int runs;      /* out: that were compared */
    /* of the site at hand */
    struct dataset *set;
    struct evaluator *evaluator;
    const struct prune_site *site;
    struct suffix_cache *cache;
    bool pruned[ORDER_CHANNELS_MAX];
};

/* At every site of the net that has no more channels than that. */
void order_trial_net(struct order_trial *trial, const struct network *network, int workers);

#endif
