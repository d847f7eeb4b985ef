/* Drawing on paper by cairo. Units are points. */
#include "views/charts/canvas_cairo.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct canvas_cairo *of(struct canvas *canvas)
{
    return (struct canvas_cairo *)canvas;
}

void canvas_cairo_rgb(struct canvas_cairo *c, uint32_t rgb)
{
    cairo_set_source_rgb(
        c->cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

static void set_role(struct canvas_cairo *c, enum role role)
{
    uint32_t rgb = c->canvas.theme->role[role].fg;
    canvas_cairo_rgb(c, rgb == CELL_DEFAULT ? c->canvas.theme->ink : rgb);
}

static void set_style(struct canvas_cairo *c, struct canvas_style style)
{
    double width = fmax(style.width > 0 ? style.width : 0.6, c->least);
    static const double dashes[][2] = {
        [LINE_DASHED] = {3.2, 1.8}, [LINE_DOTTED] = {0.7, 1.7}, [LINE_SPACED] = {4.5, 3.5}};
    set_role(c, style.role);
    cairo_set_line_width(c->cairo, width);
    cairo_set_line_join(c->cairo, CAIRO_LINE_JOIN_ROUND);
    if (style.line == LINE_SOLID)
        cairo_set_dash(c->cairo, NULL, 0, 0);
    else
        cairo_set_dash(c->cairo, dashes[style.line], 2, 0);
}

static void polyline(
    struct canvas *canvas, struct canvas_style style, const struct canvas_point *points, int n)
{
    struct canvas_cairo *c = of(canvas);
    set_style(c, style);
    cairo_new_path(c->cairo); /* text leaves a point behind */
    for (int i = 0; i < n; i++)
        cairo_line_to(c->cairo, points[i].x, points[i].y);
    cairo_stroke(c->cairo);
}

static void rule(struct canvas *canvas, struct canvas_style style, struct canvas_point from,
    struct canvas_point to)
{
    struct canvas_point points[] = {from, to};
    polyline(canvas, style, points, 2);
}

static void fill(struct canvas *canvas, enum role role, struct canvas_box box)
{
    struct canvas_cairo *c = of(canvas);
    set_role(c, role);
    cairo_rectangle(c->cairo, box.x, box.y, box.width, box.height);
    cairo_fill(c->cairo);
}

static void shade(struct canvas *canvas, struct canvas_box box, uint32_t colour, double value)
{
    struct canvas_cairo *c = of(canvas);
    (void)value;
    double over = c->format == CANVAS_PNG ? 0 : 0.25; /* readers of vectors show seams otherwise */
    cairo_set_antialias(c->cairo, CAIRO_ANTIALIAS_NONE);
    canvas_cairo_rgb(c, colour);
    cairo_rectangle(c->cairo, box.x, box.y, box.width + over, box.height + over);
    cairo_fill(c->cairo);
    cairo_set_antialias(c->cairo, CAIRO_ANTIALIAS_DEFAULT);
}

static double text_width(struct canvas *canvas, const char *utf8)
{
    cairo_text_extents_t extents;
    cairo_text_extents(of(canvas)->cairo, utf8, &extents);
    return extents.x_advance;
}

/* Where the first letter of a text stands on its line. */
static void move_to_text(
    struct canvas_cairo *c, double x, double y, enum canvas_align align, const char *utf8)
{
    double width = text_width(&c->canvas, utf8);
    x -= align == ALIGN_RIGHT ? width : align == ALIGN_CENTRE ? width / 2 : 0;
    cairo_move_to(c->cairo, x, y + 0.36 * c->font->size); /* half the height of a digit below */
}

static void halo(
    struct canvas *canvas, double x, double y, enum canvas_align align, const char *utf8)
{
    struct canvas_cairo *c = of(canvas);
    if (c->words)
        return;
    cairo_new_path(c->cairo);
    move_to_text(c, x, y, align, utf8);
    cairo_text_path(c->cairo, utf8);
    canvas_cairo_rgb(c, canvas->theme->ground);
    cairo_set_dash(c->cairo, NULL, 0, 0);
    cairo_set_line_width(c->cairo, 2.4);
    cairo_stroke(c->cairo);
}

static void take_word(struct canvas_cairo *c, enum role role, double x, double y,
    enum canvas_align align, const char *utf8)
{
    struct paper_words *words = c->words;
    cairo_user_to_device(c->cairo, &x, &y);
    words->word = memory_grow(words->word, (size_t)words->n + 1, sizeof *words->word);
    words->word[words->n++] = (struct paper_word){x, y, align, role, memory_string(utf8)};
}

static void text(struct canvas *canvas, enum role role, double x, double y, enum canvas_align align,
    const char *utf8)
{
    struct canvas_cairo *c = of(canvas);
    if (c->words) {
        take_word(c, role, x, y, align, utf8);
        return;
    }
    set_role(c, role);
    move_to_text(c, x, y, align, utf8);
    cairo_show_text(c->cairo, utf8);
}

/* Enlarged by a whole number to about the resolution of print, so that no reader smooths. */
static void image(
    struct canvas *canvas, struct canvas_box box, const uint8_t *rgb, int width, int height)
{
    struct canvas_cairo *c = of(canvas);
    int zoom = (int)lrint(box.width * CANVAS_DPI / 72 / width);
    zoom = zoom < 1 ? 1 : zoom > 8 ? 8 : zoom;
    int across = zoom * width, down = zoom * height;
    cairo_surface_t *picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, across, down);
    unsigned char *pixels = cairo_image_surface_get_data(picture);
    int stride = cairo_image_surface_get_stride(picture);
    for (int y = 0; pixels && y < down; y++)
        for (int x = 0; x < across; x++) {
            const uint8_t *from = rgb + 3 * ((long)(y / zoom) * width + x / zoom);
            uint32_t pixel = (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
            memcpy(pixels + (long)y * stride + 4L * x, &pixel, sizeof pixel);
        }
    cairo_surface_mark_dirty(picture);
    cairo_save(c->cairo);
    cairo_translate(c->cairo, box.x, box.y);
    cairo_scale(c->cairo, box.width / across, box.height / down);
    cairo_set_source_surface(c->cairo, picture, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(c->cairo), CAIRO_FILTER_NEAREST);
    cairo_paint(c->cairo);
    cairo_restore(c->cairo);
    cairo_surface_destroy(picture);
}

static void mark(
    struct canvas *canvas, enum role role, struct canvas_point at, enum canvas_mark kind)
{
    struct canvas_cairo *c = of(canvas);
    double r = kind == MARK_DISC ? 1.3 : kind == MARK_CIRCLE ? 2.6 : kind == MARK_RING ? 2 : 1.5;
    if (kind == MARK_NONE)
        return;
    set_style(c, (struct canvas_style){role, LINE_SOLID, 0.8});
    cairo_new_path(c->cairo);
    if (kind == MARK_CROSS) {
        cairo_move_to(c->cairo, at.x - r, at.y - r);
        cairo_line_to(c->cairo, at.x + r, at.y + r);
        cairo_move_to(c->cairo, at.x + r, at.y - r);
        cairo_line_to(c->cairo, at.x - r, at.y + r);
        cairo_stroke(c->cairo);
        return;
    }
    cairo_arc(c->cairo, at.x, at.y, r, 0, 2 * 3.14159265358979);
    if (kind == MARK_CIRCLE) { /* around what is there */
        cairo_stroke(c->cairo);
    } else if (kind == MARK_RING) {
        canvas_cairo_rgb(c, canvas->theme->ground);
        cairo_fill_preserve(c->cairo);
        set_role(c, role);
        cairo_stroke(c->cairo);
    } else {
        cairo_fill(c->cairo);
    }
}

static void clip(struct canvas *canvas, const struct canvas_box *box)
{
    cairo_t *cairo = of(canvas)->cairo;
    cairo_reset_clip(cairo);
    if (box) {
        cairo_rectangle(cairo, box->x, box->y, box->width, box->height);
        cairo_clip(cairo);
    }
}

static void area(struct canvas *canvas, enum role role, const struct canvas_point *edge, int n)
{
    struct canvas_cairo *c = of(canvas);
    uint32_t rgb = canvas->theme->role[role].fg;
    cairo_new_path(c->cairo);
    for (int i = 0; i < n; i++)
        cairo_line_to(c->cairo, edge[i].x, edge[i].y);
    cairo_close_path(c->cairo);
    cairo_set_source_rgba(
        c->cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0, 0.2);
    cairo_fill(c->cairo);
}

static void data(struct canvas *canvas, const char *xml)
{
    struct canvas_cairo *c = of(canvas);
    char *longer = memory_format("%s%s", c->data ? c->data : "", xml);
    free(c->data);
    c->data = longer;
}

static void destroy(struct canvas *canvas)
{
    struct canvas_cairo *c = of(canvas);
    if (c->cairo)
        cairo_destroy(c->cairo);
    if (c->surface) {
        cairo_surface_finish(c->surface); /* may still collect */
        cairo_surface_destroy(c->surface);
    }
    free(c->data);
    free(c->bytes);
    free(c);
}

const struct canvas_class canvas_cairo_class = {
    .polyline = polyline,
    .rule = rule,
    .fill = fill,
    .shade = shade,
    .text = text,
    .text_width = text_width,
    .image = image,
    .mark = mark,
    .clip = clip,
    .area = area,
    .halo = halo,
    .data = data,
    .destroy = destroy,
};
