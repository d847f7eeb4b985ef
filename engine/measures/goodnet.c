/* Counts by what B and B' say of an image: agreed, flagged, right, and the rating of a defence. */
#include "engine/measures/goodnet.h"

#include "engine/measures/number.h"

static void count_image(struct goodnet_counts *agreement, int b, int repaired, int label)
{
    agreement->n++;
    if (b == label)
        b == repaired ? agreement->both++ : agreement->only_b++;
    else if (repaired == label)
        agreement->only_repaired++;
    else
        b == repaired ? agreement->same_other++ : agreement->different_other++;
}

void goodnet_count_images(struct goodnet_counts *agreement, const uint16_t *b,
    const uint16_t *repaired, const int32_t *labels, int n)
{
    *agreement = (struct goodnet_counts){0};
    for (int i = 0; i < n; i++)
        if (labels[i] >= 0)
            count_image(agreement, b[i], repaired[i], labels[i]);
}

void agreement_count_of(struct goodnet_counts *agreement, const uint16_t *b,
    const uint16_t *repaired, const int32_t *labels, int n, int class)
{
    *agreement = (struct goodnet_counts){0};
    for (int i = 0; i < n; i++)
        if (labels[i] == class)
            count_image(agreement, b[i], repaired[i], class);
}

int goodnet_b(const struct goodnet_counts *agreement)
{
    return agreement->both + agreement->only_b;
}

int goodnet_repaired(const struct goodnet_counts *agreement)
{
    return agreement->both + agreement->only_repaired;
}

int goodnet_flagged(const struct goodnet_counts *agreement)
{
    return agreement->only_b + agreement->only_repaired + agreement->different_other;
}

int goodnet_accepted(const struct goodnet_counts *agreement)
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
    const struct goodnet_counts *c = &defence->clean, *p = &defence->poisoned;
    if (c->n == 0 || p->n == 0)
        return -1;
    return (lost(goodnet_b(p), hits, p->n) - lost(goodnet_b(c), clean, c->n) + 1) / 2;
}

double defence_rating_repaired(const struct defence *defence)
{
    return rating(defence, goodnet_repaired(&defence->clean), goodnet_repaired(&defence->poisoned));
}

double defence_rating_good(const struct defence *defence)
{
    return rating(defence, defence->clean.both, defence->poisoned.both);
}

double outcome_percent(int count, int n)
{
    return count < 0 || n <= 0 ? -1 : number_percent(count, n);
}

int outcome_short_of(const struct outcome *repair, const struct outcome *trivial)
{
    int flags = 0;
    if (trivial->clean < 0)
        return SHORT_UNKNOWN;
    if (repair->clean < trivial->clean)
        flags |= SHORT_CLEAN;
    if (repair->own >= 0 && repair->own <= trivial->own)
        flags |= SHORT_OWN;
    if (repair->robust >= 0 && repair->robust < trivial->robust)
        flags |= SHORT_ROBUST;
    return flags;
}

static struct outcome outcome_of(
    const struct defence *defence, int (*count)(const struct goodnet_counts *agreement))
{
    return (struct outcome){
        .clean = count(&defence->clean),
        .attack = count(&defence->poisoned),
        .own = defence->own.n > 0 ? count(&defence->own) : -1,
        .robust = defence->truth.n > 0 ? count(&defence->truth) : -1,
    };
}

static int count_good(const struct goodnet_counts *agreement)
{
    return agreement->both;
}

static int count_all(const struct goodnet_counts *agreement)
{
    return agreement->n;
}

struct outcome defence_b(const struct defence *defence)
{
    return outcome_of(defence, goodnet_b);
}

struct outcome defence_repaired(const struct defence *defence)
{
    return outcome_of(defence, goodnet_repaired);
}

struct outcome defence_good(const struct defence *defence)
{
    return outcome_of(defence, count_good);
}

struct outcome defence_of(const struct defence *defence)
{
    return outcome_of(defence, count_all);
}
