/* Stops, areas, fronts and rank correlations of orders of pruning. */
#include "engine/measures/tradeoff.h"

#include "engine/base/memory.h"
#include "engine/measures/number.h"

#include <math.h>
#include <stdlib.h>

const double tradeoff_stops[TRADEOFF_STOPS] = {1, 2, 4, 10};

static double lost(const struct outcome *rounds, int round, const struct outcome *of)
{
    return number_percent(rounds[0].clean - rounds[round].clean, of->clean);
}

/* Points that a whole number of images makes are not exact in binary. */
static const double EXACT = 1e-9;

/* The last round before more than `points` are lost. */
static int stop_at(const struct outcome *rounds, int n, const struct outcome *of, double points)
{
    int round = 0;
    while (round + 1 < n && lost(rounds, round + 1, of) <= points + EXACT)
        round++;
    return round;
}

/* The stop moves on where a new most of points is lost; between, ASR is that of the stop. */
static double area_of(const struct outcome *rounds, int n, const struct outcome *of)
{
    double area = 0, from = 0;
    while (from < TRADEOFF_AREA_POINTS) {
        int stop = stop_at(rounds, n, of, from);
        double to = stop + 1 < n ? lost(rounds, stop + 1, of) : TRADEOFF_AREA_POINTS;
        to = fmin(to, TRADEOFF_AREA_POINTS);
        area += (to - from) * number_percent(rounds[stop].attack, of->attack);
        from = to;
    }
    return area / TRADEOFF_AREA_POINTS;
}

struct tradeoff tradeoff_of(const struct outcome *rounds, int n, const struct outcome *of)
{
    struct tradeoff tradeoff = {.disarmed = -1, .area = -1};
    for (int i = 0; i < TRADEOFF_STOPS; i++)
        tradeoff.stop[i] = stop_at(rounds, n, of, tradeoff_stops[i]);
    if (of->attack <= 0)
        return tradeoff;
    for (int r = 0; r < n; r++)
        if (number_percent(rounds[r].attack, of->attack) <= TRADEOFF_ASR &&
            (tradeoff.disarmed < 0 || rounds[r].clean > rounds[tradeoff.disarmed].clean))
            tradeoff.disarmed = r;
    tradeoff.area = area_of(rounds, n, of);
    return tradeoff;
}

struct placed {
    double value;
    int index;
};

static int smaller_value(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

void tradeoff_front(const struct outcome *points, int n, bool *on_front)
{
    struct placed *sorted = memory_array((size_t)n, sizeof *sorted); /* most clean images first */
    for (int i = 0; i < n; i++)
        sorted[i] = (struct placed){-points[i].clean, i};
    qsort(sorted, (size_t)n, sizeof *sorted, smaller_value);
    int least = -1; /* hits among those with more clean images right, -1: there are none */
    for (int i = 0, end; i < n; i = end) {
        int fewest = points[sorted[i].index].attack;
        for (end = i; end < n && points[sorted[end].index].clean == points[sorted[i].index].clean;
             end++)
            if (points[sorted[end].index].attack < fewest)
                fewest = points[sorted[end].index].attack;
        for (int k = i; k < end; k++)
            on_front[sorted[k].index] =
                points[sorted[k].index].attack == fewest && (least < 0 || fewest < least);
        least = least < 0 || fewest < least ? fewest : least;
    }
    free(sorted);
}

static void rank(const double *values, int n, double *ranks)
{
    struct placed *sorted = memory_array((size_t)n, sizeof *sorted);
    for (int i = 0; i < n; i++)
        sorted[i] = (struct placed){values[i], i};
    qsort(sorted, (size_t)n, sizeof *sorted, smaller_value);
    for (int i = 0, end; i < n; i = end) {
        for (end = i; end < n && !(sorted[end].value > sorted[i].value);)
            end++;
        for (int k = i; k < end; k++)
            ranks[sorted[k].index] = 0.5 * (i + end - 1);
    }
    free(sorted);
}

double tradeoff_rank_correlation(const double *a, const double *b, int n)
{
    double *x = memory_array((size_t)n, sizeof *x), *y = memory_array((size_t)n, sizeof *y);
    double middle = 0.5 * (n - 1), both = 0, of_x = 0, of_y = 0;
    rank(a, n, x);
    rank(b, n, y);
    for (int i = 0; i < n; i++) {
        both += (x[i] - middle) * (y[i] - middle);
        of_x += (x[i] - middle) * (x[i] - middle);
        of_y += (y[i] - middle) * (y[i] - middle);
    }
    free(x);
    free(y);
    return of_x > 0 && of_y > 0 ? both / sqrt(of_x * of_y) : NAN;
}
