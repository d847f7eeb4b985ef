/* Joint sites of a session. Leans on engine/prune/sites/joint_site.c. */
#include "engine/session/machine/session_joint.h"
#include "engine/session/machine/session_measure.h"

#include "engine/base/memory.h"
#include "engine/base/spelling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two images of each set are needed to tell them apart. */
static bool has_spread(const struct session *session)
{
    bool spread = true;
    for (int set = 0; set < N_SETS; set++)
        spread = spread && session->description->sets[set] &&
                 dataset_count(session->description->sets[set]) > 1;
    return spread;
}

/* From its sums. */
static void fill(struct session *session, int s)
{
    struct site_state *state = &session->states[s];
    int n = session->description->sites->site[s].n_channels;
    state->shown = session_show_sums(state->sums, n);
    scan_separation(state->sums[SET_CLEAN], has_spread(session) ? state->sums[SET_POISONED] : NULL,
        n, &state->separation);
}

/* One layer's behind the other. */
static void fill_joint(struct session *session, int s)
{
    size_t n = (size_t)session->description->sites->n;
    struct channel_sums **sums = memory_array(n, sizeof *sums);
    for (int set = 0; set < N_SETS; set++) {
        for (size_t i = 0; i < n; i++)
            sums[i] = session->states[i].sums[set];
        session->states[s].sums[set] = session_sums_of(session, sums, s);
    }
    free(sums);
    fill(session, s);
}

void session_fill_states(struct session *session, struct channel_sums **const sums[N_SETS])
{
    const struct prune_sites *sites = session->description->sites;
    size_t most = (size_t)sites->n + PRUNE_SITES_JOINT;
    session->states = memory_array(most, sizeof *session->states);
    for (int s = 0; s < sites->n; s++) {
        for (int set = 0; set < N_SETS; set++)
            session->states[s].sums[set] = sums[set][s];
        fill(session, s);
    }
    for (int s = sites->n; s < sites->n + sites->n_joint; s++)
        fill_joint(session, s);
}

int session_join(struct session *session, const int *members, int n, struct error *err)
{
    struct prune_sites *sites = session->description->sites;
    bool *wanted = memory_array((size_t)sites->n, sizeof *wanted);
    int *ascending = memory_array((size_t)sites->n, sizeof *ascending);
    int joint = -1, before = sites->n_joint, n_wanted = 0;
    for (int i = 0; i < n; i++)
        if (members[i] >= 0 && members[i] < sites->n)
            wanted[members[i]] = true;
    for (int s = 0; s < sites->n; s++)
        if (wanted[s])
            ascending[n_wanted++] = s;
    if (n_wanted == 1)
        joint = ascending[0];
    else if (n_wanted > 1)
        joint = prune_sites_join(sites, ascending, n_wanted, err);
    else
        fail_as(err, ERROR_USAGE, "no layer is named");
    if (joint >= 0 && sites->n_joint > before && session->states)
        fill_joint(session, joint);
    free(wanted);
    free(ascending);
    return joint;
}

static bool complain(const struct session *session, const char *name, struct error *err)
{
    const struct prune_sites *sites = session->description->sites;
    char hint[SPELLING_HINT];
    const char **names = memory_array((size_t)sites->n, sizeof *names);
    for (int i = 0; i < sites->n; i++)
        names[i] = sites->site[i].name;
    fail_as(err, ERROR_USAGE, "%s: no layer %s whose channels can be pruned; %s",
        session->description->model_name, name, spelling_hint(hint, name, names, sites->n));
    free(names);
    return false;
}

/* A name that holds a comma is a name first. */
int session_join_named(struct session *session, const char *names, struct error *err)
{
    const struct prune_sites *sites = session->description->sites;
    const struct network *network = session_network(session);
    int at = prune_sites_by_name(sites, network, names), n = 0;
    bool all = strcmp(names, "all") == 0, good = true;
    if (at >= 0)
        return at;
    int *members = memory_array(strlen(names) + (size_t)sites->n + 1, sizeof *members);
    for (int s = 0; s < sites->n && all; s++)
        members[n++] = s;
    while (*names && !all && good) {
        char *name = memory_format("%.*s", (int)strcspn(names, ","), names);
        members[n] = prune_sites_by_name(sites, network, name);
        good = members[n++] >= 0 || complain(session, name, err);
        names += strlen(name) + (names[strlen(name)] == ',');
        free(name);
    }
    at = good ? session_join(session, members, n, err) : -1;
    free(members);
    return at;
}

const struct prune_site *session_own_site(const struct session *session, int *channel)
{
    const struct prune_sites *sites = session->description->sites;
    return &sites->site[prune_sites_own(sites, session->site, channel)];
}
