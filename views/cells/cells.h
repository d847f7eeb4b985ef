/* A grid of character cells: what a screen shows, without a terminal. Views draw into it, the
 * terminal copies it, tests read it. Owner: the caller. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CELLS_CELLS_H
#define SECATEUR_VIEWS_CELLS_CELLS_H

#include <stddef.h>
#include <stdint.h>

#define CELL_DEFAULT UINT32_C(0xff000000) /* the terminal's own colour */

#define CELL_TAIL UINT32_C(0) /* glyph of the second half of a wide one */

enum cell_attribute {
    CELL_BOLD = 1,
    CELL_DIM = 2,
    CELL_REVERSE = 4,
    CELL_UNDERLINE = 8,
    CELL_PICTURE = 16, /* of a picture whose pixels are there too, see below */
};

struct cell {
    uint32_t glyph;  /* Unicode; a wide one is followed by a cell with CELL_TAIL */
    uint32_t fg, bg; /* 0xRRGGBB or CELL_DEFAULT; the terminal maps them to what it has */
    uint8_t attributes;
    uint32_t mark; /* that combines with the glyph, 0: none */
};

/* A rectangle of cells. */
struct area {
    int column, row, columns, rows;
};

/* A picture that was drawn into cells, for terminals that can show its pixels. */
struct cells_picture {
    struct area area;
    uint8_t *rgb; /* [height][width][3], owned */
    int width, height;
};

struct cells {
    int columns, rows;
    struct cell *cell;              /* [rows][columns] */
    int cursor_column, cursor_row;  /* where the hardware cursor sits, -1: hidden */
    struct cells_picture *pictures; /* [n_pictures] in the order they were drawn */
    int n_pictures;
};

void cells_init(struct cells *cells, int columns, int rows); /* blank */
void cells_finish(struct cells *cells);
void cells_clear(struct cells *cells);
/* Outside the grid is ignored; text is UTF-8, cut at `columns` cells; returns cells used. */
void cells_put(struct cells *cells, int column, int row, struct cell cell);
struct cell *cells_at(struct cells *cells, int column, int row); /* NULL outside */
int cells_text(
    struct cells *cells, int column, int row, int columns, struct cell style, const char *utf8);
int cells_printf(struct cells *cells, int column, int row, int columns, struct cell style,
    const char *format, ...) __attribute__((format(printf, 6, 7)));
/* One character; broken UTF-8, control characters and those that turn or hide text are '?'.
 * Returns what is behind it. */
const char *cells_decode(const char *utf8, uint32_t *glyph);
int cells_width(const char *utf8); /* cells a text takes */
/* The text in at most `columns` cells: its middle is left out for "…", its end stays, where files
 * have what tells them apart. Returns `out`. */
const char *cells_elide(const char *utf8, int columns, char *out, size_t size);
/* The same, with blanks up to all the columns. */
const char *cells_fit(const char *utf8, int columns, char *out, size_t size);
/* The text below 0x80: signs as cells_ascii() says, letters of other scripts as \u65e5. */
const char *cells_ascii_text(const char *utf8, char *out, size_t size);
void cells_fill(struct cells *cells, struct area area, struct cell cell);
/* Notes that the cells of an area show a picture, and marks them; rgb is copied. */
void cells_picture(
    struct cells *cells, struct area area, const uint8_t *rgb, int width, int height);
/* The nearest glyph below 0x80: '-' for lines, 'x' for ×, '?' where there is none. */
uint32_t cells_ascii(uint32_t glyph);

#endif
