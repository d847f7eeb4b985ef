#include "app/verbs.h"

#include "app/charset.h"
#include "app/loop.h"
#include "app/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void wake(void *context)
{
    const int *fd = context;
    if (write(*fd, "", 1) != 1) {
        /* a full pipe wakes as well */
    }
}

static bool post(void *context, const struct command *command)
{
    return engine_post(context, command);
}

/* Why the files could not be opened: the engine's last message. */
static bool report_failure(const struct ui *ui, struct error *err)
{
    const struct snapshot *s = ui->snapshot;
    if (s->phase != PHASE_FAILED)
        return true;
    return fail(
        err, "%s", s->n_messages > 0 ? s->messages[s->n_messages - 1].text : "cannot be opened");
}

/* Everything is there; returns the signal that ended it, 0: none. */
static int run(const struct arguments *arguments, struct terminal *terminal, const int wake_pipe[2],
    bool *good, struct error *err)
{
    struct ui ui;
    struct engine *engine = engine_create(&arguments->options, wake, (void *)(wake_pipe + 1));
    ui_init(&ui, arguments, engine_snapshot(engine));
    ui.post = post;
    ui.context = engine;
    ui.look.depth = terminal_depth(terminal);
    int ended_by = loop_run(&ui, terminal, engine, wake_pipe[0]);
    terminal_destroy(terminal); /* first, so that leaving is immediate */
    *good = report_failure(&ui, err);
    ui_finish(&ui);
    engine_destroy(engine);
    return ended_by;
}

bool verb_app_run(const struct arguments *arguments, struct error *err)
{
    int wake_pipe[2];
    bool good = true;
    if (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO))
        return verb_sweep_run(arguments, err);
    if (pipe2(wake_pipe, O_NONBLOCK | O_CLOEXEC) != 0 || !signals_open(terminal_restore))
        return fail_as(err, ERROR_FAILED, "pipe: %s", strerror(errno));
    struct terminal *terminal = terminal_create(arguments->color, !arguments->no_mouse, err);
    if (!terminal) {
        signals_close();
        fprintf(stderr, "secateur: %s; plain lines instead\n", err->text);
        return verb_sweep_run(arguments, err);
    }
    int ended_by = run(arguments, terminal, wake_pipe, &good, err);
    signals_close();
    close(wake_pipe[0]);
    close(wake_pipe[1]);
    if (ended_by)
        signals_die(ended_by);
    return good;
}
