/* Counted objects: the count lies in a header in front of each. */
#include "engine/base/refcount.h"

#include "engine/base/memory.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

struct header {
    atomic_int references;
    void (*finish)(void *object);
    _Alignas(max_align_t) char object[];
};

static struct header *header_of(const void *object)
{
    return (struct header *)((uintptr_t)object - offsetof(struct header, object));
}

void *refcount_create(size_t size, void (*finish)(void *object))
{
    struct header *header = memory_array(1, sizeof *header + size);
    atomic_init(&header->references, 1);
    header->finish = finish;
    return header->object;
}

void *refcount_ref(const void *object)
{
    if (!object)
        return NULL;
    struct header *header = header_of(object);
    atomic_fetch_add_explicit(&header->references, 1, memory_order_relaxed);
    return header->object;
}

void refcount_unref(const void *object)
{
    if (!object)
        return;
    struct header *header = header_of(object);
    if (atomic_fetch_sub_explicit(&header->references, 1, memory_order_acq_rel) != 1)
        return;
    if (header->finish)
        header->finish(header->object);
    free(header);
}
