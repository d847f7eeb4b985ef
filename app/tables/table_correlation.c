/* How alike the orders of two criteria are: Spearman's rank correlation, a pair a row. */
#include "app/tables/comparison.h"

#include <math.h>

enum { LAYER, CRITERION, OTHER, RHO };

static const struct table_column columns[] = {
    {.field = LAYER, .name = "layer", .heading = "layer", .width = -14},
    {.field = CRITERION, .name = "criterion", .heading = "criterion", .gap = 1, .width = -18},
    {.field = OTHER, .name = "other", .heading = "other criterion", .gap = 1, .width = -18},
    {.field = RHO, .name = "correlation", .heading = "correlation", .gap = 1, .width = 11},
};

/* The pair at a row; false: behind the last. */
static bool pair_at(const struct criteria_comparison *compared, int row, int *first, int *second)
{
    for (*first = 0; *first < compared->n; (*first)++)
        for (*second = *first + 1; *second < compared->n; (*second)++)
            if (!isnan(compared->correlation[*first * compared->n + *second]) && row-- == 0)
                return true;
    return false;
}

static void row(const void *source, int index, struct table_value *values)
{
    const struct snapshot *s = source;
    int a, b;
    if (!pair_at(s->compared, index, &a, &b))
        return;
    value_text(&values[LAYER], s->sites[s->compared->orders[a]->site].name);
    value_text(&values[CRITERION], s->compared->orders[a]->criterion);
    value_text(&values[OTHER], s->compared->orders[b]->criterion);
    value_real(&values[RHO], s->compared->correlation[a * s->compared->n + b]);
}

static bool rows(const void *source, int *n, struct error *err)
{
    const struct snapshot *s = source;
    int a, b;
    if (!s->compared)
        return fail_as(err, ERROR_USAGE, "no criteria were compared; use: compare");
    for (*n = 0; pair_at(s->compared, *n, &a, &b);)
        ++*n;
    return true;
}

static void caption(const void *source, char *text, size_t size)
{
    (void)source;
    snprintf(text, size,
        "Spearman's rank correlation of what goes first by two criteria: 1 for the same order, -1 "
        "for the opposite one. Equal scores share their mean rank.");
}

const struct results_table table_correlation = {
    .name = "table-correlation",
    .view = "comparison",
    .help = "how alike the orders of two criteria are",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .rows = rows,
    .row = row,
    .caption = caption,
};
