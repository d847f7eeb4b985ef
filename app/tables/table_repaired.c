/* A repair judged: before, after and the trivial defence, for each set of images. */
#include "app/tables/repaired.h"

enum { NET, DATA, CLEAN, ATTACK, OWN, ROBUST, REPAIR, CHOSEN };

static const struct table_column columns[] = {
    {.field = NET, .name = "net", .heading = "", .width = -15},
    {.field = DATA, .name = "images", .heading = "images", .gap = 1, .width = -10},
    {.field = CLEAN,
        .name = NAMES_CLEAN,
        .heading = "clean %",
        .gap = 1,
        .width = -17,
        .share = SHARE_COUNTS},
    {.field = ATTACK,
        .name = NAMES_ATTACK,
        .heading = "ASR %",
        .gap = 1,
        .width = -15,
        .share = SHARE_COUNTS},
    {.field = OWN,
        .name = NAMES_OWN,
        .heading = "own people %",
        .gap = 1,
        .width = -13,
        .share = SHARE_COUNTS},
    {.field = ROBUST,
        .name = NAMES_ROBUST,
        .heading = "robust %",
        .gap = 1,
        .width = -15,
        .share = SHARE_COUNTS},
    {.field = REPAIR, .in = {[IN_CSV] = "repair"}},
    {.field = CHOSEN, .in = {[IN_CSV] = "chosen"}},
};

const char repaired_unknown[] =
    "What remains unknown: whether there is another trigger, or one that looks like none that was "
    "tried. An ASR of 0 on some poisoned images is no proof; without poisoned images nothing here "
    "measures the attack.";

static bool rows(const void *source, int *n, struct error *err)
{
    (void)err;
    *n = ((const struct repaired *)source)->n_rows;
    return true;
}

static void row(const void *source, int index, struct table_value *values)
{
    const struct repaired *repaired = source;
    const struct outcome_row *row = &repaired->rows[index];
    value_text(&values[NET], row->net);
    value_text(&values[DATA], row->data);
    value_text(&values[REPAIR], repaired->name);
    value_text(&values[CHOSEN], repaired->snapshot->repairing.chosen);
    outcome_values(&row->count, &row->of,
        (struct outcome_fields){&values[CLEAN], &values[ATTACK], &values[OWN], &values[ROBUST]});
}

static void caption(const void *source, char *text, size_t size)
{
    snprintf(text, size, "%s %s", ((const struct repaired *)source)->why, repaired_unknown);
}

const struct results_table table_repaired = {
    .name = "repaired",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .rows = rows,
    .row = row,
    .caption = caption,
};
