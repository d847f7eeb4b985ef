/* Joint sites: channels of several sites in one numbering, for orders across layers. */
#include "engine/prune/sites/prune_site.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

int prune_sites_own(const struct prune_sites *sites, int site, int *channel)
{
    const struct prune_site *joint = &sites->site[site];
    for (int m = 0; m < joint->n_members; m++) {
        int n = sites->site[joint->members[m]].n_channels;
        if (*channel < n)
            return joint->members[m];
        *channel -= n;
    }
    return site;
}

int prune_sites_first(const struct prune_sites *sites, int site, int member)
{
    int first = 0;
    for (int m = 0; m < member; m++)
        first += sites->site[sites->site[site].members[m]].n_channels;
    return first;
}

static int find(const struct prune_sites *sites, const int *members, int n)
{
    for (int s = sites->n; s < sites->n + sites->n_joint; s++)
        if (sites->site[s].n_members == n &&
            memcmp(sites->site[s].members, members, (size_t)n * sizeof *members) == 0)
            return s;
    return -1;
}

/* "conv_3+activation_1"; of all sites "all-layers". */
static char *join_names(const struct prune_sites *sites, const struct prune_site *joint)
{
    char *name = memory_string(joint->n_members == sites->n ? "all-layers" : "");
    for (int m = 0; m < joint->n_members && joint->n_members < sites->n; m++) {
        char *longer =
            memory_format("%s%s%s", name, m > 0 ? "+" : "", sites->site[joint->members[m]].name);
        free(name);
        name = longer;
    }
    return name;
}

int prune_sites_join(
    struct prune_sites *sites, const int *members, int n_members, struct error *err)
{
    int there = find(sites, members, n_members);
    if (there >= 0)
        return there;
    if (sites->n_joint == PRUNE_SITES_JOINT) {
        fail_as(err, ERROR_USAGE,
            "%d sets of layers are pruned jointly already, the most there are", PRUNE_SITES_JOINT);
        return -1;
    }
    struct prune_site *joint = &sites->site[sites->n + sites->n_joint];
    *joint = (struct prune_site){.n_members = n_members};
    joint->members = memory_array((size_t)n_members, sizeof *joint->members);
    memcpy(joint->members, members, (size_t)n_members * sizeof *members);
    for (int m = 0; m < n_members; m++)
        joint->n_channels += sites->site[members[m]].n_channels;
    joint->measured = sites->site[members[n_members - 1]].measured;
    joint->name = join_names(sites, joint);
    joint->producers = memory_string(joint->name);
    return sites->n + sites->n_joint++;
}
