/* The trigger alone and stamped on a clean image, as large as the pane allows; where it is wide,
 * the image before and the mask too. */
#include "views/panels/suspects_trigger.h"

#include "engine/base/memory.h"
#include "views/cells/picture.h"
#include "views/facts/trigger.h"

#include <stdio.h>
#include <stdlib.h>

enum { LEAST = 9, LEAST_ROWS = 4 }; /* cells of a picture */

/* In the order of their worth: as many as have room. */
static const enum trigger_picture shown[] = {
    TRIGGER_ALONE, TRIGGER_STAMPED, TRIGGER_MASK, TRIGGER_IMAGE};
enum { SHOWN = sizeof shown / sizeof *shown };

/* How many stand side by side: more only where they are no smaller for it. */
static int across(const struct pane *pane, const struct inverted_trigger *t)
{
    int n = 1, rows = pane->rows - 2;
    struct area best = picture_fit((struct area){0, 0, pane->columns, rows}, t->width, t->height);
    for (int more = 2; more <= SHOWN; more++) {
        struct area room = {0, 0, (pane->columns + 1) / more - 1, rows};
        struct area fit = picture_fit(room, t->width, t->height);
        if (fit.columns < LEAST || (more > 2 && fit.columns < best.columns))
            break;
        best = fit;
        n = more;
    }
    return n;
}

static void draw_caption(const struct pane *pane, int row, enum trigger_picture picture, int image)
{
    char text[64];
    bool face = picture == TRIGGER_STAMPED || picture == TRIGGER_IMAGE;
    if (face && image >= 0)
        snprintf(text, sizeof text, "%s #%d", trigger_picture_name(picture), image);
    else
        snprintf(text, sizeof text, "%s", trigger_picture_name(picture));
    int column = (pane->columns - pane_width(pane, text)) / 2;
    pane_text(pane, column > 0 ? column : 0, row, ROLE_FAINT, text);
}

/* Which class, and what the mask does; of one that forms, how far the search for it is. */
static void draw_title(
    const struct pane *pane, const struct snapshot *s, const struct inverted_trigger *t)
{
    char of[32], found[48], whole[96];
    snprintf(of, sizeof of, t->target >= 0 ? "→ class %d" : "→ the next class", t->target);
    snprintf(found, sizeof found, "%.1f px, hits %.0f %%", t->size, 100 * t->hits);
    if (t == s->forming)
        snprintf(whole, sizeof whole, "%s: %.1f px, step %d/%d", of, t->size, t->step, t->steps);
    else
        snprintf(whole, sizeof whole, "%s: %s", of, found);
    if (t == s->forming && pane_width(pane, whole) > pane->columns)
        snprintf(whole, sizeof whole, "%s: %.0f px, %d/%d", of, t->size, t->step, t->steps);
    pane_text(pane, 0, 0, t == s->forming ? ROLE_NEXT : ROLE_STRONG, whole);
}

int suspects_trigger_draw(
    const struct pane *pane, const struct snapshot *s, const struct inverted_trigger *t)
{
    int n = across(pane, t), wide = (pane->columns + 1) / n, rows = pane->rows - 2, below = 1;
    draw_title(pane, s, t);
    if (rows < LEAST_ROWS || pane->columns < LEAST)
        return 1;
    uint8_t *rgb = memory_array((size_t)t->height * (size_t)t->width, 3);
    for (int i = 0; i < n; i++) {
        struct pane part = pane_part(pane, (struct area){i * wide, 1, wide - 1, rows + 1});
        struct area fit = picture_fit((struct area){0, 0, wide - 1, rows}, t->width, t->height);
        int image = trigger_image(s, t);
        trigger_paint(s, t, shown[i], image, rgb);
        picture_draw(&part, (struct area){0, 0, wide - 1, rows}, rgb, t->width, t->height);
        draw_caption(&part, fit.rows, shown[i], image);
        below = 2 + fit.rows;
    }
    free(rgb);
    return below;
}
