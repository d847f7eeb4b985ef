/* A toy figure: a table with one number, and an empty canvas. */
#include "views/figures/figure.h"

static bool make(struct figure *f, struct error *err)
{
    if (!figure_measured(f, err))
        return false;
    figure_name(f, "toy", "%s", "");
    figure_tell(f, "A toy.");
    if (!figure_begin(f, 100, err))
        return false;
    csv_printf(&f->csv, "toy\n1\n");
    return true;
}

const struct export export_toy = {
    .name = "toy",
    .view = "log",
    .help = "toy figure: nothing",
    .make = make,
};
