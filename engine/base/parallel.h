/* A pool of workers for loops over independent jobs. The result of a job may not depend on which
 * worker runs it: results are the same for any number of workers.
 * Thread: one caller at a time; the caller works too. */
#ifndef SECATEUR_ENGINE_BASE_PARALLEL_H
#define SECATEUR_ENGINE_BASE_PARALLEL_H

struct pool;

/* 0: one for each processor we may use. More than pool_most() are not made, whoever asks. */
struct pool *pool_create(int workers);
void pool_destroy(struct pool *pool);
int pool_workers(const struct pool *pool);
int pool_most(void); /* 4 for each processor we may use: more would only cost memory */
/* Why there are fewer workers than were asked for, in one line; NULL: there are not. */
const char *pool_shortage(const struct pool *pool);

/* Calls job(context, index, worker) for every index in 0..jobs-1, worker in 0..workers-1.
 * Returns when all are done. */
typedef void pool_job(void *context, int index, int worker);
void pool_run(struct pool *pool, int jobs, pool_job *job, void *context);

#endif
