/* What the net of a round says of the clean images of the classes it is worst at. */
#include "engine/base/memory.h"
#include "engine/measures/number.h"
#include "views/facts/branches.h"
#include "views/figures/figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { CLASSES_MAX = 10, LEFT = 10 /* digits wide, of the rows' names */ };

/* Rows are classes with most mistakes, columns the same, the target class and all others. */
struct confusion {
    int n_rows, row[CLASSES_MAX];
    int n_columns, column[CLASSES_MAX + 1];
    int n[CLASSES_MAX];                      /* images of a row */
    int count[CLASSES_MAX][CLASSES_MAX + 2]; /* the last column: others */
};

static int column_of(const struct confusion *c, int class)
{
    for (int i = 0; i < c->n_columns; i++)
        if (c->column[i] == class)
            return i;
    return c->n_columns;
}

/* Classes of the images, by their mistakes, most first. */
static void choose(
    struct confusion *c, const struct snapshot *s, const uint16_t *predicted, int most)
{
    int *wrong = memory_array((size_t)s->n_classes, sizeof *wrong);
    int n = s->n_images[SET_CLEAN];
    for (int i = 0; i < n; i++)
        if (s->labels[SET_CLEAN][i] != predicted[i])
            wrong[s->labels[SET_CLEAN][i]]++;
    while (c->n_rows < most) {
        int worst = 0;
        for (int i = 1; i < s->n_classes; i++)
            worst = wrong[i] > wrong[worst] ? i : worst;
        if (wrong[worst] <= 0)
            break;
        c->row[c->n_rows++] = c->column[c->n_columns++] = worst;
        wrong[worst] = 0;
    }
    if (s->target >= 0 && column_of(c, s->target) == c->n_columns)
        c->column[c->n_columns++] = s->target;
    free(wrong);
}

static void count(struct confusion *c, const struct snapshot *s, const uint16_t *predicted)
{
    for (int i = 0; i < s->n_images[SET_CLEAN]; i++)
        for (int row = 0; row < c->n_rows; row++)
            if (c->row[row] == s->labels[SET_CLEAN][i]) {
                c->n[row]++;
                c->count[row][column_of(c, predicted[i])]++;
            }
}

static int digits(int n)
{
    return n < 10 ? 1 : 1 + digits(n / 10);
}

/* Have names, with a star, and counts room in columns that wide? */
static bool fits(const struct confusion *c, double column, int target)
{
    const double em = 4.8;
    int widest = 4; /* "rest" */
    for (int i = 0; i < c->n_columns; i++) {
        int wide = digits(c->column[i]) + (c->column[i] == target);
        widest = wide > widest ? wide : widest;
    }
    for (int row = 0; row < c->n_rows; row++)
        widest = digits(c->n[row]) > widest ? digits(c->n[row]) : widest;
    return (widest + 0.6) * em <= column;
}

/* As many classes as the figure has room for. */
static void fill(struct confusion *c, const struct figure *f, const uint16_t *predicted)
{
    double room = figure_width(f) - 8 - LEFT * 4.8;
    for (int most = CLASSES_MAX; most > 0; most--) {
        *c = (struct confusion){0};
        choose(c, f->snapshot, predicted, most);
        count(c, f->snapshot, predicted);
        if (fits(c, room / (c->n_columns + 1), f->snapshot->target))
            break;
    }
}

static void add_rows(struct csv *csv, const struct confusion *c)
{
    csv_printf(csv, "label,n,predicted,count,percent\n");
    for (int row = 0; row < c->n_rows; row++)
        for (int i = 0; i <= c->n_columns; i++) {
            csv_printf(csv, "%d,%d,", c->row[row], c->n[row]);
            csv_printf(
                csv, i < c->n_columns ? "%d" : "others", c->column[i < c->n_columns ? i : 0]);
            csv_printf(
                csv, ",%d,%.17g\n", c->count[row][i], number_percent(c->count[row][i], c->n[row]));
        }
}

/* From the middle of cividis on black digits can be read. */
static void draw_cell(struct canvas *canvas, struct canvas_box box, int hits, int n, bool right)
{
    char text[16];
    double share = (double)hits / n;
    if (hits > 0)
        canvas_shade(canvas, box, theme_activation(0.5 + 0.5 * share), share);
    snprintf(text, sizeof text, "%d", hits);
    if (hits > 0 && canvas_text_width(canvas, text) <= box.width)
        canvas_text(
            canvas, ROLE_TEXT, box.x + box.width / 2, box.y + box.height / 2, ALIGN_CENTRE, text);
    if (right) { /* where it is right */
        struct canvas_style style = {ROLE_CLEAN, LINE_SOLID, 0.9};
        double x = box.x + box.width, y = box.y + box.height;
        const struct canvas_point edge[] = {
            {box.x, box.y}, {x, box.y}, {x, y}, {box.x, y}, {box.x, box.y}};
        canvas_polyline(canvas, style, edge, 5);
    }
}

static void draw_scale(struct canvas *canvas, double x, double y, double width)
{
    enum { STEPS = 48 };
    for (int i = 0; i < STEPS; i++) {
        double share = (i + 0.5) / STEPS;
        struct canvas_box step = {x + width * i / STEPS, y, width / STEPS, 0.5 * canvas->line};
        canvas_shade(canvas, step, theme_activation(0.5 + 0.5 * share), share);
    }
    y += 1.2 * canvas->line;
    canvas_text(canvas, ROLE_FAINT, x, y, ALIGN_LEFT, "> 0");
    canvas_text(canvas, ROLE_FAINT, x + width, y, ALIGN_RIGHT, "100 %");
    canvas_text(canvas, ROLE_TEXT, x + width / 2, y, ALIGN_CENTRE, "share of row");
}

static void draw(struct canvas *canvas, const struct confusion *c, double cell, int target)
{
    double line = canvas->line, left = LEFT * canvas->em, top = 2.4 * line;
    double column = (canvas->width - 8 - left) / (c->n_columns + 1);
    canvas_text(canvas, ROLE_TEXT, left + (canvas->width - 8 - left) / 2, 0.7 * line, ALIGN_CENTRE,
        "predicted class");
    canvas_text(canvas, ROLE_TEXT, 4, 1.8 * line, ALIGN_LEFT, "class (n)");
    for (int i = 0; i <= c->n_columns; i++) {
        char text[16] = "rest";
        if (i < c->n_columns)
            snprintf(text, sizeof text, "%d%s", c->column[i], c->column[i] == target ? "*" : "");
        canvas_text(canvas, ROLE_FAINT, left + (i + 0.5) * column, 1.8 * line, ALIGN_CENTRE, text);
    }
    for (int row = 0; row < c->n_rows; row++) {
        char text[32];
        snprintf(text, sizeof text, "%d%s (%d)", c->row[row], c->row[row] == target ? "*" : "",
            c->n[row]);
        canvas_text(canvas, ROLE_FAINT, left - 0.8 * canvas->em, top + (row + 0.5) * cell,
            ALIGN_RIGHT, text);
        for (int i = 0; i <= c->n_columns; i++) {
            struct canvas_box box = {left + i * column, top + row * cell, column, cell};
            draw_cell(canvas, box, c->count[row][i], c->n[row], i == row);
        }
    }
    draw_scale(canvas, left, top + c->n_rows * cell + 0.6 * line, fmin(120, 6 * column));
    if (target >= 0)
        canvas_text(canvas, ROLE_FAINT, canvas->width - 4, top + c->n_rows * cell + 1.8 * line,
            ALIGN_RIGHT, "* target class");
}

static bool make(struct figure *f, struct error *err)
{
    const struct snapshot *s = f->snapshot;
    struct confusion c;
    const double cell = 14;
    if (!figure_measured(f, err))
        return false;
    const uint16_t *predicted = s->rounds[f->round]->predicted[SET_CLEAN];
    if (!predicted || !s->labels[SET_CLEAN])
        return fail_as(err, ERROR_FAILED, "the predictions of round %d are not known", f->round);
    fill(&c, f, predicted);
    if (c.n_rows == 0)
        return fail_as(err, ERROR_FAILED, "no clean image is wrong in round %d", f->round);
    figure_name(f, "confusion", "_round%d", f->round);
    char pruned[64];
    figure_pruned(f, pruned, sizeof pruned);
    figure_tell(f,
        "The %d classes with most mistakes on clean images and how their images are classified "
        "by %s, %s; correct answers are framed.",
        c.n_rows, f->net, pruned);
    if (!figure_begin(f, 5.0 * 10.5 + c.n_rows * cell + 2, err))
        return false;
    add_rows(&f->csv, &c);
    draw(f->canvas, &c, cell, s->target);
    return true;
}

const struct export export_confusion = {
    .name = "confusion",
    .view = "round",
    .help = "predictions for the classes with most mistakes",
    .title = "Classes with most mistakes",
    .of = EXPORT_NET,
    .make = make,
};
