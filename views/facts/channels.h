/* Channels as views and figures show them: in what order, in what state, on what scale.
 * Owner: the caller. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FACTS_CHANNELS_H
#define SECATEUR_VIEWS_FACTS_CHANNELS_H

#include "views/cells/view.h"

struct channels {
    int n;
    int *order;     /* [n] channel shown at each place */
    int *pruned_in; /* [n] by channel: round 1.., 0: not pruned */
    int *rank;      /* [n] by channel: place in the order of pruning, from 1; 0: none */
    bool *beyond;   /* [n] by channel: beyond the threshold of outliers.h */
    int next;       /* channel that goes next after the round shown, -1: none */
    int cursor;     /* place of the view state's channel */
    double most;    /* largest mean of both sets, > 0 */
    double most_difference;
    bool poisoned; /* there are poisoned images */
};

void channels_init(struct channels *channels, const struct snapshot *snapshot,
    const struct view_state *view_state);
void channels_finish(struct channels *channels);

double channels_mean(const struct snapshot *snapshot, enum image_set set, int channel);
double channels_difference(const struct snapshot *snapshot, int channel); /* poisoned - clean */
/* × pruned, ▸ next, ● beyond the threshold of outliers, · not pruned. */
const char *channels_mark(const struct channels *channels, int channel, enum role *role);

/* "17"; at a site that joins layers "conv_3:17", the number in its layer. Returns text. */
const char *channels_name(const struct snapshot *snapshot, int channel, char text[SNAPSHOT_TEXT]);

#endif
