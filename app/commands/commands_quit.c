/* Leaving, which asks where a pruned net would be lost. */
#include "app/commands/commands_quit.h"

#include "app/commands/command_line.h"
#include "app/options/arguments.h"
#include "views/facts/branches.h"

#include <stddef.h>

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
        commands_call(ui, "save", NULL);
}

static void ask_quit(struct ui *ui, const char *question)
{
    overlay_question(&ui->overlay, question);
    overlay_add(&ui->overlay, 'c', "continue", NULL, NULL);
    overlay_add(&ui->overlay, 's', "save the net as it is now", NULL, NULL);
    overlay_add(&ui->overlay, 'q', "quit", NULL, NULL);
    ui->accept = accept_quit;
}

/* A session waits behind the tour, perhaps one that nobody saved. */
static bool come_back_first(struct ui *ui)
{
    if (ui->aside && ui->touring.on)
        commands_call(ui, "tour", "leave");
    ui->comes_back = ui->aside;
    return ui->aside;
}

static void command_quit(struct ui *ui, const char *argument)
{
    (void)argument;
    if (come_back_first(ui))
        return;
    if (ui_attended(ui) && !ui->arguments->tour && commands_unsaved(ui))
        ask_quit(ui, "The pruned net is not saved. Quit?");
    else
        ui->quit = true;
}

void commands_interrupt(struct ui *ui)
{
    if (overlay_is_open(&ui->overlay) && ui->accept == accept_quit) {
        ui->quit = true;
        return;
    }
    if (script_replays(&ui->scripts)) {
        ui->quit = true;
        return;
    }
    if (come_back_first(ui))
        return;
    script_drop(&ui->scripts);
    commands_call(ui, "pause", NULL);
    ask_quit(ui, "Paused. Quit?");
}

const struct action action_quit = {
    .name = "quit",
    .keys = "q",
    .group = COMMANDS_PROGRAM,
    .help = "quit; asks if the net is not saved",
    .run = command_quit,
    .hint = "quit",
    .rank = 1,
};
