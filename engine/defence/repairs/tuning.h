/* Tuning on the labels of the clean images, along one cycle of a high rate (Smith & Topin 2019):
 * what repairs share that need no suspected class. Images are turned, shifted, zoomed and marked
 * with random patches; some are moved to where the net errs.
 * Owner: the caller. Thread: one caller at a time; the workers are inside. The same for any number
 * of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_REPAIRS_TUNING_H
#define SECATEUR_ENGINE_DEFENCE_REPAIRS_TUNING_H

#include "engine/defence/repairs/repair.h"
#include "engine/train/augment.h"

struct tuning_recipe {
    int steps, batch; /* steps of a round, images of a step */
    double rate;      /* the highest, of SGD with momentum; a lower one where the net cannot bear
                         it: then the loss comes near that of guessing */
    double rise;      /* share of all steps in which the rate grows */
    struct augment_options augment; /* but for low and high */
    int copies;                     /* images of a batch that become adversarial copies */
    double radius; /* of the box around each of them, as a share of the range of the pixels */
    int ascents;   /* steps towards each of them */
};

/* What was measured to work, without copies. Lengths go with the size of the images. */
struct tuning_recipe tuning_defaults(const struct network *network);

/* False with err where there is no image to learn from. */
bool tuning_possible(const struct repair_job *job, struct error *err);
/* Rounds `first`..`rounds` of the job, with its hooks. What is pruned in the job's network stays
 * pruned: channels that are all 0, and values that are 0 but were not as the net came. */
bool tuning_run(const struct repair_job *job, const struct tuning_recipe *recipe, int first,
    int rounds, struct error *err);

#endif
