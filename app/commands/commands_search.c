/* Search in the lists of channels and layers. */
#include "app/commands/commands_search.h"

#include "app/commands/command.h"
#include "engine/base/memory.h"
#include "views/facts/channels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A list that can be searched, in the order in which it is seen. */
struct list {
    int n, cursor;
    int *item; /* [n] the value that the cursor takes at each place */
    char **text;
    int *chosen; /* the cursor in the view state */
};

static void list_init(struct list *list, int n, int *chosen)
{
    *list = (struct list){.n = n, .chosen = chosen};
    list->item = memory_array((size_t)n, sizeof *list->item);
    list->text = memory_array((size_t)n, sizeof *list->text);
}

static void list_finish(struct list *list)
{
    for (int i = 0; i < list->n; i++)
        free(list->text[i]);
    free(list->text);
    free(list->item);
}

static void list_channels(struct list *list, struct ui *ui)
{
    struct channels channels;
    channels_init(&channels, ui->snapshot, &ui->view_state);
    list_init(list, channels.n, &ui->view_state.channel);
    list->cursor = channels.cursor;
    for (int i = 0; i < channels.n; i++) {
        int channel = channels.order[i];
        const char *state = channels.pruned_in[channel] ? "pruned"
                            : channel == channels.next  ? "left, next"
                                                        : "left";
        list->item[i] = channel;
        list->text[i] = memory_format("%d %s", channel, state);
    }
    channels_finish(&channels);
}

static void list_layers(struct list *list, struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    list_init(list, s->n_sites, &ui->view_state.site);
    list->cursor = ui->view_state.site;
    for (int i = 0; i < s->n_sites; i++) {
        const struct site_line *site = &s->sites[i];
        list->item[i] = i;
        list->text[i] =
            memory_format("%s %s %s %s", site->name, site->measured ? site->measured : "",
                site->producers ? site->producers : "", i == s->suggested ? "suggested" : "");
    }
}

/* The list of the panel that has the focus; false: it has none. */
static bool open_list(struct list *list, struct ui *ui)
{
    const char *view = views_at(ui->focus)->name;
    if (strcmp(view, "channels") == 0)
        list_channels(list, ui);
    else if (strcmp(view, "layers") == 0)
        list_layers(list, ui);
    else
        return false;
    return true;
}

/* A number is meant whole: 5 is not 15. */
static bool fits(const char *words, const char *text)
{
    if (strspn(words, "0123456789") == strlen(words))
        return atoi(words) == atoi(text) && *text >= '0' && *text <= '9';
    return overlay_matches(words, text);
}

static void find(struct ui *ui, struct list *list, int step)
{
    int found = 0, place = 0, at = -1;
    for (int i = 0; i < list->n; i++)
        found += fits(ui->search, list->text[i]);
    for (int i = 1; i <= list->n && at < 0; i++) {
        int candidate = ((list->cursor + step * i) % list->n + list->n) % list->n;
        if (fits(ui->search, list->text[candidate]))
            at = candidate;
    }
    for (int i = 0; i <= at; i++)
        place += fits(ui->search, list->text[i]);
    if (at < 0) {
        ui_complain(ui, "no match for %s", ui->search);
        return;
    }
    *list->chosen = list->item[at];
    ui_say(ui, "%s: %d of %d; n next, N previous", ui->search, place, found);
    ui_inspect(ui);
}

bool commands_search_again(struct ui *ui, int step)
{
    struct list list;
    if (!ui->search[0] || ui->snapshot->n_rounds == 0 || !open_list(&list, ui))
        return false;
    find(ui, &list, step);
    list_finish(&list);
    return true;
}

static void accept_search(struct ui *ui, const char *text, int value)
{
    (void)value;
    snprintf(ui->search, sizeof ui->search, "%s", text);
    commands_search_again(ui, 1);
}

static void command_search(struct ui *ui, const char *argument)
{
    struct list list;
    if (!ui_ready(ui))
        return;
    if (!open_list(&list, ui)) {
        ui_complain(ui, "search works in channels (2), layers (4) and help (?): open one first");
        return;
    }
    list_finish(&list);
    if (argument) {
        accept_search(ui, argument, 0);
        return;
    }
    overlay_prompt(&ui->overlay, "search: ", "");
    ui->accept = accept_search;
}

const struct action action_search = {
    .name = "search",
    .argument = "[TEXT]",
    .keys = "/",
    .group = COMMANDS_LOOK,
    .help = "channels, layers: find; n next, N back",
    .run = command_search,
    .screen = true,
    .opens_line = true,
};
