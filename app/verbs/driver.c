#include "app/verbs/driver.h"

#include "app/terminal/signals.h"
#include "app/verbs/progress.h"
#include "engine/base/memory.h"
#include "engine/session/machine/session.h"

#include <stdio.h>
#include <stdlib.h>

struct driver {
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
    struct driver *driver = context;
    if (!progress_due(&driver->progress))
        return;
    const struct snapshot *s = session_snapshot(session);
    if (s->phase == PHASE_RUNNING)
        progress_show(&driver->progress, "pruning", s->position, s->n_channels, s->eta);
    else
        progress_show(&driver->progress, s->activity, s->done, s->total, -1);
    snapshot_unref(s);
}

/* What went wrong on the way and did not end the work. */
static void show_errors(struct driver *driver)
{
    const struct snapshot *s = driver->snapshot;
    for (int i = 0; i < s->n_messages; i++) {
        const struct message *message = &s->messages[i];
        if (message->serial <= driver->told)
            continue;
        driver->told = message->serial;
        if (message->error) {
            progress_clear(&driver->progress);
            fprintf(stderr, "secateur: %s\n", message->text);
        }
    }
}

static void refresh(struct driver *driver)
{
    snapshot_unref(driver->snapshot);
    driver->snapshot = session_snapshot(driver->session);
    const struct snapshot *s = driver->snapshot;
    if (driver->round && driver->known < s->n_rounds) {
        progress_clear(&driver->progress);
        while (driver->known < s->n_rounds)
            driver->round(driver->context, s, driver->known++);
    }
    show_errors(driver);
}

struct driver *driver_create(const struct options *options, struct error *err)
{
    struct driver *driver = memory_array(1, sizeof *driver);
    struct session_hooks hooks = {on_progress, driver, signals_stop_flag()};
    progress_init(&driver->progress);
    driver->session = session_create(options, &hooks);
    if (session_shortage(driver->session))
        fprintf(stderr, "secateur: %s\n", session_shortage(driver->session));
    bool opened = session_open(driver->session, err);
    progress_clear(&driver->progress);
    if (!opened) {
        driver_destroy(driver);
        return NULL;
    }
    refresh(driver);
    return driver;
}

void driver_destroy(struct driver *driver)
{
    if (!driver)
        return;
    snapshot_unref(driver->snapshot);
    session_destroy(driver->session);
    free(driver);
}

void driver_watch(struct driver *driver,
    void (*round)(void *context, const struct snapshot *snapshot, int round), void *context)
{
    driver->round = round;
    driver->context = context;
    refresh(driver);
}

bool driver_run(struct driver *driver, const struct command *command, struct error *err)
{
    bool good = session_command(driver->session, command, err);
    while (good && session_busy(driver->session)) {
        good = session_step(driver->session, err);
        refresh(driver);
        on_progress(driver, driver->session);
    }
    progress_clear(&driver->progress);
    refresh(driver);
    return good;
}

const struct snapshot *driver_snapshot(struct driver *driver)
{
    return driver->snapshot;
}
