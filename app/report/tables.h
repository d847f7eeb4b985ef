/* Results tables as files for papers and scripts: for people as Markdown, LaTeX, HTML and text,
 * with every digit as CSV and JSON. Thread: the UI's. */
#ifndef SECATEUR_APP_REPORT_TABLES_H
#define SECATEUR_APP_REPORT_TABLES_H

#include "app/tables/table.h"
#include "engine/base/error.h"
#include "views/files/export.h"

/* Those that are exported, by their names as files: "table-goodnet". */
const struct results_table *tables_at(int index); /* NULL behind the last */
const struct results_table *tables_find(const char *name);
/* Writes <name>.csv, .md and .tex, or the request's path alone, whose ending says which (.json,
 * .html and .txt too); all or nothing. path[EXPORT_PATH] says where, "": not known yet. */
bool tables_write(const struct results_table *table, const struct export_request *request,
    char *path, struct error *err);

#endif
