/* Where the backdoor of a planted net sits, which only its maker can measure: images with and
 * without the trigger, pair by pair.
 * Owner: the caller (truth_finish). Thread: one caller; the workers are inside. */
#ifndef SECATEUR_ENGINE_ATTACK_PLANTING_TRUTH_H
#define SECATEUR_ENGINE_ATTACK_PLANTING_TRUTH_H

#include "engine/base/thread_pool.h"
#include "engine/io/images/dataset.h"
#include "engine/nn/graph/network.h"

struct truth_site {
    char *name; /* of the prune site */
    int n_channels;
    /* Trigger-activated change of each channel (Zheng et al., CLP, ECCV 2022): the distance between
     * its values with and without the trigger, over places, in the mean over images. */
    double *change; /* [n_channels] */
    int *order;     /* [n_channels] the most changed first */
    /* So many of the order, the fewest that end the attack (its success falls to half or less) when
     * they get the values that they have without the trigger; 0: not even all of them do, because
     * the attack passes this site by. */
    int n_carriers;
};

struct truth {
    int n_sites;
    struct truth_site *site;
};

/* poisoned[i], labelled as the attack wants it, was made of image clean_of[i] of `clean`. Pixels
 * are multiplied by `scale`. At most TRUTH_IMAGES pairs are measured, evenly chosen. */
enum { TRUTH_IMAGES = 128 };
struct truth truth_measure(const struct network *network, struct thread_pool *pool, float scale,
    const struct dataset *clean, const struct dataset *poisoned, const int *clean_of);
void truth_finish(struct truth *truth);

#endif
