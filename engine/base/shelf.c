#include "engine/base/shelf.h"

#include "engine/base/memory.h"
#include "engine/base/store_private.h"

#include <stdlib.h>
#include <string.h>

struct shelf {
    struct store *store;
    struct shelf *next; /* of the store's */
    size_t row_bytes, rows_per_slab;
    size_t n_rows, n_slabs, room;
    struct slab *slabs;
    size_t in_memory; /* slabs from here on may be in memory, those before are in the file */
};

struct shelf *shelf_create(struct store *store, size_t row_bytes)
{
    struct shelf *shelf = memory_array(1, sizeof *shelf);
    shelf->store = store_ref(store);
    shelf->row_bytes = row_bytes;
    shelf->rows_per_slab = row_bytes < STORE_SLAB ? STORE_SLAB / row_bytes : 1;
    pthread_rwlock_wrlock(&store->lock);
    shelf->next = store->shelves;
    store->shelves = shelf;
    pthread_rwlock_unlock(&store->lock);
    return shelf;
}

void shelf_destroy(struct shelf *shelf)
{
    if (!shelf)
        return;
    struct store *store = shelf->store;
    pthread_rwlock_wrlock(&store->lock);
    for (struct shelf **link = &store->shelves; *link; link = &(*link)->next)
        if (*link == shelf) {
            *link = shelf->next;
            break;
        }
    for (size_t i = 0; i < shelf->n_slabs; i++)
        store_give_back(store, &shelf->slabs[i]);
    pthread_rwlock_unlock(&store->lock);
    store_unref(store);
    free(shelf->slabs);
    free(shelf);
}

/* A slab from memory to the file. */
static bool put_away(struct store *store, struct slab *slab, struct error *err)
{
    struct slab away;
    if (!store_file(store, slab->size, false, &away, err))
        return false;
    if (!store_write(store, &away, 0, slab->bytes, slab->size, err)) {
        store_give_back(store, &away);
        return false;
    }
    store_give_back(store, slab);
    *slab = away;
    return true;
}

bool shelf_make_room(struct store *store, bool *failed, struct error *err)
{
    for (struct shelf *shelf = store->shelves; shelf; shelf = shelf->next)
        for (; shelf->in_memory < shelf->n_slabs; shelf->in_memory++) {
            struct slab *slab = &shelf->slabs[shelf->in_memory];
            if (slab->place != PLACE_MEMORY)
                continue;
            *failed = !put_away(store, slab, err);
            return !*failed;
        }
    return false;
}

static bool add_slab(struct shelf *shelf, struct error *err)
{
    struct store *store = shelf->store;
    size_t size = store_round(shelf->rows_per_slab * shelf->row_bytes);
    if (shelf->n_slabs == shelf->room) {
        shelf->room = shelf->room ? 2 * shelf->room : 16;
        shelf->slabs = memory_grow(shelf->slabs, shelf->room, sizeof *shelf->slabs);
    }
    struct slab *slab = &shelf->slabs[shelf->n_slabs];
    if (!store_memory(store, size, slab) && !store_file(store, size, false, slab, err) &&
        !store_last(store, size, slab, err))
        return false;
    shelf->n_slabs++;
    return true;
}

static bool append_some(struct shelf *shelf, const void *rows, size_t n, struct error *err)
{
    size_t within = shelf->n_rows % shelf->rows_per_slab;
    if (shelf->n_rows == shelf->n_slabs * shelf->rows_per_slab && !add_slab(shelf, err))
        return false;
    const struct slab *slab = &shelf->slabs[shelf->n_slabs - 1];
    size_t at = within * shelf->row_bytes, size = n * shelf->row_bytes;
    if (slab->bytes)
        memcpy(slab->bytes + at, rows, size);
    else if (!store_write(shelf->store, slab, at, rows, size, err))
        return false;
    shelf->n_rows += n;
    return true;
}

bool shelf_append(struct shelf *shelf, const void *rows, size_t n, struct error *err)
{
    const unsigned char *from = rows;
    bool good = true;
    pthread_rwlock_wrlock(&shelf->store->lock);
    while (good && n > 0) {
        size_t left = shelf->rows_per_slab - shelf->n_rows % shelf->rows_per_slab;
        size_t some = n < left ? n : left;
        good = append_some(shelf, from, some, err);
        from += some * shelf->row_bytes;
        n -= some;
    }
    pthread_rwlock_unlock(&shelf->store->lock);
    return good;
}

void shelf_hold(const struct shelf *shelf)
{
    pthread_rwlock_rdlock(&shelf->store->lock);
}

void shelf_release(const struct shelf *shelf)
{
    pthread_rwlock_unlock(&shelf->store->lock);
}

const void *shelf_view(const struct shelf *shelf, size_t row, size_t at, size_t size, void *scratch)
{
    const struct slab *slab = &shelf->slabs[row / shelf->rows_per_slab];
    at += row % shelf->rows_per_slab * shelf->row_bytes;
    if (slab->bytes)
        return slab->bytes + at;
    store_read(shelf->store, slab, at, scratch, size);
    return scratch;
}

bool shelf_check(const struct shelf *shelf, struct error *err)
{
    return store_check(shelf->store, err);
}
