/* Distances from the mean, layer by layer, as the rule of the criteria counts them. */
#include "views/facts/outliers.h"

#include "engine/base/memory.h"
#include "engine/measures/moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double SLIDER_LEAST = 5; /* its shortest scale: the usual thresholds are on it */

static const struct criterion_line *line_of(const struct snapshot *s)
{
    for (int i = 0; s->criterion && !s->order_file && i < s->n_criteria; i++)
        if (strcmp(s->criteria[i].name, s->criterion) == 0)
            return s->criteria[i].outliers > 0 ? &s->criteria[i] : NULL;
    return NULL;
}

/* Of the channels of one layer. */
static void measure(double *far, int n, bool descending)
{
    double mean, deviation;
    if (n < 1)
        return;
    moments_of(far, n, &mean, &deviation);
    for (int c = 0; c < n; c++)
        far[c] = deviation > 0 ? (descending ? far[c] - mean : mean - far[c]) / deviation : 0;
}

static void count(struct outliers *outliers, const struct snapshot *s)
{
    bool *open = memory_array((size_t)outliers->n, sizeof *open); /* in the order, not pruned */
    for (int i = 0; i < s->n_ranking; i++)
        open[s->ranking[i]] = true;
    for (int r = 1; r <= s->position && r < s->n_rounds; r++)
        if (s->rounds[r]->channel >= 0 && s->rounds[r]->channel < outliers->n)
            open[s->rounds[r]->channel] = false;
    for (int c = 0; c < outliers->n; c++) {
        bool beyond = outliers->far[c] > outliers->threshold;
        outliers->most = fmax(outliers->most, ceil(outliers->far[c]));
        outliers->beyond += beyond;
        outliers->left += beyond && open[c];
    }
    free(open);
}

bool outliers_init(
    struct outliers *outliers, const struct snapshot *s, const struct view_state *view_state)
{
    const struct criterion_line *line = line_of(s);
    bool known = line && s->scores && s->n_channels > 0 && s->site >= 0 && s->site < s->n_sites;
    *outliers = (struct outliers){.most = SLIDER_LEAST};
    if (!known)
        return false;
    outliers->n = s->n_channels;
    outliers->first = s->descending == line->descending;
    outliers->published = line->outliers;
    outliers->threshold = view_state->outliers > 0 ? view_state->outliers : line->outliers;
    outliers->far = memory_array((size_t)s->n_channels, sizeof *outliers->far);
    for (int c = 0; c < s->n_channels; c++)
        outliers->far[c] = (double)s->scores[c];
    for (int first = 0, n; first < s->n_channels; first += n) {
        int channel = first;
        n = s->sites[snapshot_own_site(s, s->site, &channel)].n_channels;
        n = n > 0 && n <= s->n_channels - first ? n : s->n_channels - first;
        measure(outliers->far + first, n, line->descending);
    }
    count(outliers, s);
    return true;
}

void outliers_finish(struct outliers *outliers)
{
    free(outliers->far);
    outliers->far = NULL;
}

double outliers_place(const struct outliers *outliers, double threshold)
{
    double place = outliers_step * round(threshold / outliers_step);
    return fmin(fmax(place, outliers_step), outliers->most);
}
