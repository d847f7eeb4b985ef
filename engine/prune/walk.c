#include "engine/prune/walk.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"

#include <stdlib.h>

struct walker {
    struct pool *pool;
    struct walker_hooks hooks;
    struct pass **passes; /* [workers] */
};

struct walker *walker_create(
    const struct network *network, struct pool *pool, const struct walker_hooks *hooks)
{
    struct walker *walker = memory_array(1, sizeof *walker);
    walker->pool = pool;
    walker->hooks = *hooks;
    walker->passes = memory_array((size_t)pool_workers(pool), sizeof *walker->passes);
    for (int i = 0; i < pool_workers(pool); i++)
        walker->passes[i] = pass_create(network, WALK_TILE);
    return walker;
}

void walker_destroy(struct walker *walker)
{
    if (!walker)
        return;
    for (int i = 0; i < pool_workers(walker->pool); i++)
        pass_destroy(walker->passes[i]);
    free(walker->passes);
    free(walker);
}

struct tour {
    struct walker *walker;
    const struct walk *walk;
    atomic_int done;
    atomic_bool stopped;
    double told; /* when progress was told last; worker 0 only */
};

enum { PROGRESS_MILLISECONDS = 30 };

static void tell(struct tour *tour)
{
    const struct walker_hooks *hooks = &tour->walker->hooks;
    double now = clock_seconds();
    if (!hooks->progress || now - tour->told < PROGRESS_MILLISECONDS * 1e-3)
        return;
    tour->told = now;
    hooks->progress(hooks->context, atomic_load(&tour->done), tour->walk->n);
}

static void walk_tile(void *context, int index, int worker)
{
    struct tour *tour = context;
    const struct walk *walk = tour->walk;
    const atomic_bool *stop = tour->walker->hooks.stop;
    if (stop && atomic_load_explicit(stop, memory_order_relaxed))
        atomic_store(&tour->stopped, true);
    if (atomic_load_explicit(&tour->stopped, memory_order_relaxed))
        return;
    int first = index * WALK_TILE;
    int count = walk->n - first < WALK_TILE ? walk->n - first : WALK_TILE;
    struct pass *pass = tour->walker->passes[worker];
    walk->load(walk->context, pass, first, count);
    pass_forward(pass, count, walk->wanted);
    walk->visit(walk->context, pass, first, count);
    atomic_fetch_add(&tour->done, count);
    if (worker == 0) /* the caller's own thread */
        tell(tour);
}

int walk_tiles(int n)
{
    return (n + WALK_TILE - 1) / WALK_TILE;
}

bool walker_run(struct walker *walker, const struct walk *walk, struct error *err)
{
    struct tour tour = {.walker = walker, .walk = walk, .told = clock_seconds()};
    pool_run(walker->pool, walk_tiles(walk->n), walk_tile, &tour);
    return !atomic_load(&tour.stopped) || fail_as(err, ERROR_CANCELLED, "stopped");
}
