/* Linear layers behind a site: which they are, that their sums depend on what is pruned alone, and
 * that predictions are those of passes from the pixels, in nets that are wide enough for lanes. */
#include "engine/nn/linear/linear_part.h"
#include "engine/prune/evaluate/suffix_cache_run.h"

#include "tests/unit/common/order_trial.h"
#include "tests/unit/common/random_images.h"
#include "tests/unit/common/random_nets.h"

static const struct test_node residual[] = {
    {"InputLayer", "input", "batch_input_shape=null,8,8,2", ""},
    {"Conv2D", "conv_1", "filters=64 kernel_size=3,3 padding=same", NULL},
    {"BatchNormalization", "norm_1", "", NULL},
    {"ReLU", "relu_1", "", NULL},
    {"Conv2D", "conv_2", "filters=64 kernel_size=3,3 padding=same", NULL},
    {"BatchNormalization", "norm_2", "", NULL},
    {"ReLU", "relu_2", "", NULL},
    {"Conv2D", "conv_3", "filters=64 kernel_size=3,3 padding=same", NULL},
    {"Add", "add", "", "conv_1 conv_3"},
    {"BatchNormalization", "norm_3", "", NULL},
    {"ReLU", "relu_3", "", NULL},
    {"AveragePooling2D", "pool", "", NULL},
    {"Conv2D", "conv_4", "filters=9 kernel_size=3,3 strides=2,2 padding=same activation=relu",
        NULL},
    {"GlobalAveragePooling2D", "global", "", NULL},
    {"Dense", "output", "units=6 activation=softmax", NULL},
};
static const struct test_node joined[] = {
    {"InputLayer", "input", "batch_input_shape=null,8,8,1", ""},
    {"Conv2D", "conv_1", "filters=64 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Conv2D", "left", "filters=64 kernel_size=3,3 padding=same", "conv_1"},
    {"AveragePooling2D", "mean", "pool_size=2,2", "conv_1"},
    {"Conv2D", "right", "filters=16 kernel_size=1,1", "mean"},
    {"AveragePooling2D", "half", "pool_size=2,2", "left"},
    {"Concatenate", "join", "", "half right"},
    {"LeakyReLU", "leaky", "alpha=0.2", NULL},
    {"MaxPooling2D", "pool", "", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=20 activation=tanh", NULL},
    {"Dense", "output", "units=4", NULL},
};
static const struct test_node squeezed[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,5,2", ""},
    {"Conv2D", "conv_1", "filters=64 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Conv2D", "conv_2", "filters=64 kernel_size=3,3 padding=same activation=swish", NULL},
    {"GlobalAveragePooling2D", "global_1", "", NULL},
    {"Dense", "gate", "units=64 activation=sigmoid", NULL},
    {"Reshape", "tall", "target_shape=1,1,64", NULL},
    {"Multiply", "gated", "", "conv_2 tall"},
    {"DepthwiseConv2D", "deep", "kernel_size=3,3 strides=2,2 padding=same use_bias=false", NULL},
    {"BatchNormalization", "norm", "", NULL},
    {"ReLU", "relu", "max_value=6", NULL},
    {"ZeroPadding2D", "frame", "padding=1,1", NULL},
    {"Conv2D", "conv_3", "filters=12 kernel_size=2,2 activation=relu", NULL},
    {"GlobalMaxPooling2D", "global_2", "", NULL},
    {"Dense", "output", "units=5 activation=softmax", NULL},
};
static const struct {
    const struct test_node *nodes;
    int n;
} nets[] = {
    {residual, sizeof residual / sizeof *residual},
    {joined, sizeof joined / sizeof *joined},
    {squeezed, sizeof squeezed / sizeof *squeezed},
};
enum { N_NETS = sizeof nets / sizeof *nets };

/* Which they are --------------------------------------------------------------------------- */

/* The names of a part's layers, and of its outputs behind a colon; "" where there is none. */
static char *part_of(const struct test_node *nodes, int n, const char *site)
{
    struct network *network = test_make(nodes, n);
    int at = network_find(network, site);
    bool *behind = memory_array((size_t)n, sizeof *behind);
    network_downstream(network, at, behind);
    behind[at] = false;
    struct linear_part *part = linear_part_create(network, batched_get(), behind, at);
    char *text = memory_string("");
    for (int i = 0; i < 2 * n && part; i++) {
        bool named = part->inside[i % n];
        for (int o = 0; o < part->n_outputs && i >= n; o++)
            named =
                o == 0 ? part->outputs[o].layer == i - n : named || part->outputs[o].layer == i - n;
        char *longer = memory_format(
            "%s%s%s%s", text, i == n ? ":" : "", named ? " " : "", named ? nodes[i % n].name : "");
        free(text);
        text = longer;
    }
    linear_part_destroy(part);
    free(behind);
    network_destroy(network);
    return text;
}

static void expect_part(int net, const char *site, const char *expected)
{
    char *found = part_of(nets[net].nodes, nets[net].n, site);
    assert_string_equal(found, expected);
    free(found);
}

static void parts_end_at_activations(void **state)
{
    (void)state;
    /* The shape that Keras calls pre-activation: the sum is read twice, so it is the output. */
    expect_part(0, "relu_1", " conv_2 norm_2 relu_2: relu_2");
    expect_part(0, "relu_2", " conv_3 add norm_3 relu_3: relu_3");
    expect_part(0, "pool", " conv_4: conv_4");
    expect_part(1, "conv_1", " left mean right half join leaky: leaky");
    expect_part(2, "conv_1", " conv_2: conv_2");
    expect_part(2, "conv_3", ""); /* a largest value is no sum */
    expect_part(2, "gated", "");  /* behind a depthwise convolution and its activation */
}

/* Sums ------------------------------------------------------------------------------------- */

enum { IMAGES = 40 };

/* A cache that a pass has filled, and what its sums give. */
struct filled {
    struct network *network;
    struct prune_sites *sites;
    struct thread_pool *pool;
    struct memory_budget *budget;
    struct evaluator *evaluator;
    struct suffix_cache *cache;
    struct batched_pass *pass;
    struct linear_sums_work *work;
};

static void fill(struct filled *filled, int net, const char *site, struct random *random)
{
    static const struct batch_runner_hooks none;
    struct error err;
    filled->network = test_make(nets[net].nodes, nets[net].n);
    filled->sites = prune_sites_find(filled->network);
    int at = prune_sites_by_name(filled->sites, filled->network, site);
    assert_true(at >= 0);
    filled->pool = thread_pool_create(2);
    filled->budget = memory_budget_create(SIZE_MAX, NULL);
    filled->evaluator =
        evaluator_create(filled->network, filled->sites, filled->pool, &none, 1 / 255.0);
    filled->cache =
        evaluator_cache_create(filled->evaluator, &filled->sites->site[at], IMAGES, filled->budget);
    assert_non_null(filled->cache);
    assert_non_null(filled->cache->sums);
    struct dataset *set = random_images(IMAGES, filled->network, random);
    const struct evaluator_pass pass = {.set = set, .cache = filled->cache};
    assert_true(evaluator_run(filled->evaluator, &pass, &err));
    assert_true(evaluator_cache_complete(filled->cache));
    filled->pass = batched_pass_create(filled->cache->lanes);
    filled->work = linear_sums_work_create(filled->cache->sums);
    dataset_unref(set);
}

static void empty(struct filled *filled)
{
    linear_sums_work_destroy(filled->work);
    batched_pass_destroy(filled->pass);
    evaluator_cache_destroy(filled->cache);
    evaluator_destroy(filled->evaluator);
    memory_budget_unref(filled->budget);
    thread_pool_destroy(filled->pool);
    prune_sites_destroy(filled->sites);
    network_destroy(filled->network);
}

/* Brings some images to what is pruned, and takes the values of a layer; malloc'd. */
static float *load(struct filled *filled, int layer, const int *images, int n, bool commits)
{
    const struct linear_sums_pruned pruned = {filled->cache->followed.bits, -1, commits};
    struct site_values sites[BATCH_TILE];
    size_t count = shape_count(&filled->network->layers[layer].shape);
    size_t width = (size_t)batched_plan_width(filled->cache->lanes);
    float *values = memory_floats(count * (size_t)n);
    assert_true((size_t)n <= width);
    for (int lane = 0; lane < n; lane++)
        sites[lane] = suffix_cache_site(filled->cache, images[lane]);
    linear_sums_load(filled->cache->sums, filled->work, &pruned, images, sites, n, filled->pass);
    const float *from = batched_pass_tensor(filled->pass, layer);
    for (size_t lane = 0; lane < (size_t)n; lane++)
        for (size_t i = 0; i < count; i++)
            values[lane * count + i] = from[i * width + lane];
    return values;
}

/* The same images reach the same set by several ways, in other lanes and beside others. */
static void sums_know_no_order(void **state)
{
    (void)state;
    struct random random;
    struct filled filled;
    random_init(&random, 5, 0);
    fill(&filled, 0, "conv_2", &random);
    int layer = network_find(filled.network, "relu_3"), some[] = {3, 17, 8}, one = 17;
    size_t count = shape_count(&filled.network->layers[layer].shape);
    struct pruned_set *pruned = &filled.cache->followed;
    float *start = load(&filled, layer, &one, 1, false);
    for (int c = 10; c < 30; c++)
        pruned_set_put(pruned, c, true);
    float *at_once = load(&filled, layer, &one, 1, false);
    assert_true(memcmp(start, at_once, count * sizeof *start) != 0);
    for (int i = 0; i < 200; i++) {
        int c = (int)random_below(&random, 64);
        pruned_set_put(pruned, c, random_below(&random, 2));
        free(load(&filled, layer, some, 3, random_below(&random, 2)));
    }
    for (int c = 0; c < 64; c++)
        pruned_set_put(pruned, c, c >= 10 && c < 30);
    float *around = load(&filled, layer, some, 3, true);
    assert_memory_equal(around + count, at_once, count * sizeof *at_once);
    for (int c = 0; c < 64; c++)
        pruned_set_put(pruned, c, false);
    float *back = load(&filled, layer, some, 3, true);
    assert_memory_equal(back + count, start, count * sizeof *start);
    free(start);
    free(at_once);
    free(around);
    free(back);
    empty(&filled);
}

/* With every channel pruned nothing is left but what does not come from the site. */
static void sums_lose_all_that_channels_gave(void **state)
{
    (void)state;
    struct random random;
    struct filled filled;
    random_init(&random, 6, 0);
    fill(&filled, 2, "conv_1", &random);
    int layer = network_find(filled.network, "conv_2"), image = 5;
    const struct weight *bias = &filled.network->layers[layer].weights[1];
    for (int c = 0; c < 64; c++)
        pruned_set_put(&filled.cache->followed, c, true);
    float *values = load(&filled, layer, &image, 1, false);
    for (size_t i = 0; i < shape_count(&filled.network->layers[layer].shape); i++) {
        float expected = bias->data[i % bias->count];
        expected = expected / (1 + expf(-expected));
        assert_true(fabsf(values[i] - expected) < 1e-5F);
    }
    free(values);
    empty(&filled);
}

/* Units stay so small that no sum overflows, whatever the size of the values. */
static void units_leave_room(void **state)
{
    (void)state;
    struct linear_part part = {.gain = 3};
    assert_true(linear_part_units(&part, 0) == 1);
    assert_true(linear_part_units(&part, INFINITY) == 0);
    assert_true(linear_part_units(&part, NAN) == 0);
    for (int bits = -60; bits < 90; bits++) {
        double most = 3 * ldexp(1.5, bits);
        double units = (double)linear_part_units(&part, ldexpf(1.5F, bits));
        assert_true(units > 0 && most * units < 0x1p30);
        assert_true(most * units >= 0x1p27 || units >= 0x1p99);
    }
}

/* Predictions ------------------------------------------------------------------------------ */

static void any_order_predicts_what_a_pass_does(void **state)
{
    (void)state;
    struct order_trial trial = {.tries = random_trials(8)};
    random_init(&trial.random, 9, 0);
    for (int net = 0; net < N_NETS; net++) {
        struct network *network = test_make(nets[net].nodes, nets[net].n);
        trial.memory = net == 1 ? 4 << 20 : 0; /* some images have sums, some have not */
        order_trial_net(&trial, network, 1 + net);
        network_destroy(network);
    }
    assert_true(trial.runs > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_end_at_activations),
        cmocka_unit_test(sums_know_no_order),
        cmocka_unit_test(sums_lose_all_that_channels_gave),
        cmocka_unit_test(units_leave_room),
        cmocka_unit_test(any_order_predicts_what_a_pass_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
