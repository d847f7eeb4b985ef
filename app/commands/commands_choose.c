/* What is pruned and in which order: layer, branch, criterion, order, thresholds. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"

#include "app/results/results.h"
#include "engine/base/memory.h"
#include "engine/base/spelling.h"
#include "engine/measures/number.h"
#include "views/facts/branches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void post_layer(struct ui *ui, int site, const char *how)
{
    ui->view_state.viewed = -1;
    ui->view_state.site = site;
    ui_post(ui, COMMAND_LAYER, site, 0, how);
}

static void accept_base(struct ui *ui, const char *text, int value)
{
    (void)text;
    post_layer(ui, ui->pending_site, value == 'k' ? "on-top" : "");
}

/* Where something is pruned already, the new layer is pruned on top of that, or afresh; afresh
 * where nobody can be asked. */
static void take_layer(struct ui *ui, int site)
{
    const struct snapshot *s = ui->snapshot;
    int pruned = s->position + snapshot_base(s);
    if (site == s->site || pruned == 0 || !ui_attended(ui)) {
        post_layer(ui, site, "");
        return;
    }
    char *keep =
        memory_format("on top of the %d channel%s pruned now", pruned, pruned == 1 ? "" : "s");
    char *question = memory_format("Prune %s", s->sites[site].name);
    ui->pending_site = site;
    overlay_question(&ui->overlay, question);
    overlay_add(
        &ui->overlay, 'u', "from the unpruned net; its earlier rounds come back", NULL, NULL);
    overlay_add(&ui->overlay, 'k', keep, NULL, NULL);
    ui->accept = accept_base;
    free(keep);
    free(question);
}

static void accept_layer(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value >= 0)
        take_layer(ui, value);
}

static char *site_text(const struct snapshot *s, int i)
{
    const struct site_line *site = &s->sites[i];
    const char *mark = i == s->site ? "now" : i == s->suggested ? "suggested" : "";
    char found[56] = "";
    if (site->scanned)
        snprintf(found, sizeof found, "%3.0f %% never active, half costs %4.1f  ",
            100.0 * site->never_active, site->cost);
    char name[128];
    return memory_format("%s %4d ch  %-9s %s%s", cells_fit(site->name, 14, name, sizeof name),
        site->n_channels, site->shape ? site->shape : "", found, mark);
}

static void pick_layer(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    overlay_picker(&ui->overlay, "Layer to prune");
    for (int i = 0; i < s->n_sites; i++) {
        const struct site_line *site = &s->sites[i];
        char *text = site_text(s, i);
        char *help =
            i == s->suggested && s->suggestion[0] ? memory_string(s->suggestion)
            : site->n_members > 0
                ? memory_format(
                      "one order across %d layers, each layer's scores scaled", site->n_members)
                : memory_format(
                      "prunes channels of %s, measured at %s; rounds of other layers are kept",
                      site->producers ? site->producers : site->name,
                      site->measured ? site->measured : site->name);
        overlay_add(&ui->overlay, i, text, help, NULL);
        free(text);
        free(help);
    }
    ui->overlay.cursor = s->site;
    ui->accept = accept_layer;
}

/* A layer that has channels of its own, by name; -1: it is none. */
static int own_layer(const struct snapshot *s, const char *name, int length)
{
    for (int i = 0; i < s->n_sites; i++)
        if (s->sites[i].n_members == 0 && (int)strlen(s->sites[i].name) == length &&
            strncmp(s->sites[i].name, name, (size_t)length) == 0)
            return i;
    return -1;
}

static void complain_layer(struct ui *ui, const char *name)
{
    const struct snapshot *s = ui->snapshot;
    char hint[SPELLING_HINT];
    const char **names = memory_array((size_t)s->n_sites, sizeof *names);
    for (int i = 0; i < s->n_sites; i++)
        names[i] = s->sites[i].name;
    ui_complain(
        ui, "layer %s cannot be pruned; %s", name, spelling_hint(hint, name, names, s->n_sites));
    free(names);
}

/* "conv_3,conv_4", "all", and behind them perhaps " on-top": one order across these layers. */
static void take_layers(struct ui *ui, const char *argument)
{
    const struct snapshot *s = ui->snapshot;
    const char *behind = argument + strcspn(argument, " ");
    char text[COMMAND_TEXT] = "", name[128];
    bool all = behind - argument == 3 && strncmp(argument, "all", 3) == 0;
    int used = 0, site;
    for (int i = 0; i < s->n_sites && all && used < COMMAND_TEXT - 32; i++)
        if (s->sites[i].n_members == 0)
            used += sprintf(text + used, "%d ", i);
    for (const char *at = argument; at < behind && !all && used < COMMAND_TEXT - 32; at++) {
        int length = (int)strcspn(at, ", ");
        if ((site = own_layer(s, at, length)) < 0) {
            snprintf(name, sizeof name, "%.*s", length, at);
            complain_layer(ui, name);
            return;
        }
        used += sprintf(text + used, "%d ", site);
        at += length;
    }
    if (strcmp(behind, " on-top") == 0)
        sprintf(text + used, "on-top");
    ui->view_state.viewed = -1;
    ui_post(ui, COMMAND_LAYERS, 0, 0, text);
}

static void command_layer(struct ui *ui, const char *argument)
{
    const struct snapshot *s = ui->snapshot;
    if (!ui_ready(ui))
        return;
    if (!argument) {
        pick_layer(ui);
        return;
    }
    for (int i = 0; i < s->n_sites; i++) {
        const char *name = s->sites[i].name, *behind = argument + strlen(name);
        if (strncmp(name, argument, strlen(name)) != 0)
            continue;
        if (strcmp(behind, " on-top") == 0)
            post_layer(ui, i, "on-top");
        else if (!*behind)
            take_layer(ui, i);
        else
            continue;
        return;
    }
    if (strcmp(argument, "all") == 0 || strncmp(argument, "all ", 4) == 0 || strchr(argument, ','))
        take_layers(ui, argument);
    else
        complain_layer(ui, argument);
}

static void command_layer_here(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui_ready(ui) && ui->view_state.site >= 0 && ui->view_state.site < ui->snapshot->n_sites)
        take_layer(ui, ui->view_state.site);
}

static void offer_layers(struct ui *ui, const struct action *action)
{
    for (int i = 0; i < ui->snapshot->n_sites; i++) {
        const char *name = ui->snapshot->sites[i].name;
        char *insert = memory_format("%s %s", action->name, name);
        overlay_add(&ui->overlay, i, name, NULL, insert);
        free(insert);
    }
    char *insert = memory_format("%s all", action->name);
    overlay_add(&ui->overlay, -1, "all", "one order across all layers; or NAME,NAME", insert);
    free(insert);
}

static void take_branch(struct ui *ui, int branch)
{
    ui->view_state.viewed = -1;
    ui_post(ui, COMMAND_BRANCH, branch, 0, "");
}

static void accept_branch(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value >= 0)
        take_branch(ui, value);
}

static void pick_branch(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    overlay_picker(&ui->overlay, "Branches: several ways of pruning, side by side");
    for (int i = 0; i < s->n_branches; i++) {
        const struct branch_line *branch = &s->branches[i];
        const struct round *round = branch->rounds[branch->position];
        char name[128], shown[128], chosen[KNOWLEDGE_TEXT];
        branches_name(s, i, true, name, sizeof name);
        cells_fit(name, 40, shown, sizeof shown);
        char *text = memory_format("%s round %d of %d%s", shown, branch->position,
            branch->n_rounds - 1, i == s->branch ? "  now" : "");
        char *help = memory_format("%s; %s at clean accuracy %.2f %%, ASR %.2f %%",
            knowledge_sentence(&branch->known, chosen), i == s->branch ? "stands" : "left",
            number_percent(round->clean_correct, s->n_images[SET_CLEAN]),
            number_percent(round->attack_hits, s->of.attack));
        overlay_add(&ui->overlay, i, text, help, NULL);
        free(text);
        free(help);
    }
    ui->overlay.cursor = s->branch;
    ui->accept = accept_branch;
}

static void command_branch(struct ui *ui, const char *argument)
{
    if (!ui_ready(ui))
        return;
    int number = argument ? atoi(argument) : 0;
    if (!argument)
        pick_branch(ui);
    else if (number >= 1 && number <= ui->snapshot->n_branches)
        take_branch(ui, number - 1);
    else
        ui_complain(ui, "use: branch NUMBER, 1 to %d", ui->snapshot->n_branches);
}

static void accept_criterion(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value >= 0 && value < ui->snapshot->n_criteria)
        ui_post(ui, COMMAND_CRITERION, 0, 0, ui->snapshot->criteria[value].name);
}

static void pick_criterion(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    overlay_picker(&ui->overlay, "Criterion: how channels are ranked");
    for (int i = 0; i < s->n_criteria; i++) {
        const struct criterion_line *line = &s->criteria[i];
        char *text = memory_format("%-18s %s%s", line->name, results_badge(line->badge),
            line->available ? "" : ", not available here");
        char *help = memory_format("%s (%s)", line->help, line->source);
        overlay_add(&ui->overlay, i, text, help, NULL);
        free(text);
        free(help);
        if (strcmp(line->name, s->criterion) == 0)
            ui->overlay.cursor = i;
    }
    ui->accept = accept_criterion;
}

static void command_criterion(struct ui *ui, const char *argument)
{
    if (!ui_ready(ui))
        return;
    ui->view_state.viewed = -1;
    if (argument)
        ui_post(ui, COMMAND_CRITERION, 0, 0, argument);
    else
        pick_criterion(ui);
}

static void offer_criteria(struct ui *ui, const struct action *action)
{
    const struct snapshot *s = ui->snapshot;
    for (int i = 0; i < s->n_criteria; i++) {
        char *insert = memory_format("%s %s", action->name, s->criteria[i].name);
        overlay_add(&ui->overlay, i, s->criteria[i].name, s->criteria[i].help, insert);
        free(insert);
    }
}

static void accept_order_file(struct ui *ui, const char *text, int value)
{
    (void)value;
    if (*text)
        ui_post(ui, COMMAND_ORDER, 0, 0, text);
}

static const char *const orders[] = {"ascending", "descending"};

static void accept_order(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value < 2) {
        ui_post(ui, COMMAND_ORDER, 0, 0, orders[value]);
        return;
    }
    overlay_prompt(&ui->overlay, "file of channel numbers: ", "");
    ui->accept = accept_order_file;
}

static void command_order(struct ui *ui, const char *argument)
{
    if (!ui_ready(ui))
        return;
    ui->view_state.viewed = -1;
    if (argument) {
        ui_post(ui, COMMAND_ORDER, 0, 0, argument);
        return;
    }
    overlay_picker(&ui->overlay, "Order: which channels go first");
    overlay_add(&ui->overlay, 0, "ascending", "smallest score first, as Fine-Pruning does", NULL);
    overlay_add(&ui->overlay, 1, "descending", "largest score first", NULL);
    overlay_add(&ui->overlay, 2, "from a file …", "a list of channel numbers", NULL);
    ui->overlay.cursor = ui->snapshot->order_file ? 2 : ui->snapshot->descending;
    ui->accept = accept_order;
}

static void offer_orders(struct ui *ui, const struct action *action)
{
    for (int i = 0; i < 2; i++) {
        char *insert = memory_format("%s %s", action->name, orders[i]);
        overlay_add(&ui->overlay, i, orders[i], NULL, insert);
        free(insert);
    }
}

const struct action action_layer = {
    .name = "layer",
    .argument = "[NAME[,NAME]|all [on-top]]",
    .keys = "L",
    .group = COMMANDS_CHOOSE,
    .help = "prune another layer; rounds are kept",
    .run = command_layer,
    .hint = "layer",
    .rank = 3,
    .offer = offer_layers,
};

const struct action action_layer_here = {
    .name = "layer-here",
    .keys = "Enter",
    .group = COMMANDS_CHOOSE,
    .help = "prune the layer under the cursor",
    .run = command_layer_here,
    .view = "layers",
    .hint = "choose",
    .where = "layers",
    .rank = 2,
    .screen = true,
};

const struct action action_branch = {
    .name = "branch",
    .argument = "[NUMBER]",
    .keys = "B",
    .group = COMMANDS_CHOOSE,
    .help = "switch to another branch",
    .run = command_branch,
};

const struct action action_criterion = {
    .name = "criterion",
    .argument = "[NAME]",
    .keys = "c",
    .group = COMMANDS_CHOOSE,
    .help = "how channels are ranked",
    .run = command_criterion,
    .hint = "criterion",
    .rank = 5,
    .offer = offer_criteria,
    .acts = true,
};

const struct action action_order = {
    .name = "order",
    .argument = "[ascending|descending|FILE]",
    .keys = "O",
    .group = COMMANDS_CHOOSE,
    .help = "which end of the ranking goes first",
    .run = command_order,
    .offer = offer_orders,
    .acts = true,
};
