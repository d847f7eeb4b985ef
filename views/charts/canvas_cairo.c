/* Drawing on paper: the only file that knows cairo. Units are points; a PNG has 300 dots an inch.
 */
#include "views/charts/canvas_paper.h"

#include "engine/base/memory.h"
#include "views/files/png.h"
#include "views/files/svg.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { DPI = 300, DOTS_PER_METRE = 11811 };
static const char font[] = "DejaVu Sans"; /* where it is missing fontconfig gives another sans */
static const double text_size = 7.5, points_per_mm = 72 / 25.4;

struct canvas_cairo {
    struct canvas canvas;
    enum canvas_format format;
    cairo_surface_t *surface;
    cairo_t *cairo;
    struct metadata metadata;
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

static void text(struct canvas *canvas, enum role role, double x, double y, enum canvas_align align,
    const char *utf8)
{
    struct canvas_cairo *c = of(canvas);
    double width = text_width(canvas, utf8);
    x -= align == ALIGN_RIGHT ? width : align == ALIGN_CENTRE ? width / 2 : 0;
    set_role(c, role);
    cairo_move_to(c->cairo, x, y + 0.36 * text_size); /* half the height of a digit below */
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
    double r = 1.5;
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
    if (kind == MARK_RING) {
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

static void destroy(struct canvas *canvas)
{
    struct canvas_cairo *c = of(canvas);
    if (c->cairo)
        cairo_destroy(c->cairo);
    if (c->surface) {
        cairo_surface_finish(c->surface); /* may still collect */
        cairo_surface_destroy(c->surface);
    }
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
    .destroy = destroy,
};

/* When it was made: never the clock, which would make every file another one. */
static void set_pdf_date(struct canvas_cairo *c)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    bool given = text && *text;
    time_t seconds = given ? (time_t)strtoll(text, NULL, 10) : 946684800; /* the year 2000 */
    struct tm date;
    char stamp[32] = "2000-01-01T00:00:00Z";
    if (gmtime_r(&seconds, &date))
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &date);
    cairo_pdf_surface_set_metadata(c->surface, CAIRO_PDF_METADATA_CREATE_DATE, stamp);
}

static void set_pdf_notes(struct canvas_cairo *c)
{
    char *all = memory_string("");
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
    set_pdf_date(c);
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
    cairo_select_font_face(c->cairo, font, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(c->cairo, text_size);
}

struct canvas *canvas_paper_create(enum canvas_format format, const struct paper *paper,
    double height, const struct metadata *metadata, struct error *err)
{
    struct canvas_cairo *c = memory_array(1, sizeof *c);
    c->canvas = (struct canvas){.class = &class, .theme = theme_paper(), .paper = true};
    c->canvas.width = paper->width / paper->scale;
    c->canvas.height = height;
    c->canvas.line = 1.4 * text_size;
    c->format = format;
    c->metadata = *metadata;
    metadata_add(&c->metadata, "font", "%s", font);
    make_surface(c, paper->width, height * paper->scale);
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
    if (c->format == CANVAS_SVG)
        svg_settle(&c->bytes, &c->size, &c->metadata);
    *bytes = c->bytes;
    *size = c->size;
    c->bytes = NULL;
    c->size = 0;
    return true;
}

static const char *const extensions[N_CANVAS_FORMATS] = {"png", "svg", "pdf"};

const char *canvas_extension(enum canvas_format format)
{
    return extensions[format];
}

bool canvas_format_find(const char *extension, enum canvas_format *format, struct error *err)
{
    for (int i = 0; i < N_CANVAS_FORMATS; i++)
        if (strcasecmp(extension, extensions[i]) == 0) {
            *format = (enum canvas_format)i;
            return true;
        }
    return fail_as(err, ERROR_USAGE, "'%s' is not a format; use png, svg or pdf", extension);
}

bool canvas_paper_size(const char *name, struct paper *paper, struct error *err)
{
    static const struct {
        const char *name;
        double mm;
    } sizes[] = {{"column", 88}, {"wide", 120}, {"page", 180}};
    enum { LEAST = 60, MOST = 400 };
    char *end = NULL;
    double mm = strtod(name ? name : "88mm", &end);
    mm = name && strcmp(end, "mm") != 0 ? 0 : mm;
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
        mm = name && strcmp(name, sizes[i].name) == 0 ? sizes[i].mm : mm;
    *paper = (struct paper){mm * points_per_mm, 1, mm > 150 ? 0.5 : 0.62};
    if (name && strcmp(name, "slide") == 0)
        *paper = (struct paper){254 * points_per_mm, 1.9, 9 / 16.0};
    else if (!(mm >= LEAST && mm <= MOST))
        return fail_as(err, ERROR_USAGE,
            "'%s' is not a size; use 88mm, 120mm, 180mm, slide, or %d to %d mm", name, LEAST, MOST);
    return true;
}
