/* Tables of results as CSV, every digit. */
#include "app/tables/table.h"

#include "engine/base/escape.h"
#include "engine/measures/number.h"

#include <string.h>

enum { N, COUNT, PERCENT, LOW, HIGH, N_PARTS };

/* The parts of a share, as the column's name lists them. */
static void share(FILE *out, const struct table_value *value, int part)
{
    bool known = value_has_share(value);
    struct number_interval wilson = number_interval(value->count, value->n);
    const double reals[] = {number_percent(value->count, value->n), wilson.low, wilson.high};
    if (part >= PERCENT && known)
        fprintf(out, "%.17g", reals[part - PERCENT]);
    else if (part < PERCENT && (known || value->even_none))
        fprintf(out, "%d", part == N ? value->n : value->count);
}

static void scalar(FILE *out, const struct table_value *value)
{
    switch (value->kind) {
    case VALUE_TEXT:
        escape_csv(out, value->text);
        break;
    case VALUE_REAL:
        fprintf(out, "%.17g", value->real);
        break;
    case VALUE_WHOLE:
    case VALUE_YES_NO:
        fprintf(out, "%d", value->count);
        break;
    case VALUE_SHARE:
        share(out, value, PERCENT);
        break;
    case VALUE_BLANK:
    case VALUE_UNKNOWN:
        break;
    }
}

/* Writes the names, or with values what they say, of one column. */
static void column(FILE *out, const char *name, const struct table_value *value, bool *first)
{
    bool parts = strchr(name, ',') != NULL;
    for (int part = 0; part < N_PARTS; part++) {
        int length = (int)strcspn(name, ",");
        if (length > 0) {
            fputs(*first ? "" : ",", out);
            *first = false;
            if (!value)
                fprintf(out, "%.*s", length, name);
            else if (!parts)
                scalar(out, value);
            else if (value->kind == VALUE_SHARE)
                share(out, value, part);
            else if (part == PERCENT) /* not a share, but a number in its place */
                scalar(out, value);
        }
        if (!name[length])
            return;
        name += length + 1;
    }
}

static void line(FILE *out, const struct results_table *table, enum table_medium medium,
    const struct table_value *values, const struct attacked *attacked)
{
    bool first = true;
    for (int i = 0; i < table->n_columns; i++) {
        char head[TABLE_NAME];
        const char *name = table_column_head(&table->columns[i], medium, attacked, head);
        if (name)
            column(out, name, values ? &values[table->columns[i].field] : NULL, &first);
    }
    putc('\n', out);
}

void table_csv_head(FILE *out, const struct results_table *table, enum table_medium medium,
    const struct attacked *attacked)
{
    line(out, table, medium, NULL, attacked);
}

void table_csv_row(FILE *out, const struct results_table *table, const void *source, int row,
    enum table_medium medium)
{
    struct table_value values[TABLE_FIELDS] = {0};
    table->row(source, row, values);
    line(out, table, medium, values, NULL);
}
