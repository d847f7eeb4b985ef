/* How B and a repaired net agree, in images. */
#include "app/tables/defence.h"

enum { NAME, DATA, N, PARTS };

static const struct table_column columns[] = {
    {.field = NAME, .heading = "with"},
    {.field = DATA, .heading = "images"},
    {.field = N, .name = "n"},
    {.field = PARTS, .name = "both", .heading = "both the label"},
    {.field = PARTS + 1, .name = "only_b", .heading = "B alone"},
    {.field = PARTS + 2, .name = "only_repaired", .heading = "B′ alone"},
    {.field = PARTS + 3, .name = "same_other", .heading = "one other class"},
    {.field = PARTS + 4, .name = "different_other", .heading = "two other classes"},
};

const char *agreement_part(const struct goodnet_counts *a, int part, int *count)
{
    const int counts[AGREEMENT_PARTS] = {
        a->both, a->only_b, a->only_repaired, a->same_other, a->different_other};
    *count = counts[part];
    return columns[PARTS + part].name;
}

static void row(const void *source, int index, struct table_value *values)
{
    const struct agreement_row *row = (const struct agreement_row *)source + index;
    value_text(&values[NAME], row->name);
    value_text(&values[DATA], row->data);
    value_whole(&values[N], row->counts->n);
    for (int i = 0; i < AGREEMENT_PARTS; i++) {
        int count;
        agreement_part(row->counts, i, &count);
        value_whole(&values[PARTS + i], count);
    }
}

const struct results_table table_agreement = {
    .name = "agreement",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .row = row,
};
