/* The legend: on paper below the plot, on cells where no curve passes, else above. */
#include "views/charts/plot_legend.h"

#include "views/charts/plot_space.h"

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
        if (!series[i].marks_only)
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

/* Entries that stand together, with a column free on both sides. */
struct block {
    int first, n; /* of those shown */
    struct area area;
};

enum { ROOMY = 16 }; /* rows of a plot that can spare some for the names of past curves */

/* n entries of `shown` from the first on. */
static struct block block_of(const struct plot_frame *f, const int *shown, int first, int n)
{
    double widest = 0;
    for (int i = first; i < first + n; i++)
        widest = fmax(widest, canvas_text_width(f->canvas, f->plot->series[shown[i]].label));
    int columns = (int)(legend_sample(f->canvas, f->plot) + widest) + 2;
    return (struct block){first, n, {0, 0, columns, n}};
}

/* Bottom left where it is free, since pruning curves start high and fall at the right; then the
 * other corners, then wherever there is space, which then is taken. False: nowhere. */
static bool find_place(struct plot_space *space, struct block *block)
{
    struct area *area = &block->area;
    int right = space->columns - area->columns - 1, bottom = space->rows - area->rows - 1;
    const int corners[][2] = {{1, bottom}, {right, bottom}, {right, 0}, {1, 0}};
    bool found = block->n == 0;
    for (int i = 0; i < 4 && !found; i++) {
        area->column = corners[i][0];
        area->row = corners[i][1];
        found = plot_space_free(space, *area);
    }
    for (int i = 0; !found && i < space->rows * space->columns; i++) {
        area->column = i % space->columns;
        area->row = bottom - i / space->columns;
        found = plot_space_free(space, *area);
    }
    if (found && block->n > 0)
        plot_space_take(space, *area);
    return found;
}

static void take_levels(const struct plot_frame *f, struct plot_space *space)
{
    struct area area;
    for (int i = 0; i < f->plot->n_levels; i++)
        if (plot_space_level(f, space, i, &area))
            plot_space_take(space, area);
}

/* All entries together, else the present ones and the past ones apart; in a small plot past ones
 * are left out where they have no place. Returns the blocks that are placed; 0 where those that
 * are wanted have none, then *above are the rows that they take over the plot. */
static int place_blocks(
    const struct plot_frame *f, int shown[PLOT_SERIES], struct block blocks[2], int *above)
{
    *above = 0;
    if (f->region.height < 8 || f->region.width < 34)
        return 0;
    double room_for_past = 0.7 * (f->region.width - 2 - legend_sample(f->canvas, f->plot));
    int n = choose_entries(f, room_for_past, shown), present = n, placed = 1;
    struct plot_space space;
    while (present > 0 && f->plot->series[shown[present - 1]].past)
        present--;
    plot_space_init(&space, f);
    take_levels(f, &space);
    blocks[0] = block_of(f, shown, 0, n);
    if (n > 0 && !find_place(&space, &blocks[0])) {
        bool roomy = f->region.height >= ROOMY;
        blocks[0] = block_of(f, shown, 0, present);
        blocks[1] = block_of(f, shown, present, n - present);
        placed = find_place(&space, &blocks[0]) ? 1 : 0;
        bool both = placed && find_place(&space, &blocks[1]);
        placed = both ? 2 : roomy ? 0 : placed;
        *above = placed ? 0 : (int)fmin(roomy ? n : present, f->region.height / 3);
    }
    plot_space_finish(&space);
    return n > 0 ? placed : 0;
}

int plot_legend_rows_above(const struct plot_frame *f)
{
    struct block blocks[2];
    int shown[PLOT_SERIES], above;
    place_blocks(f, shown, blocks, &above);
    return above;
}

/* Nowhere on the curves: beside them, or above the plot, which then was made smaller. */
void plot_legend_draw(const struct plot_frame *f)
{
    struct block blocks[2];
    int shown[PLOT_SERIES], unused, above = (int)(f->region.y - f->box.y), n = 1;
    if (f->canvas->paper) {
        draw_legend_below(f);
        return;
    }
    if (above > 0) {
        struct plot_frame whole = *f;
        whole.region.y -= above;
        whole.region.height += above;
        place_blocks(&whole, shown, blocks, &unused);
        blocks[0] = (struct block){0, above, {0, -above, 0, above}};
    } else {
        n = place_blocks(f, shown, blocks, &unused);
    }
    for (int k = 0; k < n; k++)
        for (int i = 0; i < blocks[k].n; i++) {
            struct legend legend = {.x = f->region.x + blocks[k].area.column + 1,
                .y = f->region.y + blocks[k].area.row + i + 0.5};
            legend.name = legend.x + legend_sample(f->canvas, f->plot);
            draw_entry(f, &legend, shown[blocks[k].first + i]);
        }
}
