/* Takes images through a net in batches on the workers. Leans on base/thread_pool.h. */
#include "engine/prune/ranking/batch_runner.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"

#include <stdlib.h>

struct batch_runner {
    struct thread_pool *pool;
    struct batch_runner_hooks hooks;
    const struct batched_plan *plan;
    int together;                 /* passes of a worker that run together */
    struct batched_pass **passes; /* [workers][together] */
};

struct batch_runner *batch_runner_create(const struct batched_plan *plan, struct thread_pool *pool,
    const struct batch_runner_hooks *hooks)
{
    struct batch_runner *runner = memory_array(1, sizeof *runner);
    runner->pool = pool;
    runner->hooks = *hooks;
    runner->plan = plan;
    runner->together = batched_plan_together(plan);
    int n = thread_pool_workers(pool) * runner->together;
    runner->passes = memory_array((size_t)n, sizeof *runner->passes);
    for (int i = 0; i < n; i += runner->together)
        batched_pass_create_group(plan, runner->passes + i, runner->together);
    return runner;
}

int batch_runner_workers(const struct batch_runner *runner)
{
    return thread_pool_workers(runner->pool);
}

void batch_runner_destroy(struct batch_runner *runner)
{
    if (!runner)
        return;
    for (int i = 0; i < thread_pool_workers(runner->pool) * runner->together; i++)
        batched_pass_destroy(runner->passes[i]);
    free(runner->passes);
    free(runner);
}

/* A loop while it runs. */
struct loop {
    struct batch_runner *runner;
    int n, size;
    batch_tile *tile;
    void *context;
    atomic_int done;
    atomic_bool stopped;
    double told; /* when progress was told last; worker 0 only */
};

enum { PROGRESS_MILLISECONDS = 30 };

static void tell(struct loop *loop)
{
    const struct batch_runner_hooks *hooks = &loop->runner->hooks;
    double now = clock_seconds();
    if (!hooks->progress || now - loop->told < PROGRESS_MILLISECONDS * 1e-3)
        return;
    loop->told = now;
    hooks->progress(hooks->context, atomic_load(&loop->done), loop->n);
}

static void run_tile(void *context, int index, int worker)
{
    struct loop *loop = context;
    const atomic_bool *stop = loop->runner->hooks.stop;
    if (stop && atomic_load_explicit(stop, memory_order_relaxed))
        atomic_store(&loop->stopped, true);
    if (atomic_load_explicit(&loop->stopped, memory_order_relaxed))
        return;
    int first = index * loop->size, left = loop->n - first;
    int count = left < loop->size ? left : loop->size;
    loop->tile(loop->context, first, count, worker);
    atomic_fetch_add(&loop->done, count);
    if (worker == 0) /* the caller's own thread */
        tell(loop);
}

int batch_tiles(int n)
{
    return (n + BATCH_TILE - 1) / BATCH_TILE;
}

bool batch_runner_loop(struct batch_runner *runner, int n, int size, batch_tile *tile,
    void *context, struct error *err)
{
    struct loop loop = {.runner = runner,
        .n = n,
        .size = size,
        .tile = tile,
        .context = context,
        .told = clock_seconds()};
    thread_pool_run(runner->pool, (n + size - 1) / size, run_tile, &loop);
    return !atomic_load(&loop.stopped) || fail_as(err, ERROR_CANCELLED, "stopped");
}

struct batch_loop {
    const struct batch_runner *runner;
    const struct batch_run *run;
};

/* Images of up to as many batches as run together, from those of `first` on; gives their number. */
static int run_group(
    const struct batch_loop *loop, struct batched_pass *const *passes, struct batch batch, int end)
{
    const struct batch_run *run = loop->run;
    struct batch batches[BATCHED_GROUP_MAX];
    int n = 0, first = batch.first;
    for (; n < loop->runner->together && batch.first < end; batch.first += batch.count, n++) {
        batch.pass = passes[n];
        batch.count = end - batch.first < batch.width ? end - batch.first : batch.width;
        run->load(run->context, &batch);
        batches[n] = batch;
    }
    batched_pass_run_group(passes, n, run->wanted);
    for (int i = 0; i < n; i++)
        run->visit(run->context, &batches[i]);
    return batch.first - first;
}

static void run_batches(void *context, int first, int count, int worker)
{
    const struct batch_loop *loop = context;
    int end = loop->run->first + first + count;
    struct batch batch = {.worker = worker,
        .first = loop->run->first + first,
        .width = batched_plan_width(loop->runner->plan)};
    while (batch.first < end)
        batch.first +=
            run_group(loop, loop->runner->passes + worker * loop->runner->together, batch, end);
}

bool batch_runner_run(struct batch_runner *runner, const struct batch_run *run, struct error *err)
{
    struct batch_loop loop = {runner, run};
    return batch_runner_loop(runner, run->n, BATCH_TILE, run_batches, &loop, err);
}
