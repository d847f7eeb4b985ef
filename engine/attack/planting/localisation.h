/* How well criteria point at the channels that carry a planted backdoor. A criterion is asked for
 * its order at every site that carries the attack in some of its channels, and is scored against
 * the truth; what some read besides is measured first (engine/train/evidence.h).
 * Owner: the caller. Thread: one caller at a time; the workers are inside. */
#ifndef SECATEUR_ENGINE_ATTACK_PLANTING_LOCALISATION_H
#define SECATEUR_ENGINE_ATTACK_PLANTING_LOCALISATION_H

#include "engine/attack/planting/plant.h"

enum { LOCALISATION_MAX = 64 };

struct localisation {
    const char *criterion;
    bool oracle;      /* it reads poisoned images */
    int n_sites;      /* at which it was scored */
    double auc;       /* chance that a carrier comes before another channel; mean over the sites */
    double precision; /* share of carriers among the first k, k carriers there are; mean */
};

/* scores[LOCALISATION_MAX]; how many there are, -1 with err. A net without carriers gives 0. */
int localisation_score(const struct planted *planted, struct thread_pool *pool,
    struct localisation *scores, struct error *err);

/* Of one order: marked[n] are the carriers. */
double localisation_auc(const int *order, const bool *marked, int n);
double localisation_precision(const int *order, const bool *marked, int n);

#endif
