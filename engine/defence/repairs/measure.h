/* What clean images that a repair did not learn from tell of a net: what it reads right, of the
 * suspected classes' own people too, and whether triggers and small perturbations still turn it.
 * Thread: one caller at a time; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_REPAIRS_MEASURE_H
#define SECATEUR_ENGINE_DEFENCE_REPAIRS_MEASURE_H

#include "engine/defence/repairs/repair.h"

/* Counts of images; 0 out of 0 where there are none. */
struct measure {
    int n, right;         /* held-out images; those read as they are labelled */
    int n_own, own;       /* all clean images of the suspected classes; those read as they are */
    int n_turned, turned; /* held-out images of other classes, once for each trigger that was
                             inverted against the net as it came, with seeds that repairs do not
                             use; those read as the suspected class */
    int n_moved, moved;   /* held-out images, each moved within a small box; those still right */
    double mask;          /* pixels of a trigger inverted anew against this net: a backdoor that is
                             gone needs a large one; -1: there is no suspect, or none was found */
};

struct measuring;

/* Splits job->images, all clean, into a part to learn from and a held-out part, and inverts
 * triggers for suspects[n] against job->original. Keeps pointers to what the job points to.
 * NULL and err: cancelled by job->progress, or too few images to hold any out. */
struct measuring *measuring_create(
    const struct repair_job *job, const int *suspects, int n, struct error *err);
void measuring_destroy(struct measuring *measuring); /* accepts NULL */

struct repair_images measuring_learnt(const struct measuring *measuring); /* borrowed */
struct repair_images measuring_held(const struct measuring *measuring);   /* borrowed */

/* False when it was cancelled. */
bool measuring_net(struct measuring *measuring, const struct network *network,
    struct measure *measure, struct error *err);
/* Of the net as it came, with the suspected classes never answered; no inversion anew. */
void measuring_trivial(struct measuring *measuring, struct measure *measure);

#endif
