/* The application without a screen: poll on standard input, snapshots and signals. */
#include "app/shell/plain.h"

#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "app/screen/glossary.h"
#include "app/shell/script_runner.h"
#include "app/shell/ui_events.h"
#include "app/results/results.h"
#include "app/terminal/charset.h"
#include "app/terminal/signals.h"
#include "app/terminal/standard_streams.h"
#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "views/cells/cells.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct plain {
    struct ui *ui;
    struct workspace *workspace;
    int wake_fd, ended_by;
    bool person, prompted;         /* somebody types, and was asked to */
    const struct snapshot *before; /* the one told last, held; NULL: none */
    unsigned told;                 /* serial of the last message that was */
};

/* Names come from files: nothing in them may act on a terminal. Signs are those that scripts read.
 */
static void say(const char *text)
{
    enum { MINUS = 0x2212, PLUS_MINUS = 0xb1 };
    bool ascii = charset_is_ascii();
    while (*text) {
        uint32_t glyph;
        const char *behind = cells_decode(text, &glyph);
        if (glyph == PLUS_MINUS)
            putchar('+');
        else if (ascii || glyph == '?' || glyph == MINUS)
            putchar((int)cells_ascii(glyph));
        else
            fwrite(text, 1, (size_t)(behind - text), stdout);
        text = behind;
    }
    putchar('\n');
}

static void say_lines(char *text)
{
    for (char *end; (end = strchr(text, '\n')); text = end + 1) {
        *end = '\0';
        say(text);
    }
    if (*text)
        say(text);
}

static void tell_messages(struct plain *plain, const struct snapshot *s)
{
    for (int i = 0; i < s->n_messages; i++) {
        const struct message *message = &s->messages[i];
        if (message->serial <= plain->told)
            continue;
        plain->told = message->serial;
        /* an error is told as the complaint that it becomes */
        if (!message->error)
            say(message->text);
    }
}

static bool is_known(const struct branch_line *branch, int index, const struct round *round)
{
    return branch && index < branch->n_rounds && branch->rounds[index] == round;
}

/* Rounds that are new, then where the net stands unless that is the last of them. */
static void tell_rounds(struct plain *plain, const struct snapshot *s)
{
    const struct snapshot *before = plain->before;
    const struct branch_line *known = NULL;
    char text[512];
    bool rests = s->phase == PHASE_PAUSED || s->phase == PHASE_DONE;
    int last = -1;
    int branch = s->branch; /* a new one shares rounds with the one it goes on from */
    if (before && s->branch >= before->n_branches && s->branch < s->n_branches)
        branch = s->branches[s->branch].parent;
    if (before && before->n_rounds > 0 && branch >= 0 && branch < before->n_branches)
        known = &before->branches[branch];
    for (int i = 1; i < s->n_rounds; i++) {
        if (is_known(known, i, s->rounds[i]))
            continue;
        results_round(s, i, text, sizeof text);
        say(text);
        last = i;
    }
    bool moved = !known || before->branch != s->branch || before->position != s->position;
    if (rests && moved && last != s->position) {
        int used = snprintf(text, sizeof text, "now at ");
        results_round(s, s->position, text + used, sizeof text - (size_t)used);
        say(text);
    }
}

static void tell_order(const struct plain *plain, const struct snapshot *s)
{
    const struct snapshot *before = plain->before;
    bool same = before && before->n_rounds > 0 && strcmp(before->criterion, s->criterion) == 0 &&
                before->descending == s->descending &&
                (before->order_file != NULL) == (s->order_file != NULL);
    int next = snapshot_next_channel(s);
    if (!before || before->n_rounds == 0 || same)
        return;
    printf("order %s, %s; %s; ", s->criterion, results_order(s), results_badge(s->badge));
    if (next >= 0)
        printf("next channel %d\n", next);
    else
        puts("all channels are pruned");
}

/* Answers that are larger than a line. */
static void tell_findings(const struct plain *plain, const struct snapshot *s)
{
    const struct snapshot *before = plain->before;
    if (s->inspection && (!before || before->inspection != s->inspection))
        results_inspection(stdout, s);
    for (int set = 0; set < N_SETS; set++)
        if (s->explanation[set] && (!before || before->explanation[set] != s->explanation[set]))
            results_explanation(stdout, s, (enum image_set)set);
    if (s->scatter && (!before || before->scatter != s->scatter))
        results_scatter(stdout, s);
    if (s->detection && (!before || before->detection != s->detection))
        results_goodnet_text(stdout, s);
    bool searched = s->phase != PHASE_SCANNING && before && s->failures == before->failures;
    if (searched && s->suspects && before->suspects != s->suspects)
        results_find("text")->suspects(stdout, s);
}

/* What is new since the snapshot that was told last. */
static void tell_news(struct plain *plain)
{
    const struct snapshot *s = plain->ui->snapshot;
    bool opened = s->n_rounds > 0 && (!plain->before || plain->before->n_rounds == 0);
    bool rests = s->phase == PHASE_PAUSED || s->phase == PHASE_DONE;
    if (opened && !rests)
        return; /* not measured to the end */
    if (opened)
        results_about(stdout, s);
    if (s->n_rounds > 0) {
        tell_order(plain, s);
        tell_rounds(plain, s);
    }
    tell_messages(plain, s);
    tell_findings(plain, s);
    snapshot_ref(s);
    snapshot_unref(plain->before);
    plain->before = s;
}

static bool told_of(const char *filter, const char *name, const char *help)
{
    return overlay_matches(filter, name) || overlay_matches(filter, help);
}

/* Words of the glossary are told where somebody asks for them. */
static void tell_help(struct ui *ui)
{
    const char *filter = ui->overlay.edit.text;
    int n;
    struct help_line *lines = commands_help(&ui->keymap, &n);
    for (int i = 0; i < n; i++) {
        const struct action *action = commands_find(lines[i].command);
        if (action && !action->screen && told_of(filter, action->name, action->help))
            printf("%s%s%s: %s\n", action->name, action->argument ? " " : "",
                action->argument ? action->argument : "", action->help);
    }
    for (int i = 0; glossary_at(i) && *filter; i++) {
        const struct glossary_term *word = glossary_at(i);
        if (!told_of(filter, word->term, word->meaning))
            continue;
        char *line = memory_format("%s: %s", word->term, word->meaning);
        say(line);
        free(line);
    }
    free(lines);
}

static void tell_list(struct overlay *overlay)
{
    say(overlay->title);
    for (int i = 0; i < overlay->n_items; i++) {
        const struct overlay_item *item = &overlay->items[i];
        char *line = memory_format(
            "  %s%s%s", item->text, item->help ? "  " : "", item->help ? item->help : "");
        say(line);
        free(line);
    }
}

/* What the last command answers. A complaint is an error, told by who runs the lines, or at the
 * end. */
static void tell_answer(struct plain *plain)
{
    struct ui *ui = plain->ui;
    if (ui->notice[0] && !ui->notice_bad)
        say_lines(ui->notice);
    else if (ui->notice[0] && !ui->scripts.ran && ui->snapshot->phase != PHASE_FAILED)
        escape_line(stderr, "secateur: %s", ui->notice);
    ui->notice[0] = '\0';
    if (overlay_is_help(&ui->overlay))
        tell_help(ui);
    else if (overlay_is_open(&ui->overlay))
        tell_list(&ui->overlay);
    overlay_close(&ui->overlay);
    ui->accept = NULL;
    if (ui->clipboard)
        say(ui->clipboard);
    free(ui->clipboard);
    ui->clipboard = NULL;
    if (ui->suspend)
        signals_suspend();
    ui->suspend = false;
}

static void pause_work(struct ui *ui)
{
    commands_call(ui, "pause", NULL);
    ui_say(ui, "paused; finished rounds are kept");
}

static void read_signals(struct plain *plain)
{
    for (int number = signals_next(); number > 0; number = signals_next()) {
        if (number == SIGINT && workspace_cancel(plain->workspace))
            continue;
        if (number == SIGINT && !engine_rests(workspace_engine(plain->workspace)))
            pause_work(plain->ui);
        else if (number == SIGTSTP)
            signals_suspend();
        else if (number != SIGWINCH && number != SIGCONT)
            plain->ended_by = number;
    }
}

/* A closed one has nothing to say, as an empty one. */
static bool read_input(struct plain *plain, struct error *err)
{
    char bytes[4096];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    if (n > 0)
        script_feed(&plain->ui->scripts, bytes, (size_t)n);
    else if (n == 0 || errno == EBADF)
        script_close(&plain->ui->scripts);
    else if (errno != EINTR && errno != EAGAIN)
        return standard_streams_fail_input(err);
    return true;
}

/* A wake can be lost where the system has no memory for its byte: so it looks again in any case. */
enum { GLANCE_MILLISECONDS = 1000 };

static bool sleep_until_news(struct plain *plain, bool wants_input, struct error *err)
{
    struct pollfd fds[] = {{.fd = plain->wake_fd, .events = POLLIN},
        {.fd = signals_fd(), .events = POLLIN},
        {.fd = wants_input ? STDIN_FILENO : -1, .events = POLLIN}};
    char bytes[64];
    if (poll(fds, 3, GLANCE_MILLISECONDS) < 0)
        return true;
    if (fds[1].revents)
        read_signals(plain);
    while (fds[0].revents && read(plain->wake_fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes)
        continue;
    return !fds[2].revents || read_input(plain, err);
}

/* A person's mistake is told and forgiven. */
static bool forgive(struct plain *plain, const struct error *err)
{
    if (!plain->person)
        return false;
    fflush(stdout);
    escape_line(stderr, "%s", err->text);
    plain->prompted = false;
    script_stream(&plain->ui->scripts, "standard input");
    return true;
}

static void prompt(struct plain *plain)
{
    if (!plain->person || plain->prompted)
        return;
    fputs("secateur: ", stdout);
    fflush(stdout);
    plain->prompted = true;
}

/* Another session has rounds and messages of its own. */
static void forget_told(struct plain *plain)
{
    snapshot_unref(plain->before);
    plain->before = NULL;
    plain->told = 0;
}

static bool go(struct plain *plain, struct error *err)
{
    struct ui *ui = plain->ui;
    while (!ui->quit && !plain->ended_by) {
        if (workspace_turn(plain->workspace))
            forget_told(plain);
        bool rests = workspace_rests(plain->workspace), waits = false;
        ui_snapshot(ui, engine_snapshot(workspace_engine(plain->workspace)));
        tell_news(plain);
        tell_answer(plain);
        if (ui->snapshot->phase == PHASE_FAILED)
            return true;
        if (!standard_streams_flush(err)) /* nobody sees what goes on */
            return false;
        if (rests) {
            switch (script_step(ui, err)) {
            case SCRIPT_RAN:
                plain->prompted = false;
                tell_answer(plain);
                continue;
            case SCRIPT_WAITS:
                waits = true;
                prompt(plain);
                break;
            case SCRIPT_ENDED:
                return true;
            case SCRIPT_FAILED:
                if (!forgive(plain, err))
                    return false;
                continue;
            }
        }
        if (!sleep_until_news(plain, waits, err))
            return false;
    }
    return true;
}

bool plain_run(
    struct ui *ui, struct workspace *workspace, int wake_fd, int *ended_by, struct error *err)
{
    struct plain plain = {.ui = ui, .workspace = workspace, .wake_fd = wake_fd};
    plain.person = script_is_fed(&ui->scripts) && isatty(STDIN_FILENO);
    bool good = go(&plain, err);
    *ended_by = plain.ended_by;
    snapshot_unref(plain.before);
    return good && standard_streams_flush(err);
}
