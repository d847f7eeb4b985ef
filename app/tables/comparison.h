/* Tables of criteria side by side. Source: a snapshot with a comparison. Thread: the UI's. */
#ifndef SECATEUR_APP_TABLES_COMPARISON_H
#define SECATEUR_APP_TABLES_COMPARISON_H

#include "app/tables/table.h"
#include "engine/api/criteria_comparison.h"

/* A row an order; a row a pair of criteria of one layer. */
extern const struct results_table table_comparison, table_correlation;

/* What the columns mean, and what they do not; ends without a line break. */
void comparison_say(const struct snapshot *snapshot, char *text, size_t size);

#endif
