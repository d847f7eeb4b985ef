/* The first pass over both sets: predictions, statistics of every channel, suffix caches. */
#include "engine/session/machine/session_measure.h"
#include "engine/session/machine/session_attack.h"
#include "engine/session/machine/session_caches.h"

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/base/refcount.h"

#include <stdlib.h>
#include <string.h>

/* Predictions, activations of every site and what the cache holds, for one set. */
static bool measure_set(struct session *session, enum image_set which, struct round *round,
    struct channel_sums **sums, struct error *err)
{
    const struct dataset *set = session->description->sets[which];
    const struct prune_sites *sites = session->description->sites;
    if (!set)
        return true;
    struct activations **all = evaluator_activations(session->evaluator, set);
    uint16_t *runners_up = session->runners_up[which];
    uint16_t *second =
        which == SET_CLEAN && !session->unpruned ? session->description->second : NULL;
    const struct evaluator_pass pass = {.set = set,
        .predicted = round_predicted(round, which),
        .runners_up = runners_up ? runners_up : second,
        .activations = all,
        .cache = session->caches[which]};
    bool good = evaluator_run(session->evaluator, &pass, err);
    for (int s = 0; s < sites->n && good; s++) {
        const struct shape *shape =
            &session_network(session)->layers[sites->site[s].measured].shape;
        sums[s] = memory_array((size_t)shape_channels(shape), sizeof *sums[s]);
        activations_total(all[s], sums[s]);
    }
    evaluator_activations_destroy(session->evaluator, all);
    if (runners_up && second)
        memcpy(second, runners_up, (size_t)dataset_count(set) * sizeof *second);
    return good;
}

struct round *session_measure(
    struct session *session, struct channel_sums **sums[N_SETS], struct error *err)
{
    const struct expected expected = session_expected(session);
    bool good = true;
    struct round *round = round_create(expected.n, session->budget, err);
    if (!round)
        return NULL;
    double started = clock_seconds();
    for (int set = 0; set < N_SETS; set++) {
        sums[set] = memory_array((size_t)session->description->sites->n, sizeof *sums[set]);
        good = good && measure_set(session, (enum image_set)set, round, sums[set], err);
    }
    if (!good) {
        session_drop_sums(session, sums);
        refcount_unref(round);
        return NULL;
    }
    round->seconds = clock_seconds() - started;
    round->touched = round->finished = expected.n[SET_CLEAN] + expected.n[SET_POISONED];
    session->images_per_second = round->touched / round->seconds;
    round_count(round, NULL, &expected);
    session_check_caches(session);
    return round;
}

struct channel_sums *session_sums_of(
    const struct session *session, struct channel_sums *const *sums, int at)
{
    const struct prune_sites *sites = session->description->sites;
    const struct prune_site *site = &sites->site[at];
    int n = site->n_members > 0 ? site->n_members : 1;
    size_t channels = (size_t)site->n_channels;
    struct channel_sums *all = sums[0] ? memory_array(channels, sizeof *all) : NULL, *to = all;
    for (int m = 0; m < n && all; m++) {
        int own = site->n_members > 0 ? site->members[m] : at;
        memcpy(to, sums[own], (size_t)sites->site[own].n_channels * sizeof *to);
        to += sites->site[own].n_channels;
    }
    return all;
}

void session_drop_sums(struct session *session, struct channel_sums **sums[N_SETS])
{
    for (int set = 0; set < N_SETS; set++) {
        for (int s = 0; s < session->description->sites->n; s++)
            free(sums[set][s]);
        free(sums[set]);
    }
}

struct channel_activation *session_show_sums(struct channel_sums *const sums[N_SETS], int n)
{
    struct channel_activation *shown = refcount_create((size_t)n * sizeof *shown, NULL);
    for (int set = 0; set < N_SETS; set++)
        for (int c = 0; c < n && sums[set]; c++) {
            const struct channel_sums *channel = &sums[set][c];
            shown[c].mean[set] = (float)channel->mean;
            shown[c].max[set] = (float)channel->max;
            shown[c].deviation[set] = (float)channel->deviation;
            shown[c].spread[set] = (float)channel->spread;
            shown[c].zeros[set] = (float)channel->zeros;
        }
    return shown;
}
