/* Channels of the pruned layer: a strip of colours; with more room a list with bars, or one
 * channel. */
#include "engine/measures/number.h"
#include "views/charts/heatmap.h"
#include "views/channel/channel_sheet.h"
#include "views/cells/panel.h"
#include "views/facts/outliers.h"

#include <stdio.h>

static bool listed(int columns, int rows)
{
    return columns >= 40 && rows >= 12;
}

/* The slider has the last row, where the criterion has a threshold and there is room: the row, -1:
 * none has it. */
static int slider_row(const struct snapshot *s, const struct view_state *view_state, int rows)
{
    struct outliers outliers;
    if (rows < 4 || !outliers_init(&outliers, s, view_state))
        return -1;
    outliers_finish(&outliers);
    return rows - 1;
}

/* Rows for the channels. */
static int rows_of(const struct snapshot *s, const struct view_state *view_state, int rows)
{
    return rows - (slider_row(s, view_state, rows) >= 0);
}

static void draw_about(const struct channel_sheet *sheet, int row)
{
    const struct snapshot *s = sheet->snapshot;
    int c = sheet->channels->order[sheet->channels->cursor];
    char change[NUMBER_SIGNED];
    int at = pane_printf(sheet->pane, 0, row, ROLE_KEY, "ch %d", c);
    at = pane_printf(
        sheet->pane, at + 2, row, ROLE_CLEAN, "clean %.4f", channels_mean(s, SET_CLEAN, c));
    if (sheet->channels->poisoned) {
        at = pane_printf(sheet->pane, at + 2, row, ROLE_ATTACK, "poisoned %.4f",
            channels_mean(s, SET_POISONED, c));
        at = pane_printf(sheet->pane, at + 2, row, ROLE_TEXT, "change %s",
            number_signed(change, channels_difference(s, c), 4));
    }
    if (sheet->channels->rank[c])
        at = pane_printf(sheet->pane, at + 2, row, ROLE_FAINT, "rank %d of %d",
            sheet->channels->rank[c], sheet->channels->n);
    int round = sheet->channels->pruned_in[c];
    if (round > 0)
        pane_printf(sheet->pane, at + 2, row, ROLE_PRUNED, "× pruned in round %d", round);
    else
        pane_text(sheet->pane, at + 2, row, c == sheet->channels->next ? ROLE_NEXT : ROLE_TEXT,
            c == sheet->channels->next ? "▸ pruned next" : "· not pruned");
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    struct channels channels;
    struct channel_sheet sheet = {input, input->snapshot, &pane, &channels};
    int slider = slider_row(input->snapshot, input->view_state, pane.rows);
    if (input->snapshot->n_channels == 0 || !input->snapshot->activations) {
        panel_waiting(&pane, input, "channels appear once their activations are measured");
        return;
    }
    channels_init(&channels, input->snapshot, input->view_state);
    if (input->zoomed && input->view_state->detail && pane.columns >= 40 && pane.rows >= 8) {
        if (input->view_state->pictures)
            channel_sheet_pictures(&sheet);
        else
            channel_sheet_detail(&sheet);
        channels_finish(&channels);
        return;
    }
    if (slider >= 0)
        channel_sheet_slider(&sheet, slider);
    pane.rows -= slider >= 0;
    if (listed(pane.columns, pane.rows)) {
        channel_sheet_list(&sheet);
    } else {
        int about = pane.rows >= 6 ? 1 : 0;
        int used = channel_sheet_strip(&sheet, 0, pane.rows - about);
        if (about)
            draw_about(&sheet, used < pane.rows ? used : pane.rows - 1);
    }
    channels_finish(&channels);
}

static void note(const struct view_input *input, char *text, int size)
{
    static const char *const orders[] = {"channel number", "order of pruning", "change", "what-if"};
    const struct snapshot *s = input->snapshot;
    bool known = s->site >= 0 && s->site < s->n_sites;
    snprintf(text, (size_t)size, "%s, %d, by %s", known ? s->sites[s->site].measured : "no layer",
        s->n_channels, orders[input->view_state->channel_order]);
}

static void move(
    const struct snapshot *s, struct view_state *view_state, enum view_move way, struct area inside)
{
    struct channels channels;
    channels_init(&channels, s, view_state);
    if (channels.n > 0)
        view_state->channel = channels.order[panel_moved(
            channels.cursor, channels.n, rows_of(s, view_state, inside.rows) - 1, way)];
    channels_finish(&channels);
}

static bool click_slider(const struct snapshot *s, struct view_state *view_state, int column,
    int row, struct area inside)
{
    int slider = slider_row(s, view_state, inside.rows);
    if (slider < 0 || row - inside.row != slider)
        return false;
    double value = channel_slider_at(s, view_state, inside.columns, column - inside.column);
    view_state->outliers = value > 0 ? value : view_state->outliers;
    return true;
}

static bool wheel(const struct snapshot *s, struct view_state *view_state, int column, int row,
    struct area inside, int by)
{
    struct outliers outliers;
    (void)column;
    if (row - inside.row != slider_row(s, view_state, inside.rows) ||
        !outliers_init(&outliers, s, view_state))
        return false;
    view_state->outliers = outliers_place(&outliers, outliers.threshold + by * outliers_step);
    outliers_finish(&outliers);
    return true;
}

static bool click(const struct snapshot *s, struct view_state *view_state, int column, int row,
    struct area inside)
{
    if (click_slider(s, view_state, column, row, inside))
        return true;
    inside.rows = rows_of(s, view_state, inside.rows);
    struct canvas metrics = {.em = 1, .line = 1};
    struct channels channels;
    struct heatmap map;
    bool list = listed(inside.columns, inside.rows);
    int strip = list ? channel_sheet_strip_rows(inside.rows) - 1 : inside.rows - (inside.rows >= 6);
    int top = list ? inside.rows - strip : 0, y = row - inside.row;
    struct canvas_box box = {0, 0, inside.columns, strip};
    int place = -1;
    channels_init(&channels, s, view_state);
    if (list && y < top)
        place = channel_sheet_place(&channels, inside.rows, y);
    else if (heatmap_fit(&map, &metrics, s, &channels, box))
        place = heatmap_place(&map, column - inside.column, y - top);
    if (place >= 0)
        view_state->channel = channels.order[place];
    channels_finish(&channels);
    return place >= 0;
}

const struct view view_channels = {
    .name = "channels",
    .title = "Channels",
    .help = "mean activation of every channel on clean and poisoned images; which are pruned",
    .min_columns = 24,
    .min_rows = 4,
    .place = {[SCREEN_STANDARD] = {REGION_BELOW, .least = 6, .most = 6},
        [SCREEN_LARGE] = {REGION_MAIN, .least = 7, .most = 7},
        [SCREEN_HUGE] = {REGION_BELOW, .least = 8, .most = 8}},
    .rank = 3,
    .detail = true,
    .draw = draw,
    .note = note,
    .move = move,
    .click = click,
    .wheel = wheel,
};
