/* Memory that a reader fills and its parent empties, slot by slot, without the copies that a stream
 * takes. A reader can write into all of it at any time, but cannot make it smaller. Who fills and
 * who empties go round it each for itself (sandbox_fill, sandbox_empty). Owner: the parent, who
 * makes it before the reader. Thread: one on each side. */
#ifndef SECATEUR_ENGINE_IO_SANDBOX_SHM_RING_H
#define SECATEUR_ENGINE_IO_SANDBOX_SHM_RING_H

#include "engine/base/error.h"

#include <stddef.h>

struct shm_ring;

/* name: the file, for messages; slot: bytes. */
struct shm_ring *shm_ring_create(const char *name, size_t slot, struct error *err);
void shm_ring_destroy(struct shm_ring *ring); /* may be NULL */

/* For the room: the slot that this process has come to, and on to the next; whether it goes round
 * for the first time. */
void *shm_ring_view(const struct shm_ring *ring);
void shm_ring_turn(struct shm_ring *ring);
bool shm_ring_fresh(const struct shm_ring *ring);
/* The descriptor to hand over, and the reader's own view of it; NULL: it is none. */
int shm_ring_descriptor(const struct shm_ring *ring);
size_t shm_ring_slot(const struct shm_ring *ring);
struct shm_ring *shm_ring_attach(int descriptor, size_t slot);

#endif
