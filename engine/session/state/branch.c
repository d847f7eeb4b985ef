/* A way of pruning: its base and its rounds. */
#include "engine/session/state/branch.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"

#include <stdlib.h>
#include <string.h>

static void set_base(
    struct branch *branch, const struct prune_sites *sites, const struct pruned_set *base)
{
    branch->n_base = base ? pruned_sets_count(base, sites->n) : 0;
    branch->base = base ? pruned_sets_create(sites, base) : NULL;
    branch->history.base = base ? &branch->base[branch->site] : NULL;
}

void branch_init(
    struct branch *branch, const struct prune_sites *sites, int site, const struct pruned_set *base)
{
    *branch = (struct branch){.site = site, .parent = -1};
    set_base(branch, sites, base);
}

void branch_fork(struct branch *branch, struct branch *from, const struct prune_sites *sites)
{
    size_t n = (size_t)from->history.order->n_channels;
    *branch = (struct branch){
        .site = from->site, .root = from->root, .fork_round = from->history.position};
    set_base(branch, sites, from->base);
    for (int set = 0; set < N_SETS; set++)
        if (from->sums[set]) {
            branch->sums[set] = memory_array(n, sizeof **branch->sums);
            memcpy(branch->sums[set], from->sums[set], n * sizeof **branch->sums);
        }
    branch->shown = refcount_ref(from->shown);
    history_fork(&branch->history, &from->history);
}

void branch_finish(struct branch *branch, const struct prune_sites *sites)
{
    history_finish(&branch->history);
    refcount_unref(branch->shown);
    for (int set = 0; set < N_SETS; set++)
        free(branch->sums[set]);
    pruned_sets_destroy(branch->base, sites->n);
}

struct pruned_set *branch_pruned(
    const struct branch *branch, const struct prune_sites *sites, int round)
{
    struct pruned_set *sets = pruned_sets_create(sites, branch->base);
    for (int r = 1; r <= round; r++)
        pruned_set_put(&sets[branch->site], branch->history.rounds[r]->channel, true);
    return sets;
}
