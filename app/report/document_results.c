/* Tables of results in a document. Leans on app/tables. */
#include "app/report/document_results.h"

#include "engine/base/memory.h"
#include "engine/measures/number.h"

#include <stdlib.h>
#include <string.h>

static void share(
    struct document *document, const struct table_value *value, enum table_medium medium, bool two)
{
    struct number_interval wilson = number_interval(value->count, value->n);
    char text[NUMBER_SHARE];
    if (medium == IN_REPORT) {
        document_cell(document, "%s", number_share(text, value->count, value->n));
        return;
    }
    document_cell(document, "%.2f", number_percent(value->count, value->n));
    if (two)
        document_cell(document, "%.2f–%.2f", wilson.low, wilson.high);
}

static void cell(struct document *document, const struct table_column *column,
    const struct table_value *value, enum table_medium medium)
{
    bool two = strchr(table_column_name(column, medium), '|') != NULL;
    switch (value->kind) {
    case VALUE_TEXT:
        document_cell(document, "%s", value->text);
        return;
    case VALUE_WHOLE:
        document_cell(document, "%d", value->count);
        return;
    case VALUE_REAL:
        document_cell(document, column->format ? column->format : "%.2f", value->real);
        return;
    case VALUE_YES_NO:
        document_cell(document, value->count ? "yes" : "no");
        return;
    case VALUE_SHARE:
        if (value_has_share(value)) {
            share(document, value, medium, two);
            return;
        }
        break;
    case VALUE_BLANK:
    case VALUE_UNKNOWN:
        break;
    }
    for (int i = 0; i <= two; i++)
        document_cell(document, "—");
}

/* Which columns stand in the medium and say something in any row; all do where there is no row. */
static void find_columns(const struct results_table *table, const void *source, int n_rows,
    enum table_medium medium, bool *stands)
{
    for (int i = 0; i < table->n_columns; i++)
        stands[i] = n_rows == 0 && table_column_name(&table->columns[i], medium);
    for (int row = 0; row < n_rows; row++) {
        struct table_value values[TABLE_FIELDS] = {0};
        table->row(source, row, values);
        for (int i = 0; i < table->n_columns; i++)
            stands[i] = stands[i] || (values[table->columns[i].field].kind != VALUE_BLANK &&
                                         table_column_name(&table->columns[i], medium));
    }
}

static char *heading(
    const struct results_table *table, enum table_medium medium, const bool *stands)
{
    char *text = memory_string("");
    for (int i = 0; i < table->n_columns; i++) {
        if (!stands[i])
            continue;
        char *longer = memory_format(
            "%s%s%s", text, *text ? "|" : "", table_column_name(&table->columns[i], medium));
        free(text);
        text = longer;
    }
    return text;
}

void document_results(struct document *document, const struct results_table *table,
    const void *source, int n_rows, enum table_medium medium, const char *caption)
{
    bool *stands = memory_array((size_t)table->n_columns, sizeof *stands);
    find_columns(table, source, n_rows, medium, stands);
    char *columns = heading(table, medium, stands);
    document_table(document, caption, columns);
    for (int row = 0; row < n_rows; row++) {
        struct table_value values[TABLE_FIELDS] = {0};
        table->row(source, row, values);
        for (int i = 0; i < table->n_columns; i++)
            if (stands[i])
                cell(document, &table->columns[i], &values[table->columns[i].field], medium);
    }
    free(columns);
    free(stands);
}
