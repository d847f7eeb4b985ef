/* Memory: what cannot fail ends the program, what a file asked for may fail with an error.
 * Owner: the caller; everything is released with free(). Thread: any. */
#ifndef SECATEUR_ENGINE_BASE_MEMORY_H
#define SECATEUR_ENGINE_BASE_MEMORY_H

#include "engine/base/error.h"
#include "engine/base/memory_out.h"

#include <stddef.h>

/* Zeroed array; as all here ends the program when memory is out. */
void *memory_array(size_t count, size_t size);
void *memory_grow(void *array, size_t count, size_t size); /* realloc, not zeroed */
char *memory_string(const char *text);                     /* copy; NULL stays NULL */
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Zeroed, 64-byte aligned floats for kernels. */
float *memory_floats(size_t count);

/* Not zeroed, 64-byte aligned, for sizes that came from a file: NULL and err when refused;
 * `what` names the object. Checks count × size for overflow. */
void *memory_try(size_t count, size_t size, const char *what, struct error *err);

/* Most memory the process has had resident so far, in bytes. */
size_t memory_peak(void);

#endif
