/* Tables of the search for a target. Thread: the UI's. */
#ifndef SECATEUR_APP_TABLES_SUSPECTS_H
#define SECATEUR_APP_TABLES_SUSPECTS_H

#include "app/tables/table.h"
#include "engine/api/suspects.h"

/* The classes that were looked at to the end, the most suspicious first. Source: a snapshot. */
extern const struct results_table table_suspects;

/* How many those are: they come first. */
int suspects_rows(const struct suspects *suspects);
/* What the table says, and what it does not, in sentences; ends without a line break. */
void suspects_say(const struct suspects *suspects, char *text, size_t size);

/* "nothing stands out", "unclear". */
const char *suspects_verdict_word(enum suspects_verdict verdict);

#endif
