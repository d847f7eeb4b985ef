/* Blocks of a memory budget, cut one after the other from slabs in memory or in the mapped file. */
#include "engine/base/arena.h"

#include "engine/base/memory.h"
#include "engine/base/memory_budget_private.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { BLOCK_ALIGNMENT = 16 };
/* What mapped slabs may hold of memory, about: much more than one call of arena_rest costs. */
enum { MAPPED_BYTES = 16 << 20 };

struct arena {
    struct memory_budget *budget;
    pthread_mutex_t lock;  /* guards what follows; taken before the budget's */
    size_t n, room, bytes; /* room: of slabs */
    struct slab *slabs;    /* blocks come from the last */
    size_t used;           /* of the last */

    atomic_bool mapped;    /* a slab is */
    atomic_size_t touched; /* bytes used since mapped slabs left memory */
};

struct arena *arena_create(struct memory_budget *budget)
{
    struct arena *arena = memory_array(1, sizeof *arena);
    arena->budget = memory_budget_ref(budget);
    pthread_mutex_init(&arena->lock, NULL);
    return arena;
}

/* Read from its file such a share would make nothing faster, so it is so small that it is in
 * memory. Where nobody set a budget it has so many bytes of its own. */
enum { BUDGET_PART = 4, OWN_BYTES = 64 << 20 };

size_t arena_share(const struct memory_budget *budget)
{
    return memory_budget_is_soft(budget) ? OWN_BYTES : memory_budget_limit(budget) / BUDGET_PART;
}

struct arena *arena_create_share(struct memory_budget *budget, size_t bytes)
{
    if (bytes > arena_share(budget))
        return NULL;
    if (!memory_budget_is_soft(budget))
        return arena_create(budget);
    struct memory_budget *own = memory_budget_create(bytes + OWN_BYTES, NULL);
    struct arena *arena = arena_create(own);
    memory_budget_unref(own);
    return arena;
}

void arena_destroy(struct arena *arena)
{
    if (!arena)
        return;
    pthread_rwlock_wrlock(&arena->budget->lock);
    for (size_t i = 0; i < arena->n; i++)
        memory_budget_give_back(arena->budget, &arena->slabs[i]);
    pthread_rwlock_unlock(&arena->budget->lock);
    memory_budget_unref(arena->budget);
    pthread_mutex_destroy(&arena->lock);
    free(arena->slabs);
    free(arena);
}

/* Memory, for which spilled rows make room; else a mapped part of the file. */
static bool take_slab(
    struct memory_budget *budget, size_t size, struct slab *slab, struct error *err)
{
    bool failed = false;
    pthread_rwlock_wrlock(&budget->lock);
    bool good = memory_budget_memory(budget, size, slab);
    while (!good && size <= budget->limit && spill_rows_make_room(budget, &failed, err))
        good = memory_budget_memory(budget, size, slab);
    if (!good && !failed)
        good = memory_budget_file(budget, size, true, slab, err);
    if (!good)
        good = memory_budget_last(budget, size, slab, err);
    pthread_rwlock_unlock(&budget->lock);
    return good;
}

static bool add_slab(struct arena *arena, size_t size, struct error *err)
{
    if (arena->n == arena->room) {
        arena->room = arena->room ? 2 * arena->room : 16;
        arena->slabs = memory_grow(arena->slabs, arena->room, sizeof *arena->slabs);
    }
    if (!take_slab(arena->budget, memory_budget_round(size), &arena->slabs[arena->n], err))
        return false;
    const struct slab *slab = &arena->slabs[arena->n++];
    if (slab->place == PLACE_MAPPED) {
        atomic_store(&arena->mapped, true);
        atomic_fetch_add(&arena->touched, slab->size);
    }
    arena->used = 0;
    return true;
}

/* With the lock. A shared mapping keeps what was written. */
static void rest(struct arena *arena)
{
    atomic_store(&arena->touched, 0);
    for (size_t i = 0; i < arena->n; i++)
        if (arena->slabs[i].place == PLACE_MAPPED)
            madvise(arena->slabs[i].bytes, arena->slabs[i].size, MADV_DONTNEED);
}

void arena_rest(struct arena *arena)
{
    if (!atomic_load(&arena->mapped))
        return;
    pthread_mutex_lock(&arena->lock);
    rest(arena);
    pthread_mutex_unlock(&arena->lock);
}

void arena_used(struct arena *arena, size_t bytes)
{
    if (atomic_load_explicit(&arena->mapped, memory_order_relaxed) &&
        atomic_fetch_add(&arena->touched, bytes) + bytes > MAPPED_BYTES)
        arena_rest(arena);
}

void *arena_take(struct arena *arena, size_t size, struct error *err)
{
    void *block = NULL;
    size_t whole = (size + BLOCK_ALIGNMENT - 1) / BLOCK_ALIGNMENT * BLOCK_ALIGNMENT;
    pthread_mutex_lock(&arena->lock);
    bool fits = arena->n && whole <= arena->slabs[arena->n - 1].size - arena->used;
    if (!fits && atomic_load(&arena->touched) > MAPPED_BYTES)
        rest(arena);
    if (fits || add_slab(arena, whole, err)) {
        block = arena->slabs[arena->n - 1].bytes + arena->used;
        arena->used += whole;
        arena->bytes += whole;
    }
    pthread_mutex_unlock(&arena->lock);
    return block;
}

size_t arena_bytes(struct arena *arena)
{
    pthread_mutex_lock(&arena->lock);
    size_t bytes = arena->bytes;
    pthread_mutex_unlock(&arena->lock);
    return bytes;
}
