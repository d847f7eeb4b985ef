/* Channels as a list with bars, the strip below. */
#include "engine/measures/number.h"
#include "views/facts/what_if.h"
#include "views/channel/channel_sheet.h"
#include "views/cells/panel.h"

/* Columns of the list, by what fits. */
struct columns {
    int bar;       /* cells of a bar */
    bool more;     /* maximum and zeros too */
    bool poisoned; /* second bar and change */
    bool what_if;
    bool rank; /* and round: they make room for what-ifs */
};

static struct columns fit_columns(const struct pane *pane, bool poisoned, bool what_if)
{
    struct columns c = {.poisoned = poisoned, .what_if = what_if};
    int fixed = 8 + 8 + (poisoned ? 8 + 9 : 0) + 6 + 7; /* ch, state, values, rank, round */
    int asked = !what_if ? 0 : poisoned ? 23 : 16;
    fixed += asked;
    c.rank = asked == 0 || pane->columns >= fixed;
    fixed -= c.rank ? 0 : 13;
    c.more = pane->columns >= fixed + 2 * 16 + 18;
    int room = pane->columns - fixed - (c.more ? 18 : 0) - 2;
    c.bar = room / (poisoned ? 2 : 1);
    c.bar = c.bar > 40 ? 40 : c.bar > 4 ? c.bar : 0;
    return c;
}

static void draw_head(const struct channel_sheet *sheet, struct columns c, int row)
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
    if (c.rank) {
        pane_right(pane, end += 6, row, ROLE_FAINT, "rank");
        pane_right(pane, end += 7, row, ROLE_FAINT, "round");
    }
    if (c.more) {
        pane_right(pane, end += 9, row, ROLE_FAINT, "maximum");
        pane_right(pane, end += 9, row, ROLE_FAINT, "zeros");
    }
    if (c.what_if) {
        end += 16;
        pane_right(pane, end - 6, row, ROLE_FAINT, "what if:");
        pane_right(pane, end, row, ROLE_CLEAN, "clean");
        if (c.poisoned)
            pane_right(pane, end + 7, row, ROLE_ATTACK, "ASR");
    }
}

/* Changes in points against the round the net stands at. */
static void draw_what_if(
    const struct channel_sheet *sheet, struct columns c, int end, int row, int channel)
{
    const struct snapshot *s = sheet->snapshot;
    const struct what_if *answer = what_if_of(s, channel);
    if (snapshot_pruned_in(s, s->position, channel))
        return;
    for (int set = 0; set < 1 + c.poisoned; set++) {
        char points[32] = "—";
        if (answer)
            number_signed(points, what_if_change(s, answer, (enum image_set)set), 2);
        pane_right(sheet->pane, end + 7 * set, row,
            !answer || points[0] == '\xc2' ? ROLE_FAINT : ROLE_STRONG, "%s", points);
    }
}

static int draw_mean(const struct channel_sheet *sheet, struct columns c, int end, int row,
    enum image_set set, int channel)
{
    static const enum role roles[] = {ROLE_CLEAN, ROLE_ATTACK};
    double mean = channels_mean(sheet->snapshot, set, channel);
    pane_right(sheet->pane, end, row, ROLE_TEXT, mean < 99.5 ? "%.4f" : "%.1f", mean);
    pane_bar(sheet->pane, end + 1, row, c.bar - 1, roles[set],
        mean > 0 ? mean / sheet->channels->most : 0);
    return end + c.bar + 1;
}

static void draw_line(const struct channel_sheet *sheet, struct columns c, int row, int channel)
{
    const struct pane *pane = sheet->pane;
    enum role role;
    char change[NUMBER_SIGNED];
    const char *mark = channels_mark(sheet->channels, channel, &role);
    pane_right(pane, 5, row, role, "%d", channel);
    pane_text(pane, 6, row, role, mark);
    int end = draw_mean(sheet, c, 16, row, SET_CLEAN, channel);
    if (c.poisoned) {
        end = draw_mean(sheet, c, end + 8, row, SET_POISONED, channel) + 9;
        pane_right(pane, end, row, ROLE_TEXT, "%s",
            number_signed(change, channels_difference(sheet->snapshot, channel), 4));
    }
    end += c.rank ? 13 : 0;
    if (c.rank && sheet->channels->rank[channel])
        pane_right(pane, end - 7, row, ROLE_TEXT, "%d", sheet->channels->rank[channel]);
    if (c.rank && sheet->channels->pruned_in[channel])
        pane_right(pane, end, row, ROLE_PRUNED, "%d", sheet->channels->pruned_in[channel]);
    if (c.more && sheet->snapshot->activations) {
        const struct channel_activation *a = &sheet->snapshot->activations[channel];
        pane_right(pane, end += 9, row, ROLE_TEXT, "%.3f", (double)a->max[SET_CLEAN]);
        pane_right(pane, end += 9, row, ROLE_TEXT, "%.1f %%", 100.0 * (double)a->zeros[SET_CLEAN]);
    }
    if (c.what_if)
        draw_what_if(sheet, c, end + 16, row, channel);
}

int channel_sheet_strip_rows(int rows)
{
    return rows >= 22 ? 6 : rows >= 16 ? 5 : 0;
}

int channel_sheet_place(const struct channels *channels, int rows, int row)
{
    int shown = rows - 1 - channel_sheet_strip_rows(rows);
    int place = panel_first(channels->cursor, channels->n, shown) + row - 1;
    return row >= 1 && row <= shown && place < channels->n ? place : -1;
}

void channel_sheet_list(const struct channel_sheet *sheet)
{
    const struct channels *channels = sheet->channels;
    struct columns columns =
        fit_columns(sheet->pane, channels->poisoned, what_if_any(sheet->snapshot));
    int strip = channel_sheet_strip_rows(sheet->pane->rows), rows = sheet->pane->rows - 1 - strip;
    int first = panel_first(channels->cursor, channels->n, rows);
    draw_head(sheet, columns, 0);
    for (int i = 0; i < rows && first + i < channels->n; i++) {
        draw_line(sheet, columns, 1 + i, channels->order[first + i]);
        if (first + i != channels->cursor)
            continue;
        pane_text(sheet->pane, 0, 1 + i, ROLE_NEXT, "▸");
        pane_row(sheet->pane, 1 + i, ROLE_CURSOR);
    }
    if (strip)
        channel_sheet_strip(sheet, sheet->pane->rows - strip + 1, strip - 1);
    if (sheet->input->focused && channels->cursor - first < rows) {
        sheet->pane->cells->cursor_column = sheet->pane->column;
        sheet->pane->cells->cursor_row = sheet->pane->row + 1 + channels->cursor - first;
    }
}
