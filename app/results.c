#include "app/results.h"

#include <math.h>
#include <string.h>

static const struct results *const table[] = {&results_text, &results_csv, &results_json};

const struct results *results_find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

struct interval results_wilson(int hits, int n)
{
    const double z = 1.959963984540054; /* two-sided 95 % */
    if (n <= 0)
        return (struct interval){0, 100};
    double p = (double)hits / n, spread = z * z / n;
    double centre = (p + spread / 2) / (1 + spread);
    double half = z * sqrt(p * (1 - p) / n + spread / n / 4) / (1 + spread);
    struct interval interval = {100 * (centre - half), 100 * (centre + half)};
    if (hits == 0 || interval.low < 0)
        interval.low = 0;
    if (hits == n || interval.high > 100)
        interval.high = 100;
    return interval;
}

double results_percent(int hits, int n)
{
    return n > 0 ? 100.0 * hits / n : 0;
}

const char *results_badge(enum badge badge)
{
    switch (badge) {
    case BADGE_DATA_FREE:
        return "needs no data";
    case BADGE_CLEAN:
        return "needs clean images";
    case BADGE_ORACLE:
        break;
    }
    return "oracle: needs poisoned images";
}

const char *results_order(const struct snapshot *snapshot)
{
    if (snapshot->order_file)
        return snapshot->order_file;
    return snapshot->descending ? "descending" : "ascending";
}
