/* The command line, the help, and back to the shell. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"

#include "app/screen/glossary.h"
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

static void command_prompt(struct ui *ui, const char *argument)
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
    for (int i = 0; commands_at(i) && !glossary_begins(text); i++) {
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

static void command_help(struct ui *ui, const char *argument)
{
    overlay_help(&ui->overlay);
    edit_set(&ui->overlay.edit, argument ? argument : "");
    ui->accept = accept_help;
}

static void command_suspend(struct ui *ui, const char *argument)
{
    (void)argument;
    ui->suspend = true;
}

const struct action action_command = {
    .name = "command",
    .keys = ":",
    .group = COMMANDS_PROGRAM,
    .help = "type a command; Tab completes",
    .run = command_prompt,
    .hint = "cmd",
    .rank = 1,
    .screen = true,
    .opens_line = true,
};

const struct action action_help = {
    .name = "help",
    .argument = "[WORDS]",
    .keys = "? F1",
    .group = COMMANDS_PROGRAM,
    .help = "this help: commands and words",
    .run = command_help,
    .hint = "help",
    .rank = 1,
    .opens_line = true,
};

const struct action action_suspend = {
    .name = "suspend",
    .keys = "Ctrl-Z",
    .group = COMMANDS_PROGRAM,
    .help = "suspend to the shell; fg returns",
    .run = command_suspend,
};
