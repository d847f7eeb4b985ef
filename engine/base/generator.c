/* Two threads that take turns, by a mutex and a condition. */
#include "engine/base/generator.h"

#include "engine/base/memory.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct generator {
    generator_body *body;
    void *context;
    pthread_t thread;
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t turned;
    bool inside; /* it is the body's turn */
    bool stop, ended;
    const void *value;
};

/* Hands the turn over, and waits until it is back. */
static void take_turns(struct generator *generator, bool inside)
{
    pthread_mutex_lock(&generator->lock);
    generator->inside = inside;
    pthread_cond_broadcast(&generator->turned);
    while (generator->inside == inside)
        pthread_cond_wait(&generator->turned, &generator->lock);
    pthread_mutex_unlock(&generator->lock);
}

static void *run(void *context)
{
    struct generator *generator = context;
    pthread_mutex_lock(&generator->lock);
    while (!generator->inside)
        pthread_cond_wait(&generator->turned, &generator->lock);
    pthread_mutex_unlock(&generator->lock);
    if (!generator->stop) /* only set while the turn is the owner's */
        generator->body(generator, generator->context);
    pthread_mutex_lock(&generator->lock);
    generator->ended = true;
    generator->inside = false;
    pthread_cond_broadcast(&generator->turned);
    pthread_mutex_unlock(&generator->lock);
    return NULL;
}

struct generator *generator_create(generator_body *body, void *context, struct error *err)
{
    struct generator *generator = memory_array(1, sizeof *generator);
    generator->body = body;
    generator->context = context;
    pthread_mutex_init(&generator->lock, NULL);
    pthread_cond_init(&generator->turned, NULL);
    sigset_t all, old; /* signals belong to the main thread */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int failed = pthread_create(&generator->thread, NULL, run, generator);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (failed == 0)
        return generator;
    fail_as(err, ERROR_FAILED, "a thread cannot be started: %s", strerror(failed));
    pthread_cond_destroy(&generator->turned);
    pthread_mutex_destroy(&generator->lock);
    free(generator);
    return NULL;
}

void generator_destroy(struct generator *generator)
{
    if (!generator)
        return;
    generator->stop = true;
    if (!generator->ended)
        take_turns(generator, true);
    pthread_join(generator->thread, NULL);
    pthread_cond_destroy(&generator->turned);
    pthread_mutex_destroy(&generator->lock);
    free(generator);
}

const void *generator_next(struct generator *generator)
{
    if (!generator->ended)
        take_turns(generator, true);
    return generator->ended ? NULL : generator->value;
}

bool generator_yield(struct generator *generator, const void *value)
{
    if (generator->stop)
        return false;
    generator->value = value;
    take_turns(generator, false);
    return !generator->stop;
}
