/* One contract for drawing on the screen's cells and on paper: x to the right, y downwards, in
 * cells or points. Owner: whoever created the canvas. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_CANVAS_H
#define SECATEUR_VIEWS_CHARTS_CANVAS_H

#include "views/cells/pane.h"

enum canvas_line { LINE_SOLID, LINE_DASHED, LINE_DOTTED, LINE_SPACED };
enum canvas_align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };
enum canvas_mark { MARK_NONE, MARK_DISC, MARK_RING, MARK_CROSS, MARK_CIRCLE };

struct canvas_style {
    enum role role;
    enum canvas_line line;
    double width; /* of lines, points; cells have one width */
};

struct canvas_point {
    double x, y;
};

struct canvas_box {
    double x, y, width, height;
};

struct canvas {
    const struct canvas_class *class;
    const struct theme *theme;
    double width, height;
    double line; /* height of a line of text */
    double em;   /* width of a digit */
    bool paper;  /* points and sub-point accuracy; else whole cells of text */
};

struct canvas_class {
    void (*polyline)(
        struct canvas *canvas, struct canvas_style style, const struct canvas_point *points, int n);
    /* Horizontal or vertical; on cells these join into frames and ticks. */
    void (*rule)(struct canvas *canvas, struct canvas_style style, struct canvas_point from,
        struct canvas_point to);
    void (*fill)(struct canvas *canvas, enum role role, struct canvas_box box);
    /* A filled rectangle for a value 0..1; where colours are missing a glyph shows the value. */
    void (*shade)(struct canvas *canvas, struct canvas_box box, uint32_t colour, double value);
    /* y is the middle of the line; style.role colours it. */
    void (*text)(struct canvas *canvas, enum role role, double x, double y, enum canvas_align align,
        const char *utf8);
    double (*text_width)(struct canvas *canvas, const char *utf8);
    /* rgb[height, width, 3], never smoothed. */
    void (*image)(
        struct canvas *canvas, struct canvas_box box, const uint8_t *rgb, int width, int height);
    void (*mark)(
        struct canvas *canvas, enum role role, struct canvas_point at, enum canvas_mark mark);
    void (*clip)(struct canvas *canvas, const struct canvas_box *box); /* NULL: all */
    /* Of paper alone, see canvas_paper.h; NULL on cells. */
    void (*area)(struct canvas *canvas, enum role role, const struct canvas_point *edge, int n);
    void (*halo)(
        struct canvas *canvas, double x, double y, enum canvas_align align, const char *utf8);
    void (*data)(struct canvas *canvas, const char *xml);
    void (*destroy)(struct canvas *canvas);
};

void canvas_polyline(
    struct canvas *canvas, struct canvas_style style, const struct canvas_point *points, int n);
void canvas_rule(
    struct canvas *canvas, struct canvas_style style, double x0, double y0, double x1, double y1);
void canvas_fill(struct canvas *canvas, enum role role, struct canvas_box box);
void canvas_shade(struct canvas *canvas, struct canvas_box box, uint32_t colour, double value);
void canvas_text(struct canvas *canvas, enum role role, double x, double y, enum canvas_align align,
    const char *utf8);
double canvas_text_width(struct canvas *canvas, const char *utf8);
void canvas_image(
    struct canvas *canvas, struct canvas_box box, const uint8_t *rgb, int width, int height);
void canvas_mark(struct canvas *canvas, enum role role, double x, double y, enum canvas_mark mark);
void canvas_clip(struct canvas *canvas, const struct canvas_box *box);
void canvas_destroy(struct canvas *canvas); /* accepts NULL */

/* On a pane: braille, half blocks or ASCII by the view state; the pane outlives the canvas. */
struct canvas *canvas_cells_create(const struct pane *pane);

#endif
