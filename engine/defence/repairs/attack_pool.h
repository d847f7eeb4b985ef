/* Attacks under way: clean images that are moved towards a suspected class, one step each time they
 * are used for tuning (targeted projected gradient; Madry et al., ICLR 2018; "free" steps, Shafahi
 * et al., NeurIPS 2019). Some may change a small rectangle as they like, some the whole image a
 * little: a trigger is of one kind or the other, whatever it looks like.
 * Owner: the caller. Thread: one caller at a time; the workers are inside. The same for any number
 * of workers. */
#ifndef SECATEUR_ENGINE_DEFENCE_REPAIRS_ATTACK_POOL_H
#define SECATEUR_ENGINE_DEFENCE_REPAIRS_ATTACK_POOL_H

#include "engine/defence/repairs/repair.h"

struct attack {
    int image;  /* of the job's images; not one of the class's own */
    int target; /* class that it is moved to */
    const float *pixels;
};

struct attack_pool;

/* batch: attacks at a time. targets[n], n > 0. Keeps pointers to what the job points to; its
 * network may change between steps. NULL: every image belongs to the one target. */
struct attack_pool *attack_pool_create(
    const struct repair_job *job, const int *targets, int n, int batch);
void attack_pool_destroy(struct attack_pool *attacks); /* accepts NULL */

/* Moves the next `batch` attacks by a step each; those that had their steps begin anew. */
void attack_pool_step(struct attack_pool *attacks);
/* 0 .. batch-1 of the last step; borrowed until the next. */
struct attack attack_pool_at(const struct attack_pool *attacks, int index);

#endif
