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

/* Where list and strip lie in the area, which has no slider any more. */
struct parts {
    struct channels channels;
    struct heatmap map;
    bool strip; /* there is one */
    int top;    /* rows of the list above it */
};

static void parts_init(struct parts *parts, const struct snapshot *s,
    const struct view_state *view_state, struct area inside)
{
    const struct canvas metrics = {.em = 1, .line = 1};
    bool list = listed(inside.columns, inside.rows);
    int rows = list ? channel_sheet_strip_rows(inside.rows) - 1 : inside.rows - (inside.rows >= 6);
    struct canvas_box box = {0, 0, inside.columns, rows};
    channels_init(&parts->channels, s, view_state);
    parts->top = list ? inside.rows - rows : 0;
    parts->strip = rows > 0 && heatmap_fit(&parts->map, &metrics, s, &parts->channels, box);
}

/* Lines of a list, or channels of a strip: a page leaves one in sight. */
static int page_of(const struct parts *parts, int rows)
{
    return parts->top == 0 && parts->strip ? parts->map.n : rows - 1;
}

static void move(
    const struct snapshot *s, struct view_state *view_state, enum view_move way, struct area inside)
{
    struct parts parts;
    inside.rows = rows_of(s, view_state, inside.rows);
    parts_init(&parts, s, view_state, inside);
    const struct channels *channels = &parts.channels;
    if (channels->n > 0)
        view_state->channel = channels->order[panel_moved(
            channels->cursor, channels->n, page_of(&parts, inside.rows), way)];
    channels_finish(&parts.channels);
}

static bool click_slider(const struct snapshot *s, struct view_state *view_state, int column,
    int row, struct area inside)
{
    int slider = slider_row(s, view_state, inside.rows);
    if (slider < 0 || (row - inside.row != slider && view_state->grip != GRIP_THRESHOLD))
        return false;
    view_state->grip = GRIP_THRESHOLD;
    double value = channel_slider_at(s, view_state, inside.columns, column - inside.column);
    view_state->outliers = value > 0 ? value : view_state->outliers;
    return true;
}

static bool wheel_overview(
    const struct snapshot *s, struct view_state *view_state, int row, struct area inside, int by)
{
    struct parts parts;
    inside.rows = rows_of(s, view_state, inside.rows);
    parts_init(&parts, s, view_state, inside);
    bool on = parts.strip && heatmap_overview_at(&parts.map, row - inside.row - parts.top);
    int step = parts.map.n > 1 ? parts.map.n / 2 : 1;
    int last = parts.channels.n - 1, place = parts.channels.cursor - by * step;
    if (on)
        view_state->channel = parts.channels.order[place < 0 ? 0 : place > last ? last : place];
    channels_finish(&parts.channels);
    return on;
}

static bool wheel(const struct snapshot *s, struct view_state *view_state, int column, int row,
    struct area inside, int by)
{
    struct outliers outliers;
    (void)column;
    if (view_state->detail)
        return false;
    if (row - inside.row != slider_row(s, view_state, inside.rows) ||
        !outliers_init(&outliers, s, view_state))
        return wheel_overview(s, view_state, row, inside, by);
    view_state->outliers = outliers_place(&outliers, outliers.threshold + by * outliers_step);
    outliers_finish(&outliers);
    return true;
}

/* The place that is meant, -1: none. A drag goes on with what it began on. */
static int place_at(struct parts *parts, struct view_state *view_state, int x, int y, int rows)
{
    const struct heatmap *map = &parts->map;
    bool drags = view_state->dragging;
    if (parts->strip && (drags ? view_state->grip == GRIP_OVERVIEW
                               : heatmap_overview_at(map, y - parts->top) && x >= map->label)) {
        view_state->grip = GRIP_OVERVIEW;
        return heatmap_overview_place(map, x);
    }
    if (drags) /* what is shown moves with the channel: it would run away */
        return -1;
    return y < parts->top ? channel_sheet_place(&parts->channels, rows, y)
           : parts->strip ? heatmap_place(map, x, y - parts->top)
                          : -1;
}

static bool click(const struct snapshot *s, struct view_state *view_state, int column, int row,
    struct area inside)
{
    struct parts parts;
    if (view_state->detail)
        return false;
    if (!view_state->dragging)
        view_state->grip = GRIP_NOTHING;
    if (click_slider(s, view_state, column, row, inside))
        return true;
    inside.rows = rows_of(s, view_state, inside.rows);
    parts_init(&parts, s, view_state, inside);
    int place = place_at(&parts, view_state, column - inside.column, row - inside.row, inside.rows);
    if (place >= 0)
        view_state->channel = parts.channels.order[place];
    channels_finish(&parts.channels);
    return place >= 0;
}

const struct view view_channels = {
    .name = "channels",
    .brief = "chan",
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
    .slides = true,
};
