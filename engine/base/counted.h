/* Objects that are shared by counting: immutable once shared, released with the last reference.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_COUNTED_H
#define SECATEUR_ENGINE_BASE_COUNTED_H

#include <stddef.h>

/* Zeroed object with one reference; `finish` (may be NULL) releases what it owns. */
void *counted_create(size_t size, void (*finish)(void *object));
/* References are no change of the object, so both take const; both accept NULL. */
void *counted_ref(const void *object);
void counted_unref(const void *object);

#endif
