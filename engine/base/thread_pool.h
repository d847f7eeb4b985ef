/* A pool of workers for loops over independent jobs. The result of a job may not depend on which
 * worker runs it: results are the same for any number of workers.
 * Thread: one caller at a time; the caller works too. */
#ifndef SECATEUR_ENGINE_BASE_THREAD_POOL_H
#define SECATEUR_ENGINE_BASE_THREAD_POOL_H

struct thread_pool;

/* 0: one for each processor we may use. More than thread_pool_most() are not made, whoever asks. */
struct thread_pool *thread_pool_create(int workers);
void thread_pool_destroy(struct thread_pool *pool);
int thread_pool_workers(const struct thread_pool *pool);
int thread_pool_most(void); /* 4 for each processor we may use: more would only cost memory */
/* Why there are fewer workers than were asked for, in one line; NULL: there are not. */
const char *thread_pool_shortage(const struct thread_pool *pool);

/* Calls job(context, index, worker) for every index in 0..jobs-1, worker in 0..workers-1.
 * Returns when all are done. */
typedef void thread_pool_job(void *context, int index, int worker);
void thread_pool_run(struct thread_pool *pool, int jobs, thread_pool_job *job, void *context);

#endif
