/* Which channels of which layers a pruned net has lost, in each format. Thread: the UI's. */
#ifndef SECATEUR_APP_RESULTS_RESULTS_CHANNELS_H
#define SECATEUR_APP_RESULTS_RESULTS_CHANNELS_H

#include "engine/io/nets/zeroed_channels.h"

#include <stdio.h>

struct results_channels {
    const struct model *original, *pruned;
    const struct zeroed_channels *found;
};

/* format: "text", "csv", "json". */
void results_channels(FILE *out, const char *format, const struct results_channels *results);

#endif
