/* Rows of equal size, which get what arenas leave of a memory budget (memory_budget.h): at any time
 * they may move to the file, from where they are read into the reader's own buffer. Owner: the
 * caller. Thread: append on one, while nobody reads; reading on any. */
#ifndef SECATEUR_ENGINE_BASE_SPILL_ROWS_H
#define SECATEUR_ENGINE_BASE_SPILL_ROWS_H

#include "engine/base/memory_budget.h"

struct spill_rows;

struct spill_rows *spill_rows_create(struct memory_budget *budget, size_t row_bytes);
void spill_rows_destroy(struct spill_rows *spill_rows); /* may be NULL */
bool spill_rows_append(
    struct spill_rows *spill_rows, const void *rows, size_t n, struct error *err);

/* Between hold and release rows stay where they are; not nested, and nothing may be taken or
 * appended meanwhile. */
void spill_rows_hold(const struct spill_rows *spill_rows);
void spill_rows_release(const struct spill_rows *spill_rows);
/* Bytes at..at+size-1 of a row: where they lie in memory, or scratch[size], filled. What cannot be
 * read back is 0, and memory_budget_check tells. */
const void *spill_rows_view(
    const struct spill_rows *spill_rows, size_t row, size_t at, size_t size, void *scratch);
bool spill_rows_check(
    const struct spill_rows *spill_rows, struct error *err); /* memory_budget_check of its budget */

#endif
