/* Saving nets and printing numbers. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"

#include "app/options/arguments.h"
#include "app/results/results.h"
#include "app/options/files.h"
#include "engine/base/folder.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *folder(const struct ui *ui)
{
    return ui->arguments->options.out ? ui->arguments->options.out : "secateur-out";
}

/* Of what its rounds did: the repair, or the layer that was pruned. */
static char *proposed_name(const struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    const char *repair = s->n_branches > 0 ? s->branches[s->branch].repair.name : NULL;
    return files_net_name(
        folder(ui), s->model_name, repair ? repair : s->sites[s->site].name, s->position);
}

static void accept_save(struct ui *ui, const char *text, int value)
{
    (void)value;
    if (*text)
        commands_call(ui, "save", text);
}

static void ask_name(struct ui *ui, const char *label, const char *name)
{
    overlay_prompt(&ui->overlay, label, name);
    ui->accept = accept_save;
}

static void command_save(struct ui *ui, const char *argument)
{
    struct error err;
    if (!ui_ready(ui))
        return;
    char *name = proposed_name(ui);
    if (!argument) {
        char label[64];
        bool back = ui_round(ui) != ui->snapshot->position;
        snprintf(label, sizeof label, "save the net of round %d as: ", ui->snapshot->position);
        ask_name(ui, back ? label : "save the net as: ", name);
    } else if (strcmp(argument, name) == 0 && !folder_make(folder(ui), 0777, &err)) {
        ui_complain(ui, "%s", err.text);
    } else if (!files_may_write(argument, ui->arguments->options.force, &err)) {
        if (ui_attended(ui))
            ask_name(ui, "already exists; another name: ", argument);
        else
            ui_complain(ui, "%s", err.text);
    } else {
        ui->saved = ui->snapshot->rounds[ui->snapshot->position];
        ui_post(ui, COMMAND_SAVE, 0, 0, argument);
    }
    free(name);
}

static void command_save_kept(struct ui *ui, const char *argument)
{
    (void)argument;
    ui_post(ui, COMMAND_SAVE_KEPT, 0, 0, "");
}

static void command_copy(struct ui *ui, const char *argument)
{
    const struct snapshot *s = ui->snapshot;
    (void)argument;
    if (!ui_ready(ui))
        return;
    char text[512];
    results_round(s, ui_round(ui), text, sizeof text);
    free(ui->clipboard);
    ui->clipboard = memory_format("%s %s", s->model_name, text);
}

/* The table of the thresholds' nets; on the screen that is a panel. */
static void command_results(struct ui *ui, const char *argument)
{
    (void)argument;
    if (!ui_ready(ui))
        return;
    if (ui->plain)
        results_find("text")->sweep_end(stdout, ui->snapshot);
    for (int i = 0; views_at(i) && !ui->plain; i++)
        if (strcmp(views_at(i)->name, "thresholds") == 0)
            ui_focus(ui, i, true);
}

static void command_status(struct ui *ui, const char *argument)
{
    char text[UI_NOTICE];
    (void)argument;
    if (!ui_ready(ui))
        return;
    results_round(ui->snapshot, ui->snapshot->position, text, sizeof text);
    ui_say(ui, "%s", text);
}

const struct action action_save = {
    .name = "save",
    .argument = "[FILE]",
    .keys = "Ctrl-S",
    .group = COMMANDS_SAVE,
    .help = "save the net as it is now",
    .run = command_save,
    .hint = "save",
    .key = "^S",
    .rank = 4,
};

const struct action action_save_kept = {
    .name = "save-kept",
    .keys = "S",
    .group = COMMANDS_SAVE,
    .help = "save the net of every threshold",
    .run = command_save_kept,
    .hint = "save nets",
    .where = "thresholds",
    .rank = 3,
};

const struct action action_copy = {
    .name = "copy",
    .keys = "y",
    .group = COMMANDS_SAVE,
    .help = "copy the numbers of the round shown",
    .run = command_copy,
};

const struct action action_results = {
    .name = "results",
    .keys = "",
    .group = COMMANDS_SAVE,
    .help = "print the thresholds' nets as a table",
    .run = command_results,
};

const struct action action_status = {
    .name = "status",
    .keys = "",
    .group = COMMANDS_SAVE,
    .help = "print the round and its numbers",
    .run = command_status,
};
