#include "app/commands/commands.h"

#include "app/options/options.h"
#include "engine/base/memory.h"
#include "engine/base/spelling.h"
#include "views/panels/view_keys.h"

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
    {"toggle", NULL, "Space", RUN, "run, or pause: always safe", command_run_pause,
        .hint = "run/pause", .rank = 1, .acts = true},
    {"step", "[ROUNDS]", "s .", RUN, "prune the next channel", command_step, .hint = "step",
        .rank = 2, .counts = true, .acts = true},
    {"undo", "[ROUNDS]", "u ,", RUN, "take the last round back", command_undo, .hint = "undo",
        .rank = 2, .counts = true, .acts = true},
    {"redo", "[ROUNDS]", "Ctrl-R", RUN, "go forward again", command_redo, .hint = "redo",
        .key = "^R", .rank = 5, .counts = true, .acts = true},
    {"run", "[ROUND|drop N|asr N]", "r", RUN, "run to the end, or until then", command_run,
        .hint = NULL, .counts = true, .acts = true},
    {"until", NULL, "R", RUN, "ask how far to run", command_until, .hint = "run until", .rank = 6,
        .screen = true, .acts = true},
    {"pause", NULL, "p", RUN, "stop after the batch in hand", command_pause, .hint = NULL},
    {"prune", "[CHANNEL]", "x", RUN, "prune this channel now", command_prune, .hint = "prune it",
        .where = "channels", .rank = 2, .acts = true},
    {"what-if", "[CHANNEL]", "w", RUN, "what would pruning this channel do", command_what_if,
        .hint = "what if", .where = "channels", .rank = 2, .acts = true},
    {"what-if-all", NULL, "W", RUN, "the same for every channel left", command_what_if_all,
        .hint = "all", .where = "channels", .rank = 3, .acts = true},
    {"rewind", NULL, "b", RUN, "bring the net to the round seen", command_rewind,
        .hint = "rewind here", .where = "curves", .rank = 4},
    {"goto", "ROUND", "g", RUN, "bring the net to a known round", command_goto, .hint = NULL,
        .counts = true},
    {"reset", NULL, "", RUN, "unpruned again, rounds forgotten", command_reset, .hint = NULL},

    {"layer", "[NAME [on-top]]", "L", CHOOSE, "prune another layer; rounds stay known",
        command_layer, .hint = "layer", .rank = 3, .offer = offer_layers},
    {"layer-here", NULL, "Enter", CHOOSE, "prune the layer under the cursor", command_layer_here,
        .view = "layers", .hint = "choose", .where = "layers", .rank = 2, .screen = true},
    {"branch", "[NUMBER]", "B", CHOOSE, "go back to another way of pruning", command_branch,
        .hint = NULL},
    {"criterion", "[NAME]", "c", CHOOSE, "how channels are ranked", command_criterion,
        .hint = "criterion", .rank = 5, .offer = offer_criteria, .acts = true},
    {"order", "[ascending|descending|FILE]", "O", CHOOSE, "which end of the ranking goes first",
        command_order, .offer = offer_orders, .acts = true},
    {"threshold", "[POINTS]", "X", CHOOSE, "add a threshold, or remove it", command_threshold,
        .hint = "add/remove", .where = "thresholds", .rank = 2},
    {"known", "SETS", "", CHOOSE, "tell which images chose elsewhere", command_known, .rank = 9},
    {"scan", NULL, "A", CHOOSE, "examine all layers, suggest one", command_scan,
        .hint = "examine all", .where = "layers", .rank = 2},
    {"repair", NULL, "P", CHOOSE, "prune what examining suggested", command_repair,
        .hint = "repair", .where = "layers", .rank = 3, .acts = true},
    {"detect", NULL, "D", CHOOSE, "GoodNet, detectors, ROC; test sets too", command_detect,
        .hint = "detectors", .where = "goodnet", .rank = 2, .acts = true},
    {"test", NULL, "t", CHOOSE, "elsewhere: kept nets on the test sets", command_test,
        .hint = "test sets", .where = "thresholds", .rank = 2},

    {"left", NULL, "Left h", MOVE, "left; curves: look one round back", command_left,
        .hint = "look back", .where = "curves", .key = "←→", .rank = 3},
    {"right", NULL, "Right l", MOVE, "right; curves: look one round on", command_right,
        .hint = NULL},
    {"up", NULL, "Up k", MOVE, "up", command_up, .hint = NULL},
    {"down", NULL, "Down j", MOVE, "down", command_down, .hint = NULL},
    {"page-up", NULL, "PgUp Ctrl-U", MOVE, "a page up", command_page_up, .hint = NULL},
    {"page-down", NULL, "PgDn Ctrl-D", MOVE, "a page down", command_page_down, .hint = NULL},
    {"first", NULL, "Home", MOVE, "to the first", command_first, .hint = NULL},
    {"last", NULL, "End G", MOVE, "to the last", command_last, .hint = NULL},
    {"next", NULL, "Tab", MOVE, "next panel", command_focus_next, .hint = NULL},
    {"previous", NULL, "Shift-Tab", MOVE, "previous panel", command_focus_previous, .hint = NULL},
    {"view", "NAME", VIEW_KEYS, MOVE, "that panel, by its number", command_view, .hint = "panel",
        .key = VIEW_KEYS_RANGE, .rank = 2, .offer = offer_views},
    {"zoom", NULL, "z Enter", MOVE, "the panel on the whole screen", command_zoom, .hint = "zoom",
        .where = "dashboard", .key = "z", .rank = 4},
    {"back", NULL, "Esc", MOVE, "back: unzoom; look at the newest", command_back, .hint = "back",
        .where = "zoomed", .rank = 1},

    {"crossing-here", NULL, "Enter", LOOK, "look at the round that crossed it",
        command_crossing_here, .view = "thresholds", .hint = "look there", .where = "thresholds",
        .rank = 2},
    {"flagged", NULL, "Enter", LOOK, "faces that B and B′ read differently", command_flagged,
        .view = "goodnet", .hint = "flagged faces", .where = "goodnet", .rank = 2},
    {"crossing", NULL, "]", LOOK, "look at the next crossing", command_crossing_next,
        .hint = "crossings", .where = "curves", .key = "[ ]", .rank = 6},
    {"crossing-back", NULL, "[", LOOK, "look at the one before", command_crossing_previous,
        .hint = NULL},
    {"changed", NULL, "n", LOOK, "next changed face or round, or match", command_changed_next,
        .hint = "changed", .where = "faces", .key = "n/N", .rank = 2},
    {"changed-back", NULL, "N", LOOK, "the one before", command_changed_previous, .hint = NULL},
    {"search", "[TEXT]", "/", LOOK, "channels, layers: find; n, N go on", command_search,
        .hint = NULL},
    {"axis", NULL, "a", LOOK, "curves: auto, 0-100, drop, trade-off", command_axis, .hint = "axis",
        .where = "curves", .rank = 4},
    {"trade-off", NULL, "t", LOOK, "curves: attack over clean, and back", command_trade,
        .view = "curves", .hint = "trade-off", .where = "curves", .rank = 5},
    {"closer", NULL, "+ =", LOOK, "curves: a narrower range", command_closer, .hint = "range",
        .where = "curves", .key = "+/-", .rank = 5},
    {"farther", NULL, "-", LOOK, "curves: a wider range again", command_farther, .hint = NULL},
    {"sort", NULL, "o", LOOK, "channels: number, rank, diff, what-if", command_channel_order,
        .hint = "sort", .where = "channels", .rank = 2},
    {"inspect", "[CHANNEL]", "i", LOOK, "a channel: spread, map, weights", command_inspect,
        .hint = "inspect", .where = "channels", .rank = 2},
    {"filter", NULL, "f", LOOK, "faces: by what happened, all, wrong", command_face_filter,
        .hint = "filter", .where = "faces", .rank = 3},
    {"side", NULL, "v", LOOK, "faces: both, clean, poisoned", command_face_side, .hint = "side",
        .where = "faces", .rank = 3},
    {"class", "[CLASS]", "C", LOOK, "faces of one class, or all again", command_face_class,
        .view = "faces", .hint = "class", .where = "faces", .rank = 5},
    {"pin", NULL, "m", LOOK, "in faces: pin this one, or let it go", command_pin, .view = "faces",
        .hint = "pin", .where = "faces", .rank = 3},
    {"difference", NULL, "d", LOOK, "a large face: what the trigger changed", command_difference,
        .hint = "difference", .where = "faces", .rank = 4},
    {"theme", "[NAME]", "T", LOOK, "next theme", command_theme, .offer = offer_themes},
    {"marker", NULL, "m", LOOK, "elsewhere: dots, blocks, ASCII curves", command_marker,
        .hint = NULL},
    {"redraw", NULL, "Ctrl-L", LOOK, "draw the screen anew", command_redraw, .hint = NULL},

    {"export", "[NAME [FILE]]", "e", KEEP, "write a figure and its numbers", command_export,
        .hint = "export", .rank = 2, .offer = offer_exports},
    {"export-all", NULL, "E", KEEP, "write all figures", command_export_all, .hint = NULL},
    {"figure-size", "[SIZE]", "", KEEP, "88mm, 120mm, 180mm or slide", command_figure_size,
        .hint = NULL},
    {"figure-format", "[LIST]", "", KEEP, "pdf, svg, png or several", command_figure_format,
        .hint = NULL},
    {"save", "[FILE]", "Ctrl-S", KEEP, "save the net as it stands", command_save, .hint = "save",
        .key = "^S", .rank = 4},
    {"save-kept", NULL, "S", KEEP, "save every net kept at a threshold", command_save_kept,
        .hint = "save kept", .where = "thresholds", .rank = 3},
    {"copy", NULL, "y", KEEP, "copy the numbers of the round seen", command_copy, .hint = NULL},
    {"results", NULL, "", KEEP, "the kept nets as a table", command_results, .hint = NULL},
    {"status", NULL, "", KEEP, "say where the net stands", command_status, .hint = NULL},

    {"command", NULL, ":", PROGRAM, "type a command; Tab completes", command_prompt, .hint = "cmd",
        .rank = 1, .screen = true},
    {"source", "[FILE]", "", PROGRAM, "run the commands in a file", command_source, .hint = NULL},
    {"help", NULL, "? F1", PROGRAM, "this help", command_help, .hint = "help", .rank = 1},
    {"set", "[NAME [VALUE]]", "", PROGRAM, "a setting: see, change; set lists all", command_set,
        .offer = offer_settings},
    {"bind", "KEY COMMAND", "", PROGRAM, "let a key do that; PANEL:KEY: there", command_bind,
        .hint = NULL},
    {"unbind", "KEY", "", PROGRAM, "let a key do nothing", command_unbind, .hint = NULL},
    {"mouse", NULL, "%", PROGRAM, "mouse on and off", command_mouse, .hint = NULL, .screen = true},
    {"messages", NULL, "M", PROGRAM, "messages in full, the newest first", command_messages,
        .hint = "message", .when = commands_cut_message, .rank = 2, .screen = true},
    {"suspend", NULL, "Ctrl-Z", PROGRAM, "to the shell; fg comes back", command_suspend,
        .hint = NULL},
    {"quit", NULL, "q", PROGRAM, "leave; asks when a net is unsaved", command_quit, .hint = "quit",
        .rank = 1},
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

bool commands_need_screen(const struct action *action)
{
    bool looks = strcmp(action->group, MOVE) == 0 || strcmp(action->group, LOOK) == 0;
    return action->screen || (looks && action->run != command_inspect);
}

/* The word to say again: the key that runs the command, or the command as it was typed. */
static void again_word(const struct ui *ui, const struct action *action, char *word, size_t size)
{
    const char *name = ui->key != PRESS_NONE ? keys_word(ui->key) : "";
    if (*name)
        snprintf(word, size, "%s", name);
    else if (ui->key > ' ' && ui->key < 0x7f)
        snprintf(word, size, "%c", (char)ui->key);
    else
        snprintf(word, size, "%s", action->name);
}

/* Looking back, the net stands elsewhere: what acts on it says so first, and acts when it is
 * asked again from the same place. */
static bool warned(struct ui *ui, const struct action *action)
{
    struct warned *last = &ui->warned;
    if (!ui->snapshot) /* the configuration is read before anything is opened */
        return false;
    int seen = ui_round(ui), stands = ui->snapshot->position;
    char word[32];
    bool safe = ui->snapshot->n_rounds == 0 || seen == stands || !ui_attended(ui) ||
                (action->run == command_run_pause && command_working(ui->snapshot));
    if (!action->acts || safe || (last->action == action && last->seen == seen)) {
        if (action->run != command_prompt)
            last->action = NULL;
        return false;
    }
    *last = (struct warned){action, seen};
    again_word(ui, action, word, sizeof word);
    ui_complain(ui, "round %d is seen, but the net stands at %d: %s again acts there; b goes to %d",
        seen, stands, word, seen);
    return true;
}

void commands_run(struct ui *ui, const struct action *action, const char *argument)
{
    if (!warned(ui, action))
        action->run(ui, argument);
}

static void complain_unknown(struct ui *ui, const char *name)
{
    const char *names[N_ACTIONS];
    for (int i = 0; i < N_ACTIONS; i++)
        names[i] = table[i].name;
    const char *near = spelling_nearest(name, names, N_ACTIONS);
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
        commands_run(ui, action, *argument ? argument : NULL);
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

/* What the person bound to more than a name has lines of its own. */
static int add_own_lines(const struct keymap *keymap, struct help_line *lines)
{
    int n = 0;
    for (int i = 0; i < keymap->n; i++)
        if (keymap->bindings[i].action && !keymap->bindings[i].whole)
            lines[n++] = (struct help_line){"yours", keymap->bindings[i].word,
                keymap->bindings[i].line, keymap->bindings[i].action->help};
    return n;
}

struct help_line *commands_help(const struct keymap *keymap, int *n)
{
    size_t most = N_ACTIONS + (size_t)keymap->n;
    struct help_line *lines = memory_array(most * (sizeof *lines + KEYMAP_WORDS), 1);
    char *words = (char *)(lines + most);
    for (int i = 0; i < N_ACTIONS; i++, words += KEYMAP_WORDS) {
        keymap_words(keymap, &table[i], words);
        lines[i] = (struct help_line){table[i].group, words, table[i].name, table[i].help};
    }
    *n = N_ACTIONS + add_own_lines(keymap, lines + N_ACTIONS);
    return lines;
}
