/* The pool of workers, and how many of them are worth having. */
#include "engine/base/thread_pool.h"

#include "engine/base/memory.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct thread_pool {
    int workers; /* the caller is worker 0, so workers-1 threads */
    pthread_t *threads;
    pthread_mutex_t lock; /* guards everything below but `next` */
    pthread_cond_t wake, done;
    unsigned round; /* counts calls of thread_pool_run */
    int busy;       /* threads still in this round */
    int started;    /* threads that wait for their first round */
    bool stop;
    thread_pool_job *job;
    void *context;
    int jobs;
    atomic_int next;
    char shortage[160]; /* why there are fewer workers than were asked for; "": there are not */
};

struct starter {
    struct thread_pool *pool;
    int worker;
};

static void work(struct thread_pool *pool, int worker)
{
    for (int i; (i = atomic_fetch_add(&pool->next, 1)) < pool->jobs;)
        pool->job(pool->context, i, worker);
}

static void *thread_main(void *argument)
{
    struct starter starter = *(struct starter *)argument;
    struct thread_pool *pool = starter.pool;
    free(argument);
    unsigned seen = 0;
    pthread_mutex_lock(&pool->lock);
    pool->started++;
    pthread_cond_signal(&pool->done);
    for (;;) {
        while (!pool->stop && pool->round == seen)
            pthread_cond_wait(&pool->wake, &pool->lock);
        if (pool->stop)
            break;
        seen = pool->round;
        pthread_mutex_unlock(&pool->lock);
        work(pool, starter.worker);
        pthread_mutex_lock(&pool->lock);
        if (--pool->busy == 0)
            pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* Those that we may use. A machine may have more than the set has room for. */
static int processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 && online < INT16_MAX ? (int)online : 1;
}

/* Each worker holds a thread, and memory for passes. */
enum { MOST_PER_PROCESSOR = 4 };

int thread_pool_most(void)
{
    return MOST_PER_PROCESSOR * processors();
}

/* Number of workers, and the line about a shortage. */
static int sane(struct thread_pool *pool, int workers)
{
    int most = thread_pool_most();
    if (workers <= most)
        return workers > 0 ? workers : processors();
    snprintf(pool->shortage, sizeof pool->shortage,
        "%d threads are too many: %d are used, %d for each processor", workers, most,
        MOST_PER_PROCESSOR);
    return most;
}

struct thread_pool *thread_pool_create(int workers)
{
    struct thread_pool *pool = memory_array(1, sizeof *pool);
    int wanted = sane(pool, workers);
    pool->threads = memory_array((size_t)wanted, sizeof *pool->threads);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    sigset_t all, old; /* signals belong to the main thread */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    for (pool->workers = 1; pool->workers < wanted; pool->workers++) {
        struct starter *starter = memory_array(1, sizeof *starter);
        *starter = (struct starter){pool, pool->workers};
        int failed = pthread_create(&pool->threads[pool->workers], NULL, thread_main, starter);
        if (failed != 0) {
            free(starter);
            snprintf(pool->shortage, sizeof pool->shortage,
                "%d threads cannot be started (%s): %d %s used", wanted, strerror(failed),
                pool->workers, pool->workers == 1 ? "is" : "are");
            break; /* fewer workers give the same results */
        }
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    /* Threads at rest hold no lock of a library, should the caller fork. */
    pthread_mutex_lock(&pool->lock);
    while (pool->started < pool->workers - 1)
        pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    return pool;
}

void thread_pool_destroy(struct thread_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 1; i < pool->workers; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    free(pool->threads);
    free(pool);
}

int thread_pool_workers(const struct thread_pool *pool)
{
    return pool->workers;
}

const char *thread_pool_shortage(const struct thread_pool *pool)
{
    return pool->shortage[0] ? pool->shortage : NULL;
}

void thread_pool_run(struct thread_pool *pool, int jobs, thread_pool_job *job, void *context)
{
    pthread_mutex_lock(&pool->lock);
    pool->job = job;
    pool->context = context;
    pool->jobs = jobs;
    atomic_store(&pool->next, 0);
    pool->busy = pool->workers - 1;
    pool->round++;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    work(pool, 0);
    pthread_mutex_lock(&pool->lock);
    while (pool->busy > 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}
