/* Tables of results as JSON, by jansson. */
#include "app/tables/table_json.h"

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/measures/number.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *value)
{
    char *shown = value ? text_shown(value) : NULL;
    json_t *string = shown ? json_string(shown) : json_null();
    free(shown);
    return string;
}

json_t *json_share(int count, int n)
{
    struct number_interval wilson = number_interval(count, n);
    return json_pack("{s:i, s:i, s:f, s:[f, f]}", "count", count, "n", n, "percent",
        number_percent(count, n), "interval", wilson.low, wilson.high);
}

void json_print(FILE *out, json_t *object)
{
    json_dumpf(object, out, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    putc('\n', out);
    json_decref(object);
}

static json_t *scalar(const struct table_value *value)
{
    switch (value->kind) {
    case VALUE_TEXT:
        return json_text(value->text);
    case VALUE_WHOLE:
        return json_integer(value->count);
    case VALUE_REAL:
        return json_real(value->real);
    case VALUE_YES_NO:
        return json_boolean(value->count);
    case VALUE_SHARE:
    case VALUE_BLANK:
    case VALUE_UNKNOWN:
        break;
    }
    return json_null();
}

/* n, count, percent, then the interval in one or, of a file, in two numbers. */
static json_t *part_of(const struct table_value *value, int part, bool two)
{
    bool known = value_has_share(value), counted = known || value->even_none;
    struct number_interval wilson = number_interval(value->count, value->n);
    const double reals[] = {number_percent(value->count, value->n), wilson.low, wilson.high};
    if (part == 0)
        return json_integer(counted ? value->n : 0);
    if (part == 1)
        return counted ? json_integer(value->count) : json_null();
    if (!known)
        return json_null();
    return part == 2 || two ? json_real(reals[part - 2])
                            : json_pack("[f, f]", wilson.low, wilson.high);
}

static void set_parts(json_t *object, const char *names, const struct table_value *value, bool two)
{
    for (int part = 0;; part++) {
        size_t length = strcspn(names, ",");
        if (length > 0)
            json_object_setn_new(object, names, length,
                value->kind == VALUE_SHARE ? part_of(value, part, two) : json_null());
        if (!names[length])
            return;
        names += length + 1;
    }
}

/* The object that a name with a point leads to; *name becomes what is behind it. */
static json_t *inside(json_t *object, const char **name)
{
    const char *point = strchr(*name, '.');
    if (!point)
        return object;
    size_t length = (size_t)(point - *name);
    json_t *there = json_object_getn(object, *name, length);
    if (!there) {
        there = json_object();
        json_object_setn_new(object, *name, length, there);
    }
    *name = point + 1;
    return there;
}

/* All that a medium has of a row. */
static json_t *row_object(
    const struct results_table *table, const void *source, int row, enum table_medium medium)
{
    struct table_value values[TABLE_FIELDS] = {0};
    json_t *object = json_object();
    bool file = medium == IN_FILE;
    table->row(source, row, values);
    for (int i = 0; i < table->n_columns; i++) {
        const char *name = table_column_name(&table->columns[i], medium);
        const struct table_value *value = &values[table->columns[i].field];
        bool share = value->kind == VALUE_SHARE, parts = name && strchr(name, ',');
        if (!name || (value->kind == VALUE_BLANK && !file))
            continue;
        if (parts)
            set_parts(object, name, value, file);
        else if (share && file)
            json_object_set_new(object, name, part_of(value, 2, file));
        else if (!share || value_has_share(value)) {
            json_t *where = inside(object, &name);
            json_object_set_new(
                where, name, share ? json_share(value->count, value->n) : scalar(value));
        }
    }
    return object;
}

static bool is_of_test(const char *key)
{
    return strncmp(key, "test", 4) == 0 || strstr(key, "_test");
}

static void say_surrogate(json_t *value)
{
    const char *key;
    char name[TABLE_NAME];
    json_t *inside;
    size_t i;
    json_array_foreach(value, i, inside) say_surrogate(inside);
    if (!json_is_object(value))
        return;
    json_t *renamed = json_object(); /* in the same order */
    json_object_foreach(value, key, inside)
    {
        bool test = is_of_test(key);
        if (!test)
            say_surrogate(inside);
        json_object_set(renamed, test ? key : table_surrogate_key(key, name), inside);
    }
    json_object_clear(value);
    json_object_update(value, renamed);
    json_decref(renamed);
}

void table_json_say_surrogate(json_t *object, const struct attacked *attacked)
{
    if (attacked->surrogate)
        say_surrogate(object);
}

json_t *table_json_row(const struct results_table *table, const void *source, int row)
{
    return row_object(table, source, row, IN_JSON);
}

json_t *table_json(const struct results_table *table, const void *source, int n_rows)
{
    json_t *rows = json_array();
    for (int i = 0; i < n_rows; i++)
        json_array_append_new(rows, table_json_row(table, source, i));
    return rows;
}

char *table_json_file(const struct results_table *table, const void *source, int n_rows,
    const struct metadata *notes, const struct attacked *attacked)
{
    json_t *object = json_object(), *rows = json_array();
    for (int i = 0; i < notes->n; i++)
        json_object_set_new(object, notes->entry[i].key, json_text(notes->entry[i].text));
    for (int i = 0; i < n_rows; i++)
        json_array_append_new(rows, row_object(table, source, i, IN_FILE));
    json_object_set_new(object, "rows", rows);
    table_json_say_surrogate(rows, attacked);
    char *line = json_dumps(object, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    char *text = memory_format("%s\n", line);
    free(line);
    json_decref(object);
    return text;
}
