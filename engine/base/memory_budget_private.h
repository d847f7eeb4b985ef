/* Slabs: the parts of memory or file that arenas and spill_rows are made of. Private to
 * memory_budget.c, arena.c and spill_rows.c. */
#ifndef SECATEUR_ENGINE_BASE_MEMORY_BUDGET_PRIVATE_H
#define SECATEUR_ENGINE_BASE_MEMORY_BUDGET_PRIVATE_H

#include "engine/base/memory_budget.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

/* What is taken at once: small enough for a small budget, large enough to be taken seldom. */
enum { BUDGET_SLAB = 256 << 10 };

enum place { PLACE_NONE, PLACE_MEMORY, PLACE_FILE, PLACE_MAPPED };

struct slab {
    enum place place;
    unsigned char *bytes; /* NULL: PLACE_FILE */
    off_t offset;         /* in the file */
    size_t size;
};

struct memory_budget {
    atomic_int owners, broken; /* broken: errno of a read that failed, 0: none */
    char *folder;
    bool soft;

    pthread_rwlock_t lock; /* guards what follows, and the slabs of all spill_rows */
    int fd;                /* -1: nothing was put there yet */
    off_t end;
    size_t limit; /* SIZE_MAX once a soft one was given up */
    size_t in_memory, in_file;
    int n_holes;
    struct slab *holes; /* parts of the file to be used again */
    struct spill_rows *spilled;
};

/* All with the lock held for writing. memory_budget_memory: false when the budget has no room.
 * memory_budget_last: the same where the file failed with err; the budget is given up if it is
 * soft. */
bool memory_budget_memory(struct memory_budget *budget, size_t size, struct slab *slab);
bool memory_budget_last(
    struct memory_budget *budget, size_t size, struct slab *slab, struct error *err);
bool memory_budget_file(
    struct memory_budget *budget, size_t size, bool mapped, struct slab *slab, struct error *err);
bool memory_budget_write(struct memory_budget *budget, const struct slab *slab, size_t at,
    const void *from, size_t size, struct error *err);
void memory_budget_give_back(struct memory_budget *budget, struct slab *slab);
/* Moves a slab of a spill_rows from memory to the file. False without err: there is none. */
bool spill_rows_make_room(struct memory_budget *budget, bool *failed, struct error *err);

bool memory_budget_read(
    struct memory_budget *budget, const struct slab *slab, size_t at, void *to, size_t size);
size_t memory_budget_round(size_t size); /* to whole pages, at least a slab */

#endif
