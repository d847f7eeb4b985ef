/* Names of panels, brought closer and then shortened until all have room. */
#include "app/screen/tabs.h"

#include <stdio.h>
#include <string.h>

enum { NAME = 24, NUMBERED = 10 /* panels that a digit chooses */ };

/* How all names are written: a blank behind the digit, whole names, at most so many letters. */
struct form {
    bool apart, whole;
    int letters;
};

/* "3 faces", "3faces" */
static int tab_text(int view, struct form form, char text[NAME])
{
    bool brief = !form.whole && views_at(view)->brief;
    const char *name = brief ? views_at(view)->brief : views_at(view)->name;
    if (view >= NUMBERED)
        return snprintf(text, NAME, "%.*s", form.letters, name);
    return snprintf(
        text, NAME, "%d%s%.*s", (view + 1) % 10, form.apart ? " " : "", form.letters, name);
}

/* One blank in front of each and behind the last. */
static int width_of(struct form form)
{
    char text[NAME];
    int width = 1;
    for (int i = 0; views_at(i); i++)
        width += tab_text(i, form, text) + 1;
    return width;
}

static struct form form_of(int columns)
{
    struct form form = {true, true, NAME - 4};
    form.apart = width_of(form) <= columns;
    form.whole = width_of(form) <= columns;
    while (form.letters > 1 && width_of(form) > columns)
        form.letters--;
    return form;
}

void tabs_draw(const struct pane *pane, const struct layout *layout, int focus)
{
    struct form form = form_of(pane->columns);
    char text[NAME];
    for (int i = 0, at = 1; views_at(i); i++) {
        int width = tab_text(i, form, text);
        enum role role = layout_find(layout, i) ? ROLE_STRONG : ROLE_TEXT;
        if (i == focus) { /* the arrow: also where there is no colour */
            pane_text(pane, at - 1, 0, ROLE_CURSOR, "▸");
            pane_text(pane, at, 0, ROLE_CURSOR, text);
        } else {
            pane_text(pane, at, 0, role, text);
            if (i < NUMBERED)
                pane_printf(pane, at, 0, ROLE_KEY, "%d", (i + 1) % 10);
        }
        at += width + 1;
    }
}

int tabs_hit(int columns, int column)
{
    struct form form = form_of(columns);
    char text[NAME];
    for (int i = 0, at = 1; views_at(i); i++) {
        int width = tab_text(i, form, text);
        if (column >= at && column < at + width)
            return i;
        at += width + 1;
    }
    return -1;
}
