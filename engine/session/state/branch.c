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
    branch->history.base = NULL;
    if (!base)
        return;
    const struct prune_site *site = &sites->site[branch->site];
    branch->history.base = &branch->base[branch->site];
    if (!prune_site_is_joint(site))
        return;
    branch->joint_base = memory_array(1, sizeof *branch->joint_base);
    pruned_set_init(branch->joint_base, site->n_channels);
    for (int c = 0; c < site->n_channels; c++)
        pruned_set_put(branch->joint_base, c, pruned_sets_have(base, sites, branch->site, c));
    branch->history.base = branch->joint_base;
}

void branch_init(
    struct branch *branch, const struct prune_sites *sites, int site, const struct pruned_set *base)
{
    *branch = (struct branch){.site = site, .parent = -1};
    set_base(branch, sites, base);
}

bool branch_is_on_top(const struct branch *branch)
{
    return branch->n_base > 0 || branch->tuned;
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
    branch->tuned = refcount_ref(from->tuned);
    history_fork(&branch->history, &from->history);
}

void branch_finish(struct branch *branch, const struct prune_sites *sites)
{
    history_finish(&branch->history);
    refcount_unref(branch->shown);
    refcount_unref(branch->tuned);
    for (int set = 0; set < N_SETS; set++)
        free(branch->sums[set]);
    pruned_sets_destroy(branch->base, sites->n);
    pruned_sets_destroy(branch->joint_base, 1);
}

struct pruned_set *branch_pruned(
    const struct branch *branch, const struct prune_sites *sites, int round)
{
    struct pruned_set *sets = pruned_sets_create(sites, branch->base);
    for (int r = 1; r <= round && !branch->plan.repair; r++)
        pruned_sets_put(sets, sites, branch->site, branch->history.rounds[r]->channel, true);
    return sets;
}

const struct tuned *branch_tuned(const struct branch *branch, int round)
{
    bool repaired = branch->plan.repair && round > 0;
    return repaired ? round_tuned(branch->history.rounds[round]) : branch->tuned;
}

int branch_next_rounds(const struct branch *branch)
{
    const struct history *history = &branch->history;
    if (branch->plan.repair)
        return branch->plan.rounds - history->position;
    int n = 0;
    for (int i = 0; i < history->order->n_ranking; i++)
        n += !history_pruned(history, history->order->ranking[i]);
    return n;
}
