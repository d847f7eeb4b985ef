/* How far the scores of channels are from the mean of their layer, for criteria whose rule prunes
 * what is further than some standard deviations (CLP, EP). Owner: the caller. Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FACTS_OUTLIERS_H
#define SECATEUR_VIEWS_FACTS_OUTLIERS_H

#include "engine/api/snapshot.h"
#include "views/cells/view_state.h"

struct outliers {
    int n;
    double threshold; /* deviations beyond which channels are marked */
    double published; /* as the criterion's paper has it */
    double most;      /* end of the slider; it begins at 0 */
    double *far;      /* [n] deviations towards the end that the criterion prunes first */
    int beyond, left; /* channels beyond the threshold; of these not pruned now */
    bool first;       /* they go first: the order is not turned round */
};

static const double outliers_step = 0.1; /* of the slider */

/* False: the criterion has no such rule, or the order is a file's; nothing to finish then. */
bool outliers_init(struct outliers *outliers, const struct snapshot *snapshot,
    const struct view_state *view_state);
void outliers_finish(struct outliers *outliers);
/* A place of the slider, to the nearest step. */
double outliers_place(const struct outliers *outliers, double threshold);

#endif
