/* Criteria side by side: compare them, and go on with the order of one. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "engine/base/memory.h"
#include "engine/base/spelling.h"
#include "views/facts/comparison.h"
#include "views/panels/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char everywhere[] = "all-layers";

/* A key shows what was compared at this layer; pressed there it compares anew. */
static bool only_shows(const struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    return ui->key != PRESS_NONE && s->compared && s->compared->n > 0 &&
           comparison_site(s) == s->site && strcmp(views_at(ui->focus)->name, "comparison") != 0;
}

/* Names apart by commas, none: all; behind them "all-layers". */
static void command_compare(struct ui *ui, const char *argument)
{
    if (only_shows(ui)) {
        commands_call(ui, "view", "comparison");
        return;
    }
    if (!ui_ready(ui))
        return;
    char names[COMMAND_TEXT];
    snprintf(names, sizeof names, "%s", argument ? argument : "");
    size_t length = strlen(names), tail = strlen(everywhere);
    bool all = length >= tail && strcmp(names + length - tail, everywhere) == 0;
    if (all)
        names[length - tail] = '\0';
    names[strcspn(names, " ")] = '\0';
    commands_call(ui, "view", "comparison");
    ui_post(ui, COMMAND_COMPARE, all, ui->view_state.outliers, names);
}

/* "compare clp,l1": names behind the last comma. */
static void offer_lists(struct ui *ui, const struct action *action)
{
    const struct snapshot *s = ui->snapshot;
    const char *line = ui->overlay.edit.text;
    const char *comma = strrchr(line, ',');
    for (int i = 0; i < s->n_criteria; i++) {
        char *insert =
            comma ? memory_format("%.*s,%s", (int)(comma - line), line, s->criteria[i].name)
                  : memory_format("%s %s", action->name, s->criteria[i].name);
        overlay_add(&ui->overlay, i, s->criteria[i].name, s->criteria[i].help, insert);
        free(insert);
    }
}

/* From the unpruned net, in a branch: its layer, round 0, its criterion. */
static void take(struct ui *ui, const struct compared_order *order)
{
    const struct snapshot *s = ui->snapshot;
    if (order->refused[0]) {
        ui_complain(ui, "%s", order->refused);
        return;
    }
    if (!order->scores) {
        ui_complain(
            ui, "the order of a file: use order FILE at layer %s", s->sites[order->site].name);
        return;
    }
    ui->view_state.viewed = -1;
    ui->view_state.site = order->site;
    ui_post(ui, COMMAND_LAYER, order->site, 0, "");
    ui_post(ui, COMMAND_JUMP, 0, 0, "");
    ui_post(ui, COMMAND_CRITERION, 0, 0, order->criterion);
    ui_say(ui, "going on with %s at %s from the unpruned net; Space runs", order->criterion,
        s->sites[order->site].name);
}

static void complain_not_compared(struct ui *ui, const char *name)
{
    const struct criteria_comparison *compared = ui->snapshot->compared;
    char hint[SPELLING_HINT];
    const char **names = memory_array((size_t)compared->n, sizeof *names);
    for (int i = 0; i < compared->n; i++)
        names[i] = compared->orders[i]->criterion;
    ui_complain(ui, "%s was not compared; %s", name, spelling_hint(hint, name, names, compared->n));
    free(names);
}

/* The one under the cursor, or by name. */
static void command_choose(struct ui *ui, const char *argument)
{
    const struct snapshot *s = ui->snapshot;
    if (!ui_ready(ui))
        return;
    if (!s->compared || s->compared->n == 0) {
        ui_complain(ui, "no criteria were compared yet; use: compare");
        return;
    }
    int index = argument ? comparison_find(s, argument) : comparison_cursor(s, &ui->view_state);
    if (index < 0)
        complain_not_compared(ui, argument);
    else
        take(ui, s->compared->orders[index]);
}

static void offer_compared(struct ui *ui, const struct action *action)
{
    const struct criteria_comparison *compared = ui->snapshot->compared;
    for (int i = 0; compared && i < compared->n; i++) {
        char *insert = memory_format("%s %s", action->name, compared->orders[i]->criterion);
        overlay_add(
            &ui->overlay, i, compared->orders[i]->criterion, compared->orders[i]->source, insert);
        free(insert);
    }
}

const struct action action_compare = {
    .name = "compare",
    .argument = "[CRITERIA] [all-layers]",
    .keys = "V",
    .group = COMMANDS_CHOOSE,
    .help = "criteria side by side",
    .run = command_compare,
    .offer = offer_lists,
    .hint = "compare",
    .where = "comparison",
    .rank = 2,
};

const struct action action_choose = {
    .name = "choose",
    .argument = "[CRITERION]",
    .keys = "Enter",
    .group = COMMANDS_CHOOSE,
    .help = "go on with the order under the cursor",
    .run = command_choose,
    .offer = offer_compared,
    .view = "comparison",
    .hint = "go on with it",
    .where = "comparison",
    .rank = 2,
};
