/* The lab's repaired net G: what the unpruned net B and a repaired net B' agree on, else class
 * N+1. Counted from the predictions of both, on the validation images. Thread: any. */
#ifndef SECATEUR_VIEWS_GOODNET_H
#define SECATEUR_VIEWS_GOODNET_H

#include "engine/detection.h"

struct goodnet {
    int n[N_SETS];        /* images */
    int labelled[N_SETS]; /* G says the label: right on clean, hit on poisoned */
    int flagged[N_SETS];  /* G says N+1 */
};

/* Everything the predictions of a round tell beside those of B; against whom poisoned images show
 * once a detection knows it. False when predictions are not known. */
bool goodnet_defence(const struct snapshot *snapshot, int repaired_round, struct defence *defence);
/* The same in short. */
bool goodnet_count(const struct snapshot *snapshot, int repaired_round, struct goodnet *goodnet);
double goodnet_percent(int count, int n); /* 0 when n is 0 */

#endif
