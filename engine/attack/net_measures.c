/* Passes of net_measures.h. Leans on the evaluator. */
#include "engine/attack/net_measures.h"

#include "engine/base/memory.h"
#include "engine/prune/evaluate/evaluator.h"
#include "engine/prune/ranking/ranking.h"

#include <stdlib.h>

static struct evaluator *make_evaluator(
    const struct net_measured *net, const struct prune_sites *sites)
{
    static const struct batch_runner_hooks none = {0};
    return evaluator_create(net->network, sites, net->pool, &none, net->scale);
}

double net_measures_right(
    const struct net_measured *net, const struct dataset *set, struct error *err)
{
    struct evaluator *evaluator = make_evaluator(net, NULL);
    uint16_t *predicted = memory_array((size_t)dataset_count(set), sizeof *predicted);
    const struct evaluator_pass pass = {.set = set, .predicted = predicted};
    bool good = evaluator_run(evaluator, &pass, err);
    double right = good ? evaluator_right(evaluator, set, NULL, predicted) : 0;
    free(predicted);
    evaluator_destroy(evaluator);
    return good ? 100 * right / dataset_count(set) : -1;
}

bool net_measures_quietest_first(const struct net_measured *net, const struct prune_sites *sites,
    int site, const struct dataset *set, int *order, struct error *err)
{
    size_t channels = (size_t)sites->site[site].n_channels;
    struct evaluator *evaluator = make_evaluator(net, sites);
    struct activations **activations = evaluator_activations(evaluator, set);
    const struct evaluator_pass pass = {.set = set, .activations = activations};
    bool good = evaluator_run(evaluator, &pass, err);
    if (good) {
        struct channel_sums *sums = memory_array(channels, sizeof *sums);
        double *means = memory_array(channels, sizeof *means);
        activations_total(activations[site], sums);
        for (size_t c = 0; c < channels; c++)
            means[c] = sums[c].mean;
        ranking_by_score(means, (int)channels, false, order);
        free(means);
        free(sums);
    }
    evaluator_activations_destroy(evaluator, activations);
    evaluator_destroy(evaluator);
    return good;
}
