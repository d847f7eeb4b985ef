/* Statistics of channels on clean and poisoned images, criteria's orders, and their scores. */
#include "engine/attack/planting/localisation.h"

#include "engine/base/memory.h"
#include "engine/base/memory_budget.h"
#include "engine/prune/criteria/criteria.h"
#include "engine/prune/evaluate/evaluator.h"
#include "engine/prune/ranking/ranking.h"
#include "engine/train/evidence.h"

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

enum { CACHES = 64 << 20 }; /* bytes of what is kept of images while channels are left out */
static const struct batch_runner_hooks hooks; /* nobody waits, and nobody stops */

/* What one pass over a set gives. */
struct statistics {
    struct evaluator *evaluator;
    struct activations **activations;
};

static bool measure(const struct planted *planted, const struct prune_sites *sites,
    struct thread_pool *pool, const struct dataset *set, struct statistics *statistics,
    struct error *err)
{
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
    double *values = memory_array((size_t)n, sizeof *values);
    bool *marked = memory_array((size_t)n, sizeof *marked);
    int *order = memory_array((size_t)n, sizeof *order);
    if (criteria_score(criterion, input, values, NULL)) {
        ranking_by_score(values, n, criterion->descending, order);
        for (int k = 0; k < site->n_carriers; k++)
            marked[site->order[k]] = true;
        score->n_sites++;
        score->auc += localisation_auc(order, marked, n);
        score->precision += localisation_precision(order, marked, n);
    }
    free(values);
    free(marked);
    free(order);
}

/* What criteria read of a site. */
struct site_input {
    struct channel_sums *sums; /* [2][n_channels] clean, poisoned */
    double *evidence[N_EVIDENCE];
};

static bool has_carriers(const struct truth_site *site)
{
    return site->n_carriers > 0 && site->n_carriers < site->n_channels;
}

/* Of every site that is scored, and where it is one for all sites, of all. */
static bool measure_evidence(const struct evidence_job *all, const struct truth *truth,
    struct site_input *inputs, struct error *err)
{
    int n = all->sites->n;
    double **scores = memory_array((size_t)n, sizeof *scores);
    bool good = true;
    for (int e = EVIDENCE_NONE + 1; e < N_EVIDENCE; e++)
        for (int s = 0; s < n && good; s++) {
            struct evidence_job job = *all;
            bool together = evidence_of_all_sites((enum criterion_evidence)e);
            if (inputs[s].evidence[e] || !has_carriers(&truth->site[s]))
                continue;
            for (int i = 0; i < n; i++)
                if (i == s || together)
                    scores[i] = inputs[i].evidence[e] =
                        memory_array((size_t)all->sites->site[i].n_channels, sizeof **scores);
            job.clean_sums = inputs[s].sums;
            job.poisoned_sums = inputs[s].sums + all->sites->site[s].n_channels;
            good = evidence_measure(&job, (enum criterion_evidence)e, s, scores, err);
        }
    free(scores);
    return good;
}

static struct site_input *inputs_create(const struct prune_sites *sites,
    const struct statistics *clean, const struct statistics *poisoned)
{
    struct site_input *inputs = memory_array((size_t)sites->n, sizeof *inputs);
    for (int s = 0; s < sites->n; s++) {
        size_t channels = (size_t)sites->site[s].n_channels;
        inputs[s].sums = memory_array(2 * channels, sizeof *inputs[s].sums);
        activations_total(clean->activations[s], inputs[s].sums);
        activations_total(poisoned->activations[s], inputs[s].sums + channels);
    }
    return inputs;
}

static void inputs_destroy(struct site_input *inputs, int n)
{
    for (int s = 0; s < n; s++) {
        free(inputs[s].sums);
        for (int e = 0; e < N_EVIDENCE; e++)
            free(inputs[s].evidence[e]);
    }
    free(inputs);
}

static bool score_all(const struct planted *planted, const struct prune_sites *sites,
    struct thread_pool *pool, const struct statistics *clean, const struct statistics *poisoned,
    struct localisation *scores, struct error *err)
{
    const struct pixel_scaling scaling = pixel_scaling_of(plant_scale());
    const struct dataset *const *sets = (const struct dataset *const *)planted->sets;
    struct site_input *inputs = inputs_create(sites, clean, poisoned);
    struct memory_budget *budget = memory_budget_create(CACHES, NULL);
    const struct evidence_job job = {.network = planted->network,
        .sites = sites,
        .evaluator = clean->evaluator,
        .pool = pool,
        .hooks = &hooks,
        .budget = budget,
        .scaling = &scaling,
        .clean = sets[PLANT_CLEAN],
        .poisoned = sets[PLANT_POISONED],
        .labels = dataset_labels(sets[PLANT_CLEAN]),
        .wanted = dataset_labels(sets[PLANT_POISONED])};
    bool good = measure_evidence(&job, &planted->truth, inputs, err);
    for (int s = 0; s < sites->n && good; s++) {
        if (!has_carriers(&planted->truth.site[s]))
            continue;
        struct criterion_input input = {.network = planted->network,
            .site = &sites->site[s],
            .clean = inputs[s].sums,
            .poisoned = inputs[s].sums + sites->site[s].n_channels,
            .target = planted->setup.target,
            .seed = planted->setup.seed};
        for (int e = 0; e < N_EVIDENCE; e++)
            input.evidence[e] = inputs[s].evidence[e];
        for (int c = 0; criteria_at(c) && c < LOCALISATION_MAX; c++)
            score_site(criteria_at(c), &input, &planted->truth.site[s], &scores[c]);
    }
    inputs_destroy(inputs, sites->n);
    memory_budget_unref(budget);
    return good;
}

int localisation_score(const struct planted *planted, struct thread_pool *pool,
    struct localisation *scores, struct error *err)
{
    int n = 0;
    if (planted->truth.n_sites == 0)
        return 0;
    for (; criteria_at(n) && n < LOCALISATION_MAX; n++)
        scores[n] = (struct localisation){
            .criterion = criteria_at(n)->name, .oracle = criteria_at(n)->data >= CRITERION_MIXTURE};
    struct prune_sites *sites = prune_sites_find(planted->network);
    struct statistics clean = {0}, poisoned = {0};
    bool good = measure(planted, sites, pool, planted->sets[PLANT_CLEAN], &clean, err) &&
                measure(planted, sites, pool, planted->sets[PLANT_POISONED], &poisoned, err);
    good = good && score_all(planted, sites, pool, &clean, &poisoned, scores, err);
    for (int i = 0; good && i < n; i++) {
        scores[i].auc /= scores[i].n_sites;
        scores[i].precision /= scores[i].n_sites;
    }
    finish(&clean);
    finish(&poisoned);
    prune_sites_destroy(sites);
    return good ? n : -1;
}
