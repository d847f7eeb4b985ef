/* An order of channels: by score, or as a file says.
 * Owner: the caller. Thread: any. */
#ifndef SECATEUR_ENGINE_PRUNE_RANKING_RANKING_H
#define SECATEUR_ENGINE_PRUNE_RANKING_RANKING_H

#include "engine/base/error.h"

/* order[n] by score; equal scores by channel number, in either direction. */
void ranking_by_score(const double *scores, int n, bool descending, int *order);

/* Channel numbers from a text file, apart by white space or commas, # to the end of the line is a
 * comment. Fills order[n_channels], returns how many there are, -1 with err. */
int ranking_from_file(const char *path, int n_channels, int *order, struct error *err);

#endif
