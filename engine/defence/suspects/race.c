/* One inversion a class, all over the same passes. The ranks of a cluster share the classes: each
 * runs its own to the end, and knows of the others the triggers as they stand. */
#include "engine/defence/suspects/race.h"

#include "engine/base/memory.h"
#include "engine/cluster/cluster.h"

#include <stdlib.h>
#include <string.h>

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
    struct cluster_share share; /* runners of this rank */
    size_t places, values;      /* of a mask, of a pattern */
    unsigned char *known;       /* [n][known_bytes] of all runners; NULL: all are of this rank */
};

/* What goes from the rank of a runner to the others; mask and pattern follow. */
struct standing {
    double size, hits;
    int64_t good;
};

static size_t known_bytes(const struct race *race)
{
    return sizeof(struct standing) + (race->places + race->values) * sizeof(float);
}

struct race *race_create(const struct network *network, struct thread_pool *pool,
    const float *pixels, const struct race_class *classes, int n,
    const struct inversion_options *options)
{
    const struct shape shape = shape_as_image(&network->layers[network->input].shape);
    size_t values = shape_count(&shape);
    struct race *race = memory_array(1, sizeof *race);
    race->pool = pool;
    race->passes = trigger_passes_create(network, pool, options->batch, true);
    race->runners = memory_array((size_t)n, sizeof *race->runners);
    race->n = n;
    race->share = cluster_share(n, 1);
    race->values = values;
    race->places = values / (size_t)shape.dim[2];
    if (cluster_ranks() > 1)
        race->known = memory_array((size_t)n, known_bytes(race));
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
    free(race->known);
    free(race);
}

static void run_one(void *context, int index, int worker)
{
    struct race *race = context;
    struct runner *runner = &race->runners[race->share.first + index];
    for (int i = 0; !runner->failed && i < race->steps; i++) {
        if (race->stop && atomic_load(race->stop))
            return;
        runner->failed = !inversion_step_alone(runner->inversion, worker, &runner->err);
    }
}

/* Of all runners, as they stand on their ranks. */
static bool tell_triggers(struct race *race, struct error *err)
{
    for (int i = race->share.first; i < race->share.first + race->share.n; i++) {
        const struct inversion_trigger trigger = inversion_trigger(race->runners[i].inversion);
        const struct standing standing = {trigger.size, trigger.hits, trigger.good};
        unsigned char *at = race->known + (size_t)i * known_bytes(race);
        memcpy(at, &standing, sizeof standing);
        at += sizeof standing;
        memcpy(at, trigger.mask, race->places * sizeof(float));
        memcpy(at + race->places * sizeof(float), trigger.pattern, race->values * sizeof(float));
    }
    return cluster_collect(race->known, known_bytes(race), race->n, 1, err);
}

bool race_run(struct race *race, int steps, const atomic_bool *stop, struct error *err)
{
    race->steps = steps;
    race->stop = stop;
    thread_pool_run(race->pool, race->share.n, run_one, race);
    if (stop && atomic_load(stop))
        return fail_as(err, ERROR_CANCELLED, "the search was cancelled");
    for (int i = 0; i < race->n; i++)
        if (race->runners[i].failed) {
            *err = race->runners[i].err;
            return false;
        }
    return !race->known || tell_triggers(race, err);
}

struct inversion_trigger race_trigger(const struct race *race, int i)
{
    if (!race->known)
        return inversion_trigger(race->runners[i].inversion);
    struct standing standing;
    const unsigned char *at = race->known + (size_t)i * known_bytes(race);
    memcpy(&standing, at, sizeof standing);
    const float *mask = (const float *)(const void *)(at + sizeof standing);
    return (struct inversion_trigger){
        mask, mask + race->places, standing.size, standing.hits, standing.good != 0};
}
