/* A canvas on a surface of cairo, shared by what draws (canvas_cairo.c) and what makes and reads
 * surfaces (canvas_cairo_paper.c). Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_CANVAS_CAIRO_H
#define SECATEUR_VIEWS_CHARTS_CANVAS_CAIRO_H

#include "views/charts/canvas_paper.h"

#include <cairo.h>

enum { CANVAS_DPI = 300 }; /* dots an inch of a PNG, and of images in all formats */

struct canvas_font {
    const char *name;
    double size;
};

struct canvas_cairo {
    struct canvas canvas;
    enum canvas_format format;
    cairo_surface_t *surface;
    cairo_t *cairo;
    struct metadata metadata;
    const struct canvas_font *font;
    double scale,
        top; /* of the drawing: how much it is enlarged; how far below the edge it begins */
    struct paper_words *words; /* where they are taken instead of being drawn; else NULL */
    double least;              /* width of a line, so that blocks show it; else 0 */
    char *data;                /* what the file says of its values, XML; NULL: nothing */
    uint8_t *bytes;            /* of the finished file */
    size_t size;
};

extern const struct canvas_class canvas_cairo_class;
void canvas_cairo_rgb(struct canvas_cairo *c, uint32_t rgb); /* what is drawn next */

#endif
