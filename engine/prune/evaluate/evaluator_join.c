/* Ranks run their own images; here each gets what the others found. Leans on engine/cluster. */
#include "engine/prune/evaluate/evaluator_private.h"

#include "engine/base/memory.h"

#include <stdlib.h>

/* The statistics of all sites, one behind the other. */
struct statistics {
    struct activations **all;
    int n;
};

static void add_tiles(void *context, void *total)
{
    const struct statistics *statistics = context;
    char *at = total;
    for (int s = 0; s < statistics->n; s++) {
        activations_go_on(statistics->all[s], at);
        at += activations_bytes(statistics->all[s]);
    }
}

static bool join_activations(
    const struct evaluator *evaluator, struct activations **all, struct error *err)
{
    struct statistics statistics = {all, evaluator->sites->n};
    size_t size = 0;
    for (int s = 0; s < statistics.n; s++)
        size += activations_bytes(all[s]);
    char *total = memory_array(size + 1, 1), *at = total;
    bool good = cluster_pass_on(total, size, add_tiles, &statistics, err);
    for (int s = 0; good && s < statistics.n; s++) {
        activations_take(all[s], at);
        at += activations_bytes(all[s]);
    }
    free(total);
    return good;
}

bool evaluator_join(
    const struct evaluator *evaluator, const struct evaluator_pass *pass, struct error *err)
{
    const struct {
        void *array;
        size_t size;
    } found[] = {{pass->predicted, sizeof *pass->predicted},
        {pass->runners_up, sizeof *pass->runners_up}, {pass->loss, sizeof *pass->loss}};
    int n = evaluator_count(evaluator, pass->set);
    bool good = true;
    if (cluster_ranks() == 1)
        return true;
    for (size_t i = 0; good && i < sizeof found / sizeof *found; i++)
        good =
            !found[i].array || cluster_collect(found[i].array, found[i].size, n, BATCH_TILE, err);
    return good && (!pass->activations || join_activations(evaluator, pass->activations, err));
}
