/* Channels tried and committed, with a suffix cache or from the pixels. */
#include "engine/prune/evaluate/evaluator_private.h"

struct suffix_cache *evaluator_cache_create(const struct evaluator *evaluator,
    const struct prune_site *site, int n_images, struct memory_budget *budget)
{
    return suffix_cache_create(evaluator->network, site, batched_plan_kernels(evaluator->plan),
        cluster_share(n_images, BATCH_TILE).n, budget);
}

void evaluator_cache_destroy(struct suffix_cache *cache)
{
    suffix_cache_destroy(cache);
}

bool evaluator_cache_complete(const struct suffix_cache *cache)
{
    return suffix_cache_complete(cache);
}

int evaluator_cache_products(const struct suffix_cache *cache)
{
    return suffix_cache_products(cache);
}

/* Of the evaluator's site, where there is a cache: it is a site of its own. */
static const struct pruned_set *pruned_here(const struct evaluator *evaluator)
{
    return &evaluator->pruned[evaluator->site];
}

bool evaluator_try_all(struct evaluator *evaluator, struct suffix_cache *cache, struct error *err)
{
    return !cache || suffix_cache_try_all(cache, evaluator->runner, pruned_here(evaluator), err);
}

/* What a run gave on all ranks: how many images were run, -1 where a prediction is no number. */
static int check_run(const struct evaluator *evaluator, const struct dataset *set,
    struct suffix_cache *cache, int touched, const uint16_t *before, uint16_t *predicted,
    struct error *err)
{
    const struct evaluator_pass pass = {.set = set, .predicted = predicted};
    if (touched >= 0 && cluster_ranks() > 1)
        touched = suffix_cache_join(
            cache, evaluator_count(evaluator, set), touched, before, predicted, err);
    return touched >= 0 && evaluator_check_numbers(evaluator, &pass, err) ? touched : -1;
}

static int run_pixels(
    struct evaluator *evaluator, const struct dataset *set, uint16_t *predicted, struct error *err)
{
    const struct evaluator_pass pass = {.set = set, .predicted = predicted};
    return evaluator_run(evaluator, &pass, err) ? evaluator_count(evaluator, set) : -1;
}

int evaluator_try_channel(struct evaluator *evaluator, const struct dataset *set,
    struct suffix_cache *cache, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err)
{
    int touched = 0, first = evaluator_share(evaluator, set).first;
    if (cache)
        touched = suffix_cache_try_channel(cache, evaluator->runner, pruned_here(evaluator),
            channel, before + first, predicted + first, err);
    evaluator_prune(evaluator, channel); /* its logits are looked at where they are no numbers */
    touched = cache ? check_run(evaluator, set, cache, touched, before, predicted, err)
                    : run_pixels(evaluator, set, predicted, err);
    evaluator_restore(evaluator, channel);
    return touched;
}

int evaluator_commit_channel(struct evaluator *evaluator, const struct dataset *set,
    struct suffix_cache *cache, int channel, const uint16_t *before, uint16_t *predicted,
    struct error *err)
{
    if (!pruned_sets_have(evaluator->pruned, evaluator->sites, evaluator->site, channel))
        evaluator_prune(evaluator, channel);
    if (!cache)
        return run_pixels(evaluator, set, predicted, err);
    int first = evaluator_share(evaluator, set).first;
    int touched = suffix_cache_commit_channel(cache, evaluator->runner, pruned_here(evaluator),
        channel, before + first, predicted + first, err);
    return check_run(evaluator, set, cache, touched, before, predicted, err);
}

int evaluator_predict(struct evaluator *evaluator, const struct dataset *set,
    struct suffix_cache *cache, uint16_t *predicted, struct error *err)
{
    if (!cache)
        return run_pixels(evaluator, set, predicted, err);
    int first = evaluator_share(evaluator, set).first;
    int touched = suffix_cache_commit_channel(
        cache, evaluator->runner, pruned_here(evaluator), -1, NULL, predicted + first, err);
    return check_run(evaluator, set, cache, touched, NULL, predicted, err);
}
