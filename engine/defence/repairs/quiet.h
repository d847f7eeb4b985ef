/* Quiet connections: inputs of a Dense layer that hardly vary over clean images, so that the layer
 * does not need to read them, but a trigger may speak through them (the corner of a picture in
 * which nothing ever is). Fine-Pruning's idea (Liu et al., RAID 2018) for connections: what a
 * quiet input gives on average goes into the bias, and its weights become 0.
 * Thread: one caller at a time; the workers are inside. The same for any number of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_REPAIRS_QUIET_H
#define SECATEUR_ENGINE_DEFENCE_REPAIRS_QUIET_H

#include "engine/defence/repairs/repair.h"

/* In each Dense layer with a bias that reads [units], the quietest inputs that together make no
 * more than `share` (0..1) of what varies in its outputs. Returns how many were pruned. */
int quiet_prune(struct network *network, struct thread_pool *pool,
    const struct repair_images *images, double share);

/* As the first of a repair's rounds, with the job's hooks; *ends: the caller wants no more of
 * them. */
bool quiet_round(const struct repair_job *job, int rounds, bool *ends, struct error *err);

#endif
