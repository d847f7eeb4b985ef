/* The parts of the channels view: a strip of colours, a list with bars, one channel. Each draws
 * into its pane and sets the hardware cursor when the view is focused. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHANNEL_CHANNEL_SHEET_H
#define SECATEUR_VIEWS_CHANNEL_CHANNEL_SHEET_H

#include "views/cells/pane.h"
#include "views/facts/channels.h"

struct channel_sheet {
    const struct view_input *input;
    const struct snapshot *snapshot;
    const struct pane *pane;
    const struct channels *channels;
};

/* The threshold of outliers, where the criterion has one: a row. */
void channel_sheet_slider(const struct channel_sheet *sheet, int row);
/* The threshold that stands at a column of a slider so wide; < 0: none does. */
double channel_slider_at(
    const struct snapshot *snapshot, const struct view_state *view_state, int columns, int column);
int channel_sheet_strip(const struct channel_sheet *sheet, int row, int rows); /* rows used */
void channel_sheet_list(const struct channel_sheet *sheet);
/* Rows below a list of so many that a strip takes, with the one above it; 0: none. */
int channel_sheet_strip_rows(int rows);
/* The place of the list at a row of a pane so high, -1: none. */
int channel_sheet_place(const struct channels *channels, int rows, int row);
/* Nothing where the channel is gone. Returns the row behind. */
int channel_sheet_what_if(const struct channel_sheet *sheet, int row, int channel);
/* Distributions and maps in so many rows, weights in what is left; the row behind. */
int channel_sheet_inspection(const struct channel_sheet *sheet, int row, int rows, int channel);
int channel_sheet_weights(const struct channel_sheet *sheet, int row, int channel);
void channel_sheet_detail(const struct channel_sheet *sheet);
void channel_sheet_pictures(const struct channel_sheet *sheet); /* in place of the numbers */

#endif
