/* The table of results tables, and the names of columns. */
#include "app/tables/table.h"

#define ENTRY(name) extern const struct results_table table_##name;
#include "app/tables/tables.def"
#undef ENTRY

#define ENTRY(name) &table_##name,
static const struct results_table *const all[] = {
#include "app/tables/tables.def"
};

const struct results_table *results_table_at(int index)
{
    int n = sizeof all / sizeof *all;
    return index >= 0 && index < n ? all[index] : NULL;
}

const char *table_column_name(const struct table_column *column, enum table_medium medium)
{
    bool machine = medium == IN_CSV || medium == IN_JSON || medium == IN_FILE;
    const char *name = column->in[medium];
    if (!name)
        name = machine ? column->name : column->heading;
    bool hidden = name && !*name && column->in[medium];
    return hidden ? NULL : name;
}
