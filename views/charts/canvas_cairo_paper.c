/* Sheets of paper: surfaces of cairo for PNG, SVG and PDF, and the files that become of them. A PNG
 * has 300 dots an inch. */
#include "views/charts/canvas_cairo.h"

#include "engine/base/memory.h"
#include "views/charts/paper.h"
#include "views/files/png.h"
#include "views/files/svg.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DOTS_PER_METRE = 11811 };
/* Where one is missing fontconfig gives another of its kind. Letters of the second are smaller for
 * their size. */
static const struct canvas_font fonts[] = {{"DejaVu Sans", 7.5}, {"Liberation Serif", 8.8}};
static const double text_line = 10.5;

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

/* As large as the cells allow, and in whole cells. */
static void make_screen(
    struct canvas_cairo *c, const struct paper_screen *screen, double width, double height)
{
    double across = screen->columns * screen->cell_width / width;
    double zoom = fmin(across, screen->rows * screen->cell_height / height);
    int columns = (int)lrint(width * zoom / screen->cell_width);
    int rows = (int)lrint(height * zoom / screen->cell_height);
    int wide = (columns > 1 ? columns : 1) * screen->cell_width;
    int high = (rows > 1 ? rows : 1) * screen->cell_height;
    c->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, wide, high);
    c->cairo = cairo_create(c->surface);
    cairo_scale(c->cairo, wide / width, high / height);
    c->words = screen->words;
    c->least = c->words ? 0.3 * screen->cell_height * height / high / c->scale : 0;
}

static void make_surface(struct canvas_cairo *c, double width, double height)
{
    double dots = CANVAS_DPI / 72.0;
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

static bool fail_to_make(cairo_status_t status, struct error *err)
{
    return fail_as(
        err, ERROR_OUTPUT, "the figure cannot be made: %s", cairo_status_to_string(status));
}

struct canvas *canvas_paper_create(enum canvas_format format, const struct paper *paper,
    double height, const struct metadata *metadata, struct error *err)
{
    struct canvas_cairo *c = memory_array(1, sizeof *c);
    c->canvas =
        (struct canvas){.class = &canvas_cairo_class, .theme = theme_paper(), .paper = true};
    c->canvas.width = paper->width / paper->scale;
    c->canvas.height = height;
    c->canvas.line = text_line;
    c->font = &fonts[paper->serif];
    c->scale = paper->scale;
    c->top = !paper->title ? 0 : paper->under ? 2.7 * text_line : 1.6 * text_line;
    c->format = format;
    c->metadata = *metadata;
    metadata_add(&c->metadata, "font", "%s", c->font->name);
    if (paper->screen) {
        make_screen(c, paper->screen, paper->width, (height + c->top) * paper->scale);
    } else {
        make_surface(c, paper->width, (height + c->top) * paper->scale);
        c->cairo = cairo_create(c->surface);
    }
    cairo_scale(c->cairo, paper->scale, paper->scale);
    set_font(c);
    if (cairo_status(c->cairo) != CAIRO_STATUS_SUCCESS) {
        fail_to_make(cairo_status(c->cairo), err);
        canvas_destroy(&c->canvas);
        return NULL;
    }
    c->canvas.em = canvas_text_width(&c->canvas, "0");
    canvas_cairo_rgb(c, c->canvas.theme->ground);
    cairo_paint(c->cairo);
    draw_title(c, paper);
    return &c->canvas;
}

bool canvas_paper_pixels(
    struct canvas *canvas, uint8_t **rgb, int *width, int *height, struct error *err)
{
    struct canvas_cairo *c = of(canvas);
    cairo_surface_flush(c->surface);
    cairo_status_t status = cairo_status(c->cairo);
    const unsigned char *pixels = cairo_image_surface_get_data(c->surface);
    if (status != CAIRO_STATUS_SUCCESS || !pixels)
        return fail_to_make(status, err);
    *width = cairo_image_surface_get_width(c->surface);
    *height = cairo_image_surface_get_height(c->surface);
    *rgb = memory_array((size_t)*width * (size_t)*height, 3);
    long stride = cairo_image_surface_get_stride(c->surface);
    uint8_t *out = *rgb;
    for (int y = 0; y < *height; y++)
        for (int x = 0; x < *width; x++) {
            uint32_t pixel;
            memcpy(&pixel, pixels + y * stride + 4L * x, sizeof pixel);
            for (int shift = 16; shift >= 0; shift -= 8)
                *out++ = (uint8_t)(pixel >> shift);
        }
    return true;
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
        return fail_to_make(status, err);
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
