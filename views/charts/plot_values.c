/* Scales and named curves of a plot, written as elements of XML. */
#include "views/charts/plot_values.h"

#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "views/charts/canvas_paper.h"

#include <stdio.h>
#include <stdlib.h>

enum { POINTS_MOST = 600 }; /* of a curve: more are thinned, the last is kept */

static void attribute(FILE *out, const char *name, const char *text)
{
    fprintf(out, " %s=\"", name);
    escape_html(out, text ? text : "");
    fputs("\"", out);
}

static void write_series(FILE *out, const struct plot_frame *f, const struct plot_series *series)
{
    int every = (series->n + POINTS_MOST - 1) / POINTS_MOST;
    uint32_t colour = f->canvas->theme->role[series->style.role].fg;
    fputs("<series", out);
    attribute(out, "name", series->label);
    fprintf(out, " colour=\"%06x\" points=\"", colour == CELL_DEFAULT ? 0 : colour);
    for (int i = 0; i < series->n; i++)
        if (i % every == 0 || i == series->n - 1)
            fprintf(out, "%s%.6g,%.6g", i ? " " : "", series->points[i].x, series->points[i].y);
    fputs("\"/>", out);
}

void plot_values_note(const struct plot_frame *f)
{
    const struct plot *p = f->plot;
    const struct canvas_box *r = &f->region;
    char *text = NULL;
    size_t size = 0;
    if (!f->canvas->paper || p->n_names > 0)
        return;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        memory_run_out();
    fprintf(out, "<plot region=\"%.6g %.6g %.6g %.6g\" x=\"%.6g %.6g\" y=\"%.6g %.6g\" log=\"%d\"",
        r->x, r->y, r->width, r->height, p->x_low, p->x_high, p->y_low, p->y_high, p->log);
    attribute(out, "across", p->x_label);
    attribute(out, "up", p->y_label);
    fputs(">", out);
    for (int i = 0; i < p->n_series; i++)
        if (p->series[i].label && p->series[i].n > 0 && !p->series[i].marks_only)
            write_series(out, f, &p->series[i]);
    fputs("</plot>", out);
    if (fclose(out) != 0)
        memory_run_out();
    canvas_data(f->canvas, text);
    free(text);
}
