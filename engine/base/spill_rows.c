/* Rows in slabs of a memory budget; the oldest slabs move to the file first. */
#include "engine/base/spill_rows.h"

#include "engine/base/memory.h"
#include "engine/base/memory_budget_private.h"

#include <stdlib.h>
#include <string.h>

struct spill_rows {
    struct memory_budget *budget;
    struct spill_rows *next; /* of the budget's */
    size_t row_bytes, rows_per_slab;
    size_t n_rows, n_slabs, room;
    struct slab *slabs;
    size_t in_memory; /* slabs from here on may be in memory, those before are in the file */
};

struct spill_rows *spill_rows_create(struct memory_budget *budget, size_t row_bytes)
{
    struct spill_rows *spill_rows = memory_array(1, sizeof *spill_rows);
    spill_rows->budget = memory_budget_ref(budget);
    spill_rows->row_bytes = row_bytes;
    spill_rows->rows_per_slab = row_bytes < BUDGET_SLAB ? BUDGET_SLAB / row_bytes : 1;
    pthread_rwlock_wrlock(&budget->lock);
    spill_rows->next = budget->spilled;
    budget->spilled = spill_rows;
    pthread_rwlock_unlock(&budget->lock);
    return spill_rows;
}

void spill_rows_destroy(struct spill_rows *spill_rows)
{
    if (!spill_rows)
        return;
    struct memory_budget *budget = spill_rows->budget;
    pthread_rwlock_wrlock(&budget->lock);
    for (struct spill_rows **link = &budget->spilled; *link; link = &(*link)->next)
        if (*link == spill_rows) {
            *link = spill_rows->next;
            break;
        }
    for (size_t i = 0; i < spill_rows->n_slabs; i++)
        memory_budget_give_back(budget, &spill_rows->slabs[i]);
    pthread_rwlock_unlock(&budget->lock);
    memory_budget_unref(budget);
    free(spill_rows->slabs);
    free(spill_rows);
}

/* A slab from memory to the file. */
static bool put_away(struct memory_budget *budget, struct slab *slab, struct error *err)
{
    struct slab away;
    if (!memory_budget_file(budget, slab->size, false, &away, err))
        return false;
    if (!memory_budget_write(budget, &away, 0, slab->bytes, slab->size, err)) {
        memory_budget_give_back(budget, &away);
        return false;
    }
    memory_budget_give_back(budget, slab);
    *slab = away;
    return true;
}

bool spill_rows_make_room(struct memory_budget *budget, bool *failed, struct error *err)
{
    for (struct spill_rows *spill_rows = budget->spilled; spill_rows; spill_rows = spill_rows->next)
        for (; spill_rows->in_memory < spill_rows->n_slabs; spill_rows->in_memory++) {
            struct slab *slab = &spill_rows->slabs[spill_rows->in_memory];
            if (slab->place != PLACE_MEMORY)
                continue;
            *failed = !put_away(budget, slab, err);
            return !*failed;
        }
    return false;
}

static bool add_slab(struct spill_rows *spill_rows, struct error *err)
{
    struct memory_budget *budget = spill_rows->budget;
    size_t size = memory_budget_round(spill_rows->rows_per_slab * spill_rows->row_bytes);
    if (spill_rows->n_slabs == spill_rows->room) {
        spill_rows->room = spill_rows->room ? 2 * spill_rows->room : 16;
        spill_rows->slabs =
            memory_grow(spill_rows->slabs, spill_rows->room, sizeof *spill_rows->slabs);
    }
    struct slab *slab = &spill_rows->slabs[spill_rows->n_slabs];
    if (!memory_budget_memory(budget, size, slab) &&
        !memory_budget_file(budget, size, false, slab, err) &&
        !memory_budget_last(budget, size, slab, err))
        return false;
    spill_rows->n_slabs++;
    return true;
}

static bool append_some(
    struct spill_rows *spill_rows, const void *rows, size_t n, struct error *err)
{
    size_t within = spill_rows->n_rows % spill_rows->rows_per_slab;
    if (spill_rows->n_rows == spill_rows->n_slabs * spill_rows->rows_per_slab &&
        !add_slab(spill_rows, err))
        return false;
    const struct slab *slab = &spill_rows->slabs[spill_rows->n_slabs - 1];
    size_t at = within * spill_rows->row_bytes, size = n * spill_rows->row_bytes;
    if (slab->bytes)
        memcpy(slab->bytes + at, rows, size);
    else if (!memory_budget_write(spill_rows->budget, slab, at, rows, size, err))
        return false;
    spill_rows->n_rows += n;
    return true;
}

bool spill_rows_append(struct spill_rows *spill_rows, const void *rows, size_t n, struct error *err)
{
    const unsigned char *from = rows;
    bool good = true;
    pthread_rwlock_wrlock(&spill_rows->budget->lock);
    while (good && n > 0) {
        size_t left = spill_rows->rows_per_slab - spill_rows->n_rows % spill_rows->rows_per_slab;
        size_t some = n < left ? n : left;
        good = append_some(spill_rows, from, some, err);
        from += some * spill_rows->row_bytes;
        n -= some;
    }
    pthread_rwlock_unlock(&spill_rows->budget->lock);
    return good;
}

void spill_rows_hold(const struct spill_rows *spill_rows)
{
    pthread_rwlock_rdlock(&spill_rows->budget->lock);
}

void spill_rows_release(const struct spill_rows *spill_rows)
{
    pthread_rwlock_unlock(&spill_rows->budget->lock);
}

const void *spill_rows_view(
    const struct spill_rows *spill_rows, size_t row, size_t at, size_t size, void *scratch)
{
    const struct slab *slab = &spill_rows->slabs[row / spill_rows->rows_per_slab];
    at += row % spill_rows->rows_per_slab * spill_rows->row_bytes;
    if (slab->bytes)
        return slab->bytes + at;
    memory_budget_read(spill_rows->budget, slab, at, scratch, size);
    return scratch;
}

bool spill_rows_check(const struct spill_rows *spill_rows, struct error *err)
{
    return memory_budget_check(spill_rows->budget, err);
}
