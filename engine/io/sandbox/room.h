/* Memory that a child (sandbox.h) fills and its parent empties, slot by slot, without the copies
 * that a pipe takes. That a slot is full the child says through its pipe. It can write into all of
 * them at any time, so what is to be checked is copied first. Owner: the parent, who makes it
 * before the child. Thread: one on each side. */
#ifndef SECATEUR_ENGINE_IO_SANDBOX_ROOM_H
#define SECATEUR_ENGINE_IO_SANDBOX_ROOM_H

#include "engine/base/error.h"

#include <stddef.h>

struct room;

/* name: the file, for messages; slot: bytes. */
struct room *room_create(const char *name, size_t slot, struct error *err);
void room_destroy(struct room *room); /* may be NULL */
/* The parent's, once the child is there: no other child gets to see it. */
void room_close(struct room *room);

/* In the child: the next slot, as soon as it is empty. */
void *room_fill(struct room *room);
/* In the parent: the next slot, when the child has said that it is full; then it may be filled
 * again. */
const void *room_view(const struct room *room);
void room_empty(struct room *room);

#endif
