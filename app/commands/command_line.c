/* From a key, a click or a typed line to the command that runs. */
#include "app/commands/command_line.h"

#include "app/commands/commands.h"
#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
                (action->pauses && (ui_working(ui) || ui->view_state.playing));
    if (!action->acts || safe || (last->action == action && last->seen == seen)) {
        if (strcmp(action->name, "command") != 0)
            last->action = NULL;
        return false;
    }
    *last = (struct warned){action, seen};
    again_word(ui, action, word, sizeof word);
    ui_complain(ui,
        "round %d is shown, the net is at round %d: %s again changes it there; b brings it to %d",
        seen, stands, word, seen);
    return true;
}

void commands_run(struct ui *ui, const struct action *action, const char *argument)
{
    if (!warned(ui, action))
        action->run(ui, argument);
}

void commands_call(struct ui *ui, const char *name, const char *argument)
{
    commands_find(name)->run(ui, argument);
}

static void complain_unknown(struct ui *ui, const char *name)
{
    const char *near = commands_nearest(name);
    if (near)
        ui_complain(ui, "unknown command %s; did you mean %s?", name, near);
    else
        ui_complain(ui, "unknown command %s; ? lists them", name);
}

/* The only command that begins so, or NULL. */
static const struct action *abbreviated(const char *name)
{
    const struct action *found = NULL;
    for (int i = 0; commands_at(i); i++) {
        if (strncmp(commands_at(i)->name, name, strlen(name)) != 0)
            continue;
        if (found)
            return NULL;
        found = commands_at(i);
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
        ui_complain(ui, "%s takes no argument; use: %s", action->name,
            action->instead ? action->instead : action->name);
    else
        commands_run(ui, action, *argument ? argument : NULL);
}

static void offer_names(struct ui *ui, const char *beginning)
{
    for (int i = 0; commands_at(i); i++) {
        const struct action *action = commands_at(i);
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
    int all = 0;
    while (commands_at(all))
        all++;
    size_t most = (size_t)all + (size_t)keymap->n;
    struct help_line *lines = memory_array(most * (sizeof *lines + KEYMAP_WORDS), 1);
    char *words = (char *)(lines + most);
    for (int i = 0; i < all; i++, words += KEYMAP_WORDS) {
        const struct action *action = commands_at(i);
        keymap_words(keymap, action, words);
        lines[i] = (struct help_line){action->group, words, action->name, action->help};
    }
    *n = all + add_own_lines(keymap, lines + all);
    return lines;
}
