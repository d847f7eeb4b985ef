/* Canvases on paper: PNG, SVG and PDF, by cairo. Owner: whoever created the canvas.
 * Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_CANVAS_PAPER_H
#define SECATEUR_VIEWS_CHARTS_CANVAS_PAPER_H

#include "engine/base/error.h"
#include "views/charts/canvas.h"
#include "views/files/metadata.h"

#include <stddef.h>

/* What cells do without: a pale area within an edge; the ground around words that are written next;
 * what an SVG says of its values, in XML. */
void canvas_area(struct canvas *canvas, enum role role, const struct canvas_point *edge, int n);
void canvas_halo(
    struct canvas *canvas, double x, double y, enum canvas_align align, const char *utf8);
void canvas_data(struct canvas *canvas, const char *xml);

enum canvas_format { CANVAS_PNG, CANVAS_SVG, CANVAS_PDF, N_CANVAS_FORMATS };

/* Words of a figure where a screen writes them in its own letters: at a pixel. */
struct paper_word {
    double x, y; /* y: the middle of the line */
    enum canvas_align align;
    enum role role;
    char *text;
};

struct paper_words {
    struct paper_word *word; /* [n] in the order they were written */
    int n;
};

/* The cells of a screen that a figure has room in. */
struct paper_screen {
    int columns, rows;
    int cell_width, cell_height; /* pixels of a cell */
    struct paper_words *words;   /* taken instead of being drawn; NULL: letters are drawn */
};

struct paper {
    double width;                      /* points on paper */
    double scale;                      /* all is drawn so much larger: slides are read from afar */
    double aspect;                     /* height of a plot for a width of 1 */
    bool serif;                        /* letters as in a printed text; else without serifs */
    const char *title, *under;         /* above the drawing, in two lines; NULL: none */
    const struct paper_screen *screen; /* a PNG of these cells at most; NULL: of 300 dpi */
};

const char *canvas_extension(enum canvas_format format);
bool canvas_format_find(const char *extension, enum canvas_format *format, struct error *err);
/* "88mm", "120mm", "180mm" or their names column, wide and page, another number of millimetres,
 * or slide (254 mm, 16:9); NULL: column. */
bool canvas_paper_size(const char *name, struct paper *paper, struct error *err);
/* On paper, width and height in points before `scale`; the metadata go into the metadata. NULL and
 * err when it cannot be made. */
struct canvas *canvas_paper_create(enum canvas_format format, const struct paper *paper,
    double height, const struct metadata *metadata, struct error *err);
/* Finishes the figure into memory: bytes[size], the caller frees them. */
bool canvas_paper_bytes(struct canvas *canvas, uint8_t **bytes, size_t *size, struct error *err);
/* Finishes it into pixels: rgb[height][width][3], the caller frees them. PNG alone. */
bool canvas_paper_pixels(
    struct canvas *canvas, uint8_t **rgb, int *width, int *height, struct error *err);
void paper_words_finish(struct paper_words *words);

#endif
