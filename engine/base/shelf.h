/* Rows of equal size, the last to get a store's memory (store.h): at any time they may move to the
 * file, from where they are read into the reader's own buffer.
 * Owner: the caller. Thread: append on one, while nobody reads; reading on any. */
#ifndef SECATEUR_ENGINE_BASE_SHELF_H
#define SECATEUR_ENGINE_BASE_SHELF_H

#include "engine/base/store.h"

struct shelf;

struct shelf *shelf_create(struct store *store, size_t row_bytes);
void shelf_destroy(struct shelf *shelf); /* may be NULL */
bool shelf_append(struct shelf *shelf, const void *rows, size_t n, struct error *err);

/* Between hold and release rows stay where they are; not nested, and nothing may be taken or
 * appended meanwhile. */
void shelf_hold(const struct shelf *shelf);
void shelf_release(const struct shelf *shelf);
/* Bytes at..at+size-1 of a row: where they lie in memory, or scratch[size], filled. What cannot be
 * read back is 0, and store_check tells. */
const void *shelf_view(
    const struct shelf *shelf, size_t row, size_t at, size_t size, void *scratch);
bool shelf_check(const struct shelf *shelf, struct error *err); /* store_check of its store */

#endif
