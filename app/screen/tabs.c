/* Names of panels, brought closer and then shortened until all have room. */
#include "app/screen/tabs.h"

#include <stdio.h>
#include <string.h>

enum { NAME = 32 };

/* How all names are written: a blank behind the key, whole names, at most so many letters. */
struct form {
    const struct tabs_keys *keys;
    bool apart, whole;
    int letters;
};

/* "3 faces", "3faces" */
static int tab_text(int view, const struct form *form, char text[NAME])
{
    bool brief = !form->whole && views_at(view)->brief;
    const char *name = brief ? views_at(view)->brief : views_at(view)->name;
    const char *key = form->keys->key[view];
    return snprintf(
        text, NAME, "%s%s%.*s", key, *key && form->apart ? " " : "", form->letters, name);
}

/* One blank in front of each and behind the last. */
static int width_of(const struct form *form)
{
    char text[NAME];
    int width = 1;
    for (int i = 0; views_at(i); i++)
        width += tab_text(i, form, text) + 1;
    return width;
}

static struct form form_of(const struct tabs_keys *keys, int columns)
{
    struct form form = {keys, true, true, NAME - TABS_KEY - 2};
    form.apart = width_of(&form) <= columns;
    form.whole = width_of(&form) <= columns;
    while (form.letters > 1 && width_of(&form) > columns)
        form.letters--;
    return form;
}

void tabs_draw(
    const struct pane *pane, const struct tabs_keys *keys, const struct layout *layout, int focus)
{
    struct form form = form_of(keys, pane->columns);
    char text[NAME];
    for (int i = 0, at = 1; views_at(i); i++) {
        int width = tab_text(i, &form, text);
        enum role role = layout_find(layout, i) ? ROLE_STRONG : ROLE_TEXT;
        if (i == focus) { /* the arrow: also where there is no colour */
            pane_text(pane, at - 1, 0, ROLE_CURSOR, "▸");
            pane_text(pane, at, 0, ROLE_CURSOR, text);
        } else {
            pane_text(pane, at, 0, role, text);
            pane_text(pane, at, 0, ROLE_KEY, keys->key[i]);
        }
        at += width + 1;
    }
}

int tabs_hit(const struct tabs_keys *keys, int columns, int column)
{
    struct form form = form_of(keys, columns);
    char text[NAME];
    for (int i = 0, at = 1; views_at(i); i++) {
        int width = tab_text(i, &form, text);
        if (column >= at && column < at + width)
            return i;
        at += width + 1;
    }
    return -1;
}

int tabs_width(const struct tabs_keys *keys, int columns)
{
    struct form form = form_of(keys, columns);
    return width_of(&form);
}
