/* Pairs by content. Each image is sketched: sums over places of 16 cells. A trigger leaves some
 * cells alone, so the clean image is among those with the same sums there; few are compared place
 * by place. The region of a trigger that lies in one place is learnt first, and left out. */
#include "engine/io/images/trigger_pairs.h"

#include "engine/base/memory.h"
#include "engine/io/images/dataset_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    GREY_LEVELS = 2,      /* may lie between a picture and the same with the trigger */
    REGION_PERCENT = 50,  /* of the places may belong to the trigger */
    CELLS = 16,           /* of a sketch, 4 by 4 where the picture allows it */
    CELL_PLACES = 32,     /* of a cell that are summed up */
    TRIED_CELLS = 9,      /* at least one of them is free when half of all are */
    CROWD = 32,           /* images with one sum in a cell: it tells nothing */
    CANDIDATES = 3,       /* compared place by place */
    TIMES_NEARER = 4,     /* than any other picture must a pair be */
    LEARNT_FROM = 300,    /* poisoned images that show where the trigger lies */
    LEARNT_LEAST = 8,     /* fewer show nothing */
    BASELINE_PERCENT = 10 /* of clean neighbours are nearer to each other than what is typical */
};

struct entry {
    int32_t sum, image;
};

/* One set: sketches, and images in the order of a cell's sums. */
struct sketches {
    const struct dataset *set;
    int n;
    float low, step;      /* of floats: the grey level is (value - low) * step */
    int32_t *sums;        /* [n][CELLS] */
    struct entry *sorted; /* [CELLS][n], of clean images alone */
    uint8_t *levels;      /* [shape] of one image */
    void *scratch;
};

struct trigger_pairs {
    struct sketches clean, poisoned;
    int n_places, n_channels;
    int n_summed[CELLS], summed[CELLS][CELL_PLACES]; /* places */
    bool *region;                                    /* [n_places] of the trigger */
    int baseline;                                    /* places that tell two pictures apart */
    int32_t tolerance[CELLS];
};

/* A clean image, and in how many places it differs: in all, and outside the region. */
struct candidate {
    int image, votes;
    int64_t apart;
    int differs, outside;
};

/* Levels --------------------------------------------------------------------------------- */

static const uint8_t *levels_of(struct sketches *s, int image)
{
    size_t count = shape_count(dataset_shape(s->set));
    const void *values = dataset_view(s->set, image, 0, count, s->scratch);
    if (!s->set->floats)
        return values;
    for (size_t i = 0; i < count; i++) {
        float level = (((const float *)values)[i] - s->low) * s->step;
        s->levels[i] = level <= 0 ? 0 : level >= 255 ? 255 : (uint8_t)(level + 0.5F);
    }
    return s->levels;
}

/* Floats as grey levels: 0..1 and 0..255 as they are, else what lies between the ends of both. */
static void choose_levels(struct trigger_pairs *p)
{
    const struct dataset *a = p->clean.set, *b = p->poisoned.set;
    struct sketches *both[] = {&p->clean, &p->poisoned};
    float low = fminf(a->low, b->low), high = fmaxf(a->high, b->high);
    for (int i = 0; i < 2; i++) {
        const struct dataset *set = both[i]->set;
        both[i]->low = 0;
        both[i]->step = set->low >= 0 && set->high <= 1 ? 255 : 1;
        if (a->floats && b->floats && (low < 0 || high > 255) && high > low) {
            both[i]->low = low;
            both[i]->step = 255 / (high - low);
        }
    }
}

static bool alike(const uint8_t *a, const uint8_t *b, int n_channels)
{
    for (int c = 0; c < n_channels; c++)
        if (abs(a[c] - b[c]) > GREY_LEVELS)
            return false;
    return true;
}

/* Sketches ------------------------------------------------------------------------------- */

static void choose_places(struct trigger_pairs *p, const struct shape *shape)
{
    int rows = shape->rank == 3 ? shape->dim[0] : 1, columns = p->n_places / rows;
    int down = rows < 4 ? rows : 4, across = CELLS / down < columns ? CELLS / down : columns;
    for (int cell = 0; cell < down * across; cell++) {
        int top = cell / across * rows / down, bottom = (cell / across + 1) * rows / down;
        int left = cell % across * columns / across;
        int right = (cell % across + 1) * columns / across;
        int wide = right - left, all = (bottom - top) * wide;
        int n = p->n_summed[cell] = all < CELL_PLACES ? all : CELL_PLACES;
        for (int i = 0; i < n; i++) {
            int at = (int)((int64_t)i * all / n);
            p->summed[cell][i] = (top + at / wide) * columns + left + at % wide;
        }
        p->tolerance[cell] = n * p->n_channels * GREY_LEVELS;
    }
}

static void sketch(struct trigger_pairs *p, struct sketches *s)
{
    size_t count = shape_count(dataset_shape(s->set));
    s->n = dataset_count(s->set);
    s->sums = memory_array((size_t)s->n, CELLS * sizeof *s->sums);
    s->levels = memory_array(count, 1);
    s->scratch = memory_array(count, sizeof(float));
    for (int i = 0; i < s->n; i++) {
        const uint8_t *levels = levels_of(s, i);
        for (int cell = 0; cell < CELLS; cell++)
            for (int k = 0; k < p->n_summed[cell]; k++)
                for (int c = 0; c < p->n_channels; c++)
                    s->sums[i * CELLS + cell] += levels[p->summed[cell][k] * p->n_channels + c];
    }
}

static int by_sum(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return x->sum != y->sum ? (x->sum > y->sum) - (x->sum < y->sum) : x->image - y->image;
}

static void sort_sums(struct sketches *s)
{
    size_t n = (size_t)s->n;
    s->sorted = memory_array(n * CELLS, sizeof *s->sorted);
    for (size_t cell = 0; cell < CELLS; cell++) {
        struct entry *entries = s->sorted + cell * n;
        for (size_t i = 0; i < n; i++)
            entries[i] = (struct entry){s->sums[i * CELLS + cell], (int32_t)i};
        qsort(entries, n, sizeof *entries, by_sum);
    }
}

/* The first entry that is not below a sum. */
static int first_from(const struct entry *entries, int n, int64_t sum)
{
    int low = 0, high = n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (entries[middle].sum < sum)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

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
        windows[cell] = (struct window){cell, first_from(entries, n, sums[cell] - reach),
            first_from(entries, n, sums[cell] + reach + 1)};
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
    const uint8_t *clean = levels_of(&p->clean, candidate->image);
    candidate->differs = candidate->outside = 0;
    for (int i = 0; i < p->n_places; i++) {
        bool differs = !alike(clean + (size_t)i * (size_t)p->n_channels,
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
    const uint8_t *levels = n > 0 ? levels_of(&p->poisoned, poisoned) : NULL;
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
        const uint8_t *a = levels_of(&p->clean, best[0].image), *b = levels_of(&p->poisoned, i);
        for (int place = 0; place < p->n_places; place++)
            often[place] += !alike(a + (size_t)place * (size_t)p->n_channels,
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
        memcpy(levels, levels_of(&p->clean, i), (size_t)p->n_places * (size_t)p->n_channels);
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
    sort_sums(&p->clean);
    if (!learn_region(p))
        return 0;
    learn_baseline(p);
    for (int i = 0; i < p->poisoned.n; i++) {
        pairs[i] = pair_of(p, i);
        found += pairs[i] >= 0;
    }
    return found;
}

static void finish(struct sketches *s)
{
    free(s->sums);
    free(s->sorted);
    free(s->levels);
    free(s->scratch);
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
    choose_levels(&p);
    choose_places(&p, shape);
    dataset_hold(clean);
    dataset_hold(poisoned);
    sketch(&p, &p.clean);
    sketch(&p, &p.poisoned);
    int found = find_pairs(&p, pairs);
    dataset_release(clean);
    dataset_release(poisoned);
    if (!dataset_check(clean, NULL) || !dataset_check(poisoned, NULL)) {
        memset(pairs, -1, (size_t)dataset_count(poisoned) * sizeof *pairs);
        found = 0;
    }
    finish(&p.clean);
    finish(&p.poisoned);
    free(p.region);
    return found;
}
