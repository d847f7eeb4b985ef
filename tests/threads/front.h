/* The front end's end of the engine's door: it is woken, posts commands and waits for what it wants
 * to see, at most FRONT_PATIENCE. Waits assert (cmocka). */
#ifndef SECATEUR_TESTS_THREADS_FRONT_H
#define SECATEUR_TESTS_THREADS_FRONT_H

#include "engine/api/engine.h"

#include <pthread.h>
#include <stdatomic.h>

enum { FRONT_PATIENCE = 60 }; /* seconds */

struct front {
    atomic_int wakes;
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t woken;
    unsigned news; /* wakes that were not waited for */
    bool hold;     /* the engine waits in its wake */
    bool held;     /* it does */
    pthread_t waker;
};

void front_init(struct front *front);
void front_finish(struct front *front);
void front_wake(void *context); /* for engine_create, with a front */

/* While held the engine waits in its next wake. */
void front_set_hold(struct front *front, bool hold);
void front_await_held(struct front *front);

/* Until there is news, or a second has gone by. */
void front_await_news(struct front *front);
/* The first snapshot in a phase, counted. */
const struct snapshot *front_await(struct engine *engine, struct front *front, enum phase phase);
void front_expect(struct engine *engine, struct front *front, enum phase phase);
void front_await_message(struct engine *engine, struct front *front, const char *text);
/* Until it rests; then the newest snapshot, counted, shows all that was asked. */
const struct snapshot *front_await_rest(struct engine *engine, struct front *front);

/* Again and again while the queue is full. */
void front_post(struct engine *engine, enum command_kind kind, int number);
void front_linger(int us);

#endif
