/* Bands of colours, one column for a channel, with axis and state. */
#include "views/charts/heatmap.h"

#include <math.h>
#include <stdio.h>

/* Behind the axis, or in its place where there is no line more. */
static void fit_overview(struct heatmap *h, const struct canvas *canvas, int rows, double height)
{
    double above = rows * h->row + canvas->line; /* colours and states */
    bool part = !canvas->paper && h->n < h->channels->n;
    bool room = part && above + canvas->line <= height + 1e-9;
    h->overview = !room                                       ? -1
                  : above + 2 * canvas->line <= height + 1e-9 ? above + canvas->line
                                                              : above;
}

bool heatmap_fit(struct heatmap *h, const struct canvas *canvas, const struct snapshot *snapshot,
    const struct channels *channels, struct canvas_box box)
{
    double em = canvas->em;
    *h = (struct heatmap){.snapshot = snapshot, .channels = channels};
    h->label = box.width >= 40 * em   ? (canvas->paper ? 8 : 10) * em
               : box.width >= 20 * em ? 4 * em
                                      : 0;
    double room = box.width - h->label - (canvas->paper ? 0 : 1);
    double per = channels->n > 0 ? room / channels->n : 0;
    h->column = canvas->paper ? per : per < 2 ? 1 : floor(fmin(per, 4));
    if (channels->n == 0 || room < 1)
        return false;
    h->n = (int)fmin(channels->n, floor(room / h->column + 1e-9));
    h->first = channels->cursor - h->n / 2;
    h->first = h->first > channels->n - h->n ? channels->n - h->n : h->first;
    h->first = h->first > 0 ? h->first : 0;
    int lines = (int)(box.height / canvas->line + 1e-9) - 2; /* state and axis */
    h->difference = channels->poisoned && lines >= 3;
    int rows = 1 + (channels->poisoned && lines >= 2) + h->difference;
    h->row = canvas->paper ? 1.8 * canvas->line : fmax(1, fmin(3, floor((double)lines / rows)));
    fit_overview(h, canvas, rows, box.height);
    return true;
}

double heatmap_value(const struct heatmap *h, enum image_set set, int channel)
{
    double share = channels_mean(h->snapshot, set, channel) / h->channels->most;
    return share > 0 ? sqrt(share) : 0;
}

static double x_of(const struct heatmap *h, double left, int place)
{
    return left + h->label + (place - h->first) * h->column;
}

static void draw_label(struct canvas *canvas, const struct heatmap *h, enum role role, double x,
    double y, const char *wide, const char *narrow)
{
    if (h->label > 0)
        canvas_text(canvas, role, x, y, ALIGN_LEFT, h->label > 5 * canvas->em ? wide : narrow);
}

static void draw_means(
    struct canvas *canvas, const struct heatmap *h, enum image_set set, double left, double y)
{
    static const char *const wide[] = {"clean", "poisoned"}, *const narrow[] = {"cln", "psn"};
    static const enum role roles[] = {ROLE_CLEAN, ROLE_ATTACK};
    draw_label(canvas, h, roles[set], left, y + h->row / 2, wide[set], narrow[set]);
    for (int i = h->first; i < h->first + h->n; i++) {
        double value = heatmap_value(h, set, h->channels->order[i]);
        struct canvas_box box = {x_of(h, left, i), y, h->column, h->row};
        canvas_shade(canvas, box, theme_activation(value), value);
    }
}

static void draw_difference(struct canvas *canvas, const struct heatmap *h, double left, double y)
{
    draw_label(canvas, h, ROLE_FAINT, left, y + h->row / 2, "change", "chg");
    for (int i = h->first; i < h->first + h->n; i++) {
        int channel = h->channels->order[i];
        double value = channels_difference(h->snapshot, channel) / h->channels->most_difference;
        double shown = copysign(sqrt(fabs(value)), value);
        struct canvas_box box = {x_of(h, left, i), y, h->column, h->row};
        canvas_shade(canvas, box, theme_difference(canvas->theme, shown), fabs(shown));
    }
}

/* The cell of a channel's columns that carries its mark. */
static double middle(const struct heatmap *h)
{
    return floor((h->column - 1) / 2);
}

static void draw_states(struct canvas *canvas, const struct heatmap *h, double left, double y)
{
    draw_label(canvas, h, ROLE_FAINT, left, y, canvas->paper ? "pruned" : "state", "st");
    for (int i = h->first; i < h->first + h->n; i++) {
        enum role role;
        const char *mark = channels_mark(h->channels, h->channels->order[i], &role);
        double x = x_of(h, left, i);
        bool cross = canvas->paper && mark[0] == "×"[0] && mark[1] == "×"[1];
        double middle_of = x + h->column / 2;
        if (cross && h->column < 3) /* crosses would touch */
            canvas_rule(canvas, (struct canvas_style){role, LINE_SOLID, 0.8 * h->column}, middle_of,
                y - 1.5, middle_of, y + 1.5);
        else if (cross)
            canvas_mark(canvas, role, middle_of, y, MARK_CROSS);
        else if (!canvas->paper)
            canvas_text(canvas, role, x + middle(h), y, ALIGN_LEFT, mark);
    }
}

/* On cells a long strip shows a part around the cursor: arrows say where it goes on. */
static void draw_ends(struct canvas *canvas, const struct heatmap *h, double left, double y)
{
    double right = x_of(h, left, h->first + h->n);
    if (h->first > 0)
        canvas_text(canvas, ROLE_NEXT, left + fmax(h->label - 1, 0), y, ALIGN_LEFT, "◄");
    if (h->first + h->n < h->channels->n)
        canvas_text(canvas, ROLE_NEXT, fmin(right, canvas->width - 1), y, ALIGN_LEFT, "►");
}

static void draw_axis(struct canvas *canvas, const struct heatmap *h, double left, double y)
{
    int step = 10;
    draw_label(canvas, h, ROLE_FAINT, left, y, "channel", "ch");
    while (step * h->column < 4 * canvas->em)
        step *= 2;
    for (int i = h->first; i < h->first + h->n; i++) {
        char text[16];
        if (i % step != 0)
            continue;
        snprintf(text, sizeof text, "%d", h->channels->order[i]);
        double width = canvas_text_width(canvas, text), x = x_of(h, left, i);
        if (x + width > canvas->width)
            continue;
        if (canvas->paper)
            canvas_text(canvas, ROLE_FAINT, x + h->column / 2, y, ALIGN_CENTRE, text);
        else
            canvas_text(canvas, ROLE_FAINT, x + middle(h), y, ALIGN_LEFT, text);
    }
}

/* The largest change, or mean on clean images, among channels from..to: 0..1. */
static double largest(const struct heatmap *h, int from, int to)
{
    double most = 0;
    for (int i = from; i < to; i++) {
        int channel = h->channels->order[i];
        double change =
            h->channels->poisoned
                ? fabs(channels_difference(h->snapshot, channel)) / h->channels->most_difference
                : channels_mean(h->snapshot, SET_CLEAN, channel) / h->channels->most;
        most = fmax(most, change);
    }
    return sqrt(most);
}

static double overview_columns(const struct heatmap *h)
{
    return fmax(1, floor(h->n * h->column));
}

/* All channels in one line, where what stands out is seen; what is shown above is marked. */
static void draw_overview(struct canvas *canvas, const struct heatmap *h, double left, double y)
{
    int columns = (int)overview_columns(h), n = h->channels->n;
    draw_label(canvas, h, ROLE_KEY, left, y + canvas->line / 2, "all", "all");
    for (int x = 0; x < columns; x++) {
        int from = (int)((long)x * n / columns), to = (int)((long)(x + 1) * n / columns);
        to = to > from ? to : from + 1;
        double value = largest(h, from, to);
        struct canvas_box box = {left + h->label + x, y, 1, canvas->line};
        bool shown = from < h->first + h->n && to > h->first;
        if (shown)
            canvas_text(canvas, ROLE_NEXT, box.x, y + canvas->line / 2, ALIGN_LEFT, "━");
        else
            canvas_shade(canvas, box, theme_activation(value), value);
    }
}

void heatmap_draw(struct canvas *canvas, const struct heatmap *h, struct canvas_box box)
{
    double y = box.y, bottom = box.y + box.height, line = canvas->line;
    draw_means(canvas, h, SET_CLEAN, box.x, y);
    y += h->row;
    if (h->channels->poisoned && y + h->row <= bottom + 1e-9) {
        draw_means(canvas, h, SET_POISONED, box.x, y);
        y += h->row;
    }
    if (h->difference) {
        draw_difference(canvas, h, box.x, y);
        y += h->row;
    }
    if (y + line <= bottom + 1e-9)
        draw_states(canvas, h, box.x, y + line / 2);
    if (!canvas->paper && y + line <= bottom + 1e-9)
        draw_ends(canvas, h, box.x, y + line / 2);
    if (h->overview >= 0)
        draw_overview(canvas, h, box.x, box.y + h->overview);
    bool axis = h->overview < 0 || y + line < box.y + h->overview - 1e-9;
    if (axis && y + 2 * line <= bottom + 1e-9)
        draw_axis(canvas, h, box.x, y + 1.5 * line);
}

bool heatmap_overview_at(const struct heatmap *h, double y)
{
    return h->overview >= 0 && y >= h->overview && y < h->overview + 1;
}

int heatmap_overview_place(const struct heatmap *h, double x)
{
    double columns = overview_columns(h), at = floor(x - h->label);
    at = fmin(fmax(at, 0), columns - 1);
    return (int)(at * h->channels->n / columns);
}

int heatmap_place(const struct heatmap *h, double x, double y)
{
    bool all = heatmap_overview_at(h, y);
    int place = all ? (int)(floor(x - h->label) * h->channels->n / overview_columns(h))
                    : h->first + (int)floor((x - h->label) / h->column);
    int end = all ? h->channels->n : h->first + h->n;
    return x >= h->label && place < end ? place : -1;
}
