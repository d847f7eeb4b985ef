/* One memory budget for everything that grows with the number of images; what goes beyond it lies
 * in one temporary file without a name. The order in which the budget is given out:
 *
 *   1. arena.h: blocks that every round reads (tails). They are in memory as long as the budget
 *      holds them, for which rows in memory move to the file; else they are mapped from the file.
 *   2. spill_rows.h: rows that few passes read (pixels). They take what is left, and are read back
 * into the caller's buffer, so that they do not stay in memory.
 *
 * Disk blocks are reserved before anything is put there: a full disk is an error in one line that
 * names the folder, and a mapped block can be written without a check. A soft budget, which nobody
 * asked for, is given up instead: what the file cannot take stays in memory.
 * Counted: arenas and spilled hold a reference. Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_STORE_H
#define SECATEUR_ENGINE_BASE_STORE_H

#include "engine/base/error.h"

#include <stddef.h>

struct store;

/* limit: bytes. folder: of the file, which is made when it is first needed; NULL: $TMPDIR, else
 * /var/tmp or /tmp, whichever can be written. */
struct store *store_create(size_t limit, const char *folder);
void store_soften(struct store *store); /* before anything is put there */
struct store *store_ref(struct store *store);
void store_unref(struct store *store); /* may be NULL */

size_t store_limit(const struct store *store);
bool store_is_soft(const struct store *store);
/* Bytes in memory, never more than the limit, and in the file. */
size_t store_in_memory(struct store *store);
size_t store_in_file(struct store *store);

/* False with err when something could not be read back from the file since the last call. */
bool store_check(struct store *store, struct error *err);

#endif
