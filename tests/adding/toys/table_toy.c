/* A table that only a test adds. */
#include "app/tables/tables.h"

enum { ROUND, CLEAN };

static const struct table_column columns[] = {
    {.field = ROUND, .name = "toy_round", .heading = "toy round", .width = 9},
    {.field = CLEAN, .name = "n,right,share", .heading = "toy share", .width = 9},
};

static void row(const void *source, int index, struct table_value *values)
{
    const struct snapshot *s = source;
    value_whole(&values[ROUND], index);
    value_share(&values[CLEAN], s->rounds[index]->clean_correct, s->n_images[SET_CLEAN]);
}

static bool rows(const void *source, int *n, struct error *err)
{
    *n = ((const struct snapshot *)source)->n_rounds;
    return *n > 0 || fail_as(err, ERROR_FAILED, "nothing is measured yet");
}

static void caption(const void *source, char *text, size_t size)
{
    (void)source;
    snprintf(text, size, "a toy table");
}

const struct results_table table_toy = {
    .name = "table-toy",
    .view = "curves",
    .help = "toy table",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .rows = rows,
    .row = row,
    .caption = caption,
};
