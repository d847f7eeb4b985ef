/* Statistics of channels on clean and poisoned images, criteria's orders, and their scores. */
#include "engine/attack/planting/localisation.h"

#include "engine/base/memory.h"
#include "engine/prune/criteria/criteria.h"
#include "engine/prune/evaluate/evaluator.h"
#include "engine/prune/ranking/ranking.h"

#include <math.h>
#include <stdlib.h>

double localisation_auc(const int *order, const bool *marked, int n)
{
    double before = 0, pairs = 0;
    int carriers = 0;
    for (int i = 0; i < n; i++) {
        if (marked[order[i]]) {
            carriers++;
        } else {
            before += carriers;
        }
    }
    pairs = (double)carriers * (n - carriers);
    return pairs > 0 ? before / pairs : NAN;
}

double localisation_precision(const int *order, const bool *marked, int n)
{
    int k = 0, hits = 0;
    for (int i = 0; i < n; i++)
        k += marked[i];
    for (int i = 0; i < k; i++)
        hits += marked[order[i]];
    return k > 0 ? (double)hits / k : NAN;
}

/* What one pass over a set gives. */
struct statistics {
    struct evaluator *evaluator;
    struct activations **activations;
};

static bool measure(const struct planted *planted, const struct prune_sites *sites,
    struct thread_pool *pool, const struct dataset *set, struct statistics *statistics,
    struct error *err)
{
    const struct batch_runner_hooks hooks = {0};
    statistics->evaluator = evaluator_create(planted->network, sites, pool, &hooks, plant_scale());
    statistics->activations = evaluator_activations(statistics->evaluator, set);
    const struct evaluator_pass pass = {.set = set, .activations = statistics->activations};
    return evaluator_run(statistics->evaluator, &pass, err);
}

static void finish(struct statistics *statistics)
{
    if (statistics->activations)
        evaluator_activations_destroy(statistics->evaluator, statistics->activations);
    evaluator_destroy(statistics->evaluator);
}

/* One criterion at one site. */
static void score_site(const struct criterion *criterion, const struct criterion_input *input,
    const struct truth_site *site, struct localisation *score)
{
    int n = site->n_channels;
    if (!criteria_defined(criterion, input, NULL))
        return;
    double *values = memory_array((size_t)n, sizeof *values);
    bool *marked = memory_array((size_t)n, sizeof *marked);
    int *order = memory_array((size_t)n, sizeof *order);
    criterion->score(input, values);
    ranking_by_score(values, n, criterion->descending, order);
    for (int k = 0; k < site->n_carriers; k++)
        marked[site->order[k]] = true;
    score->n_sites++;
    score->auc += localisation_auc(order, marked, n);
    score->precision += localisation_precision(order, marked, n);
    free(values);
    free(marked);
    free(order);
}

static void score_all(const struct planted *planted, const struct prune_sites *sites,
    const struct statistics *clean, const struct statistics *poisoned, struct localisation *scores,
    int n)
{
    for (int s = 0; s < sites->n; s++) {
        const struct truth_site *site = &planted->truth.site[s];
        if (site->n_carriers == 0 || site->n_carriers == site->n_channels)
            continue;
        size_t channels = (size_t)site->n_channels;
        struct channel_sums *sums = memory_array(2 * channels, sizeof *sums);
        activations_total(clean->activations[s], sums);
        activations_total(poisoned->activations[s], sums + channels);
        const struct criterion_input input = {.network = planted->network,
            .site = &sites->site[s],
            .clean = sums,
            .poisoned = sums + channels,
            .target = planted->setup.target,
            .seed = planted->setup.seed};
        for (int i = 0, c = 0; i < n; c++)
            if (criteria_at(c)->evidence == EVIDENCE_NONE)
                score_site(criteria_at(c), &input, site, &scores[i++]);
        free(sums);
    }
}

int localisation_score(const struct planted *planted, struct thread_pool *pool,
    struct localisation *scores, struct error *err)
{
    int n = 0;
    if (planted->truth.n_sites == 0)
        return 0;
    for (int c = 0; criteria_at(c) && n < LOCALISATION_MAX; c++)
        if (criteria_at(c)->evidence == EVIDENCE_NONE)
            scores[n++] = (struct localisation){.criterion = criteria_at(c)->name,
                .oracle = criteria_at(c)->data >= CRITERION_MIXTURE};
    struct prune_sites *sites = prune_sites_find(planted->network);
    struct statistics clean = {0}, poisoned = {0};
    bool good = measure(planted, sites, pool, planted->sets[PLANT_CLEAN], &clean, err) &&
                measure(planted, sites, pool, planted->sets[PLANT_POISONED], &poisoned, err);
    if (good)
        score_all(planted, sites, &clean, &poisoned, scores, n);
    for (int i = 0; good && i < n; i++) {
        scores[i].auc /= scores[i].n_sites;
        scores[i].precision /= scores[i].n_sites;
    }
    finish(&clean);
    finish(&poisoned);
    prune_sites_destroy(sites);
    return good ? n : -1;
}
