/* A front end for the engine without a screen. */
#include "tests/threads/front.h"

#include "engine/base/clock.h"

#include "tests/test.h"

#include <string.h>
#include <time.h>

void front_linger(int us)
{
    const struct timespec time = {.tv_nsec = us * 1000L};
    if (us > 0)
        nanosleep(&time, NULL);
}

void front_init(struct front *front)
{
    memset(front, 0, sizeof *front);
    pthread_mutex_init(&front->lock, NULL);
    pthread_cond_init(&front->woken, NULL);
}

void front_finish(struct front *front)
{
    pthread_cond_destroy(&front->woken);
    pthread_mutex_destroy(&front->lock);
}

void front_wake(void *context)
{
    struct front *front = context;
    atomic_fetch_add(&front->wakes, 1);
    pthread_mutex_lock(&front->lock);
    front->news++;
    front->waker = pthread_self();
    front->held = front->hold;
    pthread_cond_broadcast(&front->woken);
    while (front->hold)
        pthread_cond_wait(&front->woken, &front->lock);
    front->held = false;
    pthread_mutex_unlock(&front->lock);
}

void front_await_held(struct front *front)
{
    pthread_mutex_lock(&front->lock);
    while (!front->held)
        pthread_cond_wait(&front->woken, &front->lock);
    pthread_mutex_unlock(&front->lock);
}

void front_set_hold(struct front *front, bool hold)
{
    pthread_mutex_lock(&front->lock);
    front->hold = hold;
    pthread_cond_broadcast(&front->woken);
    pthread_mutex_unlock(&front->lock);
}

void front_await_news(struct front *front)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_mutex_lock(&front->lock);
    while (front->news == 0 && pthread_cond_timedwait(&front->woken, &front->lock, &until) == 0)
        ;
    front->news = 0;
    pthread_mutex_unlock(&front->lock);
}

const struct snapshot *front_await(struct engine *engine, struct front *front, enum phase phase)
{
    for (double end = clock_seconds() + FRONT_PATIENCE; clock_seconds() < end;
         front_await_news(front)) {
        const struct snapshot *s = engine_snapshot(engine);
        if (s->phase == phase)
            return s;
        snapshot_unref(s);
    }
    assert_true(false);
    return NULL;
}

void front_expect(struct engine *engine, struct front *front, enum phase phase)
{
    snapshot_unref(front_await(engine, front, phase));
}

void front_post(struct engine *engine, enum command_kind kind, int number)
{
    const struct command command = {.kind = kind, .number = number};
    while (!engine_post(engine, &command))
        front_linger(100);
}

static int messages_with(const struct snapshot *s, const char *text)
{
    int n = 0;
    for (int i = 0; i < s->n_messages; i++)
        n += strstr(s->messages[i].text, text) != NULL;
    return n;
}

void front_await_message(struct engine *engine, struct front *front, const char *text)
{
    int said = 0;
    for (double end = clock_seconds() + FRONT_PATIENCE; said == 0 && clock_seconds() < end;) {
        const struct snapshot *s = engine_snapshot(engine);
        said = messages_with(s, text);
        snapshot_unref(s);
        if (said == 0)
            front_await_news(front);
    }
    assert_int_equal(said, 1);
}

const struct snapshot *front_await_rest(struct engine *engine, struct front *front)
{
    for (double end = clock_seconds() + FRONT_PATIENCE;
         !engine_rests(engine) && clock_seconds() < end;)
        front_await_news(front);
    assert_true(engine_rests(engine));
    return engine_snapshot(engine);
}
