/* The event loop of the screen: poll on keys, snapshots and signals. */
#include "app/shell/loop.h"

#include "app/commands/commands_quit.h"
#include "app/guide/timers.h"
#include "app/shell/link.h"
#include "app/shell/ui_events.h"
#include "app/shell/script_runner.h"
#include "app/shell/screen.h"
#include "app/terminal/signals.h"
#include "engine/base/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* Seconds between drawings that the engine causes. */
static const double frame_fast = 1.0 / 30, frame_slow = 1.0 / 4;

struct loop {
    struct ui *ui;
    struct terminal *terminal;
    struct workspace *workspace;
    int wake_fd;
    struct cells cells;
    double drawn;     /* when the last frame was shown */
    bool news, dirty; /* a snapshot waits; something must be drawn now */
    bool mouse;
    bool must; /* a script runs that was there from the start: its failure ends the program */
    int ended_by;
};

static void draw(struct loop *loop)
{
    int columns, rows;
    char title[256];
    terminal_size(loop->terminal, &columns, &rows);
    if (columns != loop->cells.columns || rows != loop->cells.rows) {
        cells_finish(&loop->cells);
        cells_init(&loop->cells, columns, rows);
    }
    if (columns != loop->ui->columns || rows != loop->ui->rows)
        ui_resize(loop->ui, columns, rows);
    link_settle(loop->ui);
    terminal_lean(loop->terminal, loop->ui->view_state.lean);
    terminal_pixels(loop->terminal, loop->ui->graphics, &loop->ui->view_state);
    screen_draw(loop->ui, &loop->cells);
    terminal_show(loop->terminal, &loop->cells);
    screen_title(loop->ui, title, sizeof title);
    terminal_title(loop->terminal, title);
    loop->drawn = clock_seconds();
    loop->dirty = false;
}

/* What commands asked of the terminal. */
static void carry_out(struct loop *loop)
{
    struct ui *ui = loop->ui;
    if (ui->wanted || ui->comes_back)
        loop->dirty = workspace_turn(loop->workspace) || loop->dirty;
    if (ui->mouse != loop->mouse)
        terminal_mouse(loop->terminal, ui->mouse);
    loop->mouse = ui->mouse;
    if (ui->repaint) {
        terminal_repaint(loop->terminal);
        ui->view_state.still = -1;
    }
    ui->repaint = false;
    if (ui->clipboard) {
        if (terminal_copy(loop->terminal, ui->clipboard))
            ui_say(ui, "copied: %s", ui->clipboard);
        else
            ui_say(ui, "%s", ui->clipboard);
        free(ui->clipboard);
        ui->clipboard = NULL;
    }
    if (ui->suspend)
        terminal_suspend(loop->terminal);
    ui->suspend = false;
}

/* Not signals, so that no byte of a paste is one; they work whatever lies over the panels. */
static bool is_signal(struct loop *loop, const struct event *event)
{
    enum { CTRL_C = 3, CTRL_Z = 26 };
    bool stops = event->key == PRESS_ESCAPE && !overlay_is_open(&loop->ui->overlay);
    if (!event->burst && (stops || event->key == CTRL_C) && workspace_cancel(loop->workspace))
        return true;
    if (event->burst || (event->key != CTRL_C && event->key != CTRL_Z))
        return false;
    if (event->key == CTRL_C)
        commands_interrupt(loop->ui);
    else
        loop->ui->suspend = true;
    return true;
}

static void read_keys(struct loop *loop)
{
    enum { AT_ONCE = 4096 }; /* events, so that a flood leaves time for pictures and signals */
    struct event event;
    uint32_t rgb;
    for (int i = 0; i < AT_ONCE && !loop->ui->quit && terminal_read(loop->terminal, &event); i++) {
        if (!is_signal(loop, &event))
            ui_event(loop->ui, &event);
        carry_out(loop);
        loop->dirty = true;
    }
    if (terminal_pixels(loop->terminal, loop->ui->graphics, &loop->ui->view_state))
        loop->dirty = true; /* an answer came late */
    if (terminal_ground(loop->terminal, &rgb))
        loop->dirty = ui_ground(loop->ui, rgb) || loop->dirty;
}

static void read_signals(struct loop *loop)
{
    for (int number = signals_next(); number > 0; number = signals_next()) {
        loop->dirty = true;
        switch (number) {
        case SIGWINCH:
        case SIGCONT:
            terminal_resize(loop->terminal);
            break;
        case SIGINT:
            if (!workspace_cancel(loop->workspace))
                commands_interrupt(loop->ui);
            break;
        case SIGTSTP:
            loop->ui->suspend = true;
            carry_out(loop);
            break;
        default: /* TERM, HUP and their like */
            loop->ended_by = number;
            break;
        }
    }
}

static void take_snapshot(struct loop *loop)
{
    workspace_turn(loop->workspace);
    ui_snapshot(loop->ui, engine_snapshot(workspace_engine(loop->workspace)));
    carry_out(loop);
    loop->news = false;
    loop->dirty = true;
}

/* Lines of scripts as long as the engine rests. False with err where one failed that must not. */
static bool run_scripts(struct loop *loop, struct error *err)
{
    struct ui *ui = loop->ui;
    while (script_runs(&ui->scripts) && !ui->quit && workspace_rests(loop->workspace)) {
        take_snapshot(loop);
        if (ui->snapshot->phase == PHASE_FAILED)
            break;
        bool replays = script_replays(&ui->scripts); /* the rounds so far stay */
        if (script_step(ui, err) == SCRIPT_FAILED) {
            ui_complain(ui, "%s", err->text);
            loop->must = loop->must && !replays;
            return !loop->must;
        }
        carry_out(loop);
    }
    if (ui->scripts.kept_out && !script_runs(&ui->scripts)) {
        ui_say(ui, "the script is done");
        ui->scripts.kept_out = false;
    }
    loop->must = loop->must && script_runs(&ui->scripts);
    return true;
}

static void drain(int fd)
{
    char bytes[64];
    while (read(fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes)
        continue;
}

/* Milliseconds until a waiting snapshot may be shown; -1: nothing waits. */
static int patience(const struct loop *loop)
{
    if (!loop->news)
        return -1;
    double frame = loop->ui->view_state.lean ? frame_slow : frame_fast;
    double left = loop->drawn + frame - clock_seconds();
    return left > 0 ? (int)(left * 1000) + 1 : 0;
}

static int sooner(int a, int b)
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

/* Milliseconds until something happens by time alone; -1: nothing does. */
static int timers_patience(const struct loop *loop)
{
    double due = timers_due(loop->ui), left = due - clock_seconds();
    return due <= 0 ? -1 : left > 0 ? (int)(left * 1000) + 1 : 0;
}

/* The first of these, or until keys are to be read again. */
static int timeout(const struct loop *loop)
{
    int first = sooner(patience(loop), terminal_patience(loop->terminal));
    return sooner(first, timers_patience(loop));
}

/* False when the terminal is gone. */
static bool wait_for_news(struct loop *loop)
{
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = loop->wake_fd, .events = POLLIN}, {.fd = signals_fd(), .events = POLLIN}};
    int n = poll(fds, 3, timeout(loop));
    if (n < 0)
        return errno == EINTR;
    if (fds[2].revents)
        read_signals(loop);
    if (fds[1].revents) {
        drain(loop->wake_fd);
        loop->news = true;
    }
    if (fds[0].revents & POLLIN || terminal_patience(loop->terminal) >= 0)
        read_keys(loop);
    return !(fds[0].revents & (POLLHUP | POLLERR | POLLNVAL));
}

bool loop_run(struct ui *ui, struct terminal *terminal, struct workspace *workspace, int wake_fd,
    int *ended_by, struct error *err)
{
    struct loop loop = {.ui = ui, .terminal = terminal, .workspace = workspace, .wake_fd = wake_fd};
    bool good = true;
    loop.must = script_runs(&ui->scripts);
    loop.dirty = true;
    loop.mouse = ui->mouse;
    while (good && !ui->quit && loop.ended_by == 0 && ui->snapshot->phase != PHASE_FAILED) {
        if (loop.dirty)
            draw(&loop);
        if (!wait_for_news(&loop))
            loop.ended_by = SIGHUP;
        if (loop.news && patience(&loop) == 0)
            take_snapshot(&loop);
        bool rests = !loop.news && workspace_rests(loop.workspace);
        loop.dirty = timers_run(ui, clock_seconds(), rests) || loop.dirty;
        good = run_scripts(&loop, err);
    }
    cells_finish(&loop.cells);
    *ended_by = loop.ended_by;
    return good;
}
