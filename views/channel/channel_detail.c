/* Everything known of one channel. */
#include "engine/api/inspection.h"
#include "engine/measures/number.h"
#include "views/facts/channel_verdict.h"
#include "views/channel/channel_sheet.h"
#include "views/cells/panel.h"

static void draw_set(const struct channel_sheet *sheet, int row, enum image_set set, int channel)
{
    static const char *const names[] = {"clean", "poisoned"};
    static const enum role roles[] = {ROLE_CLEAN, ROLE_ATTACK};
    const struct channel_activation *a = &sheet->snapshot->activations[channel];
    const struct pane *pane = sheet->pane;
    pane_text(pane, 1, row, roles[set], names[set]);
    pane_right(pane, 20, row, ROLE_STRONG, "%.4f", (double)a->mean[set]);
    pane_right(pane, 31, row, ROLE_TEXT, "%.4f", (double)a->spread[set]);
    pane_right(pane, 42, row, ROLE_TEXT, "%.4f", (double)a->max[set]);
    pane_right(pane, 53, row, ROLE_TEXT, "%.2f %%", 100.0 * (double)a->zeros[set]);
    int room = pane->columns - 57;
    pane_bar(pane, 55, row, room > 60 ? 60 : room, roles[set],
        (double)a->mean[set] / sheet->channels->most);
}

static void draw_round_of(const struct channel_sheet *sheet, int row, int channel)
{
    const struct snapshot *s = sheet->snapshot;
    int round = sheet->channels->pruned_in[channel];
    char clean[32], asr[32];
    if (round == 0) {
        pane_printf(sheet->pane, 1, row, ROLE_TEXT, "%s",
            channel == sheet->channels->next ? "▸ not pruned; next in the order" : "· not pruned");
        return;
    }
    number_signed(
        clean, snapshot_clean_accuracy(s, round) - snapshot_clean_accuracy(s, round - 1), 2);
    number_signed(asr, snapshot_asr(s, round) - snapshot_asr(s, round - 1), 2);
    int at = pane_printf(sheet->pane, 1, row, ROLE_TEXT, "× pruned in round %d%s: clean %s pp",
        round, s->rounds[round]->by_hand ? " by hand" : "", clean);
    if (s->n_images[SET_POISONED] > 0)
        pane_printf(
            sheet->pane, at, row, ROLE_TEXT, ", %s %s pp", attack_rate_short(&s->attacked), asr);
}

/* How far the sets lie apart, in spreads of the clean one. */
static void draw_reading(const struct channel_sheet *sheet, int row, int channel)
{
    const struct channel_activation *a = &sheet->snapshot->activations[channel];
    double change = channels_difference(sheet->snapshot, channel);
    double spread = (double)a->spread[SET_CLEAN];
    char text[NUMBER_SIGNED];
    int at =
        pane_printf(sheet->pane, 1, row, ROLE_TEXT, "change %s", number_signed(text, change, 4));
    if (spread > 0)
        pane_printf(sheet->pane, at, row, ROLE_TEXT, ", %.2f times the spread of clean images",
            change / spread);
    const struct inspection *in = sheet->snapshot->inspection;
    bool known = in && in->channel == channel && in->auc >= 0;
    if (known)
        pane_right(sheet->pane, sheet->pane->columns - 1, 0, ROLE_STRONG,
            sheet->pane->columns < 100 ? "AUC %.4f" : "AUC clean against poisoned %.4f", in->auc);
    enum channel_verdict verdict =
        channel_verdict_of(a, sheet->snapshot->n_images, known ? in->auc : -1);
    pane_printf(sheet->pane, 1, row + 1, ROLE_STRONG, "→ %s", channel_verdict_words(verdict));
}

void channel_sheet_detail(const struct channel_sheet *sheet)
{
    const struct snapshot *s = sheet->snapshot;
    const struct pane *pane = sheet->pane;
    int channel = sheet->channels->order[sheet->channels->cursor], row = 0;
    int at = pane_printf(pane, 1, row, ROLE_KEY, "channel %d", channel);
    if (sheet->channels->rank[channel])
        pane_printf(pane, at + 2, row, ROLE_FAINT, "rank %d of %d by %s, score %g",
            sheet->channels->rank[channel], sheet->channels->n, s->criterion ? s->criterion : "?",
            s->scores ? (double)s->scores[channel] : 0.0);
    row += pane->rows >= 26 ? 2 : 1;
    if (!s->activations)
        return;
    pane_text(pane, 1, row, ROLE_FAINT, "              mean     spread    maximum      zeros");
    draw_set(sheet, row + 1, SET_CLEAN, channel);
    row += 3;
    if (sheet->channels->poisoned) {
        draw_set(sheet, row - 1, SET_POISONED, channel);
        draw_reading(sheet, row, channel);
        row += 2;
    }
    if (sheet->channels->pruned_in[channel] || pane->rows >= 22)
        draw_round_of(sheet, row, channel);
    else
        row--; /* the question below says so, too */
    bool gap = pane->rows >= 26, left = !sheet->channels->pruned_in[channel];
    int room = pane->rows - row - 1 - gap - (left ? 7 : 0);
    room = room > 24 ? 14 : room > 12 ? 10 : room;
    row = channel_sheet_inspection(sheet, row + 1 + gap, room, channel) + gap;
    row = channel_sheet_what_if(sheet, row, channel) + gap;
    row = channel_sheet_weights(sheet, row, channel);
    if (pane->rows > row + 5)
        channel_sheet_strip(sheet, pane->rows - 5, 5);
}
