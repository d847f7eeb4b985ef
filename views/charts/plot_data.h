/* What a plot shows: scales, curves, levels. Owner: the caller's stack; points, labels and names
 * are the caller's too. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_PLOT_DATA_H
#define SECATEUR_VIEWS_CHARTS_PLOT_DATA_H

#include "views/charts/canvas.h"

enum { PLOT_SERIES = 24, PLOT_LEVELS = 16, PLOT_TICKS = 32 };

struct plot_series {
    const char *label;                 /* in the legend; NULL: not there */
    const struct canvas_point *points; /* [n], in values */
    int n;
    struct canvas_style style;
    enum canvas_mark mark;           /* on paper, every few points */
    bool marks_only;                 /* no line: what a mark means, in the legend */
    bool arrows;                     /* on paper, heads along the line: which way the points go */
    const struct canvas_point *band; /* [n_band] on paper, the edge of a pale area behind it */
    int n_band;
    bool past;    /* behind the others; its name is left out where there is little room */
    bool beside;  /* in the legend, its line stands beside the one before */
    char tag[12]; /* stands on the curve; "": none */
};

struct plot_level { /* a dotted line at a value, and where it was crossed */
    double value;
    char label[24];
    double crossed_x, crossed_y; /* NAN: not yet */
};

struct plot {
    double x_low, x_high, y_low, y_high; /* at the left, right, bottom and top edge */
    bool log;                            /* y runs in decades */
    const char *x_label, *y_label;
    struct plot_series series[PLOT_SERIES];
    int n_series;
    struct plot_level levels[PLOT_LEVELS];
    int n_levels;
    double cursor;            /* x of an upright line, NAN: none */
    const char *const *names; /* [n_names] at x = 0, 1, … in place of numbers; a line break parts
                                 two lines, where they fit */
    int n_names;
    double head; /* lines of text left free above, on paper */
};

#endif
