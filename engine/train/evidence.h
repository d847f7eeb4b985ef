/* The measurements behind enum criterion_evidence (criterion.h), a function each.
 * Thread: one caller; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_TRAIN_EVIDENCE_H
#define SECATEUR_ENGINE_TRAIN_EVIDENCE_H

#include "engine/prune/criteria/criterion.h"
#include "engine/prune/evaluate/evaluator.h"

/* What is measured on; all borrowed. */
struct evidence_job {
    const struct network *network; /* unpruned */
    const struct prune_sites *sites;
    struct evaluator *evaluator; /* greedy alone: of that network, nothing is pruned; so left */
    struct thread_pool *pool;
    const struct batch_runner_hooks *hooks;
    struct memory_budget *budget; /* of greedy's caches */
    const struct pixel_scaling *scaling;
    const struct dataset *clean, *poisoned; /* poisoned NULL: there is none */
    const int32_t *labels, *wanted;         /* of all their images; wanted -1: nothing */
    const struct channel_sums *clean_sums, *poisoned_sums; /* [n_channels] of the site */
};

/* Does it measure all sites at once? */
bool evidence_of_all_sites(enum criterion_evidence evidence);
/* "masks against noise": what goes on meanwhile. */
const char *evidence_activity(enum criterion_evidence evidence);
/* Fills scores[site]; where it measures all sites at once scores[sites->n], else the others are not
 * looked at. False with err: stopped, or it failed. */
bool evidence_measure(const struct evidence_job *job, enum criterion_evidence evidence, int site,
    double *const *scores, struct error *err);

#endif
