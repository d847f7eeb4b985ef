/* Blocks of bytes that are released together; the first to get a store's memory (store.h). They
 * stay where they are and are read and written like any memory.
 * Owner: the caller. Thread: take on any, the rest on one. */
#ifndef SECATEUR_ENGINE_BASE_HEAP_H
#define SECATEUR_ENGINE_BASE_HEAP_H

#include "engine/base/store.h"

struct heap;

struct heap *heap_create(struct store *store);
void heap_destroy(struct heap *heap); /* may be NULL */
/* 16-byte aligned, not zeroed; NULL with err when the disk is full. */
void *heap_take(struct heap *heap, size_t size, struct error *err);
size_t heap_bytes(struct heap *heap); /* taken so far */

#endif
