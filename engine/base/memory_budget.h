/* One memory budget for everything that grows with the number of images; what goes beyond it lies
 * in one temporary file without a name. The order in which the budget is given out:
 *
 *   1. arena.h: blocks that every round reads (suffix caches). They are in memory as long as the
 * budget holds them, for which rows in memory move to the file; else they are mapped from the file.
 *   2. spill_rows.h: rows that few passes read (pixels). They take what is left, and are read back
 *      into the caller's buffer, so that they do not stay in memory.
 *
 * Disk blocks are reserved before anything is put there: a full disk is an error in one line that
 * names the folder, and a mapped block can be written without a check. A soft budget, which nobody
 * asked for, is given up instead: what the file cannot take stays in memory.
 * Counted: arenas and spill_rows hold a reference. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_MEMORY_BUDGET_H
#define SECATEUR_ENGINE_BASE_MEMORY_BUDGET_H

#include "engine/base/error.h"

#include <stddef.h>

struct memory_budget;

/* limit: bytes. folder: of the file, which is made when it is first needed; NULL: $TMPDIR, else
 * /var/tmp or /tmp, whichever can be written. */
struct memory_budget *memory_budget_create(size_t limit, const char *folder);
void memory_budget_soften(struct memory_budget *budget); /* before anything is put there */
struct memory_budget *memory_budget_ref(struct memory_budget *budget);
void memory_budget_unref(struct memory_budget *budget); /* may be NULL */

size_t memory_budget_limit(const struct memory_budget *budget);
bool memory_budget_is_soft(const struct memory_budget *budget);
/* Bytes in memory, never more than the limit, and in the file. */
size_t memory_budget_in_memory(struct memory_budget *budget);
size_t memory_budget_in_file(struct memory_budget *budget);

/* False with err when something could not be read back from the file since the last call. */
bool memory_budget_check(struct memory_budget *budget, struct error *err);

#endif
