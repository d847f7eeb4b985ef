/* What an order of pruning is worth: attack success against clean accuracy, round by round.
 * "At T points" is the last round before clean accuracy first falls by more than T points: where a
 * defender stops who sees clean images alone. Thread: any. */
#ifndef SECATEUR_ENGINE_MEASURES_TRADEOFF_H
#define SECATEUR_ENGINE_MEASURES_TRADEOFF_H

#include "engine/measures/goodnet.h"

#include <stdbool.h>

enum { TRADEOFF_STOPS = 4, TRADEOFF_AREA_POINTS = 10, TRADEOFF_ASR = 5 };
extern const double tradeoff_stops[TRADEOFF_STOPS]; /* points of clean accuracy: 1, 2, 4, 10 */

struct tradeoff {
    int stop[TRADEOFF_STOPS]; /* rounds */
    int disarmed; /* the round of most clean accuracy among those with ASR <= TRADEOFF_ASR percent;
                     -1: none */
    double area;  /* mean ASR, percent, where a defender stops who gives up 0 to
                     TRADEOFF_AREA_POINTS points, all alike; -1: no poisoned images */
};

/* rounds[n]: counts, round 0 is the unpruned net; of: images that each is out of. */
struct tradeoff tradeoff_of(const struct outcome *rounds, int n, const struct outcome *of);

/* A point is on the Pareto front when none has more clean images right and no more hits, or as many
 * right and fewer hits. Marks on_front[n]; of equal points all are marked. */
void tradeoff_front(const struct outcome *points, int n, bool *on_front);

/* Spearman's rank correlation of a[n] and b[n], equal values sharing their mean rank; NAN where all
 * of one are equal. */
double tradeoff_rank_correlation(const double *a, const double *b, int n);

#endif
