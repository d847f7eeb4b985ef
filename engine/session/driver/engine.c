/* The engine thread: takes commands from the queue, drives the session, publishes snapshots. */
#include "engine/api/engine.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/session/commands/commands.h"
#include "engine/session/driver/session.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { QUEUE = 64 };

struct engine {
    void (*wake)(void *context);
    void *wake_context;
    void (*done)(void *context, const struct command *command, const struct snapshot *snapshot);
    void *done_context;
    struct session *session; /* the engine thread's */
    pthread_t thread;
    bool started;         /* there is a thread */
    atomic_bool stop;     /* the session tests it between batches */
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t posted;
    bool quit, interruptible;
    bool rests; /* nothing is queued or done, and `newest` shows all that was */
    int n_queued;
    struct command queue[QUEUE];
    const struct snapshot *newest;
    double begun; /* when a run's last round was begun, 0: nothing waits for the next one */
};

/* Did a command that was done alter what is pruned, how, or with what knowledge? Runs and steps do
 * by their rounds. */
static bool altered(
    const struct command *command, const struct snapshot *before, const struct snapshot *after)
{
    unsigned alters = engine_commands_at(command->kind)->alters;
    if (alters == ALTERS_KNOWLEDGE)
        return before->stopped != after->stopped || before->seen != after->seen;
    return alters != ALTERS_NOTHING;
}

/* What a unit of work did, as the command that does it: a choice of a repair goes between branches;
 * a round is a step, perhaps in a new branch. N_COMMAND_KINDS: nothing that is told. */
static struct command done_alone(const struct snapshot *before, const struct snapshot *after)
{
    bool moved = before->n_branches > 0 && after->branch != before->branch;
    struct command command = {.kind = N_COMMAND_KINDS, .number = -1};
    if (moved && after->n_branches == before->n_branches)
        command = (struct command){.kind = COMMAND_BRANCH, .number = after->branch};
    else if (moved && after->n_branches > before->n_branches &&
             after->branches[after->branch].repair.name && after->position == 0)
        command.kind = COMMAND_REPAIR;
    else if (before->position != after->position)
        command = (struct command){.kind = COMMAND_STEP};
    return command;
}

/* Tells who watches what altered the session. */
static void tell(
    struct engine *engine, const struct command *command, const struct snapshot *snapshot)
{
    const struct snapshot *before = engine->newest; /* only this thread changes it */
    pthread_mutex_lock(&engine->lock);
    void (*done)(void *, const struct command *, const struct snapshot *) = engine->done;
    pthread_mutex_unlock(&engine->lock);
    if (!done)
        return;
    const struct command alone = done_alone(before, snapshot);
    if (command ? altered(command, before, snapshot) : alone.kind < N_COMMAND_KINDS)
        done(engine->done_context, command ? command : &alone, snapshot);
}

/* command: what was done, NULL: a unit of work. */
static void publish(struct engine *engine, const struct command *command, bool done)
{
    const struct snapshot *snapshot = session_snapshot(engine->session);
    tell(engine, command, snapshot);
    pthread_mutex_lock(&engine->lock);
    const struct snapshot *old = engine->newest;
    engine->newest = snapshot;
    engine->rests = done && engine->n_queued == 0;
    pthread_mutex_unlock(&engine->lock);
    snapshot_unref(old);
    engine->wake(engine->wake_context);
}

static void publish_progress(void *context, struct session *session)
{
    (void)session;
    publish(context, NULL, false);
}

/* Seconds until a run's next round may begin. */
static double patience(const struct engine *engine)
{
    double speed = engine->newest->speed;
    bool waits = engine->begun > 0 && speed > 0;
    return waits ? engine->begun + 1 / speed - clock_seconds() : 0;
}

static void wait_some(struct engine *engine, double seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    long long nanoseconds = until.tv_nsec + (long long)(1e9 * seconds) + 1;
    until.tv_sec += nanoseconds / 1000000000;
    until.tv_nsec = nanoseconds % 1000000000;
    pthread_cond_timedwait(&engine->posted, &engine->lock, &until);
}

/* Until there is a command, or work that may go on. */
static void wait_for_work(struct engine *engine)
{
    while (engine->n_queued == 0 && !engine->quit) {
        double left = patience(engine);
        if (!session_busy(engine->session))
            pthread_cond_wait(&engine->posted, &engine->lock);
        else if (left > 0)
            wait_some(engine, left);
        else
            return;
    }
}

/* The next command, waiting for one unless there is work to do; false when there is none. */
static bool take(struct engine *engine, struct command *command)
{
    pthread_mutex_lock(&engine->lock);
    wait_for_work(engine);
    bool any = engine->n_queued > 0 && !engine->quit;
    if (any) {
        *command = engine->queue[0];
        engine->n_queued--;
        for (int i = 0; i < engine->n_queued; i++)
            engine->queue[i] = engine->queue[i + 1];
        atomic_store(&engine->stop, false);
    }
    pthread_mutex_unlock(&engine->lock);
    return any;
}

static bool quits(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    bool quit = engine->quit;
    pthread_mutex_unlock(&engine->lock);
    return quit;
}

static void report(struct engine *engine, const struct error *err)
{
    if (err->class != ERROR_CANCELLED)
        session_say(engine->session, true, "%s", err->text);
}

/* A unit of work; where it was a round of a run, the next one waits its time. */
static void step(struct engine *engine)
{
    struct error err;
    int before = engine->newest->position;
    double begun = clock_seconds();
    if (!session_step(engine->session, &err))
        report(engine, &err);
    publish(engine, NULL, !session_busy(engine->session));
    bool ran = engine->newest->phase == PHASE_RUNNING && engine->newest->position != before;
    engine->begun = ran ? begun : 0;
}

static void *engine_main(void *context)
{
    struct engine *engine = context;
    struct error err = {0};
    struct command command;
    bool open = session_open(engine->session, &err);
    pthread_mutex_lock(&engine->lock);
    engine->interruptible = open;
    pthread_mutex_unlock(&engine->lock);
    publish(engine, NULL, true);
    while (!quits(engine)) {
        const struct command *done = NULL;
        if (!take(engine, &command)) {
            if (!quits(engine))
                step(engine);
            continue;
        }
        if (session_command(engine->session, &command, &err))
            done = &command;
        else
            report(engine, &err);
        publish(engine, done, !session_busy(engine->session));
    }
    return NULL;
}

struct engine *engine_create(
    const struct options *options, void (*wake)(void *context), void *context)
{
    struct engine *engine = memory_array(1, sizeof *engine);
    const struct session_hooks hooks = {publish_progress, engine, &engine->stop};
    engine->wake = wake;
    engine->wake_context = context;
    pthread_mutex_init(&engine->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&engine->posted, &monotonic);
    pthread_condattr_destroy(&monotonic);
    engine->session = session_create(options, &hooks);
    engine->newest = session_snapshot(engine->session);
    sigset_t all, old; /* signals belong to the main thread */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int failed = pthread_create(&engine->thread, NULL, engine_main, engine);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    engine->started = failed == 0;
    if (failed != 0) {
        struct error err;
        fail_as(&err, ERROR_FAILED, "the engine's thread cannot be started: %s", strerror(failed));
        session_refuse(engine->session, &err);
        publish(engine, NULL, true);
    }
    return engine;
}

void engine_destroy(struct engine *engine)
{
    if (!engine)
        return;
    pthread_mutex_lock(&engine->lock);
    engine->quit = true;
    atomic_store(&engine->stop, true);
    pthread_cond_signal(&engine->posted);
    pthread_mutex_unlock(&engine->lock);
    if (engine->started)
        pthread_join(engine->thread, NULL);
    snapshot_unref(engine->newest);
    session_destroy(engine->session);
    pthread_cond_destroy(&engine->posted);
    pthread_mutex_destroy(&engine->lock);
    free(engine);
}

void engine_watch(struct engine *engine,
    void (*done)(void *context, const struct command *command, const struct snapshot *snapshot),
    void *context)
{
    pthread_mutex_lock(&engine->lock);
    engine->done = done;
    engine->done_context = context;
    pthread_mutex_unlock(&engine->lock);
}

bool engine_post(struct engine *engine, const struct command *command)
{
    pthread_mutex_lock(&engine->lock);
    bool room = engine->started && engine->n_queued < QUEUE;
    if (room)
        engine->queue[engine->n_queued++] = *command;
    engine->rests = engine->rests && !room;
    /* A pause abandons the unit of work in hand; it is done again when the run goes on. */
    if (room && command->kind == COMMAND_PAUSE && engine->interruptible)
        atomic_store(&engine->stop, true);
    pthread_cond_signal(&engine->posted);
    pthread_mutex_unlock(&engine->lock);
    return room;
}

bool engine_rests(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    bool rests = engine->rests;
    pthread_mutex_unlock(&engine->lock);
    return rests;
}

const struct snapshot *engine_snapshot(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    snapshot_ref(engine->newest);
    const struct snapshot *snapshot = engine->newest;
    pthread_mutex_unlock(&engine->lock);
    return snapshot;
}
