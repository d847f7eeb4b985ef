#include "engine/base/agreement.h"

void agreement_count(struct agreement *agreement, const uint16_t *b, const uint16_t *repaired,
    const int32_t *labels, int n)
{
    *agreement = (struct agreement){0};
    for (int i = 0; i < n; i++) {
        int32_t label = labels[i];
        if (label < 0)
            continue;
        agreement->n++;
        if (b[i] == label)
            b[i] == repaired[i] ? agreement->both++ : agreement->only_b++;
        else if (repaired[i] == label)
            agreement->only_repaired++;
        else
            b[i] == repaired[i] ? agreement->same_other++ : agreement->different_other++;
    }
}

int agreement_b(const struct agreement *agreement)
{
    return agreement->both + agreement->only_b;
}

int agreement_repaired(const struct agreement *agreement)
{
    return agreement->both + agreement->only_repaired;
}

int agreement_flagged(const struct agreement *agreement)
{
    return agreement->only_b + agreement->only_repaired + agreement->different_other;
}

int agreement_accepted(const struct agreement *agreement)
{
    return agreement->both + agreement->same_other;
}

/* How much of a share was lost, 0 when it grew. */
static double lost(int before, int after, int n)
{
    return before > after ? (double)(before - after) / n : 0;
}

static double rating(const struct defence *defence, int clean, int hits)
{
    const struct agreement *c = &defence->clean, *p = &defence->poisoned;
    if (c->n == 0 || p->n == 0)
        return -1;
    return (lost(agreement_b(p), hits, p->n) - lost(agreement_b(c), clean, c->n) + 1) / 2;
}

double defence_rating_repaired(const struct defence *defence)
{
    return rating(
        defence, agreement_repaired(&defence->clean), agreement_repaired(&defence->poisoned));
}

double defence_rating_good(const struct defence *defence)
{
    return rating(defence, defence->clean.both, defence->poisoned.both);
}
