/* The table of exports: a new one is a file export_<name>.c and a name in meson.build.
 * Thread: the UI's. */
#ifndef SECATEUR_VIEWS_FIGURES_EXPORTS_H
#define SECATEUR_VIEWS_FIGURES_EXPORTS_H

#include "views/files/export.h"

const struct export *exports_at(int index);          /* NULL behind the last */
const struct export *exports_find(const char *name); /* NULL: there is none */
/* Writes the figure in every format, a table of its numbers (.csv) and what puts it into a paper
 * (.tex) beside it, all or nothing; path[EXPORT_PATH] says where, "": not known yet. */
bool exports_write(const struct export *export, const struct export_request *request, char *path,
    struct error *err);

#endif
