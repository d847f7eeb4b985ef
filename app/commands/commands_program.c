#include "app/commands/commands.h"

#include "engine/base/memory.h"
#include "views/facts/branches.h"

#include <stdlib.h>
#include <string.h>

static void accept_line(struct ui *ui, const char *text, int value)
{
    (void)value;
    command_history_add(&ui->history, text);
    commands_line(ui, text);
}

void command_prompt(struct ui *ui, const char *argument)
{
    (void)argument;
    overlay_prompt(&ui->overlay, ":", "");
    ui->overlay.history = (const char *const *)ui->history.line;
    ui->overlay.n_history = ui->overlay.history_at = ui->history.n;
    ui->accept = accept_line;
    ui->completes = true;
    commands_offer(ui, "");
}

/* The first line of the help that the filter leaves. */
static void accept_help(struct ui *ui, const char *text, int value)
{
    (void)value;
    for (int i = 0; commands_at(i); i++) {
        const struct action *action = commands_at(i);
        char *all =
            memory_format("%s %s %s %s", action->group, action->keys, action->name, action->help);
        bool wanted = overlay_matches(text, all);
        free(all);
        if (!wanted)
            continue;
        commands_run(ui, action, NULL);
        return;
    }
}

void command_help(struct ui *ui, const char *argument)
{
    (void)argument;
    overlay_help(&ui->overlay);
    ui->accept = accept_help;
}

void command_suspend(struct ui *ui, const char *argument)
{
    (void)argument;
    ui->suspend = true;
}

bool commands_unsaved(const struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    if (s->n_rounds == 0 || s->position + snapshot_base(s) == 0)
        return false;
    if (ui->saved == s->rounds[s->position])
        return false;
    for (int i = 0; i < s->n_thresholds; i++)
        if (s->thresholds[i].saved[0])
            return false;
    return true;
}

static void accept_quit(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value == 'q')
        ui->quit = true;
    else if (value == 's')
        command_save(ui, NULL);
}

static void ask_quit(struct ui *ui, const char *question)
{
    overlay_question(&ui->overlay, question);
    overlay_add(&ui->overlay, 'c', "continue", NULL, NULL);
    overlay_add(&ui->overlay, 's', "save the net as it stands", NULL, NULL);
    overlay_add(&ui->overlay, 'q', "quit", NULL, NULL);
    ui->accept = accept_quit;
}

void command_quit(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui_attended(ui) && commands_unsaved(ui))
        ask_quit(ui, "The pruned net is not saved. Quit?");
    else
        ui->quit = true;
}

void command_interrupt(struct ui *ui)
{
    if (overlay_is_open(&ui->overlay) && ui->accept == accept_quit) {
        ui->quit = true;
        return;
    }
    if (script_replays(&ui->scripts)) {
        ui->quit = true;
        return;
    }
    script_drop(&ui->scripts);
    command_pause(ui, NULL);
    ask_quit(ui, "Paused. Quit?");
}
