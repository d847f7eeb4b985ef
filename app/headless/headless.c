/* A session on the calling thread, with progress on standard error. */
#include "app/headless/headless.h"

#include "app/terminal/signals.h"
#include "app/terminal/standard_streams.h"
#include "app/headless/progress.h"
#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "engine/cluster/cluster.h"
#include "engine/session/driver/session.h"

#include <stdio.h>
#include <stdlib.h>

struct headless {
    struct session *session;
    const struct snapshot *snapshot;
    struct progress progress;
    unsigned told; /* serial of the last message that was shown */
    int known;     /* rounds that were reported */
    void (*round)(void *context, const struct snapshot *snapshot, int round);
    void *context;
};

static void on_progress(void *context, struct session *session)
{
    struct headless *headless = context;
    if (cluster_ends())
        signals_stop();
    if (!progress_due(&headless->progress))
        return;
    const struct snapshot *s = session_snapshot(session);
    if (s->phase == PHASE_RUNNING)
        progress_show(&headless->progress, "pruning", s->position, s->n_channels, s->eta);
    else
        progress_show(&headless->progress, s->activity, s->done, s->total, -1);
    snapshot_unref(s);
}

/* What went wrong on the way and did not end the work. */
static void show_errors(struct headless *headless)
{
    const struct snapshot *s = headless->snapshot;
    for (int i = 0; i < s->n_messages; i++) {
        const struct message *message = &s->messages[i];
        if (message->serial <= headless->told)
            continue;
        headless->told = message->serial;
        if (message->error) {
            progress_clear(&headless->progress);
            escape_line(stderr, "secateur: %s", message->text);
        }
    }
}

static void refresh(struct headless *headless)
{
    snapshot_unref(headless->snapshot);
    headless->snapshot = session_snapshot(headless->session);
    const struct snapshot *s = headless->snapshot;
    if (headless->round && headless->known < s->n_rounds) {
        progress_clear(&headless->progress);
        while (headless->known < s->n_rounds)
            headless->round(headless->context, s, headless->known++);
    }
    show_errors(headless);
}

static bool take_surrogate(
    struct headless *headless, const struct options *options, struct error *err)
{
    struct command command = {.kind = COMMAND_SURROGATE, .number = -1};
    if (*options->surrogate)
        command.number = atoi(options->surrogate);
    return headless_run(headless, &command, err);
}

struct headless *headless_create(const struct options *options, struct error *err)
{
    struct headless *headless = memory_array(1, sizeof *headless);
    struct session_hooks hooks = {on_progress, headless, signals_stop_flag()};
    progress_init(&headless->progress);
    headless->session = session_create(options, &hooks);
    if (session_shortage(headless->session))
        escape_line(stderr, "secateur: %s", session_shortage(headless->session));
    bool opened = session_open(headless->session, err);
    progress_clear(&headless->progress);
    if (!opened) {
        headless_destroy(headless);
        return NULL;
    }
    refresh(headless);
    if (options->surrogate && !options->net_alone && !take_surrogate(headless, options, err)) {
        headless_destroy(headless);
        return NULL;
    }
    return headless;
}

void headless_destroy(struct headless *headless)
{
    if (!headless)
        return;
    snapshot_unref(headless->snapshot);
    session_destroy(headless->session);
    free(headless);
}

void headless_watch(struct headless *headless,
    void (*round)(void *context, const struct snapshot *snapshot, int round), void *context)
{
    headless->round = round;
    headless->context = context;
    refresh(headless);
}

bool headless_run(struct headless *headless, const struct command *command, struct error *err)
{
    /* what is printed is seen at once; nothing goes on for nobody */
    bool prints = headless->round != NULL;
    bool good = (!prints || standard_streams_flush(err)) &&
                session_command(headless->session, command, err);
    while (good && session_busy(headless->session)) {
        good = session_step(headless->session, err);
        refresh(headless);
        good = good && (!prints || standard_streams_flush(err));
        on_progress(headless, headless->session);
    }
    progress_clear(&headless->progress);
    refresh(headless);
    return good;
}

const struct snapshot *headless_snapshot(struct headless *headless)
{
    return headless->snapshot;
}
