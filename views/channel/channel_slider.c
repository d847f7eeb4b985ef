/* The threshold of outliers as a slider: the scale in standard deviations with a dot for every
 * channel on it, the threshold, and how many channels are beyond. */
#include "views/channel/channel_sheet.h"
#include "views/facts/outliers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LEFT = 15 }; /* "outliers 3.00 " */

static int length_of(int columns)
{
    int room = columns - LEFT - 1;
    return columns >= 100 ? 40 : columns >= 70 ? 24 : room < 24 ? room : 24;
}

static int column_of(const struct outliers *outliers, int length, double value)
{
    double share = fmin(fmax(value / outliers->most, 0), 1);
    return LEFT + (int)lround(share * (length - 1));
}

/* Left of the threshold, or right of it, however close. */
static void draw_channel(
    const struct pane *pane, const struct outliers *outliers, int length, int row, double far)
{
    int bar = column_of(outliers, length, outliers->threshold);
    int at = column_of(outliers, length, far);
    if (far > outliers->threshold)
        pane_text(pane, at > bar ? at : bar + 1, row, ROLE_WARNING, "●");
    else if (far >= 0 && bar > LEFT)
        pane_text(pane, at < bar ? at : bar - 1, row, ROLE_TEXT, "·");
}

static void draw_scale(
    const struct pane *pane, const struct outliers *outliers, int length, int row)
{
    int bar = column_of(outliers, length, outliers->threshold);
    for (int i = 0; i < length; i++)
        pane_text(pane, LEFT + i, row, ROLE_GRID, "─");
    for (int c = 0; c < outliers->n; c++)
        draw_channel(pane, outliers, length, row, outliers->far[c]);
    pane_text(pane, bar, row, ROLE_NEXT, "│");
}

static void say(const struct channel_sheet *sheet, const struct outliers *outliers, int at, int row)
{
    const struct channels *channels = sheet->channels;
    int room = sheet->pane->columns - at, cursor = channels->order[channels->cursor];
    char text[160];
    if (outliers->left == outliers->beyond)
        snprintf(text, sizeof text, "%d of %d beyond", outliers->beyond, outliers->n);
    else
        snprintf(text, sizeof text, "%d of %d beyond, %d left", outliers->beyond, outliers->n,
            outliers->left);
    size_t used = strlen(text);
    const char *what = outliers->first ? "; U prunes them" : "; they go last";
    if (outliers->left > 0 && (int)(used + strlen(what)) <= room)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s", what);
    char one[48];
    snprintf(one, sizeof one, "; ch %d at %.2f", cursor, outliers->far[cursor]);
    if ((int)(used + strlen(one)) <= room)
        snprintf(text + used, sizeof text - used, "%s", one);
    pane_text(sheet->pane, at, row, outliers->left > 0 ? ROLE_WARNING : ROLE_FAINT, text);
}

void channel_sheet_slider(const struct channel_sheet *sheet, int row)
{
    struct outliers outliers;
    int length = length_of(sheet->pane->columns);
    if (!outliers_init(&outliers, sheet->snapshot, sheet->input->view_state))
        return;
    pane_printf(sheet->pane, 0, row, ROLE_KEY, "outliers %.2f", outliers.threshold);
    if (length >= 6)
        draw_scale(sheet->pane, &outliers, length, row);
    if (length >= 6)
        say(sheet, &outliers, LEFT + length + 1, row);
    outliers_finish(&outliers);
}

double channel_slider_at(
    const struct snapshot *snapshot, const struct view_state *view_state, int columns, int column)
{
    struct outliers outliers;
    int length = length_of(columns), place = column - LEFT;
    if (length < 6 || place < 0 || place >= length ||
        !outliers_init(&outliers, snapshot, view_state))
        return -1;
    double value = outliers_place(&outliers, outliers.most * place / (length - 1));
    outliers_finish(&outliers);
    return value;
}
