#include "views/plot_frame.h"

#include <math.h>

/* From the left edge of a legend to its names: a line, or two short ones, and a gap. */
static double legend_sample(const struct canvas *canvas, const struct plot *plot)
{
    bool pair = false;
    for (int i = 0; i < plot->n_series; i++)
        pair = pair || plot->series[i].beside;
    return canvas->paper ? (pair ? 7.5 : 5.5) * canvas->em : (pair ? 2 : 1) * 4;
}

/* On paper a legend stands below the plot, in two columns where names are short. */
static int legend_columns(struct canvas *canvas, const struct plot *plot, double width)
{
    double widest = 0;
    for (int i = 0; i < plot->n_series; i++)
        if (plot->series[i].label)
            widest = fmax(widest, canvas_text_width(canvas, plot->series[i].label));
    return legend_sample(canvas, plot) + widest + 2 * canvas->em <= width / 2 ? 2 : 1;
}

int plot_legend_lines(struct canvas *canvas, const struct plot *plot, double width)
{
    int n = 0;
    for (int i = 0; canvas->paper && i < plot->n_series; i++)
        n += plot->series[i].label != NULL;
    int columns = n > 1 ? legend_columns(canvas, plot, width) : 1;
    return (n + columns - 1) / columns;
}

struct legend {
    double x, y, name; /* of a line; where names begin */
};

/* The curve's line, or two short ones where another stands beside it, and its name. */
static void draw_entry(const struct plot_frame *f, const struct legend *legend, int index)
{
    struct canvas *canvas = f->canvas;
    const struct plot_series *series = &f->plot->series[index];
    bool pair = index + 1 < f->plot->n_series && series[1].beside;
    double x = legend->x, all = legend->name - canvas->em - x;
    for (double column = x; !canvas->paper && column < legend->name; column++)
        canvas_text(canvas, ROLE_TEXT, column, legend->y, ALIGN_LEFT, " ");
    double length = pair ? (all - canvas->em) / 2 : all;
    for (int i = 0; i <= pair; i++) {
        struct canvas_point ends[] = {{x, legend->y}, {x + length - 0.1, legend->y}};
        canvas_polyline(canvas, series[i].style, ends, 2);
        if (canvas->paper)
            canvas_mark(canvas, series[i].style.role, x + length / 2, legend->y, series[i].mark);
        x += length + canvas->em;
    }
    canvas_text(canvas,
        canvas->paper  ? ROLE_TEXT
        : series->past ? ROLE_FAINT
                       : series->style.role,
        legend->name, legend->y, ALIGN_LEFT, series->label);
}

/* On cells a past curve is named where its name has room. */
static int choose_entries(const struct plot_frame *f, double room, int shown[PLOT_SERIES])
{
    int n = 0, most = (int)(f->region.height / f->canvas->line / 2);
    for (int past = 0; past < 2; past++)
        for (int i = 0; i < f->plot->n_series; i++) {
            const struct plot_series *series = &f->plot->series[i];
            if (!series->label || series->past != past)
                continue;
            bool fits = !past || (n < most && canvas_text_width(f->canvas, series->label) <= room);
            if (fits || f->canvas->paper)
                shown[n++] = i;
        }
    return n;
}

static void draw_legend_below(const struct plot_frame *f)
{
    struct canvas *canvas = f->canvas;
    int shown[PLOT_SERIES], n = choose_entries(f, 0, shown);
    int lines = plot_legend_lines(canvas, f->plot, f->box.width);
    double left = f->box.x + 0.5 * canvas->em;
    for (int i = 0; i < n; i++) {
        struct legend legend = {.x = left + i / lines * f->box.width / 2};
        legend.y = f->box.y + f->box.height - (1.1 * (lines - i % lines) - 0.6) * canvas->line;
        legend.name = legend.x + legend_sample(canvas, f->plot);
        draw_entry(f, &legend, shown[i]);
    }
}

/* Bottom left: pruning curves start high and fall at the right. Past ones stand below. */
void plot_legend_draw(const struct plot_frame *f)
{
    struct canvas *canvas = f->canvas;
    int shown[PLOT_SERIES];
    struct legend legend = {
        .x = f->region.x + 2, .y = f->region.y + f->region.height - 1.5 * canvas->line};
    if (canvas->paper) {
        draw_legend_below(f);
        return;
    }
    if (f->region.height < 8 || f->region.width < 34)
        return;
    legend.name = legend.x + legend_sample(canvas, f->plot);
    int n = choose_entries(f, 0.7 * (f->region.x + f->region.width - legend.name), shown);
    for (int i = n - 1; i >= 0; i--, legend.y -= canvas->line)
        draw_entry(f, &legend, shown[i]);
}
