/* prune: sites of random networks: what pruning silences, and rounds from kept tensors against
 * passes from the pixels, image by image. */
#include "engine/nn/forward/reference_pass.h"
#include "engine/prune/evaluate/evaluator.h"

#include "tests/unit/common/random_images.h"
#include "tests/unit/common/random_nets.h"

enum { IMAGES = 70 };

/* What every layer gives for the first image, layer behind layer, malloc'd. */
static float *run(const struct network *network, const struct dataset *set)
{
    struct reference_pass *pass = reference_pass_create(network, 1);
    float *all = memory_floats(network->n_values), *to = all;
    dataset_fill(set, 0, 1, 1 / 255.0F, reference_pass_tensor(pass, network->input));
    reference_pass_forward(pass, 1, NULL);
    for (int l = 0; l < network->n_layers; to += shape_count(&network->layers[l++].shape))
        memcpy(to, reference_pass_tensor(pass, l),
            shape_count(&network->layers[l].shape) * sizeof *to);
    reference_pass_destroy(pass);
    return all;
}

static size_t place_of(const struct network *network, int layer)
{
    size_t at = 0;
    for (int l = 0; l < layer; l++)
        at += shape_count(&network->layers[l].shape);
    return at;
}

/* Parts have distinct units for all channels, and pruning one zeroes just that. At a cut the
 * measured channel is 0 everywhere, and all others are what they were. */
static void check_channel(const struct network *network, const struct prune_site *site, int channel,
    const struct dataset *set)
{
    struct network *pruned = network_clone(network);
    prune_site_prune(site, pruned, channel);
    for (int p = 0; p < site->n_parts; p++) {
        const struct layer *layer = &pruned->layers[site->parts[p].layer];
        int unit = site->parts[p].unit[channel];
        for (int w = 0; w < layer->n_weights && unit >= 0; w++)
            assert_true(weight_channel_is_zero(&layer->weights[w], unit));
        for (int c = 0; c < channel && unit >= 0; c++)
            assert_int_not_equal(site->parts[p].unit[c], unit);
    }
    float *before = run(network, set), *after = run(pruned, set);
    size_t count = shape_count(&network->layers[site->measured].shape);
    size_t first = place_of(network, site->measured), channels = (size_t)site->n_channels;
    for (size_t i = 0; i < count && site->cacheable; i++)
        assert_true(after[first + i] == (i % channels == (size_t)channel ? 0 : before[first + i]));
    prune_site_restore(site, pruned, network, channel);
    for (int l = 0; l < network->n_layers; l++)
        for (int w = 0; w < network->layers[l].n_weights; w++)
            assert_memory_equal(pruned->layers[l].weights[w].data,
                network->layers[l].weights[w].data,
                network->layers[l].weights[w].count * sizeof(float));
    free(before);
    free(after);
    network_destroy(pruned);
}

struct trial {
    struct random random;
    struct network *network;
    struct prune_sites *sites;
    struct dataset *set;
    struct thread_pool *pool;
    struct memory_budget *budget;
    struct evaluator *evaluator;
    int pruned, others;
};

/* Some channels in random order, each round from the suffix cache and from the pixels. */
static void check_rounds(struct trial *trial, const struct prune_site *site)
{
    struct error err = {0};
    uint16_t before[IMAGES], tried[IMAGES], now[IMAGES], plain[IMAGES];
    evaluator_set_site(trial->evaluator, NULL);
    struct suffix_cache *cache =
        evaluator_cache_create(trial->evaluator, site, IMAGES, trial->budget);
    const struct evaluator_pass pass = {.set = trial->set, .predicted = before, .cache = cache};
    assert_true(evaluator_run(trial->evaluator, &pass, &err));
    evaluator_set_site(trial->evaluator, site);
    int first = (int)random_below(&trial->random, (uint32_t)site->n_channels);
    for (int i = 0; i < site->n_channels && i < 8; i++) {
        int channel = (first + i * 7) % site->n_channels;
        if (i > 0 && site->n_channels % 7 == 0)
            channel = (first + i) % site->n_channels;
        assert_true(evaluator_try_channel(
                        trial->evaluator, trial->set, cache, channel, before, tried, &err) >= 0);
        assert_true(evaluator_commit_channel(
                        trial->evaluator, trial->set, cache, channel, before, now, &err) >= 0);
        assert_true(evaluator_predict(trial->evaluator, trial->set, NULL, plain, &err) == IMAGES);
        assert_memory_equal(tried, plain, sizeof tried);
        assert_memory_equal(now, plain, sizeof now);
        memcpy(before, now, sizeof before);
    }
    trial->pruned += cache != NULL;
    trial->others += cache == NULL;
    evaluator_cache_destroy(cache);
}

static void check_net(struct trial *trial)
{
    const struct batch_runner_hooks hooks = {0};
    trial->network = random_net(&trial->random);
    trial->sites = prune_sites_find(trial->network);
    trial->set = random_images(IMAGES, trial->network, &trial->random);
    trial->pool = thread_pool_create(1);
    trial->budget = memory_budget_create((size_t)1 << 24, NULL);
    trial->evaluator =
        evaluator_create(trial->network, trial->sites, trial->pool, &hooks, 1 / 255.0);
    for (int s = 0; s < trial->sites->n; s++) {
        const struct prune_site *site = &trial->sites->site[s];
        for (int c = 0; c < site->n_channels; c++)
            check_channel(trial->network, site, c, trial->set);
        check_rounds(trial, site);
        assert_true(prune_sites_by_name(trial->sites, trial->network, site->name) >= 0);
    }
    evaluator_destroy(trial->evaluator);
    memory_budget_unref(trial->budget);
    thread_pool_destroy(trial->pool);
    dataset_unref(trial->set);
    prune_sites_destroy(trial->sites);
    network_destroy(trial->network);
}

static void random_sites_are_pruned_exactly(void **state)
{
    (void)state;
    struct trial trial = {0};
    random_init(&trial.random, 5, 0);
    for (int i = 0; i < random_trials(120); i++)
        check_net(&trial);
    assert_true(trial.pruned > 20 && trial.others > 20);
}

/* conv_b is seen twice, and conv_a is added to both: no channel stands for one unit of each. What
 * a normalisation sees twice, or place by place, is no part of the channel: it stays. */
static void channels_are_one_unit_of_each_part(void **state)
{
    (void)state;
    static const struct test_node nodes[] = {
        {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
        {"Conv2D", "conv_a", "filters=4 kernel_size=3,3", "input"},
        {"Conv2D", "conv_b", "filters=2 kernel_size=3,3", "input"},
        {"Concatenate", "join", "", "conv_b conv_b"},
        {"Add", "add", "", "conv_a join"},
        {"Conv2D", "conv_c", "filters=3 kernel_size=3,3", NULL},
        {"Concatenate", "twice", "", "conv_c conv_c"},
        {"BatchNormalization", "norm", "", NULL},
        {"Conv2D", "conv_d", "filters=3 kernel_size=1,1 activation=relu", NULL},
        {"Flatten", "flat", "", NULL},
        {"BatchNormalization", "place_by_place", "", NULL},
        {"Dense", "hidden", "units=5 activation=relu", NULL},
        {"Dense", "output", "units=3", NULL},
    };
    struct network *network = test_make(nodes, sizeof nodes / sizeof *nodes);
    struct prune_sites *sites = prune_sites_find(network);
    static const char *const names[] = {"conv_c", "conv_d", "hidden"};
    assert_int_equal(sites->n, 3);
    for (int s = 0; s < 3; s++) {
        assert_string_equal(sites->site[s].name, names[s]);
        assert_int_equal(sites->site[s].n_parts, 1);
        assert_true(sites->site[s].cacheable);
    }
    prune_sites_destroy(sites);
    network_destroy(network);
}

/* Channels behind statistics are those of gamma, not of the convolution before. They meet in a sum
 * with others, of which two are zeros, and in a product with a gate; a gate of one channel belongs
 * to none of them. */
static void channels_are_followed_through_statistics_and_gates(void **state)
{
    (void)state;
    static const struct test_node nodes[] = {
        {"InputLayer", "input", "batch_input_shape=null,4,4,2", ""},
        {"Conv2D", "conv_a", "filters=4 kernel_size=1,1", "input"},
        {"GroupNormalization", "group", "groups=2", "conv_a"},
        {"SelectChannels", "wider", "channels=-1,3,2,1,0,-1", "group"},
        {"Conv2D", "conv_b", "filters=6 kernel_size=1,1", "input"},
        {"LayerNormalization", "norm", "", "conv_b"},
        {"Add", "sum", "", "norm wider"},
        {"GlobalAveragePooling2D", "squeeze", "", "sum"},
        {"Dense", "excite", "units=6 activation=sigmoid", "squeeze"},
        {"Multiply", "gated", "", "sum excite"},
        {"Conv2D", "look", "filters=1 kernel_size=1,1 activation=sigmoid", "gated"},
        {"Multiply", "seen", "", "gated look"},
        {"Flatten", "flat", "", "seen"},
        {"Dense", "output", "units=3", "flat"},
    };
    struct network *network = test_make(nodes, sizeof nodes / sizeof *nodes);
    struct prune_sites *sites = prune_sites_find(network);
    static const int units[][6] = {{-1, 3, 2, 1, 0, -1}, {0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 5}};
    int joint = prune_sites_by_name(sites, network, "norm");
    assert_int_equal(sites->n, 3);
    assert_int_equal(sites->site[prune_sites_by_name(sites, network, "conv_a")].n_parts, 1);
    assert_int_equal(sites->site[prune_sites_by_name(sites, network, "conv_b")].n_parts, 1);
    const struct prune_site *site = &sites->site[joint];
    assert_string_equal(site->producers, "group + norm + excite");
    assert_int_equal(site->n_parts, 3);
    for (int p = 0; p < 3; p++)
        assert_memory_equal(site->parts[p].unit, units[p], sizeof units[p]);
    prune_sites_destroy(sites);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_sites_are_pruned_exactly),
        cmocka_unit_test(channels_are_one_unit_of_each_part),
        cmocka_unit_test(channels_are_followed_through_statistics_and_gates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
