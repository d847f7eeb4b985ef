/* Sets of pruned channels, as bits. */
#include "engine/prune/sites/pruned_set.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static size_t words(int n_channels)
{
    return (size_t)n_channels / 32 + PRUNED_SET_READ / 32;
}

void pruned_set_init(struct pruned_set *set, int n_channels)
{
    *set = (struct pruned_set){.n_channels = n_channels};
    set->bits = memory_array(words(n_channels), sizeof *set->bits);
}

void pruned_set_finish(struct pruned_set *set)
{
    free(set->bits);
    *set = (struct pruned_set){0};
}

void pruned_set_put(struct pruned_set *set, int channel, bool pruned)
{
    if (pruned_set_has(set, channel) == pruned)
        return;
    set->bits[channel / 32] ^= (uint32_t)1 << channel % 32;
    set->generation++;
}

void pruned_set_copy(struct pruned_set *set, const struct pruned_set *from)
{
    memcpy(set->bits, from->bits, words(set->n_channels) * sizeof *set->bits);
    set->generation++;
}

int pruned_set_count(const struct pruned_set *set)
{
    int n = 0;
    for (size_t w = 0; w < words(set->n_channels); w++)
        n += __builtin_popcount(set->bits[w]);
    return n;
}

struct pruned_set *pruned_sets_create(
    const struct prune_sites *sites, const struct pruned_set *from)
{
    struct pruned_set *sets = memory_array((size_t)sites->n, sizeof *sets);
    for (int s = 0; s < sites->n; s++) {
        pruned_set_init(&sets[s], sites->site[s].n_channels);
        if (from)
            pruned_set_copy(&sets[s], &from[s]);
    }
    return sets;
}

void pruned_sets_put(
    struct pruned_set *sets, const struct prune_sites *sites, int site, int channel, bool pruned)
{
    int own = prune_sites_own(sites, site, &channel);
    pruned_set_put(&sets[own], channel, pruned);
}

bool pruned_sets_have(
    const struct pruned_set *sets, const struct prune_sites *sites, int site, int channel)
{
    int own = prune_sites_own(sites, site, &channel);
    return pruned_set_has(&sets[own], channel);
}

void pruned_sets_destroy(struct pruned_set *sets, int n_sites)
{
    for (int s = 0; sets && s < n_sites; s++)
        pruned_set_finish(&sets[s]);
    free(sets);
}

int pruned_sets_count(const struct pruned_set *sets, int n_sites)
{
    int n = 0;
    for (int s = 0; s < n_sites; s++)
        n += pruned_set_count(&sets[s]);
    return n;
}

void pruned_sets_apply(
    const struct pruned_set *sets, const struct prune_sites *sites, struct network *network)
{
    for (int s = 0; s < sites->n; s++)
        for (int c = 0; c < sets[s].n_channels; c++)
            if (pruned_set_has(&sets[s], c))
                prune_site_prune(&sites->site[s], network, c);
}
