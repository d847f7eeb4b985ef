#include "views/goodnet.h"

#include "views/branches.h"

bool goodnet_count(const struct snapshot *s, int repaired_round, struct goodnet *goodnet)
{
    *goodnet = (struct goodnet){0};
    if (repaired_round < 0 || repaired_round >= s->n_rounds)
        return false;
    const struct round *unpruned = branches_unpruned(s);
    for (int set = 0; set < N_SETS; set++) {
        const uint16_t *b = unpruned->predicted[set];
        const uint16_t *repaired = s->rounds[repaired_round]->predicted[set];
        goodnet->n[set] = s->n_images[set];
        if (s->n_images[set] > 0 && (!b || !repaired || !s->labels[set]))
            return false;
        for (int i = 0; i < s->n_images[set]; i++) {
            goodnet->flagged[set] += b[i] != repaired[i];
            goodnet->labelled[set] += b[i] == repaired[i] && b[i] == s->labels[set][i];
        }
    }
    return true;
}

double goodnet_percent(int count, int n)
{
    return n > 0 ? 100.0 * count / n : 0;
}
