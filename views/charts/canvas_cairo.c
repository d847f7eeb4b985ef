/* Drawing on paper: the only file that knows cairo. Units are points; a PNG has 300 dots an inch.
 */
#include "views/charts/canvas_paper.h"

#include "engine/base/memory.h"
#include "views/charts/paper.h"
#include "views/files/png.h"
#include "views/files/svg.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DPI = 300, DOTS_PER_METRE = 11811 };
/* Where one is missing fontconfig gives another of its kind. Letters of the second are smaller for
 * their size. */
static const struct font {
    const char *name;
    double size;
} fonts[] = {{"DejaVu Sans", 7.5}, {"Liberation Serif", 8.8}};
static const double text_line = 10.5;

struct canvas_cairo {
    struct canvas canvas;
    enum canvas_format format;
    cairo_surface_t *surface;
    cairo_t *cairo;
    struct metadata metadata;
    const struct font *font;
    double scale,
        top;        /* of the drawing: how much it is enlarged; how far below the edge it begins */
    char *data;     /* what the file says of its values, XML; NULL: nothing */
    uint8_t *bytes; /* of the finished file */
    size_t size;
};

static struct canvas_cairo *of(struct canvas *canvas)
{
    return (struct canvas_cairo *)canvas;
}

static cairo_status_t collect(void *context, const unsigned char *bytes, unsigned length)
{
    struct canvas_cairo *c = context;
    c->bytes = memory_grow(c->bytes, c->size + length, 1);
    memcpy(c->bytes + c->size, bytes, length);
    c->size += length;
    return CAIRO_STATUS_SUCCESS;
}

static void set_rgb(struct canvas_cairo *c, uint32_t rgb)
{
    cairo_set_source_rgb(
        c->cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

static void set_role(struct canvas_cairo *c, enum role role)
{
    uint32_t rgb = c->canvas.theme->role[role].fg;
    set_rgb(c, rgb == CELL_DEFAULT ? c->canvas.theme->ink : rgb);
}

static void set_style(struct canvas_cairo *c, struct canvas_style style)
{
    double width = style.width > 0 ? style.width : 0.6;
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
    set_rgb(c, colour);
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
    cairo_new_path(c->cairo);
    move_to_text(c, x, y, align, utf8);
    cairo_text_path(c->cairo, utf8);
    set_rgb(c, canvas->theme->ground);
    cairo_set_dash(c->cairo, NULL, 0, 0);
    cairo_set_line_width(c->cairo, 2.4);
    cairo_stroke(c->cairo);
}

static void text(struct canvas *canvas, enum role role, double x, double y, enum canvas_align align,
    const char *utf8)
{
    struct canvas_cairo *c = of(canvas);
    set_role(c, role);
    move_to_text(c, x, y, align, utf8);
    cairo_show_text(c->cairo, utf8);
}

/* Enlarged by a whole number to about the resolution of print, so that no reader smooths. */
static void image(
    struct canvas *canvas, struct canvas_box box, const uint8_t *rgb, int width, int height)
{
    struct canvas_cairo *c = of(canvas);
    int zoom = (int)lrint(box.width * DPI / 72 / width);
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
        set_rgb(c, canvas->theme->ground);
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

static const struct canvas_class class = {
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

static void set_pdf_notes(struct canvas_cairo *c)
{
    char *all = memory_string(""), stamp[PAPER_DATE];
    paper_date(stamp);
    for (int i = 0; i < c->metadata.n; i++) {
        char *longer = memory_format(
            "%s%s%s: %s", all, i ? "; " : "", c->metadata.entry[i].key, c->metadata.entry[i].text);
        free(all);
        all = longer;
    }
    const char *title = c->metadata.n ? c->metadata.entry[0].text : "";
    cairo_pdf_surface_set_metadata(c->surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(c->surface, CAIRO_PDF_METADATA_SUBJECT, all);
    cairo_pdf_surface_set_metadata(c->surface, CAIRO_PDF_METADATA_CREATOR, "secateur");
    cairo_pdf_surface_set_metadata(c->surface, CAIRO_PDF_METADATA_CREATE_DATE, stamp);
    free(all);
}

static void make_surface(struct canvas_cairo *c, double width, double height)
{
    double dots = DPI / 72.0;
    switch (c->format) {
    case CANVAS_SVG:
        c->surface = cairo_svg_surface_create_for_stream(collect, c, width, height);
        break;
    case CANVAS_PDF:
        c->surface = cairo_pdf_surface_create_for_stream(collect, c, width, height);
        set_pdf_notes(c);
        break;
    default:
        c->surface = cairo_image_surface_create(
            CAIRO_FORMAT_RGB24, (int)lrint(width * dots), (int)lrint(height * dots));
        cairo_surface_set_device_scale(c->surface, dots, dots);
    }
}

static void set_font(struct canvas_cairo *c)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(c->cairo, options);
    cairo_font_options_destroy(options);
    cairo_select_font_face(
        c->cairo, c->font->name, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(c->cairo, c->font->size);
}

static void draw_title(struct canvas_cairo *c, const struct paper *paper)
{
    struct canvas *canvas = &c->canvas;
    if (!paper->title)
        return;
    cairo_select_font_face(
        c->cairo, c->font->name, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
    paper_line(canvas, ROLE_TEXT, 0.9 * canvas->line, paper->title);
    set_font(c);
    if (paper->under)
        paper_line(canvas, ROLE_FAINT, 2 * canvas->line, paper->under);
    cairo_translate(c->cairo, 0, c->top);
}

struct canvas *canvas_paper_create(enum canvas_format format, const struct paper *paper,
    double height, const struct metadata *metadata, struct error *err)
{
    struct canvas_cairo *c = memory_array(1, sizeof *c);
    c->canvas = (struct canvas){.class = &class, .theme = theme_paper(), .paper = true};
    c->canvas.width = paper->width / paper->scale;
    c->canvas.height = height;
    c->canvas.line = text_line;
    c->font = &fonts[paper->serif];
    c->scale = paper->scale;
    c->top = !paper->title ? 0 : paper->under ? 2.7 * text_line : 1.6 * text_line;
    c->format = format;
    c->metadata = *metadata;
    metadata_add(&c->metadata, "font", "%s", c->font->name);
    make_surface(c, paper->width, (height + c->top) * paper->scale);
    c->cairo = cairo_create(c->surface);
    cairo_scale(c->cairo, paper->scale, paper->scale);
    set_font(c);
    if (cairo_status(c->cairo) != CAIRO_STATUS_SUCCESS) {
        fail_as(err, ERROR_OUTPUT, "the figure cannot be made: %s",
            cairo_status_to_string(cairo_status(c->cairo)));
        destroy(&c->canvas);
        return NULL;
    }
    c->canvas.em = text_width(&c->canvas, "0");
    set_rgb(c, c->canvas.theme->ground);
    cairo_paint(c->cairo);
    draw_title(c, paper);
    return &c->canvas;
}

bool canvas_paper_bytes(struct canvas *canvas, uint8_t **bytes, size_t *size, struct error *err)
{
    struct canvas_cairo *c = of(canvas);
    if (c->format == CANVAS_PNG)
        cairo_surface_write_to_png_stream(c->surface, collect, c);
    cairo_surface_finish(c->surface);
    cairo_status_t status = cairo_status(c->cairo);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(c->surface);
    if (status != CAIRO_STATUS_SUCCESS)
        return fail_as(
            err, ERROR_OUTPUT, "the figure cannot be made: %s", cairo_status_to_string(status));
    if (c->format == CANVAS_PNG &&
        !png_annotate(&c->bytes, &c->size, DOTS_PER_METRE, &c->metadata, err))
        return false;
    if (c->format == CANVAS_SVG) {
        char *values = memory_format("<drawing scale=\"%g\" top=\"%g\">%s</drawing>", c->scale,
            c->top, c->data ? c->data : "");
        svg_settle(&c->bytes, &c->size, &c->metadata, c->data ? values : NULL);
        free(values);
    }
    *bytes = c->bytes;
    *size = c->size;
    c->bytes = NULL;
    c->size = 0;
    return true;
}
