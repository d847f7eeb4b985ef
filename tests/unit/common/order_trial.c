/* Prunes, tries, restores and jumps in any order, and compares each prediction with a pass from the
 * pixels. */
#include "tests/unit/common/order_trial.h"

#include "tests/unit/common/random_images.h"
#include "tests/unit/common/random_nets.h"

enum { IMAGES = ORDER_IMAGES, CHANNELS_MAX = ORDER_CHANNELS_MAX };

static void predict(struct order_trial *trial, uint16_t *predicted)
{
    struct error err;
    const struct evaluator_pass pass = {.set = trial->set, .predicted = predicted};
    assert_true(evaluator_run(trial->evaluator, &pass, &err));
}

static void set_pruned(struct order_trial *trial, int channel, bool pruned)
{
    if (trial->pruned[channel] == pruned)
        return;
    trial->pruned[channel] = pruned;
    if (pruned)
        evaluator_prune(trial->evaluator, channel);
    else
        evaluator_restore(trial->evaluator, channel);
}

static void update(struct order_trial *trial, int channel, bool commits, const uint16_t *before)
{
    struct error err;
    uint16_t now[IMAGES], plain[IMAGES];
    int touched = channel < 0
                      ? evaluator_predict(trial->evaluator, trial->set, trial->cache, now, &err)
                      : (commits ? evaluator_commit_channel : evaluator_try_channel)(
                            trial->evaluator, trial->set, trial->cache, channel, before, now, &err);
    assert_true(touched >= 0);
    if (channel >= 0)
        set_pruned(trial, channel, true);
    predict(trial, plain);
    assert_memory_equal(now, plain, sizeof now);
    trial->runs++;
}

/* Something is pruned, tried, undone, redone, or several at once; guesses of what stays may be
 * wrong. */
static void do_anything(struct order_trial *trial)
{
    uint16_t before[IMAGES];
    int n = trial->site->n_channels, channel = (int)random_below(&trial->random, (uint32_t)n);
    uint32_t what = random_below(&trial->random, 8);
    struct error err;
    if (random_below(&trial->random, 8) == 0)
        assert_true(evaluator_try_all(trial->evaluator, trial->cache, &err));
    if (what == 0) { /* back, and others forth, without a run */
        for (int i = 0; i < 3; i++)
            set_pruned(trial, (int)random_below(&trial->random, (uint32_t)n),
                random_below(&trial->random, 3) == 0);
    } else if (what == 1) {
        for (int i = 0; i < 3; i++)
            set_pruned(trial, (int)random_below(&trial->random, (uint32_t)n),
                random_below(&trial->random, 2));
        update(trial, -1, random_below(&trial->random, 2), NULL);
    } else {
        bool was = trial->pruned[channel], tried = what < 5;
        set_pruned(trial, channel, false);
        predict(trial, before);
        update(trial, channel, tried == (random_below(&trial->random, 10) == 0), before);
        if (tried)
            set_pruned(trial, channel, was);
    }
}

static void check_site(struct order_trial *trial, const struct network *network,
    const struct prune_sites *sites, int s, int workers)
{
    const struct batch_runner_hooks hooks = {0};
    struct error err;
    struct thread_pool *pool = thread_pool_create(workers);
    struct memory_budget *budget =
        memory_budget_create(trial->memory ? trial->memory : SIZE_MAX, NULL);
    uint16_t first[IMAGES];
    trial->site = &sites->site[s];
    trial->evaluator = evaluator_create(network, sites, pool, &hooks, 1 / 255.0);
    trial->cache = evaluator_cache_create(trial->evaluator, trial->site, IMAGES, budget);
    memset(trial->pruned, 0, sizeof trial->pruned);
    const struct evaluator_pass pass = {
        .set = trial->set, .predicted = first, .cache = trial->cache};
    assert_true(evaluator_run(trial->evaluator, &pass, &err));
    evaluator_set_site(trial->evaluator, trial->site);
    for (int i = 0; i < trial->tries && trial->cache; i++)
        do_anything(trial);
    evaluator_cache_destroy(trial->cache);
    evaluator_destroy(trial->evaluator);
    memory_budget_unref(budget);
    thread_pool_destroy(pool);
}

void order_trial_net(struct order_trial *trial, const struct network *network, int workers)
{
    struct prune_sites *sites = prune_sites_find(network);
    trial->set = random_images(IMAGES, network, &trial->random);
    for (int s = 0; s < sites->n; s++)
        if (sites->site[s].n_channels <= CHANNELS_MAX)
            check_site(trial, network, sites, s, workers);
    dataset_unref(trial->set);
    prune_sites_destroy(sites);
}
