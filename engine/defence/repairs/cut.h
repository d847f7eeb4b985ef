/* Cuts connections into a suspected class: those of the hidden units that an inverted trigger
 * raises most. Nothing else is read otherwise, so only the class's own people can be lost, and
 * tuning leads them back by other ways.
 * Thread: one caller at a time; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_REPAIRS_CUT_H
#define SECATEUR_ENGINE_DEFENCE_REPAIRS_CUT_H

#include "engine/defence/repairs/repair.h"

/* The Dense layer that gives the logits, -1: another kind of layer does. */
int cut_layer(const struct network *network);

/* In the kernel of that layer of job->network (nothing where there is none): units in the order of
 * (mean activation with the trigger - without) x weight into the target, until the trigger turns
 * few of the images or one unit in twenty was cut. may_change[count of the kernel]
 * becomes 0 where it was cut and stays as it is elsewhere. Returns how many were cut. */
int cut_trigger(const struct repair_job *job, int target, const struct inversion_trigger *trigger,
    uint8_t *may_change);

#endif
