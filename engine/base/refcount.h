/* Objects that are shared by counting: immutable once shared, released with the last reference.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_REFCOUNT_H
#define SECATEUR_ENGINE_BASE_REFCOUNT_H

#include <stddef.h>

/* Zeroed object with one reference; `finish` (may be NULL) releases what it owns. */
void *refcount_create(size_t size, void (*finish)(void *object));
/* References are no change of the object, so both take const; both accept NULL. */
void *refcount_ref(const void *object);
void refcount_unref(const void *object);

#endif
