/* Blocks of bytes that are released together. They come before spill_rows.h in the order in which a
 * memory budget is given out (memory_budget.h). A block never moves and is read and written like
 * any memory. Owner: the caller. Thread: arena_take on any, the rest on one. */
#ifndef SECATEUR_ENGINE_BASE_ARENA_H
#define SECATEUR_ENGINE_BASE_ARENA_H

#include "engine/base/memory_budget.h"

struct arena;

struct arena *arena_create(struct memory_budget *budget);
/* For what makes rounds faster and can be done without: a part of the budget, or memory beside a
 * soft one. How many bytes that may be; and an arena for so many, NULL where they are more. */
size_t arena_share(const struct memory_budget *budget);
struct arena *arena_create_share(struct memory_budget *budget, size_t bytes);
void arena_destroy(struct arena *arena); /* may be NULL */
/* 16-byte aligned, not zeroed; NULL with err when the disk is full. */
void *arena_take(struct arena *arena, size_t size, struct error *err);
size_t arena_bytes(struct arena *arena); /* taken so far */

/* Blocks that are mapped from the file count as memory of the process while it uses them. Tells
 * that so many bytes of blocks were used; each few MiB the mapped ones leave it, as in arena_rest.
 * Thread: any. */
void arena_used(struct arena *arena, size_t bytes);
/* Mapped blocks leave the process: they stay in the file, and come back when they are used. */
void arena_rest(struct arena *arena);

#endif
