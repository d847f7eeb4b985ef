/* Triggers for repairs: inverted in few and long steps, as the size of the mask that they leave is
 * what counts. Thread: one caller at a time; the workers are inside. The same for any number of
 * workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_REPAIRS_QUICK_INVERSION_H
#define SECATEUR_ENGINE_DEFENCE_REPAIRS_QUICK_INVERSION_H

#include "engine/defence/repairs/repair.h"

struct quick_inversion {
    const struct network *network;
    const struct repair_images *images; /* that are to be read as the class */
    int class, steps;
    uint64_t seed;
};

/* Tells job->progress each step: progress.step counts on from where it is. The caller destroys the
 * inversion, which holds the trigger; NULL with err: cancelled, or the loss is not finite. */
struct inversion *quick_inversion_run(const struct quick_inversion *how,
    const struct repair_job *job, struct repair_progress progress, struct error *err);

#endif
