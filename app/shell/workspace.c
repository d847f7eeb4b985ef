/* Opens a net in an engine of its own, and changes places with the one in use. */
#include "app/shell/workspace.h"

#include "app/opening/opening.h"
#include "app/script/journal.h"
#include "app/shell/ui_events.h"
#include "engine/base/escape.h"
#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* A session that waits, and how it was looked at. */
struct waiting {
    struct engine *engine; /* NULL: none does */
    struct opening *open;
    struct arguments *arguments;
    struct journal *journal;
    struct view_state view_state;
    int focus, followed;
    bool zoomed;
    unsigned told;
    const void *saved;
};

struct workspace {
    struct ui *ui;
    void (*wake)(void *context);
    void *context;
    struct engine *engine;
    struct opening *open;         /* its arguments, NULL: those of the command line */
    struct engine *next;          /* NULL: nothing is being opened */
    struct opening *opening;      /* for `next` */
    const struct snapshot *first; /* of `next`, held: nothing is measured in it */
    struct waiting waiting;
};

static bool post(void *context, const struct command *command)
{
    struct workspace *workspace = context;
    return engine_post(workspace->engine, command);
}

/* What follows the opening; a journal that is resumed has its line. */
static void begin(struct workspace *workspace)
{
    const struct ui *ui = workspace->ui;
    const char *class = ui->arguments->options.surrogate;
    if (ui->journal)
        engine_watch(workspace->engine, journal_note, ui->journal);
    if (class && !ui->arguments->resume)
        engine_post(workspace->engine,
            &(struct command){.kind = COMMAND_SURROGATE, .number = *class ? atoi(class) : -1});
}

struct workspace *workspace_create(struct ui *ui, void (*wake)(void *context), void *context)
{
    struct workspace *workspace = memory_array(1, sizeof *workspace);
    workspace->ui = ui;
    workspace->wake = wake;
    workspace->context = context;
    workspace->engine = engine_create(&ui->arguments->options, wake, context);
    begin(workspace);
    ui->snapshot = engine_snapshot(workspace->engine);
    ui->post = post;
    ui->context = workspace;
    return workspace;
}

/* Nothing is replayed any more. */
static void drop_resuming(struct ui *ui)
{
    journal_end(ui->resuming.journal);
    script_drop(&ui->resuming.scripts);
    ui->resuming.journal = NULL;
}

/* Nothing is being opened any more. */
static void give_up(struct workspace *workspace)
{
    engine_destroy(workspace->next);
    if (workspace->opening && workspace->opening->arguments.resume)
        drop_resuming(workspace->ui);
    opening_destroy(workspace->opening);
    snapshot_unref(workspace->first);
    workspace->next = NULL;
    workspace->opening = NULL;
    workspace->first = NULL;
}

void workspace_destroy(struct workspace *workspace)
{
    give_up(workspace);
    opening_destroy(workspace->ui->wanted);
    workspace->ui->wanted = NULL;
    drop_resuming(workspace->ui);
    engine_destroy(workspace->engine);
    engine_destroy(workspace->waiting.engine);
    journal_end(workspace->waiting.journal);
    workspace->ui->arguments = NULL;
    opening_destroy(workspace->open);
    opening_destroy(workspace->waiting.open);
    free(workspace);
}

struct engine *workspace_engine(const struct workspace *workspace)
{
    return workspace->engine;
}

bool workspace_rests(struct workspace *workspace)
{
    const struct ui *ui = workspace->ui;
    return !workspace->next && !ui->wanted && !ui->comes_back && engine_rests(workspace->engine);
}

static void take_wanted(struct workspace *workspace)
{
    struct ui *ui = workspace->ui;
    if (!ui->wanted)
        return;
    give_up(workspace);
    workspace->opening = ui->wanted;
    ui->wanted = NULL;
    workspace->next =
        engine_create(&workspace->opening->arguments.options, workspace->wake, workspace->context);
    workspace->first = engine_snapshot(workspace->next);
}

/* A journal for the session that takes over: its own, where it goes on with one. */
static void begin_journal(struct ui *ui)
{
    struct error err;
    if (ui->arguments->resume) {
        ui->journal = ui->resuming.journal;
        ui->scripts.script[ui->scripts.n++] = ui->resuming.scripts.script[0];
        ui->scripts.ran = false; /* of the session before */
        ui->resuming = (struct resuming){0};
        return;
    }
    ui->journal = ui->arguments->no_journal ? NULL : journal_begin(ui->arguments, &err);
    if (!ui->journal && !ui->arguments->no_journal)
        ui_complain(ui, "no journal is written: %s", err.text);
}

/* What became of the session that was left, and how to come back to it. */
static void say_left(struct ui *ui, const char *opened, const char *left, const char *journal)
{
    if (!journal) {
        ui_say(ui, "%s is open; nothing was changed in %s", opened, left);
        return;
    }
    char *word = escape_text(escape_shell, journal);
    ui_say(ui, "%s is open; %s stays in its journal: secateur --resume=%s", opened, left, word);
    free(word);
}

/* What is open waits, with all it has; the demo of the tour needs no journal. */
static void put_aside(struct workspace *workspace)
{
    struct ui *ui = workspace->ui;
    workspace->waiting = (struct waiting){.engine = workspace->engine,
        .open = workspace->open,
        .arguments = ui->arguments,
        .journal = ui->journal,
        .view_state = ui->view_state,
        .focus = ui->focus,
        .zoomed = ui->zoomed,
        .followed = ui->followed,
        .told = ui->told,
        .saved = ui->saved};
    workspace->engine = workspace->next;
    workspace->open = workspace->opening;
    ui->journal = NULL;
    ui->aside = ui->touring.wanted = true;
    ui_take_session(ui, &workspace->open->arguments, workspace->first);
    workspace->next = NULL;
    workspace->opening = NULL;
    workspace->first = NULL;
    ui_snapshot(ui, engine_snapshot(workspace->engine));
}

/* The session that waited, as it was looked at; what is open goes. */
static void come_back(struct workspace *workspace)
{
    struct ui *ui = workspace->ui;
    struct waiting *waiting = &workspace->waiting;
    struct opening *open = workspace->open;
    ui->comes_back = ui->aside = false;
    engine_destroy(workspace->engine);
    journal_end(ui->journal);
    workspace->engine = waiting->engine;
    workspace->open = waiting->open;
    ui->journal = waiting->journal;
    ui_take_session(ui, waiting->arguments, engine_snapshot(workspace->engine));
    ui_focus(ui, waiting->focus, waiting->zoomed);
    ui->view_state = waiting->view_state;
    ui->followed = waiting->followed;
    ui->told = waiting->told;
    ui->saved = waiting->saved;
    *waiting = (struct waiting){0};
    opening_destroy(open);
    ui_snapshot(ui, engine_snapshot(workspace->engine));
    ui_say(ui, "the tour is over; %s is as you left it",
        ui->snapshot->model_name ? ui->snapshot->model_name : "your net");
}

static void take_over(struct workspace *workspace)
{
    struct ui *ui = workspace->ui;
    struct opening *open = workspace->open;
    char *left = memory_string(ui->snapshot->model_name ? ui->snapshot->model_name : "");
    char *journal = memory_string(journal_path(ui->journal));
    engine_destroy(workspace->engine);
    journal_end(ui->journal);
    workspace->engine = workspace->next;
    workspace->open = workspace->opening;
    ui_take_session(ui, &workspace->open->arguments, workspace->first);
    workspace->next = NULL;
    workspace->opening = NULL;
    workspace->first = NULL;
    begin_journal(ui);
    begin(workspace);
    ui_snapshot(ui, engine_snapshot(workspace->engine));
    say_left(ui, ui->snapshot->model_name, left, journal);
    opening_destroy(open);
    free(left);
    free(journal);
}

static void say_progress(struct ui *ui, const struct snapshot *s)
{
    if (ui->plain || overlay_is_open(&ui->overlay))
        return;
    if (s->total > 0)
        ui_say(ui, "opening: %s, %d of %d; Esc cancels", s->activity, s->done, s->total);
    else
        ui_say(ui, "opening: %s; Esc cancels", s->activity);
}

/* The images of the net that was open, which were taken for this one too, may not fit it. */
static void say_failed(struct ui *ui, const struct opening *opening, const struct snapshot *s)
{
    const char *why = s->n_messages > 0 ? s->messages[s->n_messages - 1].text : "not opened";
    const char *clean = opening->arguments.options.clean;
    const char *poisoned = opening->arguments.options.poisoned;
    bool of_images =
        opening->alike && ((clean && strncmp(why, clean, strlen(clean)) == 0) ||
                              (poisoned && strncmp(why, poisoned, strlen(poisoned)) == 0));
    if (of_images)
        ui_complain(ui,
            "the images that are open do not suit that net: :open NET --clean FILE --poisoned "
            "FILE names others; %s",
            why);
    else
        ui_complain(ui, "%s", why);
}

bool workspace_turn(struct workspace *workspace)
{
    struct ui *ui = workspace->ui;
    bool another = false;
    if (ui->comes_back && workspace->waiting.engine) {
        come_back(workspace);
        return true;
    }
    take_wanted(workspace);
    if (!workspace->next)
        return false;
    bool rests = engine_rests(workspace->next);
    const struct snapshot *s = engine_snapshot(workspace->next);
    if (s->phase == PHASE_FAILED) {
        say_failed(ui, workspace->opening, s);
        give_up(workspace);
    } else if (rests && s->n_rounds > 0) {
        if (workspace->opening->aside)
            put_aside(workspace);
        else
            take_over(workspace);
        another = true;
    } else {
        say_progress(ui, s);
    }
    snapshot_unref(s);
    return another;
}

bool workspace_cancel(struct workspace *workspace)
{
    if (!workspace->next)
        return false;
    give_up(workspace);
    ui_complain(workspace->ui, "the opening was cancelled; everything is as it was");
    return true;
}
