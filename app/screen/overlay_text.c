/* Messages in full: paragraphs over the whole screen, the newest first. */
#include "app/screen/overlay_kinds.h"

#include "engine/base/memory.h"

#include <stdlib.h>

static void draw(const struct overlay *overlay, const struct view_input *input, struct cells *cells)
{
    struct area all = {0, 0, cells->columns, cells->rows};
    struct pane pane = overlay_box(input, cells, all, overlay->title);
    struct pane part = pane_part(&pane, (struct area){0, 0, pane.columns, pane.rows - 1});
    int row = -overlay->scroll;
    for (int i = 0; i < overlay->n_items && row < part.rows; i++)
        row = pane_paragraph(
                  &part, row, 1000, i == 0 ? ROLE_STRONG : ROLE_TEXT, overlay->items[i].text) +
              1;
    pane_text(&pane, 0, pane.rows - 1, ROLE_KEY, "Esc closes  arrows scroll  y copies the first");
}

static enum overlay_answer key(struct overlay *overlay, const struct event *event)
{
    int step = event->key == PRESS_UP || event->key == PRESS_WHEEL_UP       ? -1
               : event->key == PRESS_DOWN || event->key == PRESS_WHEEL_DOWN ? 1
               : event->key == PRESS_PAGE_UP                                ? -10
               : event->key == PRESS_PAGE_DOWN                              ? 10
                                                                            : 0;
    overlay->scroll += step;
    overlay->scroll = overlay->scroll > 0 ? overlay->scroll : 0;
    if (event->key == 'y')
        return OVERLAY_ACCEPTED;
    return event->key == PRESS_ESCAPE || event->key == PRESS_ENTER || event->key == 'M' ||
                   event->key == 'q'
               ? OVERLAY_CANCELLED
               : OVERLAY_STAYS;
}

void overlay_text(struct overlay *overlay, const char *title)
{
    static const struct overlay_kind kind = {.draw = draw, .key = key};
    overlay_open(overlay, &kind, title);
}
