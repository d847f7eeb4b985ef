/* What every overlay has: its text, its items and the filter over them. */
#include "app/screen/overlay.h"

#include "engine/base/memory.h"
#include "engine/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void overlay_open(struct overlay *overlay, const struct overlay_kind *kind, const char *title)
{
    overlay_close(overlay);
    overlay->kind = kind;
    snprintf(overlay->title, sizeof overlay->title, "%s", title);
}

void overlay_add(
    struct overlay *overlay, int value, const char *text, const char *help, const char *insert)
{
    size_t n = (size_t)overlay->n_items + 1;
    overlay->items = memory_grow(overlay->items, n, sizeof *overlay->items);
    overlay->items[overlay->n_items++] = (struct overlay_item){
        memory_string(text), memory_string(help), memory_string(insert), value};
}

void overlay_clear_items(struct overlay *overlay)
{
    for (int i = 0; i < overlay->n_items; i++) {
        free(overlay->items[i].text);
        free(overlay->items[i].help);
        free(overlay->items[i].insert);
    }
    free(overlay->items);
    overlay->items = NULL;
    overlay->n_items = 0;
}

void overlay_close(struct overlay *overlay)
{
    overlay_clear_items(overlay);
    if (overlay->content && overlay->kind->finish)
        overlay->kind->finish(overlay->content);
    *overlay = (struct overlay){0};
}

bool overlay_is_open(const struct overlay *overlay)
{
    return overlay->kind != NULL;
}

bool overlay_is_prompt(const struct overlay *overlay)
{
    return overlay->kind && overlay->kind->is_prompt;
}

bool overlay_is_help(const struct overlay *overlay)
{
    return overlay->kind && overlay->kind->is_help;
}

bool overlay_is_list(const struct overlay *overlay)
{
    return overlay->kind && (overlay->kind->is_help || overlay->kind->is_picker);
}

bool overlay_matches(const char *filter, const char *text)
{
    char *wanted = text_typed(filter), *plain = text_typed(text), *rest = NULL;
    bool all = true;
    for (char *word = strtok_r(wanted, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        all = all && strcasestr(plain, word);
    free(wanted);
    free(plain);
    return all;
}

bool overlay_is_path(const struct overlay *overlay)
{
    static const char *const beginnings[] = {"/", "~/", "./", "../"};
    for (size_t i = 0; overlay->paths && i < sizeof beginnings / sizeof *beginnings; i++)
        if (strncmp(overlay->edit.text, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

bool overlay_passes(const struct overlay *overlay, int item)
{
    const struct overlay_item *i = &overlay->items[item];
    if (overlay_is_path(overlay))
        return false;
    if (!overlay->match)
        return overlay_matches(overlay->edit.text, i->text);
    return overlay->match(overlay->edit.text, i->insert ? i->insert : i->text) >= 0;
}

int overlay_shown(const struct overlay *overlay, int index)
{
    for (int i = 0; i < overlay->n_items; i++)
        if (overlay_passes(overlay, i) && index-- == 0)
            return i;
    return -1;
}

int overlay_value(const struct overlay *overlay)
{
    bool filtered = overlay->kind && overlay->kind->is_picker;
    int item = filtered ? overlay_shown(overlay, overlay->cursor) : overlay->cursor;
    return item >= 0 && item < overlay->n_items ? overlay->items[item].value : -1;
}
