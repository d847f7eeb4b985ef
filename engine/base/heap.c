#include "engine/base/heap.h"

#include "engine/base/memory.h"
#include "engine/base/store_private.h"

#include <stdlib.h>

enum { HEAP_ALIGNMENT = 16 };

struct heap {
    struct store *store;
    pthread_mutex_t lock;  /* guards what follows; taken before the store's */
    size_t n, room, bytes; /* room: of slabs */
    struct slab *slabs;    /* blocks come from the last */
    size_t used;           /* of the last */
};

struct heap *heap_create(struct store *store)
{
    struct heap *heap = memory_array(1, sizeof *heap);
    heap->store = store_ref(store);
    pthread_mutex_init(&heap->lock, NULL);
    return heap;
}

void heap_destroy(struct heap *heap)
{
    if (!heap)
        return;
    pthread_rwlock_wrlock(&heap->store->lock);
    for (size_t i = 0; i < heap->n; i++)
        store_give_back(heap->store, &heap->slabs[i]);
    pthread_rwlock_unlock(&heap->store->lock);
    store_unref(heap->store);
    pthread_mutex_destroy(&heap->lock);
    free(heap->slabs);
    free(heap);
}

/* Memory, for which shelves make room; else a mapped part of the file. */
static bool take_slab(struct store *store, size_t size, struct slab *slab, struct error *err)
{
    bool failed = false;
    pthread_rwlock_wrlock(&store->lock);
    bool good = store_memory(store, size, slab);
    while (!good && size <= store->limit && shelf_make_room(store, &failed, err))
        good = store_memory(store, size, slab);
    if (!good && !failed)
        good = store_file(store, size, true, slab, err);
    if (!good)
        good = store_last(store, size, slab, err);
    pthread_rwlock_unlock(&store->lock);
    return good;
}

static bool add_slab(struct heap *heap, size_t size, struct error *err)
{
    if (heap->n == heap->room) {
        heap->room = heap->room ? 2 * heap->room : 16;
        heap->slabs = memory_grow(heap->slabs, heap->room, sizeof *heap->slabs);
    }
    if (!take_slab(heap->store, store_round(size), &heap->slabs[heap->n], err))
        return false;
    heap->n++;
    heap->used = 0;
    return true;
}

void *heap_take(struct heap *heap, size_t size, struct error *err)
{
    void *block = NULL;
    size_t whole = (size + HEAP_ALIGNMENT - 1) / HEAP_ALIGNMENT * HEAP_ALIGNMENT;
    pthread_mutex_lock(&heap->lock);
    bool fits = heap->n && whole <= heap->slabs[heap->n - 1].size - heap->used;
    if (fits || add_slab(heap, whole, err)) {
        block = heap->slabs[heap->n - 1].bytes + heap->used;
        heap->used += whole;
        heap->bytes += whole;
    }
    pthread_mutex_unlock(&heap->lock);
    return block;
}

size_t heap_bytes(struct heap *heap)
{
    pthread_mutex_lock(&heap->lock);
    size_t bytes = heap->bytes;
    pthread_mutex_unlock(&heap->lock);
    return bytes;
}
