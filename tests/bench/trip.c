/* A session driven command by command with a clock. */
#include "tests/bench/trip.h"

#include "engine/base/clock.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

static void view_state(struct trip *trip)
{
    double now = clock_seconds();
    trip->stages[trip->stage] += now - trip->last;
    trip->last = now;
}

static void note_stage(void *context, struct session *session)
{
    struct trip *trip = context;
    view_state(trip);
    const struct snapshot *snapshot = session_snapshot(session);
    if (snapshot->phase == PHASE_LOADING)
        trip->stage = STAGE_READING;
    else if (strstr(snapshot->activity, "scale"))
        trip->stage = STAGE_SCALE;
    else
        trip->stage = STAGE_FIRST_PASS;
    snapshot_unref(snapshot);
}

bool trip_open(struct trip *trip, const struct options *options)
{
    *trip = (struct trip){0};
    struct session_hooks hooks = {note_stage, trip, &trip->stop};
    double start = trip->last = clock_seconds();
    trip->session = session_create(options, &hooks);
    bool good = session_open(trip->session, &trip->err);
    view_state(trip);
    trip->open = clock_seconds() - start;
    return good;
}

void trip_close(struct trip *trip)
{
    session_destroy(trip->session);
}

double trip_command(struct trip *trip, enum command_kind kind, int number)
{
    const struct command command = {.kind = kind, .number = number};
    double start = clock_seconds();
    if (!session_command(trip->session, &command, &trip->err))
        return -1;
    while (session_busy(trip->session))
        if (!session_step(trip->session, &trip->err))
            return -1;
    return clock_seconds() - start;
}

struct alarm {
    struct trip *trip;
    double after, rung;
};

static void *ring(void *context)
{
    struct alarm *alarm = context;
    const struct timespec wait = {0, (long)(alarm->after * 1e9)};
    nanosleep(&wait, NULL);
    alarm->rung = clock_seconds();
    atomic_store(&alarm->trip->stop, true);
    return NULL;
}

double trip_interrupt(struct trip *trip, enum command_kind kind, int number, double after)
{
    struct alarm alarm = {trip, after, 0};
    pthread_t thread;
    if (pthread_create(&thread, NULL, ring, &alarm) != 0)
        return -1;
    double seconds = trip_command(trip, kind, number), now = clock_seconds();
    pthread_join(thread, NULL);
    atomic_store(&trip->stop, false);
    return seconds < 0 ? now - alarm.rung : -1;
}
