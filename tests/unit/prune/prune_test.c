/* prune: sites, orders, statistics, and evaluation from a kept site against from scratch. */
#include "engine/nn/forward/reference_pass.h"
#include "engine/prune/criteria/criteria.h"
#include "engine/prune/evaluate/suffix_cache.h"
#include "engine/prune/ranking/ranking.h"
#include "engine/prune/scan/scan.h"

#include "tests/nets.h"

#include "tests/test.h"

#include <unistd.h>

static struct network *make(const struct test_node *nodes, int n)
{
    struct error err = {0};
    struct network *network = test_network(nodes, n, &err);
    assert_string_equal(err.text, "");
    test_random_weights(network, 7);
    return network;
}

static void the_lab_net_has_five_sites(void **state)
{
    (void)state;
    struct network *network = make(test_deepid, TEST_DEEPID_LAYERS);
    struct prune_sites *sites = prune_sites_find(network);
    static const struct {
        const char *name, *measured, *producers;
        int channels;
    } expected[] = {
        {"conv_1", "pool_1", "conv_1", 20},
        {"conv_2", "pool_2", "conv_2", 40},
        {"conv_3", "pool_3", "conv_3", 60},
        {"conv_4", "conv_4", "conv_4", 80},
        {"activation_1", "activation_1", "fc_1 + fc_2", 160},
    };
    assert_int_equal(sites->n, 5);
    for (int i = 0; i < 5; i++) {
        const struct prune_site *site = &sites->site[i];
        assert_string_equal(site->name, expected[i].name);
        assert_string_equal(network->layers[site->measured].name, expected[i].measured);
        assert_string_equal(site->producers, expected[i].producers);
        assert_int_equal(site->n_channels, expected[i].channels);
        assert_true(site->cacheable);
    }
    static const struct {
        const char *name;
        int site;
    } names[] = {{"conv_3", 2}, {"pool_3", 2}, {"fc_1", 4}, {"fc_2", 4}, {"add_1", 4},
        {"activation_1", 4}, {"output", -1}, {"input", -1}, {"nothing", -1}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(prune_sites_by_name(sites, network, names[i].name), names[i].site);
    assert_int_equal(prune_sites_default(sites, network), 2);
    prune_sites_destroy(sites);
    network_destroy(network);
}

/* conv_b reads what conv_a makes, and both meet in the Add: one site, but no cut. */
static const struct test_node residual[] = {
    {"InputLayer", "input", "batch_input_shape=null,8,8,3", ""},
    {"Conv2D", "conv_a", "filters=6 kernel_size=3,3 padding=same", NULL},
    {"BatchNormalization", "norm", "", NULL},
    {"ReLU", "relu_a", "", NULL},
    {"Conv2D", "conv_b", "filters=6 kernel_size=3,3 padding=same", NULL},
    {"Add", "add", "", "relu_a conv_b"},
    {"ReLU", "relu_b", "", NULL},
    {"Conv2D", "conv_c", "filters=4 kernel_size=3,3", NULL},
    {"Concatenate", "join", "", "conv_c conv_d"},
    {"Conv2D", "conv_d", "filters=5 kernel_size=3,3 activation=relu", "relu_b"},
    {"GlobalAveragePooling2D", "pool", "", "join"},
    {"Dense", "output", "units=4 activation=softmax", NULL},
};
enum { RESIDUAL = sizeof residual / sizeof *residual };

static void coupled_channels_are_found_from_the_graph(void **state)
{
    (void)state;
    struct network *network = make(residual, RESIDUAL);
    struct prune_sites *sites = prune_sites_find(network);
    assert_int_equal(sites->n, 3);
    assert_string_equal(sites->site[0].producers, "conv_a + conv_b");
    assert_string_equal(sites->site[0].name, "relu_b");
    assert_int_equal(sites->site[0].n_parts, 3); /* the normalisation too */
    assert_false(sites->site[0].cacheable);
    assert_string_equal(sites->site[1].name, "conv_c");
    assert_int_equal(sites->site[1].measured, network_find(network, "conv_c"));
    assert_true(sites->site[1].cacheable);
    assert_true(sites->site[2].cacheable);
    prune_site_prune(&sites->site[0], network, 2);
    const char *parts[] = {"conv_a", "norm", "conv_b"};
    for (int i = 0; i < 3; i++) {
        const struct layer *layer = &network->layers[network_find(network, parts[i])];
        assert_true(weight_channel_is_zero(&layer->weights[0], 2));
        assert_true(weight_channel_is_zero(&layer->weights[1], 2));
        assert_false(weight_channel_is_zero(&layer->weights[0], 3));
    }
    prune_sites_destroy(sites);
    network_destroy(network);
}

static void a_sigmoid_is_no_cut(void **state)
{
    (void)state;
    static const struct test_node nodes[] = {
        {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
        {"Conv2D", "conv", "filters=4 kernel_size=3,3 activation=sigmoid", NULL},
        {"Flatten", "flat", "", NULL},
        {"Dense", "output", "units=3", NULL},
    };
    struct network *network = make(nodes, 4);
    struct prune_sites *sites = prune_sites_find(network);
    assert_int_equal(sites->n, 1);
    assert_false(sites->site[0].cacheable); /* a silent channel gives 0.5 */
    prune_sites_destroy(sites);
    network_destroy(network);
}

static struct dataset *make_images(const struct network *network, int n)
{
    const struct shape *shape = &network->layers[network->input].shape;
    size_t count = (size_t)n * shape_count(shape);
    uint8_t *pixels = malloc(count);
    int32_t *labels = malloc((size_t)n * sizeof *labels);
    struct random random;
    random_init(&random, 3, 0);
    for (size_t i = 0; i < count; i++)
        pixels[i] = (uint8_t)random_below(&random, 256);
    for (int i = 0; i < n; i++)
        labels[i] = (int32_t)random_below(&random, (uint32_t)network->n_classes);
    return dataset_from_bytes("noise", n, shape, pixels, labels);
}

/* The plain way: one image after the other through a network with zeroed weights. */
static void predict_plainly(
    const struct network *network, const struct dataset *set, float scale, uint16_t *predicted)
{
    struct reference_pass *pass = reference_pass_create(network, 1);
    for (int i = 0; i < dataset_count(set); i++) {
        dataset_fill(set, i, 1, scale, reference_pass_tensor(pass, network->input));
        reference_pass_forward(pass, 1, NULL);
        predicted[i] = (uint16_t)reference_pass_argmax(
            reference_pass_tensor(pass, network->output), network->n_classes);
    }
    reference_pass_destroy(pass);
}

static void check_site(const struct network *network, const struct prune_sites *sites, int s,
    const struct dataset *set, int workers)
{
    const struct batch_runner_hooks hooks = {0};
    const struct prune_site *site = &sites->site[s];
    struct error err = {0};
    int n = dataset_count(set);
    uint16_t before[200], now[200], plain[200];
    struct thread_pool *pool = thread_pool_create(workers);
    struct evaluator *evaluator = evaluator_create(network, sites, pool, &hooks, 1 / 255.0);
    struct network *zeroed = network_clone(network);
    struct memory_budget *budget = memory_budget_create(SIZE_MAX, NULL);
    struct suffix_cache *cache = suffix_cache_create(network, site, batched_get(), n, budget);
    assert_true(!cache == !site->cacheable);
    const struct evaluator_pass pass = {.set = set, .predicted = before, .cache = cache};
    assert_true(evaluator_run(evaluator, &pass, &err));
    evaluator_set_site(evaluator, site);
    for (int c = site->n_channels - 1; c >= 0; c -= 2) {
        prune_site_prune(site, zeroed, c);
        assert_true(evaluator_commit_channel(evaluator, set, cache, c, before, now, &err) >= 0);
        predict_plainly(zeroed, set, 1 / 255.0f, plain);
        assert_memory_equal(now, plain, (size_t)n * sizeof *now);
        memcpy(before, now, sizeof before);
    }
    for (int c = site->n_channels - 1; c >= 0; c -= 2) {
        evaluator_restore(evaluator, c);
        prune_site_restore(site, zeroed, network, c);
    }
    for (int l = 0; l < network->n_layers; l++)
        for (int w = 0; w < network->layers[l].n_weights; w++)
            assert_memory_equal(zeroed->layers[l].weights[w].data,
                network->layers[l].weights[w].data,
                network->layers[l].weights[w].count * sizeof(float));
    suffix_cache_destroy(cache);
    memory_budget_unref(budget);
    network_destroy(zeroed);
    evaluator_destroy(evaluator);
    thread_pool_destroy(pool);
}

static void pruning_from_a_kept_site_is_exact(void **state)
{
    (void)state;
    static const struct test_node chain[] = {
        {"InputLayer", "input", "batch_input_shape=null,12,10,3", ""},
        {"Conv2D", "conv_1", "filters=6 kernel_size=3,3 activation=relu", NULL},
        {"MaxPooling2D", "pool_1", "", NULL},
        {"Conv2D", "conv_2", "filters=8 kernel_size=2,2 activation=relu", NULL},
        {"Flatten", "flat_1", "", "pool_1"},
        {"Flatten", "flat_2", "", "conv_2"},
        {"Dense", "fc_1", "units=10", "flat_1"},
        {"Dense", "fc_2", "units=10", "flat_2"},
        {"Add", "add", "", "fc_1 fc_2"},
        {"Activation", "relu", "activation=relu", NULL},
        {"Dense", "output", "units=7 activation=softmax", NULL},
    };
    const struct {
        const struct test_node *nodes;
        int n;
    } nets[] = {{chain, sizeof chain / sizeof *chain}, {residual, RESIDUAL}};
    for (int i = 0; i < 2; i++) {
        struct network *network = make(nets[i].nodes, nets[i].n);
        struct prune_sites *sites = prune_sites_find(network);
        struct dataset *set = make_images(network, 200);
        for (int s = 0; s < sites->n; s++)
            check_site(network, sites, s, set, 1 + s % 3);
        dataset_unref(set);
        prune_sites_destroy(sites);
        network_destroy(network);
    }
}

static void statistics_do_not_depend_on_workers(void **state)
{
    (void)state;
    const struct batch_runner_hooks hooks = {0};
    struct error err = {0};
    struct network *network = make(residual, RESIDUAL);
    struct prune_sites *sites = prune_sites_find(network);
    struct dataset *set = make_images(network, 150);
    struct channel_sums first[6] = {0}, other[6];
    for (int workers = 1; workers <= 3; workers++) {
        struct thread_pool *pool = thread_pool_create(workers);
        struct evaluator *evaluator = evaluator_create(network, sites, pool, &hooks, 1 / 255.0);
        struct activations **all = evaluator_activations(evaluator, set);
        const struct evaluator_pass pass = {.set = set, .activations = all};
        assert_true(evaluator_run(evaluator, &pass, &err));
        activations_total(all[0], workers == 1 ? first : other);
        if (workers > 1)
            assert_memory_equal(first, other, sizeof first);
        evaluator_activations_destroy(evaluator, all);
        evaluator_destroy(evaluator);
        thread_pool_destroy(pool);
    }
    assert_true(first[0].mean > 0 && first[0].max > first[0].mean && first[0].deviation > 0);
    dataset_unref(set);
    prune_sites_destroy(sites);
    network_destroy(network);
}

static void sums_are_what_they_say(void **state)
{
    (void)state;
    const struct shape shape = shape_image(1, 2, 2);
    const struct batched_kernels *batched = batched_get();
    struct activations *activations = activations_create(&shape, 2, batched, 1);
    const float values[][2] = {{1, 5}, {0, 0}, {3, 7}, {0, -2}}; /* [position, channel][image] */
    float *side_by_side = memory_floats(4 * (size_t)batched->width);
    struct channel_sums sums[2];
    const struct batch batch = {.count = 2, .width = batched->width};
    for (int i = 0; i < 4; i++)
        memcpy(side_by_side + i * batched->width, values[i], sizeof values[i]);
    activations_add(activations, &batch, side_by_side, NULL);
    free(side_by_side);
    activations_total(activations, sums);
    assert_true(sums[0].mean == 4 && sums[0].max == 7 && sums[0].zeros == 0);
    assert_true(fabs(sums[0].deviation - sqrt(5)) < 1e-12); /* of 1 3 5 7 */
    assert_true(fabs(sums[0].spread - 2) < 1e-12);          /* of the means 2 and 6 */
    assert_true(sums[1].mean == -0.5 && sums[1].max == 0 && sums[1].zeros == 0.75);
    activations_destroy(activations);
}

static void orders_are_stable(void **state)
{
    (void)state;
    const double scores[] = {0.5, 0, 2, 0, 0.5};
    const int ascending[] = {1, 3, 0, 4, 2}, descending[] = {2, 0, 4, 1, 3};
    int order[5];
    ranking_by_score(scores, 5, false, order);
    assert_memory_equal(order, ascending, sizeof order);
    ranking_by_score(scores, 5, true, order);
    assert_memory_equal(order, descending, sizeof order);
}

static int read_order(const char *text, int *order, struct error *err)
{
    char path[] = "/tmp/secateur-order-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    int n = ranking_from_file(path, 8, order, err);
    unlink(path);
    return n;
}

static void order_files_are_checked(void **state)
{
    (void)state;
    struct error err = {0};
    int order[8];
    assert_int_equal(read_order("3, 1 # first\n\n7\n", order, &err), 3);
    assert_true(order[0] == 3 && order[1] == 1 && order[2] == 7);
    static const char *const wrong[] = {"3 3", "8", "-1", "1 two", "# nothing\n", ""};
    static const char *const reason[] = {"channel 3 occurs twice", "channels are 0 to 7",
        "channels are 0 to 7", "\"two\"", "no channel number", "no channel number"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(read_order(wrong[i], order, &err), -1);
        assert_non_null(strstr(err.text, reason[i]));
    }
    assert_int_equal(ranking_from_file("/nonexistent/order", 8, order, &err), -1);
    assert_int_equal(err.class, ERROR_INPUT);
}

static bool score(
    const char *name, const struct criterion_input *input, double *scores, struct error *err)
{
    return criteria_score(criteria_find(name, err), input, scores, err);
}

static void criteria_score_what_they_say(void **state)
{
    (void)state;
    struct network *network = make(test_deepid, TEST_DEEPID_LAYERS);
    struct prune_sites *sites = prune_sites_find(network);
    const struct prune_site *hidden = &sites->site[4];
    struct channel_sums clean[160] = {0}, poisoned[160] = {0};
    for (int c = 0; c < 160; c++) {
        clean[c].mean = c % 7;
        poisoned[c].mean = c % 5;
    }
    struct criterion_input input = {
        .network = network, .site = hidden, .clean = clean, .poisoned = poisoned, .target = 3};
    struct error err = {0};
    double scores[160];
    const float *kernel = network->layers[network->output].weights[0].data;
    assert_true(score("mean-activation", &input, scores, &err));
    assert_true(scores[9] == 2);
    assert_true(score("target-weight", &input, scores, &err));
    assert_true(fabs(scores[9] - kernel[9 * 1283 + 3]) < 1e-7);
    assert_true(score("difference", &input, scores, &err));
    assert_true(scores[9] == 2); /* 4 - 2 */
    assert_true(score("difference-weight", &input, scores, &err));
    assert_true(fabs(scores[9] - 2 * kernel[9 * 1283 + 3]) < 1e-6);
    input.target = -1;
    assert_false(score("target-weight", &input, scores, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    input.target = 3;
    input.site = &sites->site[2];
    assert_false(score("target-weight", &input, scores, &err));
    input.poisoned = NULL;
    assert_false(score("difference", &input, scores, &err));
    for (int i = 0; criteria_at(i); i++)
        assert_true(criteria_at(i)->help && criteria_at(i)->name && criteria_at(i)->source);
    assert_null(criteria_find("none", &err));
    prune_sites_destroy(sites);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lab_net_has_five_sites),
        cmocka_unit_test(coupled_channels_are_found_from_the_graph),
        cmocka_unit_test(a_sigmoid_is_no_cut),
        cmocka_unit_test(pruning_from_a_kept_site_is_exact),
        cmocka_unit_test(statistics_do_not_depend_on_workers),
        cmocka_unit_test(sums_are_what_they_say),
        cmocka_unit_test(orders_are_stable),
        cmocka_unit_test(order_files_are_checked),
        cmocka_unit_test(criteria_score_what_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
