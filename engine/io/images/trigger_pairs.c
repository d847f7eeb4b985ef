/* Pairs by content. Each image is sketched: sums over places of 16 cells. A trigger leaves some
 * cells alone, so the clean image is among those with the same sums there; few are compared place
 * by place. The region of a trigger that lies in one place is learnt first, and left out. */
#include "engine/io/images/trigger_pairs.h"

#include "engine/base/memory.h"
#include "engine/io/images/dataset_private.h"
#include "engine/io/images/trigger_sketches.h"

#include <stdlib.h>
#include <string.h>

/* A clean image, and in how many places it differs: in all, and outside the region. */
struct candidate {
    int image, votes;
    int64_t apart;
    int differs, outside;
};

/* Candidates ----------------------------------------------------------------------------- */

/* How many cells two images share, and how far apart the sums are in all. */
static struct candidate vote(const struct trigger_pairs *p, const int32_t *sums, int image)
{
    struct candidate candidate = {.image = image};
    const int32_t *other = p->clean.sums + (size_t)image * CELLS;
    for (int cell = 0; cell < CELLS; cell++) {
        int32_t apart = abs(sums[cell] - other[cell]);
        bool near = apart <= p->tolerance[cell];
        candidate.votes += near;
        candidate.apart += near ? apart : p->tolerance[cell] + 1;
    }
    return candidate;
}

static bool better(const struct candidate *a, const struct candidate *b)
{
    if (a->votes != b->votes)
        return a->votes > b->votes;
    return a->apart != b->apart ? a->apart < b->apart : a->image < b->image;
}

/* Keeps the best few, each image once. */
static void offer(struct candidate best[CANDIDATES], int *n, const struct candidate *candidate)
{
    int at = *n;
    for (int i = 0; i < *n; i++)
        if (best[i].image == candidate->image)
            return;
    while (at > 0 && better(candidate, &best[at - 1]))
        at--;
    if (at == CANDIDATES)
        return;
    *n += *n < CANDIDATES;
    for (int i = *n - 1; i > at; i--)
        best[i] = best[i - 1];
    best[at] = *candidate;
}

struct window {
    int cell, first, end;
};

static int by_size(const void *a, const void *b)
{
    const struct window *x = a, *y = b;
    int one = x->end - x->first, two = y->end - y->first;
    return one != two ? one - two : x->cell - y->cell;
}

/* The clean images within `most` times the tolerance of an image in a cell, cell by cell. */
static void find_windows(
    const struct trigger_pairs *p, const int32_t *sums, int most, struct window windows[CELLS])
{
    int n = p->clean.n;
    for (int cell = 0; cell < CELLS; cell++) {
        const struct entry *entries = p->clean.sorted + (size_t)cell * (size_t)n;
        int64_t reach = (int64_t)most * p->tolerance[cell];
        windows[cell] = (struct window){cell, sketches_first(entries, n, sums[cell] - reach),
            sketches_first(entries, n, sums[cell] + reach + 1)};
    }
    qsort(windows, CELLS, sizeof *windows, by_size);
}

/* Those with the very same sum in a cell that tells images apart (most 0), or all that are near
 * enough (most 1). */
static int find_candidates(
    const struct trigger_pairs *p, int poisoned, int most, struct candidate best[CANDIDATES])
{
    const int32_t *sums = p->poisoned.sums + (size_t)poisoned * CELLS;
    struct window windows[CELLS];
    int n = 0;
    find_windows(p, sums, most, windows);
    for (int w = 0; w < (most ? TRIED_CELLS : CELLS); w++) {
        const struct window *window = &windows[w];
        const struct entry *entries = p->clean.sorted + (size_t)window->cell * (size_t)p->clean.n;
        if (!most && window->end - window->first > CROWD)
            continue;
        for (int at = window->first; at < window->end; at++) {
            struct candidate candidate = vote(p, sums, entries[at].image);
            offer(best, &n, &candidate);
        }
    }
    return n;
}

/* Place by place ------------------------------------------------------------------------- */

static void compare(struct trigger_pairs *p, const uint8_t *poisoned, struct candidate *candidate)
{
    const uint8_t *clean = sketches_levels(&p->clean, candidate->image);
    candidate->differs = candidate->outside = 0;
    for (int i = 0; i < p->n_places; i++) {
        bool differs = !sketches_alike(clean + (size_t)i * (size_t)p->n_channels,
            poisoned + (size_t)i * (size_t)p->n_channels, p->n_channels);
        candidate->differs += differs;
        candidate->outside += differs && !p->region[i];
    }
}

static bool small_enough(const struct trigger_pairs *p, int differs)
{
    return 100L * differs <= (long)REGION_PERCENT * p->n_places;
}

/* The one that differs least outside the region, first; the others behind it. */
static int rank_some(
    struct trigger_pairs *p, int poisoned, int most, struct candidate best[CANDIDATES])
{
    int n = find_candidates(p, poisoned, most, best), first = 0;
    const uint8_t *levels = n > 0 ? sketches_levels(&p->poisoned, poisoned) : NULL;
    for (int i = 0; i < n; i++) {
        compare(p, levels, &best[i]);
        bool nearer = best[i].outside < best[first].outside;
        bool same = best[i].outside == best[first].outside && best[i].image == poisoned;
        if (nearer || same)
            first = i;
    }
    if (n > 0) {
        struct candidate taken = best[first];
        best[first] = best[0];
        best[0] = taken;
    }
    return n;
}

/* Equal sums are quick to find; where none of those is near, rounding may have moved the sums. */
static int rank_candidates(struct trigger_pairs *p, int poisoned, struct candidate best[CANDIDATES])
{
    int n = rank_some(p, poisoned, 0, best);
    if (n > 0 && small_enough(p, best[0].differs))
        return n;
    return rank_some(p, poisoned, 1, best);
}

/* The region: places where most poisoned images differ from what is nearest to them. False where
 * nothing comes near. */
static bool learn_region(struct trigger_pairs *p)
{
    int n = p->poisoned.n, tried = n < LEARNT_FROM ? n : LEARNT_FROM, found = 0;
    int *often = memory_array((size_t)p->n_places, sizeof *often);
    struct candidate best[CANDIDATES];
    for (int t = 0; t < tried; t++) {
        int i = (int)((int64_t)t * n / tried);
        if (rank_candidates(p, i, best) == 0 || !small_enough(p, best[0].differs))
            continue;
        const uint8_t *a = sketches_levels(&p->clean, best[0].image),
                      *b = sketches_levels(&p->poisoned, i);
        for (int place = 0; place < p->n_places; place++)
            often[place] += !sketches_alike(a + (size_t)place * (size_t)p->n_channels,
                b + (size_t)place * (size_t)p->n_channels, p->n_channels);
        found++;
    }
    for (int place = 0; place < p->n_places && found >= LEARNT_LEAST; place++)
        p->region[place] = 2 * often[place] > found;
    free(often);
    return found > 0;
}

static int by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* In how many places clean pictures tell each other apart, outside the region. */
static void learn_baseline(struct trigger_pairs *p)
{
    int n = p->clean.n, tried = n < LEARNT_FROM ? n : LEARNT_FROM;
    int *apart = memory_array((size_t)tried, sizeof *apart);
    uint8_t *levels = memory_array((size_t)p->n_places, (size_t)p->n_channels);
    for (int t = 0; t < tried; t++) {
        int i = (int)((int64_t)t * n / tried);
        struct candidate other = {.image = (i + 1) % n};
        memcpy(levels, sketches_levels(&p->clean, i), (size_t)p->n_places * (size_t)p->n_channels);
        compare(p, levels, &other);
        apart[t] = other.outside;
    }
    qsort(apart, (size_t)tried, sizeof *apart, by_number);
    p->baseline = apart[tried * BASELINE_PERCENT / 100];
    free(levels);
    free(apart);
}

/* The first of n candidates, -1 where it is not certain. */
static int certain(const struct trigger_pairs *p, const struct candidate best[CANDIDATES], int n)
{
    const int32_t *labels = dataset_labels(p->clean.set);
    if (n == 0 || !small_enough(p, best[0].differs) ||
        TIMES_NEARER * best[0].outside >= p->baseline)
        return -1;
    for (int i = 1; i < n; i++) {
        bool copy = best[i].outside == 0 && best[0].outside == 0 &&
                    labels[best[i].image] == labels[best[0].image];
        if (!copy && TIMES_NEARER * best[0].outside >= best[i].outside)
            return -1;
    }
    return best[0].image;
}

static int pair_of(struct trigger_pairs *p, int poisoned)
{
    struct candidate best[CANDIDATES];
    int n = rank_some(p, poisoned, 0, best), pair = certain(p, best, n);
    if (pair >= 0)
        return pair;
    n = rank_some(p, poisoned, 1, best);
    return certain(p, best, n);
}

static int find_pairs(struct trigger_pairs *p, int32_t *pairs)
{
    int found = 0;
    sketches_sort(&p->clean);
    if (!learn_region(p))
        return 0;
    learn_baseline(p);
    for (int i = 0; i < p->poisoned.n; i++) {
        pairs[i] = pair_of(p, i);
        found += pairs[i] >= 0;
    }
    return found;
}

int trigger_pairs_find(const struct dataset *clean, const struct dataset *poisoned, int32_t *pairs)
{
    const struct shape *shape = dataset_shape(clean);
    for (int i = 0; i < dataset_count(poisoned); i++)
        pairs[i] = -1;
    if (!shape_equal(shape, dataset_shape(poisoned)) || dataset_count(clean) < 2)
        return 0;
    struct trigger_pairs p = {.clean.set = clean,
        .poisoned.set = poisoned,
        .n_channels = shape->rank == 3 ? shape_channels(shape) : 1};
    p.n_places = (int)(shape_count(shape) / (size_t)p.n_channels);
    p.region = memory_array((size_t)p.n_places, sizeof *p.region);
    sketches_choose_levels(&p);
    sketches_choose_places(&p, shape);
    dataset_hold(clean);
    dataset_hold(poisoned);
    sketches_make(&p, &p.clean);
    sketches_make(&p, &p.poisoned);
    int found = find_pairs(&p, pairs);
    dataset_release(clean);
    dataset_release(poisoned);
    if (!dataset_check(clean, NULL) || !dataset_check(poisoned, NULL)) {
        memset(pairs, -1, (size_t)dataset_count(poisoned) * sizeof *pairs);
        found = 0;
    }
    sketches_finish(&p.clean);
    sketches_finish(&p.poisoned);
    free(p.region);
    return found;
}
