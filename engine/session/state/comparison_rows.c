/* A comparison of criteria: orders, the front of all their rounds, and how alike they are. */
#include "engine/session/state/comparison_rows.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct kept_order {
    struct compared_order order; /* first: what others see */
    const struct order *ranked;  /* counted */
    struct outcome *rounds;
};

struct kept_comparison {
    struct criteria_comparison comparison; /* first */
    const struct compared_order **orders;
    bool **on_front;
    double *correlation;
};

static void finish_order(void *object)
{
    struct kept_order *kept = object;
    refcount_unref(kept->ranked);
    free(kept->rounds);
}

static void finish_comparison(void *object)
{
    struct kept_comparison *kept = object;
    for (int i = 0; i < kept->comparison.n; i++) {
        refcount_unref(kept->orders[i]);
        free(kept->on_front[i]);
    }
    free(kept->orders);
    free(kept->on_front);
    free(kept->correlation);
}

static const struct compared_order *keep(const struct compared_order *row,
    const struct order *order, struct outcome *rounds, const struct outcome *of)
{
    struct kept_order *kept = refcount_create(sizeof *kept, finish_order);
    kept->order = *row;
    kept->rounds = rounds;
    kept->ranked = refcount_ref(order);
    if (order) {
        kept->order.n_channels = order->n_channels;
        kept->order.scores = order->file ? NULL : order->scores;
        kept->order.descending = order->descending;
        kept->order.ranking = order->ranking;
        kept->order.n_rounds = order->n_ranking + 1;
        kept->order.rounds = rounds;
        kept->order.tradeoff = tradeoff_of(rounds, kept->order.n_rounds, of);
    }
    return &kept->order;
}

/* All rounds of all orders, one behind the other. */
static void mark_front(struct kept_comparison *kept)
{
    size_t n = 0;
    for (int i = 0; i < kept->comparison.n; i++)
        n += (size_t)kept->orders[i]->n_rounds;
    struct outcome *points = memory_array(n, sizeof *points), *at = points;
    bool *marks = memory_array(n, sizeof *marks), *mark = marks;
    for (int i = 0; i < kept->comparison.n; i++)
        for (int r = 0; r < kept->orders[i]->n_rounds; r++)
            *at++ = kept->orders[i]->rounds[r];
    tradeoff_front(points, (int)n, marks);
    for (int i = 0; i < kept->comparison.n; mark += kept->orders[i++]->n_rounds) {
        size_t rounds = (size_t)kept->orders[i]->n_rounds;
        kept->on_front[i] = memory_array(rounds, sizeof(bool));
        if (rounds > 0)
            memcpy(kept->on_front[i], mark, rounds * sizeof(bool));
    }
    free(points);
    free(marks);
}

/* What goes first has the smallest value. */
static double *values_of(const struct compared_order *order)
{
    double *values = memory_array((size_t)order->n_channels, sizeof *values);
    for (int c = 0; c < order->n_channels; c++)
        values[c] = (double)(order->descending ? -order->scores[c] : order->scores[c]);
    return values;
}

static double correlate(const struct compared_order *a, const struct compared_order *b)
{
    if (!a->scores || !b->scores || a->site != b->site)
        return NAN;
    double *x = values_of(a), *y = values_of(b);
    double correlation = tradeoff_rank_correlation(x, y, a->n_channels);
    free(x);
    free(y);
    return correlation;
}

static void correlate_all(struct kept_comparison *kept, const struct criteria_comparison *before)
{
    int n = kept->comparison.n, last = n - 1;
    for (int i = 0; i < last; i++)
        for (int j = 0; j < last; j++)
            kept->correlation[i * n + j] = before->correlation[i * last + j];
    for (int i = 0; i < n; i++)
        kept->correlation[i * n + last] = kept->correlation[last * n + i] =
            correlate(kept->orders[i], kept->orders[last]);
}

const struct criteria_comparison *comparison_grown(const struct criteria_comparison *before,
    const struct compared_order *row, const struct order *order, struct outcome *rounds,
    const struct outcome *of, int wanted)
{
    struct kept_comparison *kept = refcount_create(sizeof *kept, finish_comparison);
    size_t n = (size_t)(before ? before->n : 0) + 1;
    kept->orders = memory_array(n, sizeof *kept->orders);
    kept->on_front = memory_array(n, sizeof *kept->on_front);
    kept->correlation = memory_array(n * n, sizeof *kept->correlation);
    for (size_t i = 0; i + 1 < n; i++)
        kept->orders[i] = refcount_ref(before->orders[i]);
    kept->orders[n - 1] = keep(row, order, rounds, of);
    kept->comparison = (struct criteria_comparison){.n = (int)n,
        .wanted = wanted,
        .orders = kept->orders,
        .of = *of,
        .on_front = (const bool *const *)kept->on_front,
        .correlation = kept->correlation};
    mark_front(kept);
    correlate_all(kept, before);
    return &kept->comparison;
}
