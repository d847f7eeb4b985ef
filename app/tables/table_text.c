/* Tables of results as text in columns. */
#include "app/tables/table.h"

#include "engine/base/text.h"
#include "engine/measures/number.h"

#include <stdlib.h>
#include <string.h>

enum { CELL = KNOWLEDGE_TEXT };

/* Writes in columns; blanks at the end of a line are never written. */
struct line {
    FILE *out;
    int blanks;
};

/* Bytes of the first `most` characters; *n: how many those are. */
static int bytes_of(const char *text, int most, int *n)
{
    int i = 0;
    for (*n = 0; text[i]; i++) {
        bool begins = ((unsigned char)text[i] & 0xc0) != 0x80;
        if (begins && *n == most)
            break;
        *n += begins;
    }
    return i;
}

static void put(struct line *line, const struct table_column *column, bool first, const char *text)
{
    int width = abs(column->width), n;
    char *shown = text_shown(text);
    int bytes = bytes_of(shown, column->cut ? width : CELL, &n);
    int pad = width > n ? width - n : 0;
    line->blanks += !first + column->gap + (column->width > 0 ? pad : 0);
    if (bytes > 0) {
        fprintf(line->out, "%*s%.*s", line->blanks, "", bytes, shown);
        line->blanks = 0;
    }
    line->blanks += column->width < 0 ? pad : 0;
    free(shown);
}

static const char *share(char text[CELL], const struct table_value *value, enum share_form form)
{
    struct number_interval wilson = number_interval(value->count, value->n);
    double percent = number_percent(value->count, value->n);
    if (!value_has_share(value))
        snprintf(text, CELL, form == SHARE_PERCENT ? "-" : "     -");
    else if (form == SHARE_PERCENT)
        snprintf(text, CELL, "%.2f", percent);
    else if (form == SHARE_INTERVAL)
        snprintf(text, CELL, "%6.2f [%.2f, %.2f]", percent, wilson.low, wilson.high);
    else if (form == SHARE_COUNTS)
        snprintf(text, CELL, "%6.2f (%d/%d)", percent, value->count, value->n);
    else
        snprintf(
            text, CELL, "%6.2f (%.1f-%.*f)", percent, wilson.low, wilson.high < 99.95, wilson.high);
    return text;
}

static const char *cell(
    char text[CELL], const struct table_column *column, const struct table_value *value)
{
    switch (value->for_machines ? VALUE_BLANK : value->kind) {
    case VALUE_BLANK:
        return "";
    case VALUE_UNKNOWN:
        break;
    case VALUE_TEXT:
        return value->text;
    case VALUE_WHOLE:
        snprintf(text, CELL, "%d", value->count);
        return text;
    case VALUE_REAL:
        snprintf(text, CELL, column->format ? column->format : "%.2f", value->real);
        return text;
    case VALUE_SHARE:
        return share(text, value, column->share);
    case VALUE_YES_NO:
        return value->count ? "yes" : "no";
    }
    return "-";
}

/* A line of the headings, of two where one of them has two. */
static void head_line(
    FILE *out, const struct results_table *table, bool upper, const struct attacked *attacked)
{
    struct line line = {out, table->indent ? (int)strlen(table->indent) : 0};
    bool first = true;
    for (int i = 0; i < table->n_columns; i++) {
        const struct table_column *column = &table->columns[i];
        char head[TABLE_NAME];
        const char *name = table_column_head(column, IN_TEXT, attacked, head);
        const char *below = name ? strchr(name, '\n') : NULL;
        char text[CELL] = "";
        if (!name)
            continue;
        if (!upper)
            snprintf(text, CELL, "%s", below ? below + 1 : name);
        else if (below)
            snprintf(text, CELL, "%.*s", (int)(below - name), name);
        put(&line, column, first, text);
        first = false;
    }
    putc('\n', out);
}

void table_text_head(FILE *out, const struct results_table *table, const struct attacked *attacked)
{
    bool two = false;
    for (int i = 0; i < table->n_columns; i++) {
        char head[TABLE_NAME];
        const char *name = table_column_head(&table->columns[i], IN_TEXT, attacked, head);
        two = two || (name && strchr(name, '\n'));
    }
    if (two)
        head_line(out, table, true, attacked);
    head_line(out, table, false, attacked);
}

void table_text_row(FILE *out, const struct results_table *table, const void *source, int row)
{
    struct table_value values[TABLE_FIELDS] = {0};
    struct line line = {out, table->indent ? (int)strlen(table->indent) : 0};
    bool first = true;
    char text[CELL];
    table->row(source, row, values);
    for (int i = 0; i < table->n_columns; i++) {
        const struct table_column *column = &table->columns[i];
        if (!table_column_name(column, IN_TEXT))
            continue;
        put(&line, column, first, cell(text, column, &values[column->field]));
        first = false;
    }
    putc('\n', out);
}

/* As many cells as the longest text of a column takes in these rows. */
static int longest(const struct results_table *table, int column, const void *source, int rows)
{
    const struct table_column *of = &table->columns[column];
    int most = abs(of->width);
    for (int row = 0; row < rows; row++) {
        struct table_value values[TABLE_FIELDS] = {0};
        char text[CELL];
        int n;
        table->row(source, row, values);
        char *shown = text_shown(cell(text, of, &values[of->field]));
        bytes_of(shown, CELL, &n);
        most = n > most ? n : most;
        free(shown);
    }
    return most;
}

void table_text_all(FILE *out, const struct results_table *table, const void *source, int n,
    bool headed, const struct attacked *attacked)
{
    struct table_column columns[TABLE_FIELDS];
    struct results_table fitted = *table;
    memcpy(columns, table->columns, (size_t)table->n_columns * sizeof *columns);
    fitted.columns = columns;
    for (int i = 0; i < table->n_columns; i++)
        if (columns[i].width < 0 && table_column_name(&columns[i], IN_TEXT))
            columns[i].width = -longest(table, i, source, n);
    if (headed)
        table_text_head(out, &fitted, attacked);
    for (int row = 0; row < n; row++)
        table_text_row(out, &fitted, source, row);
}
