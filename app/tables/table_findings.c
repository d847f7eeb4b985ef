/* What a comparison of nets found, one number with its set, count and interval a row. */
#include "app/tables/defence.h"

enum { NET, DATA, DETECTOR, RATE, THRESHOLD, MEASURE, OF, VALUE, READ };

static const struct table_column columns[] = {
    {.field = NET, .name = "net"},
    {.field = DATA, .name = "data"},
    {.field = DETECTOR, .name = "detector"},
    {.field = RATE, .name = "rate"},
    {.field = THRESHOLD, .name = "threshold"},
    {.field = MEASURE, .name = "measure"},
    {.field = OF, .name = "of"},
    {.field = VALUE, .name = ",count"},
    {.field = VALUE, .name = "n,"},
    {.field = VALUE, .name = ",,value,low,high"},
    {.field = READ, .name = "read"},
};

static void row(const void *source, int index, struct table_value *values)
{
    const struct finding *f = (const struct finding *)source + index;
    value_text(&values[NET], f->net);
    value_text(&values[DATA], f->data);
    value_text(&values[DETECTOR], f->detector);
    if (f->at) {
        value_format(&values[RATE], "%g", f->at->rate);
        value_real(&values[THRESHOLD], f->at->threshold);
    }
    value_text(&values[MEASURE], f->measure);
    value_text(&values[OF], f->of);
    if (f->n > 0)
        value_share(&values[VALUE], f->count, f->n);
    else
        value_real(&values[VALUE], f->value);
    value_text(&values[READ], f->read);
}

const struct results_table table_findings = {
    .name = "findings",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .row = row,
};
