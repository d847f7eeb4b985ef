#include "engine/prune/ranking/walk.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"

#include <stdlib.h>

struct walker {
    struct thread_pool *pool;
    struct walker_hooks hooks;
    const struct batched_plan *plan;
    struct batched_pass **passes; /* [workers] */
};

struct walker *walker_create(
    const struct batched_plan *plan, struct thread_pool *pool, const struct walker_hooks *hooks)
{
    struct walker *walker = memory_array(1, sizeof *walker);
    walker->pool = pool;
    walker->hooks = *hooks;
    walker->plan = plan;
    walker->passes = memory_array((size_t)thread_pool_workers(pool), sizeof *walker->passes);
    for (int i = 0; i < thread_pool_workers(pool); i++)
        walker->passes[i] = batched_pass_create(plan);
    return walker;
}

int walker_workers(const struct walker *walker)
{
    return thread_pool_workers(walker->pool);
}

void walker_destroy(struct walker *walker)
{
    if (!walker)
        return;
    for (int i = 0; i < thread_pool_workers(walker->pool); i++)
        batched_pass_destroy(walker->passes[i]);
    free(walker->passes);
    free(walker);
}

/* A loop while it runs. */
struct tour {
    struct walker *walker;
    int n, size;
    walk_tile *tile;
    void *context;
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
    hooks->progress(hooks->context, atomic_load(&tour->done), tour->n);
}

static void run_tile(void *context, int index, int worker)
{
    struct tour *tour = context;
    const atomic_bool *stop = tour->walker->hooks.stop;
    if (stop && atomic_load_explicit(stop, memory_order_relaxed))
        atomic_store(&tour->stopped, true);
    if (atomic_load_explicit(&tour->stopped, memory_order_relaxed))
        return;
    int first = index * tour->size, left = tour->n - first;
    int count = left < tour->size ? left : tour->size;
    tour->tile(tour->context, first, count, worker);
    atomic_fetch_add(&tour->done, count);
    if (worker == 0) /* the caller's own thread */
        tell(tour);
}

int walk_tiles(int n)
{
    return (n + WALK_TILE - 1) / WALK_TILE;
}

bool walker_loop(
    struct walker *walker, int n, int size, walk_tile *tile, void *context, struct error *err)
{
    struct tour tour = {.walker = walker,
        .n = n,
        .size = size,
        .tile = tile,
        .context = context,
        .told = clock_seconds()};
    thread_pool_run(walker->pool, (n + size - 1) / size, run_tile, &tour);
    return !atomic_load(&tour.stopped) || fail_as(err, ERROR_CANCELLED, "stopped");
}

struct lane_tour {
    const struct walker *walker;
    const struct walk *walk;
};

static void run_groups(void *context, int first, int count, int worker)
{
    const struct lane_tour *tour = context;
    const struct walk *walk = tour->walk;
    int end = first + count;
    struct group group = {.pass = tour->walker->passes[worker],
        .worker = worker,
        .first = first,
        .width = batched_plan_width(tour->walker->plan)};
    for (; group.first < end; group.first += group.count) {
        group.count = end - group.first < group.width ? end - group.first : group.width;
        walk->load(walk->context, &group);
        batched_pass_run(group.pass, walk->wanted);
        walk->visit(walk->context, &group);
    }
}

bool walker_run(struct walker *walker, const struct walk *walk, struct error *err)
{
    struct lane_tour tour = {walker, walk};
    return walker_loop(walker, walk->n, WALK_TILE, run_groups, &tour, err);
}
