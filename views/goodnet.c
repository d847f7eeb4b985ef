#include "views/goodnet.h"

#include "views/branches.h"

#include <stddef.h>

bool goodnet_defence(const struct snapshot *s, int repaired_round, struct defence *defence)
{
    *defence = (struct defence){0};
    if (repaired_round < 0 || repaired_round >= s->n_rounds)
        return false;
    const struct round *b = branches_unpruned(s), *repaired = s->rounds[repaired_round];
    struct agreement *counts[N_SETS] = {&defence->clean, &defence->poisoned};
    for (int set = 0; set < N_SETS; set++) {
        int n = s->n_images[set];
        if (n == 0)
            continue;
        if (!b->predicted[set] || !repaired->predicted[set] || !s->labels[set])
            return false;
        agreement_count(
            counts[set], b->predicted[set], repaired->predicted[set], s->labels[set], n);
    }
    const int32_t *truth = s->detection ? s->detection->truth[DATA_VALIDATION] : NULL;
    if (truth)
        agreement_count(&defence->truth, b->predicted[SET_POISONED],
            repaired->predicted[SET_POISONED], truth, s->n_images[SET_POISONED]);
    return true;
}

bool goodnet_count(const struct snapshot *s, int repaired_round, struct goodnet *goodnet)
{
    struct defence defence;
    const struct agreement *counts[N_SETS] = {&defence.clean, &defence.poisoned};
    bool known = goodnet_defence(s, repaired_round, &defence);
    for (int set = 0; set < N_SETS; set++) {
        goodnet->n[set] = counts[set]->n;
        goodnet->labelled[set] = counts[set]->both;
        goodnet->flagged[set] = agreement_flagged(counts[set]);
    }
    return known;
}

double goodnet_percent(int count, int n)
{
    return n > 0 ? 100.0 * count / n : 0;
}
