/* Tables for papers and scripts: for people as Markdown and LaTeX, with every digit as CSV. A new
 * one is a file table_<name>.c and its name in meson.build. Thread: the UI's. */
#ifndef SECATEUR_APP_REPORT_TABLES_H
#define SECATEUR_APP_REPORT_TABLES_H

#include "app/report/document.h"
#include "engine/base/error.h"
#include "views/files/export.h"

struct table {
    const char *name; /* "table-goodnet"; also the name of its files */
    const char *view; /* the panel whose table it is */
    const char *help;
    /* Adds one table to the document; `exact`: every digit, and counts. */
    bool (*fill)(
        struct document *document, const struct snapshot *snapshot, bool exact, struct error *err);
};

const struct table *tables_at(int index); /* NULL behind the last */
const struct table *tables_find(const char *name);
/* Writes <name>.csv, .md and .tex, or the request's path alone, whose ending says which; all or
 * nothing. path[EXPORT_PATH] says where, "": not known yet. */
bool tables_write(
    const struct table *table, const struct export_request *request, char *path, struct error *err);

#endif
