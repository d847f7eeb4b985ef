/* The calls of a canvas, passed on to its class. */
#include "views/charts/canvas.h"

void canvas_polyline(
    struct canvas *canvas, struct canvas_style style, const struct canvas_point *points, int n)
{
    canvas->class->polyline(canvas, style, points, n);
}

void canvas_rule(
    struct canvas *canvas, struct canvas_style style, double x0, double y0, double x1, double y1)
{
    canvas->class->rule(
        canvas, style, (struct canvas_point){x0, y0}, (struct canvas_point){x1, y1});
}

void canvas_fill(struct canvas *canvas, enum role role, struct canvas_box box)
{
    canvas->class->fill(canvas, role, box);
}

void canvas_shade(struct canvas *canvas, struct canvas_box box, uint32_t colour, double value)
{
    canvas->class->shade(canvas, box, colour, value);
}

void canvas_text(struct canvas *canvas, enum role role, double x, double y, enum canvas_align align,
    const char *utf8)
{
    canvas->class->text(canvas, role, x, y, align, utf8);
}

double canvas_text_width(struct canvas *canvas, const char *utf8)
{
    return canvas->class->text_width(canvas, utf8);
}

void canvas_image(
    struct canvas *canvas, struct canvas_box box, const uint8_t *rgb, int width, int height)
{
    canvas->class->image(canvas, box, rgb, width, height);
}

void canvas_mark(struct canvas *canvas, enum role role, double x, double y, enum canvas_mark mark)
{
    canvas->class->mark(canvas, role, (struct canvas_point){x, y}, mark);
}

void canvas_clip(struct canvas *canvas, const struct canvas_box *box)
{
    canvas->class->clip(canvas, box);
}

void canvas_destroy(struct canvas *canvas)
{
    if (canvas)
        canvas->class->destroy(canvas);
}
