#include "app/commands.h"

#include "app/options.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUN "run"
#define CHOOSE "choose"
#define MOVE "move"
#define LOOK "look"
#define KEEP "keep"
#define PROGRAM "program"

/* The order is that of the hint bar and of the help. */
static const struct action table[] = {
    {"toggle", NULL, "Space", NULL, RUN, "run, or pause a run: always safe", "run/pause",
        command_run_pause, NULL},
    {"step", "[ROUNDS]", "s .", NULL, RUN, "prune the next channel", "step", command_step, NULL},
    {"undo", "[ROUNDS]", "u ,", NULL, RUN, "take the last round back", "undo", command_undo, NULL},
    {"redo", "[ROUNDS]", "Ctrl-R", NULL, RUN, "go forward again", NULL, command_redo, NULL},
    {"run", "[ROUND | drop POINTS | asr PERCENT]", "r", NULL, RUN,
        "run to the end, or until that is reached", NULL, command_run, NULL},
    {"until", NULL, "R", NULL, RUN, "ask how far to run", NULL, command_until, NULL},
    {"pause", NULL, "p", NULL, RUN, "stop after the batch in hand", NULL, command_pause, NULL},
    {"prune", "[CHANNEL]", "x", NULL, RUN, "prune the channel under the cursor, or that one", NULL,
        command_prune, NULL},
    {"rewind", NULL, "b", NULL, RUN, "bring the net to the round that is looked at", NULL,
        command_rewind, NULL},
    {"goto", "ROUND", "g", NULL, RUN, "bring the net to a known round", NULL, command_goto, NULL},
    {"reset", NULL, "", NULL, RUN, "back to the unpruned net, rounds forgotten", NULL,
        command_reset, NULL},

    {"layer", "[NAME]", "L", NULL, CHOOSE, "prune another layer; its rounds stay known", "layer",
        command_layer, offer_layers},
    {"layer-here", NULL, "Enter", "layers", CHOOSE, "prune the layer under the cursor", "choose",
        command_layer_here, NULL},
    {"criterion", "[NAME]", "c", NULL, CHOOSE, "how channels are ranked", "criterion",
        command_criterion, offer_criteria},
    {"order", "[ascending | descending | FILE]", "O", NULL, CHOOSE, "which end goes first", NULL,
        command_order, offer_orders},
    {"threshold", "[POINTS]", "X", NULL, CHOOSE, "add a threshold, or remove one that is there",
        NULL, command_threshold, NULL},
    {"scan", NULL, "A", NULL, CHOOSE, "examine all layers and suggest one", NULL, command_scan,
        NULL},
    {"test", NULL, "t", NULL, CHOOSE, "evaluate the kept nets on the test sets", NULL, command_test,
        NULL},

    {"left", NULL, "Left h", NULL, MOVE, "left; in the curves: look one round back", NULL,
        command_left, NULL},
    {"right", NULL, "Right l", NULL, MOVE, "right; in the curves: look one round on", NULL,
        command_right, NULL},
    {"up", NULL, "Up k", NULL, MOVE, "up", NULL, command_up, NULL},
    {"down", NULL, "Down j", NULL, MOVE, "down", NULL, command_down, NULL},
    {"page-up", NULL, "PgUp Ctrl-U", NULL, MOVE, "a page up", NULL, command_page_up, NULL},
    {"page-down", NULL, "PgDn Ctrl-D", NULL, MOVE, "a page down", NULL, command_page_down, NULL},
    {"first", NULL, "Home", NULL, MOVE, "to the first", NULL, command_first, NULL},
    {"last", NULL, "End G", NULL, MOVE, "to the last", NULL, command_last, NULL},
    {"next", NULL, "Tab", NULL, MOVE, "next panel", "panel", command_focus_next, NULL},
    {"previous", NULL, "Shift-Tab", NULL, MOVE, "previous panel", NULL, command_focus_previous,
        NULL},
    {"view", "NAME", "1 2 3 4 5 6 7", NULL, MOVE, "that panel, by its number", NULL, command_view,
        offer_views},
    {"zoom", NULL, "z Enter", NULL, MOVE, "give the panel the whole screen, and back", "zoom",
        command_zoom, NULL},
    {"back", NULL, "Esc", NULL, MOVE, "back: unzoom, or look at the newest round", NULL,
        command_back, NULL},

    {"crossing-here", NULL, "Enter", "thresholds", LOOK, "look at the round that crossed it",
        "look there", command_crossing_here, NULL},
    {"crossing", NULL, "]", NULL, LOOK, "look at the next round that crossed a threshold", NULL,
        command_crossing_next, NULL},
    {"crossing-back", NULL, "[", NULL, LOOK, "look at the one before", NULL,
        command_crossing_previous, NULL},
    {"changed", NULL, "n", NULL, LOOK, "next face that changed, then next such round", NULL,
        command_changed_next, NULL},
    {"changed-back", NULL, "N", NULL, LOOK, "the one before", NULL, command_changed_previous, NULL},
    {"axis", NULL, "a", NULL, LOOK, "curves: automatic, 0-100, drop, trade-off", NULL, command_axis,
        NULL},
    {"sort", NULL, "o", NULL, LOOK, "channels: by number, rank, difference", NULL,
        command_channel_order, NULL},
    {"filter", NULL, "f", NULL, LOOK, "faces: changed, all, wrong", NULL, command_face_filter,
        NULL},
    {"side", NULL, "v", NULL, LOOK, "faces: both, clean, poisoned", NULL, command_face_side, NULL},
    {"theme", "[NAME]", "T", NULL, LOOK, "next theme", NULL, command_theme, offer_themes},
    {"redraw", NULL, "Ctrl-L", NULL, LOOK, "draw the screen anew", NULL, command_redraw, NULL},

    {"export", "[NAME [FILE]]", "e", NULL, KEEP, "write a figure and its numbers", "export",
        command_export, offer_exports},
    {"export-all", NULL, "E", NULL, KEEP, "write all figures", NULL, command_export_all, NULL},
    {"save", "[FILE]", "Ctrl-S", NULL, KEEP, "save the net as it stands", NULL, command_save, NULL},
    {"save-kept", NULL, "S", NULL, KEEP, "save every net kept at a threshold", NULL,
        command_save_kept, NULL},
    {"copy", NULL, "y", NULL, KEEP, "copy the numbers of the round that is looked at", NULL,
        command_copy, NULL},

    {"command", NULL, ":", NULL, PROGRAM, "type a command; Tab completes", "cmd", command_prompt,
        NULL},
    {"help", NULL, "? F1", NULL, PROGRAM, "this help", "help", command_help, NULL},
    {"mouse", NULL, "%", NULL, PROGRAM, "mouse on and off", NULL, command_mouse, NULL},
    {"suspend", NULL, "Ctrl-Z", NULL, PROGRAM, "to the shell; fg comes back", NULL, command_suspend,
        NULL},
    {"quit", NULL, "q", NULL, PROGRAM, "leave; asks when a pruned net is not saved", "quit",
        command_quit, NULL},
};
enum { N_ACTIONS = sizeof table / sizeof *table };

const struct action *commands_at(int index)
{
    return index >= 0 && index < N_ACTIONS ? &table[index] : NULL;
}

const struct action *commands_find(const char *name)
{
    for (int i = 0; i < N_ACTIONS; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

const struct action *commands_key(int key, const char *view)
{
    const struct action *found = NULL;
    for (int i = 0; i < N_ACTIONS; i++) {
        if (!keys_listed(table[i].keys, key))
            continue;
        if (table[i].view && strcmp(table[i].view, view) == 0)
            return &table[i];
        if (!table[i].view && !found)
            found = &table[i];
    }
    return found;
}

static void complain_unknown(struct ui *ui, const char *name)
{
    const char *names[N_ACTIONS];
    for (int i = 0; i < N_ACTIONS; i++)
        names[i] = table[i].name;
    const char *near = options_nearest(name, names, N_ACTIONS);
    if (near)
        ui_complain(ui, "unknown command %s; did you mean %s?", name, near);
    else
        ui_complain(ui, "unknown command %s; ? lists them", name);
}

/* The only command that begins so, or NULL. */
static const struct action *abbreviated(const char *name)
{
    const struct action *found = NULL;
    for (int i = 0; i < N_ACTIONS; i++) {
        if (strncmp(table[i].name, name, strlen(name)) != 0)
            continue;
        if (found)
            return NULL;
        found = &table[i];
    }
    return found;
}

void commands_line(struct ui *ui, const char *line)
{
    char name[EDIT_TEXT], argument[EDIT_TEXT];
    line += strspn(line, " :");
    int length = (int)strcspn(line, " ");
    if (length == 0)
        return;
    snprintf(name, sizeof name, "%.*s", length, line);
    line += length + strspn(line + length, " ");
    length = (int)strlen(line);
    while (length > 0 && line[length - 1] == ' ')
        length--;
    snprintf(argument, sizeof argument, "%.*s", length, line);
    const struct action *action = commands_find(name);
    if (!action)
        action = abbreviated(name);
    if (!action)
        complain_unknown(ui, name);
    else if (*argument && !action->argument)
        ui_complain(ui, "%s takes nothing behind it", action->name);
    else
        action->run(ui, *argument ? argument : NULL);
}

static void offer_names(struct ui *ui, const char *beginning)
{
    for (int i = 0; i < N_ACTIONS; i++) {
        const struct action *action = &table[i];
        if (strncmp(action->name, beginning, strlen(beginning)) != 0)
            continue;
        char *text = memory_format("%s%s%s", action->name, action->argument ? " " : "",
            action->argument ? action->argument : "");
        char *help = memory_format("%s%s%s%s", action->help, *action->keys ? "  (" : "",
            action->keys, *action->keys ? ")" : "");
        char *insert = memory_format("%s%s", action->name, action->argument ? " " : "");
        overlay_add(&ui->overlay, i, text, help, insert);
        free(text);
        free(help);
        free(insert);
    }
}

void commands_offer(struct ui *ui, const char *line)
{
    char name[EDIT_TEXT];
    overlay_clear_items(&ui->overlay);
    ui->overlay.cursor = -1;
    line += strspn(line, " :");
    int length = (int)strcspn(line, " ");
    snprintf(name, sizeof name, "%.*s", length, line);
    if (!line[length]) {
        offer_names(ui, name);
        return;
    }
    const struct action *action = commands_find(name);
    if (!action)
        return;
    if (action->offer)
        action->offer(ui, action);
    /* only what goes on from the text typed so far */
    struct overlay *overlay = &ui->overlay;
    int kept = 0;
    for (int i = 0; i < overlay->n_items; i++) {
        struct overlay_item item = overlay->items[i];
        if (!item.insert || strncmp(item.insert, line, strlen(line)) != 0) {
            free(item.text);
            free(item.help);
            free(item.insert);
            continue;
        }
        overlay->items[kept++] = item;
    }
    overlay->n_items = kept;
}

struct help_line *commands_help(int *n)
{
    struct help_line *lines = memory_array(N_ACTIONS, sizeof *lines);
    for (int i = 0; i < N_ACTIONS; i++)
        lines[i] = (struct help_line){table[i].group, table[i].keys, table[i].name, table[i].help};
    *n = N_ACTIONS;
    return lines;
}
