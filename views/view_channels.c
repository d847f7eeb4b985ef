/* Channels of the pruned layer: a strip of colours; zoomed a list with bars, or one channel. */
#include "views/channels.h"
#include "views/heatmap.h"
#include "views/views.h"

#include <math.h>
#include <stdio.h>

struct sheet {
    const struct view_input *input;
    const struct snapshot *snapshot;
    const struct pane *pane;
    const struct channels *channels;
};

static void draw_about(const struct sheet *sheet, int row)
{
    const struct snapshot *s = sheet->snapshot;
    int c = sheet->channels->order[sheet->channels->cursor];
    int at = pane_printf(sheet->pane, 0, row, ROLE_KEY, "ch %d", c);
    at = pane_printf(
        sheet->pane, at + 2, row, ROLE_CLEAN, "clean %.4f", channels_mean(s, SET_CLEAN, c));
    if (sheet->channels->poisoned) {
        at = pane_printf(sheet->pane, at + 2, row, ROLE_ATTACK, "poisoned %.4f",
            channels_mean(s, SET_POISONED, c));
        at = pane_printf(
            sheet->pane, at + 2, row, ROLE_TEXT, "change %+.4f", channels_difference(s, c));
    }
    if (sheet->channels->rank[c])
        at = pane_printf(sheet->pane, at + 2, row, ROLE_FAINT, "rank %d of %d",
            sheet->channels->rank[c], sheet->channels->n);
    int round = sheet->channels->pruned_in[c];
    if (round > 0)
        pane_printf(sheet->pane, at + 2, row, ROLE_PRUNED, "× pruned in round %d", round);
    else
        pane_text(sheet->pane, at + 2, row, c == sheet->channels->next ? ROLE_NEXT : ROLE_TEXT,
            c == sheet->channels->next ? "▸ goes next" : "· kept");
}

/* Returns rows used. */
static int draw_strip(const struct sheet *sheet, int row, int rows)
{
    struct pane pane = pane_part(sheet->pane, (struct area){0, row, sheet->pane->columns, rows});
    struct canvas *canvas = canvas_cells_create(&pane);
    struct canvas_box box = {0, 0, pane.columns, pane.rows};
    struct heatmap map;
    int used = 0;
    if (heatmap_fit(&map, canvas, sheet->snapshot, sheet->channels, box)) {
        int bands = 1 + (sheet->channels->poisoned && rows >= 4) + map.difference;
        used = bands * (int)map.row + 2;
        heatmap_draw(canvas, &map, box);
        int x = (int)(map.label + (sheet->channels->cursor - map.first) * map.column);
        int state = used - 2 < rows ? used - 2 : 0;
        for (int k = 0; k < (int)map.column; k++) {
            struct cell *cell = cells_at(sheet->pane->cells, pane.column + x + k, pane.row + state);
            struct cell cursor = theme_cell(pane.theme, ROLE_CURSOR);
            if (cell && x + k < pane.columns && state < pane.rows) {
                cursor.glyph = cell->glyph;
                *cell = cursor;
            }
        }
        if (sheet->input->focused && x < pane.columns && state < pane.rows) {
            sheet->pane->cells->cursor_column = pane.column + x;
            sheet->pane->cells->cursor_row = pane.row + state;
        }
    }
    canvas_destroy(canvas);
    return used;
}

/* Columns of the list, by what fits. */
struct columns {
    int bar;       /* cells of a bar */
    bool more;     /* maximum and zeros too */
    bool poisoned; /* second bar and change */
};

static struct columns fit_columns(const struct pane *pane, bool poisoned)
{
    struct columns c = {.poisoned = poisoned};
    int fixed = 8 + 8 + (poisoned ? 8 + 9 : 0) + 6 + 7; /* ch, state, values, rank, round */
    c.more = pane->columns >= fixed + 2 * 16 + 18;
    int room = pane->columns - fixed - (c.more ? 18 : 0) - 2;
    c.bar = room / (poisoned ? 2 : 1);
    c.bar = c.bar > 40 ? 40 : c.bar > 2 ? c.bar : 0;
    return c;
}

static void draw_head(const struct sheet *sheet, struct columns c, int row)
{
    const struct pane *pane = sheet->pane;
    pane_text(pane, 0, row, ROLE_FAINT, "   ch st");
    int end = 16;
    pane_right(pane, end, row, ROLE_CLEAN, "clean");
    end += c.bar + 1;
    if (c.poisoned) {
        end += 8;
        pane_right(pane, end, row, ROLE_ATTACK, "poisoned");
        end += c.bar + 10;
        pane_right(pane, end, row, ROLE_FAINT, "change");
    }
    pane_right(pane, end += 6, row, ROLE_FAINT, "rank");
    pane_right(pane, end += 7, row, ROLE_FAINT, "round");
    if (c.more) {
        pane_right(pane, end += 9, row, ROLE_FAINT, "maximum");
        pane_right(pane, end += 9, row, ROLE_FAINT, "zeros");
    }
}

static int draw_mean(
    const struct sheet *sheet, struct columns c, int end, int row, enum image_set set, int channel)
{
    static const enum role roles[] = {ROLE_CLEAN, ROLE_ATTACK};
    double mean = channels_mean(sheet->snapshot, set, channel);
    pane_right(sheet->pane, end, row, ROLE_TEXT, mean < 99.5 ? "%.4f" : "%.1f", mean);
    pane_bar(sheet->pane, end + 1, row, c.bar - 1, roles[set],
        mean > 0 ? mean / sheet->channels->most : 0);
    return end + c.bar + 1;
}

static void draw_line(const struct sheet *sheet, struct columns c, int row, int channel)
{
    const struct pane *pane = sheet->pane;
    enum role role;
    const char *mark = channels_mark(sheet->channels, channel, &role);
    pane_right(pane, 5, row, role, "%d", channel);
    pane_text(pane, 6, row, role, mark);
    int end = draw_mean(sheet, c, 16, row, SET_CLEAN, channel);
    if (c.poisoned) {
        end = draw_mean(sheet, c, end + 8, row, SET_POISONED, channel) + 9;
        pane_right(
            pane, end, row, ROLE_TEXT, "%+.4f", channels_difference(sheet->snapshot, channel));
    }
    end += 6;
    if (sheet->channels->rank[channel])
        pane_right(pane, end, row, ROLE_TEXT, "%d", sheet->channels->rank[channel]);
    end += 7;
    if (sheet->channels->pruned_in[channel])
        pane_right(pane, end, row, ROLE_PRUNED, "%d", sheet->channels->pruned_in[channel]);
    if (c.more && sheet->snapshot->activations) {
        const struct channel_activation *a = &sheet->snapshot->activations[channel];
        pane_right(pane, end += 9, row, ROLE_TEXT, "%.3f", (double)a->max[SET_CLEAN]);
        pane_right(pane, end += 9, row, ROLE_TEXT, "%.1f %%", 100.0 * (double)a->zeros[SET_CLEAN]);
    }
}

static void draw_list(const struct sheet *sheet)
{
    const struct channels *channels = sheet->channels;
    struct columns columns = fit_columns(sheet->pane, channels->poisoned);
    int strip = sheet->pane->rows >= 16 ? 5 : 0, rows = sheet->pane->rows - 1 - strip;
    int first = views_first(channels->cursor, channels->n, rows);
    draw_head(sheet, columns, 0);
    for (int i = 0; i < rows && first + i < channels->n; i++) {
        draw_line(sheet, columns, 1 + i, channels->order[first + i]);
        if (first + i != channels->cursor)
            continue;
        pane_text(sheet->pane, 0, 1 + i, ROLE_NEXT, "▸");
        pane_row(sheet->pane, 1 + i, ROLE_CURSOR);
    }
    if (strip)
        draw_strip(sheet, sheet->pane->rows - strip + 1, strip - 1);
    if (sheet->input->focused && channels->cursor - first < rows) {
        sheet->pane->cells->cursor_column = sheet->pane->column;
        sheet->pane->cells->cursor_row = sheet->pane->row + 1 + channels->cursor - first;
    }
}

static void draw_set(const struct sheet *sheet, int row, enum image_set set, int channel)
{
    static const char *const names[] = {"clean", "poisoned"};
    static const enum role roles[] = {ROLE_CLEAN, ROLE_ATTACK};
    const struct channel_activation *a = &sheet->snapshot->activations[channel];
    const struct pane *pane = sheet->pane;
    pane_text(pane, 1, row, roles[set], names[set]);
    pane_right(pane, 20, row, ROLE_STRONG, "%.4f", (double)a->mean[set]);
    pane_right(pane, 31, row, ROLE_TEXT, "%.4f", (double)a->deviation[set]);
    pane_right(pane, 42, row, ROLE_TEXT, "%.4f", (double)a->max[set]);
    pane_right(pane, 53, row, ROLE_TEXT, "%.2f %%", 100.0 * (double)a->zeros[set]);
    int room = pane->columns - 57;
    pane_bar(pane, 55, row, room > 60 ? 60 : room, roles[set],
        (double)a->mean[set] / sheet->channels->most);
}

static void draw_round_of(const struct sheet *sheet, int row, int channel)
{
    const struct snapshot *s = sheet->snapshot;
    int round = sheet->channels->pruned_in[channel];
    char clean[32], asr[32];
    if (round == 0) {
        pane_printf(sheet->pane, 1, row, ROLE_TEXT, "%s",
            channel == sheet->channels->next ? "▸ kept so far; the order prunes it next"
                                             : "· kept so far");
        return;
    }
    views_change(clean, sizeof clean,
        snapshot_clean_accuracy(s, round) - snapshot_clean_accuracy(s, round - 1));
    views_change(asr, sizeof asr, snapshot_asr(s, round) - snapshot_asr(s, round - 1));
    pane_printf(sheet->pane, 1, row, ROLE_TEXT, "× pruned in round %d%s: clean %s pp, ASR %s pp",
        round, s->rounds[round]->by_hand ? " by hand" : "", clean, asr);
}

/* How far the sets lie apart, in deviations of the clean one. */
static void draw_reading(const struct sheet *sheet, int row, int channel)
{
    const struct channel_activation *a = &sheet->snapshot->activations[channel];
    double change = channels_difference(sheet->snapshot, channel);
    double deviation = fmax((double)a->deviation[SET_CLEAN], 1e-9);
    const char *reading = "about the same on clean and poisoned images";
    if (a->mean[SET_CLEAN] == 0 && a->mean[SET_POISONED] == 0)
        reading = "dormant: silent on every image, pruning it changes nothing";
    else if (a->mean[SET_CLEAN] == 0)
        reading = "silent on clean images, awake on poisoned ones: it may serve the trigger alone";
    else if (fabs(change) > deviation)
        reading = change > 0 ? "the trigger excites it by more than a deviation"
                             : "the trigger quiets it by more than a deviation";
    pane_printf(sheet->pane, 1, row, ROLE_TEXT, "change %+.4f, %.2f deviations of clean images",
        change, change / deviation);
    pane_printf(sheet->pane, 1, row + 1, ROLE_STRONG, "→ %s", reading);
}

static void draw_detail(const struct sheet *sheet)
{
    const struct snapshot *s = sheet->snapshot;
    const struct pane *pane = sheet->pane;
    int channel = sheet->channels->order[sheet->channels->cursor], row = 0;
    int at = pane_printf(pane, 1, row, ROLE_KEY, "channel %d", channel);
    if (sheet->channels->rank[channel])
        pane_printf(pane, at + 2, row, ROLE_FAINT, "rank %d of %d by %s, score %g",
            sheet->channels->rank[channel], sheet->channels->n, s->criterion ? s->criterion : "?",
            s->scores ? (double)s->scores[channel] : 0.0);
    row += 2;
    if (!s->activations)
        return;
    pane_text(pane, 1, row, ROLE_FAINT, "              mean  deviation    maximum      zeros");
    draw_set(sheet, row + 1, SET_CLEAN, channel);
    row += 3;
    if (sheet->channels->poisoned) {
        draw_set(sheet, row - 1, SET_POISONED, channel);
        draw_reading(sheet, row + 1, channel);
        row += 4;
    }
    draw_round_of(sheet, row, channel);
    if (pane->rows > row + 6)
        draw_strip(sheet, pane->rows - 5, 5);
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    struct channels channels;
    struct sheet sheet = {input, input->snapshot, &pane, &channels};
    if (input->snapshot->n_channels == 0 || !input->snapshot->activations) {
        views_waiting(&pane, input, "channels show when their activations are measured");
        return;
    }
    channels_init(&channels, input->snapshot, input->look);
    if (input->zoomed && input->look->detail && pane.columns >= 40 && pane.rows >= 8) {
        draw_detail(&sheet);
    } else if (input->zoomed && pane.columns >= 40 && pane.rows >= 6) {
        draw_list(&sheet);
    } else {
        int about = pane.rows >= 6 ? 1 : 0;
        int used = draw_strip(&sheet, 0, pane.rows - about);
        if (about)
            draw_about(&sheet, used < pane.rows ? used : pane.rows - 1);
    }
    channels_finish(&channels);
}

static void note(const struct view_input *input, char *text, int size)
{
    static const char *const orders[] = {"channel number", "order of pruning", "change"};
    const struct snapshot *s = input->snapshot;
    bool known = s->site >= 0 && s->site < s->n_sites;
    snprintf(text, (size_t)size, "%s, %d, by %s", known ? s->sites[s->site].measured : "no layer",
        s->n_channels, orders[input->look->channel_order]);
}

static void move(
    const struct snapshot *s, struct look *look, enum view_move way, struct area inside)
{
    struct channels channels;
    channels_init(&channels, s, look);
    if (channels.n > 0)
        look->channel =
            channels.order[views_moved(channels.cursor, channels.n, inside.rows - 1, way)];
    channels_finish(&channels);
}

static bool click(
    const struct snapshot *s, struct look *look, int column, int row, struct area inside)
{
    struct canvas metrics = {.em = 1, .line = 1};
    struct channels channels;
    struct heatmap map;
    struct canvas_box box = {0, 0, inside.columns, inside.rows};
    (void)row;
    channels_init(&channels, s, look);
    bool fits = heatmap_fit(&map, &metrics, s, &channels, box);
    int place = fits ? heatmap_place(&map, column - inside.column) : -1;
    if (place >= 0)
        look->channel = channels.order[place];
    channels_finish(&channels);
    return place >= 0;
}

const struct view views_channels = {
    .name = "channels",
    .title = "Channels",
    .help = "mean activation of every channel, clean and poisoned, and what is pruned",
    .min_columns = 24,
    .min_rows = 4,
    .draw = draw,
    .note = note,
    .move = move,
    .click = click,
};
