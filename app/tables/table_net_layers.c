/* The layers of a net as its file has them. */
#include "app/tables/tables.h"

enum { NAME, CLASS, SHAPE, PARAMETERS };

static const struct table_column columns[] = {
    {.field = NAME, .name = "name", .heading = "layer", .width = -20},
    {.field = CLASS, .name = "class", .heading = "class", .width = -20},
    {.field = SHAPE, .name = "shape", .heading = "output", .width = -12},
    {.field = PARAMETERS, .name = "parameters", .heading = "parameters", .width = 10},
};

static void row(const void *source, int index, struct table_value *values)
{
    const struct layer_line *line = &((const struct snapshot *)source)->layers[index];
    value_text(&values[NAME], line->name);
    value_text(&values[CLASS], line->class_name);
    value_text(&values[SHAPE], line->shape);
    value_whole(&values[PARAMETERS], line->n_parameters);
}

static bool rows(const void *source, int *n, struct error *err)
{
    (void)err;
    *n = ((const struct snapshot *)source)->n_layers;
    return true;
}

const struct results_table table_net_layers = {
    .name = "net-layers",
    .columns = columns,
    .n_columns = sizeof columns / sizeof *columns,
    .indent = "  ",
    .rows = rows,
    .row = row,
};
