/* A repair in a generator: its callbacks hand out what happens. */
#include "engine/session/state/repair_run.h"

#include "engine/base/generator.h"
#include "engine/base/memory.h"

#include <stdlib.h>

struct repair_run {
    const struct repair *repair;
    struct repair_job job;
    struct network *original, *network;
    struct generator *generator;
    const struct repair_progress *progress; /* of the last turn; NULL: it was none */
    const struct repair_report *report;     /* the same */
    bool good;
    struct error err;
};

static bool hand_out_step(void *context, const struct repair_progress *progress)
{
    struct repair_run *run = context;
    run->progress = progress;
    run->report = NULL;
    return generator_yield(run->generator, run);
}

static bool hand_out_round(void *context, const struct repair_report *report)
{
    struct repair_run *run = context;
    run->progress = NULL;
    run->report = report;
    return generator_yield(run->generator, run);
}

static void body(struct generator *generator, void *context)
{
    struct repair_run *run = context;
    (void)generator;
    run->good = run->repair->run(&run->job, &run->err);
}

struct repair_run *repair_run_create(const struct repair_start *start, struct error *err)
{
    struct repair_run *run = memory_array(1, sizeof *run);
    run->repair = start->repair;
    run->original = network_clone(start->network);
    run->network = network_clone(start->network);
    run->job = (struct repair_job){.original = run->original,
        .network = run->network,
        .pool = start->pool,
        .low = start->low,
        .high = start->high,
        .images = start->images,
        .target = start->n_targets > 0 ? start->targets[0] : -1,
        .n_more = start->n_targets > 1 ? start->n_targets - 1 : 0,
        .rounds = start->rounds,
        .seed = start->seed,
        .progress = hand_out_step,
        .round = hand_out_round,
        .context = run};
    for (int i = 0; i < run->job.n_more; i++)
        run->job.more[i] = start->targets[i + 1];
    run->generator = generator_create(body, run, err);
    if (run->generator)
        return run;
    fail_in(err, start->repair->name);
    repair_run_destroy(run);
    return NULL;
}

void repair_run_destroy(struct repair_run *run)
{
    if (!run)
        return;
    generator_destroy(run->generator);
    network_destroy(run->original);
    network_destroy(run->network);
    free(run);
}

enum repair_turn repair_run_next(struct repair_run *run, struct error *err)
{
    if (generator_next(run->generator))
        return run->report ? REPAIR_ROUNDED : REPAIR_STEPPED;
    if (run->good)
        return REPAIR_ENDED;
    if (err)
        *err = run->err;
    return REPAIR_FAILED;
}

const struct repair_progress *repair_run_progress(const struct repair_run *run)
{
    return run->progress;
}

const struct repair_report *repair_run_report(const struct repair_run *run)
{
    return run->report;
}

struct network *repair_run_network(struct repair_run *run)
{
    return run->network;
}
