/* One inversion a class, all over the same passes. */
#include "engine/defence/suspects/race.h"

#include "engine/base/memory.h"

#include <stdlib.h>

struct runner {
    struct inversion *inversion;
    int32_t *wanted;
    struct error err; /* why it failed */
    bool failed;
};

struct race {
    struct thread_pool *pool;
    struct trigger_passes *passes;
    struct runner *runners;
    int n, steps; /* of this run */
    const atomic_bool *stop;
};

struct race *race_create(const struct network *network, struct thread_pool *pool,
    const float *pixels, const struct race_class *classes, int n,
    const struct inversion_options *options)
{
    size_t values = shape_count(&network->layers[network->input].shape);
    struct race *race = memory_array(1, sizeof *race);
    race->pool = pool;
    race->passes = trigger_passes_create(network, pool, options->batch, true);
    race->runners = memory_array((size_t)n, sizeof *race->runners);
    race->n = n;
    for (int i = 0; i < n; i++) {
        const struct race_class *class = &classes[i];
        struct runner *runner = &race->runners[i];
        runner->wanted = memory_array((size_t) class->n, sizeof *runner->wanted);
        for (int k = 0; k < class->n; k++)
            runner->wanted[k] = class->class;
        const struct inversion_images images = {
            class->n, pixels + (size_t) class->first * values, runner->wanted};
        runner->inversion = inversion_create_sharing(race->passes, &images, options);
    }
    return race;
}

void race_destroy(struct race *race)
{
    if (!race)
        return;
    for (int i = 0; i < race->n; i++) {
        inversion_destroy(race->runners[i].inversion);
        free(race->runners[i].wanted);
    }
    trigger_passes_destroy(race->passes);
    free(race->runners);
    free(race);
}

static void run_one(void *context, int index, int worker)
{
    struct race *race = context;
    struct runner *runner = &race->runners[index];
    for (int i = 0; !runner->failed && i < race->steps; i++) {
        if (race->stop && atomic_load(race->stop))
            return;
        runner->failed = !inversion_step_alone(runner->inversion, worker, &runner->err);
    }
}

bool race_run(struct race *race, int steps, const atomic_bool *stop, struct error *err)
{
    race->steps = steps;
    race->stop = stop;
    thread_pool_run(race->pool, race->n, run_one, race);
    if (stop && atomic_load(stop))
        return fail_as(err, ERROR_CANCELLED, "the search was cancelled");
    for (int i = 0; i < race->n; i++)
        if (race->runners[i].failed) {
            *err = race->runners[i].err;
            return false;
        }
    return true;
}

struct inversion_trigger race_trigger(const struct race *race, int i)
{
    return inversion_trigger(race->runners[i].inversion);
}
