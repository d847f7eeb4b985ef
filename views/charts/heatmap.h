/* Channels as a strip of colours: clean, poisoned, difference and state, one column a channel;
 * drawn once for screen and paper. Owner: the caller's stack. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_CHARTS_HEATMAP_H
#define SECATEUR_VIEWS_CHARTS_HEATMAP_H

#include "views/charts/canvas.h"
#include "views/facts/channels.h"

struct heatmap {
    const struct snapshot *snapshot;
    const struct channels *channels;
    int first, n;      /* places shown */
    double label;      /* width of the names at the left */
    double column;     /* width of a channel */
    double row;        /* height of a row of colours */
    bool difference;   /* the third row of colours is there */
    double overview;   /* line of all channels below the top, where not all are shown; -1: none */
    bool names_number; /* places are channel numbers: the axis counts; else it names */
};

/* Fits a strip into a box, the cursor's place within it; false: no room at all. */
bool heatmap_fit(struct heatmap *heatmap, const struct canvas *canvas,
    const struct snapshot *snapshot, const struct channels *channels, struct canvas_box box);
void heatmap_draw(struct canvas *canvas, const struct heatmap *heatmap, struct canvas_box box);
/* The place under x, -1: none; on the line of the overview that of all channels. y: from the top.
 */
int heatmap_place(const struct heatmap *heatmap, double x, double y);
/* Is y on the line of the overview? */
bool heatmap_overview_at(const struct heatmap *heatmap, double y);
/* The place of all channels under x of the overview, the nearest where x is beside it. */
int heatmap_overview_place(const struct heatmap *heatmap, double x);
/* Activations are shown on a root scale, so that faint ones show: 0..1. */
double heatmap_value(const struct heatmap *heatmap, enum image_set set, int channel);

#endif
