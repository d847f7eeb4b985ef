/* The lab's repaired net G: what the unpruned net B and a repaired net B' agree on, else class
 * N+1. Counted from the predictions of both. Thread: any. */
#ifndef SECATEUR_VIEWS_GOODNET_H
#define SECATEUR_VIEWS_GOODNET_H

#include "engine/snapshot.h"

struct goodnet {
    int n[N_SETS];        /* images */
    int labelled[N_SETS]; /* G says the label: right on clean, hit on poisoned */
    int flagged[N_SETS];  /* G says N+1 */
};

/* False when predictions of the two rounds are not known. */
bool goodnet_count(const struct snapshot *snapshot, int repaired_round, struct goodnet *goodnet);
double goodnet_percent(int count, int n); /* 0 when n is 0 */

#endif
