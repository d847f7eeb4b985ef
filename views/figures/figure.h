/* A figure while it is made: an exporter names it, fills its table and draws it; exports_write()
 * does the rest. Owner: exports_write's stack. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FIGURES_FIGURE_H
#define SECATEUR_VIEWS_FIGURES_FIGURE_H

#include "views/charts/canvas_paper.h"
#include "views/charts/plot_data.h"
#include "views/files/csv.h"
#include "views/files/export.h"
#include "views/files/figure_style.h"

struct figure {
    const struct export_request *request;
    const struct snapshot *snapshot;
    const struct view_state *view_state;
    int round; /* the one that is shown */
    enum canvas_format format;
    struct paper paper;
    struct figure_style style;
    char net[32];    /* of the round that is shown: "B", "B′(10)", "B′" */
    char under[160]; /* line below the title */
    char stem[160];
    char caption[1024];
    struct metadata metadata; /* further ones are added before figure_begin() */
    struct csv csv;           /* numbers that are shown, with every digit */
    struct canvas *canvas;
    uint8_t *rgb; /* [height][width][3] of figures without canvas */
    int width, height;
    uint8_t *bytes; /* [size] the finished file */
    size_t size;
};

/* True when rounds are there to be shown; else err says what is missing. */
bool figure_measured(const struct figure *figure, struct error *err);
/* "curves_" and the rest as names of files; layer and criterion are put behind the kind. */
void figure_name(struct figure *figure, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "the unpruned net", "the net with 51 channels pruned", "the net of round 3 of its repair" */
void figure_pruned(const struct figure *figure, char *text, int size);
/* What is seen, in sentences: heads the metadata and becomes the caption. */
void figure_tell(struct figure *figure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
double figure_width(const struct figure *figure); /* of the canvas, points */
/* Height of a plot with something below it. */
double figure_plot_height(const struct figure *figure, double below);
/* The same of a plot in a box 4 points from both edges, whose names are measured. */
double figure_legend_height(const struct figure *figure, const struct plot *plot);
/* Begins the table, and the canvas unless height is 0. */
bool figure_begin(struct figure *figure, double height, struct error *err);

#endif
