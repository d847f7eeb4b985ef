/* A table of results as a table of a document. Thread: the UI's. */
#ifndef SECATEUR_APP_REPORT_DOCUMENT_RESULTS_H
#define SECATEUR_APP_REPORT_DOCUMENT_RESULTS_H

#include "app/report/document.h"
#include "app/tables/table.h"

/* IN_PAPER or IN_REPORT; a column that says nothing in any row is left out. */
void document_results(struct document *document, const struct results_table *table,
    const void *source, int n_rows, enum table_medium medium, const char *caption);

#endif
