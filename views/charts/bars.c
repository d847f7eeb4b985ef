/* Boxes, whiskers and a legend, drawn with the calls of a canvas. */
#include "views/charts/bars.h"

#include <math.h>

/* Lines from bottom left to top right, cut at the box. */
static void hatch(struct canvas *canvas, struct canvas_box box, enum role role)
{
    const double step = 2.6;
    canvas_clip(canvas, &box);
    for (double x = box.x - box.height + step / 2; x < box.x + box.width; x += step)
        canvas_rule(canvas, (struct canvas_style){role, LINE_SOLID, 0.7}, x, box.y + box.height,
            x + box.height, box.y);
    canvas_clip(canvas, NULL);
}

void bars_draw(struct canvas *canvas, struct canvas_box box, enum role role, enum bars_fill fill)
{
    const struct canvas_point edge[] = {{box.x, box.y}, {box.x + box.width, box.y},
        {box.x + box.width, box.y + box.height}, {box.x, box.y + box.height}, {box.x, box.y}};
    if (box.width <= 0 || box.height <= 0)
        return;
    if (fill == FILL_LINE) {
        double y = box.y + box.height / 2;
        canvas_rule(
            canvas, (struct canvas_style){role, LINE_SOLID, 1.1}, box.x, y, box.x + box.width, y);
        return;
    }
    if (fill == FILL_PLAIN) {
        canvas_fill(canvas, role, box);
        return;
    }
    if (fill == FILL_HATCHED)
        hatch(canvas, box, role);
    canvas_polyline(canvas, (struct canvas_style){role, LINE_SOLID, 0.7}, edge, 5);
}

void bars_whisker(struct canvas *canvas, double x, double low, double high, double width)
{
    struct canvas_style style = {ROLE_TEXT, LINE_SOLID, 0.6};
    canvas_rule(canvas, style, x, low, x, high);
    canvas_rule(canvas, style, x - width / 2, low, x + width / 2, low);
    canvas_rule(canvas, style, x - width / 2, high, x + width / 2, high);
}

int bars_legend(
    struct canvas *canvas, const struct bars_key *keys, int n, double x, double y, double room)
{
    double em = canvas->em, at = x;
    int lines = 1;
    for (int i = 0; i < n; i++) {
        double width = 2.2 * em + canvas_text_width(canvas, keys[i].label);
        if (at > x && at + width > x + room) {
            at = x;
            y += canvas->line;
            lines++;
        }
        struct canvas_box box = {at, y - 0.6 * em, 1.6 * em, 1.2 * em};
        if (keys[i].mark != MARK_NONE)
            canvas_mark(canvas, keys[i].role, at + 0.8 * em, y, keys[i].mark);
        else
            bars_draw(canvas, box, keys[i].role, keys[i].fill);
        canvas_text(canvas, ROLE_TEXT, at + 2.2 * em, y, ALIGN_LEFT, keys[i].label);
        at += width + 1.6 * em;
    }
    return lines;
}
