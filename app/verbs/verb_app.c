/* The terminal application: engine, journal, screen or plain lines. */
#include "app/verbs/verbs.h"

#include "app/commands/commands_quit.h"
#include "app/commands/config.h"
#include "app/guide/tour.h"
#include "app/options/options.h"
#include "app/shell/loop.h"
#include "app/script/journal.h"
#include "app/shell/plain.h"
#include "app/terminal/charset.h"
#include "app/terminal/signals.h"
#include "engine/base/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void wake(void *context)
{
    const int *fd = context;
    if (write(*fd, "", 1) != 1) {
        /* a full pipe wakes as well */
    }
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

/* Into the scrollback, where it is still seen when it is wanted. */
static void tell_journal(const struct ui *ui)
{
    const char *path = journal_path(ui->journal);
    if (ui->plain || !commands_unsaved(ui) || !path)
        return;
    char *word = escape_text(escape_shell, path);
    escape_line(
        stderr, "secateur: the pruned net is not saved; secateur --resume=%s continues", word);
    free(word);
}

static bool fail_pipe(struct error *err)
{
    return fail_as(err, ERROR_FAILED, "no pipe can be made: %s (ulimit -n sets how many files)",
        strerror(errno));
}

/* Everything that both ways of running share; returns the signal that ended it, 0: none. */
static int run(struct ui *ui, struct terminal *terminal, bool *good, struct error *err)
{
    int wake_pipe[2], ended_by = 0;
    if (pipe2(wake_pipe, O_NONBLOCK | O_CLOEXEC) != 0) {
        *good = fail_pipe(err);
        terminal_destroy(terminal);
        return 0;
    }
    struct workspace *workspace = workspace_create(ui, wake, wake_pipe + 1);
    if (terminal)
        *good = loop_run(ui, terminal, workspace, wake_pipe[0], &ended_by, err);
    else
        *good = plain_run(ui, workspace, wake_pipe[0], &ended_by, err);
    terminal_destroy(terminal); /* first, so that leaving is immediate */
    *good = *good && report_failure(ui, err);
    tell_journal(ui);
    workspace_destroy(workspace);
    close(wake_pipe[0]);
    close(wake_pipe[1]);
    return ended_by;
}

static bool run_plain(struct ui *ui, struct error *err)
{
    bool good = true;
    if (!signals_open(NULL))
        return fail_pipe(err);
    ui->plain = true;
    int ended_by = run(ui, NULL, &good, err);
    signals_close();
    if (ended_by)
        signals_die(ended_by);
    return good;
}

/* What the screen is like. */
static void take_terminal(struct ui *ui, const struct terminal *terminal)
{
    const char *name = getenv("TERM");
    uint32_t rgb;
    if (terminal_ground(terminal, &rgb))
        ui_ground(ui, rgb);
    if (terminal_is_guessed(terminal))
        ui_say(ui, "TERM=%.40s is unknown: treated as xterm-256color", name ? name : "");
}

static bool run_on_screen(struct ui *ui, const struct arguments *arguments, struct error *err)
{
    bool good = true;
    if (!signals_open(terminal_restore))
        return fail_pipe(err);
    struct terminal *terminal =
        terminal_create(&(struct terminal_options){.color = arguments->color,
                            .mouse = ui->mouse,
                            .ask_ground = ui->theme_follows,
                            .ask_graphics = ui->graphics != WISH_BLOCKS},
            err);
    if (!terminal) {
        signals_close();
        escape_line(stderr, "secateur: %s; using plain lines instead", err->text);
        return script_runs(&ui->scripts) ? run_plain(ui, err)
                                         : verb_find(verbs, "sweep")->run(arguments, err);
    }
    ui->view_state.depth = terminal_depth(terminal);
    take_terminal(ui, terminal);
    int ended_by = run(ui, terminal, &good, err);
    signals_close();
    if (ended_by)
        signals_die(ended_by);
    return good;
}

/* Keys come from the terminal when commands came from standard input. */
static bool keys_from_terminal(void)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    bool good = fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO;
    if (fd >= 0)
        close(fd);
    return good;
}

static void load_tour(struct ui *ui)
{
    char *text = tour_script();
    script_stream(&ui->scripts, "tour");
    script_feed(&ui->scripts, text, strlen(text));
    script_close(&ui->scripts);
    free(text);
}

/* What runs before anybody types, the last first: piped commands as they come where there is no
 * screen, a script, what a journal holds. */
static bool load_scripts(
    struct ui *ui, struct arguments *arguments, bool screen, bool fed, struct error *err)
{
    if (arguments->resume && arguments->no_journal)
        return fail_as(err, ERROR_USAGE, "--resume and --no-journal cannot be used together");
    if (!screen && arguments->tour)
        load_tour(ui);
    else if (fed)
        script_stream(&ui->scripts, "standard input");
    else if (arguments->script && !script_open(&ui->scripts, arguments->script, err))
        return false;
    if (arguments->resume) {
        ui->journal = journal_resume(arguments, &ui->scripts, err);
        if (*journal_inputs(ui->journal))
            ui_say(ui, "resuming with %s", journal_inputs(ui->journal));
        return ui->journal && options_check(&arguments->options, err);
    }
    if (!arguments->no_journal) {
        struct error why;
        ui->journal = journal_begin(arguments, &why);
        if (!ui->journal)
            escape_line(stderr, "secateur: no journal is written: %s", why.text);
    }
    return true;
}

/* The configuration is there; what the person asked for is done. */
static bool run_asked(struct ui *ui, struct arguments *arguments, struct error *err)
{
    bool piped = arguments->script && strcmp(arguments->script, "-") == 0;
    bool screen = isatty(STDOUT_FILENO) && (piped || isatty(STDIN_FILENO)) && !arguments->plain;
    bool lines = arguments->plain || arguments->script || arguments->resume || arguments->tour;
    if (!screen && !lines)
        return verb_find(verbs, "sweep")->run(arguments, err);
    bool fed = !screen && (piped || (!arguments->script && !arguments->tour));
    if (!load_scripts(ui, arguments, screen, fed, err))
        return false;
    if (screen && !arguments->no_journal)
        command_history_open(&ui->history);
    if (screen && piped)
        screen = keys_from_terminal();
    return screen ? run_on_screen(ui, arguments, err) : run_plain(ui, err);
}

static bool run_verb(const struct arguments *given, struct error *err)
{
    static struct arguments arguments; /* large */
    struct config config;
    struct ui ui;
    arguments = *given;
    bool good = config_read(&config, &arguments, err) && config_start(&config, &arguments, err);
    ui_init(&ui, &arguments);
    good = good && config_apply(&config, &ui, err);
    config_finish(&config);
    if (good && arguments.print_config)
        config_print(&ui, stdout);
    else if (good)
        good = run_asked(&ui, &arguments, err);
    journal_end(ui.journal);
    ui_finish(&ui);
    return good;
}

const struct verb verb_app = {
    .name = "",
    .can = WORKS_ON_SCREEN,
    .operand = "[NET]",
    .operand_is_net = true,
    .help = "open the terminal application",
    .about = "Opens a net and its images on the screen. You prune channel by channel, see what\n"
             "each step does, and can undo it. If standard output is not a terminal, the same\n"
             "run prints plain lines and ends with a table of results. --plain reads commands\n"
             "from standard input, --script from a file. Every change is written to a journal at\n"
             "once, so that --resume continues after a crash.",
    .examples =
        {
            {"secateur", "the built-in demo, nothing to download"},
            {"secateur bd_net.h5 --clean valid.h5 --poisoned bd_valid.h5", "your own net"},
            {"secateur --color 256 --theme light", "set colours and theme"},
            {"secateur --plain --script steps.txt", "commands from a file, no screen"},
        },
    .run = run_verb,
};
