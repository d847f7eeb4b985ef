/* Memory that a child (sandbox.h) fills and its parent empties, slot by slot, without the copies
 * that a pipe takes. That a slot is full the child says through its pipe. It can write into all of
 * them at any time, so what is to be checked is copied first. Owner: the parent, who makes it
 * before the child. Thread: one on each side. */
#ifndef SECATEUR_ENGINE_IO_SANDBOX_SHM_RING_H
#define SECATEUR_ENGINE_IO_SANDBOX_SHM_RING_H

#include "engine/base/error.h"

#include <stddef.h>

struct shm_ring;

/* name: the file, for messages; slot: bytes. */
struct shm_ring *shm_ring_create(const char *name, size_t slot, struct error *err);
void shm_ring_destroy(struct shm_ring *ring); /* may be NULL */
/* The parent's, once the child is there: no other child gets to see it. */
void shm_ring_close(struct shm_ring *ring);

/* In the child: the next slot, as soon as it is empty. */
void *shm_ring_fill(struct shm_ring *ring);
/* In the parent: the next slot, when the child has said that it is full; then it may be filled
 * again. */
const void *shm_ring_view(const struct shm_ring *ring);
void shm_ring_empty(struct shm_ring *ring);

#endif
