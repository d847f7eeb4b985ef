/* Sketches of images: grey levels, and sums over places of each cell, sorted. */
#include "engine/io/images/trigger_sketches.h"

#include "engine/base/memory.h"
#include "engine/io/images/dataset_private.h"

#include <math.h>
#include <stdlib.h>

const uint8_t *sketches_levels(struct sketches *s, int image)
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
void sketches_choose_levels(struct trigger_pairs *p)
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

bool sketches_alike(const uint8_t *a, const uint8_t *b, int n_channels)
{
    for (int c = 0; c < n_channels; c++)
        if (abs(a[c] - b[c]) > GREY_LEVELS)
            return false;
    return true;
}

void sketches_choose_places(struct trigger_pairs *p, const struct shape *shape)
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

void sketches_make(struct trigger_pairs *p, struct sketches *s)
{
    size_t count = shape_count(dataset_shape(s->set));
    s->n = dataset_count(s->set);
    s->sums = memory_array((size_t)s->n, CELLS * sizeof *s->sums);
    s->levels = memory_array(count, 1);
    s->scratch = memory_array(count, sizeof(float));
    for (int i = 0; i < s->n; i++) {
        const uint8_t *levels = sketches_levels(s, i);
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

void sketches_sort(struct sketches *s)
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
int sketches_first(const struct entry *entries, int n, int64_t sum)
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

void sketches_finish(struct sketches *s)
{
    free(s->sums);
    free(s->sorted);
    free(s->levels);
    free(s->scratch);
}
