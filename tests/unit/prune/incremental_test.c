/* Following by differences: the bound holds against runs from scratch, and predictions are those
 * of passes from the pixels whatever is pruned, tried and undone in whatever order. */
#include "engine/nn/forward/sparse_plan.h"
#include "engine/nn/incremental/delta_update.h"
#include "engine/nn/incremental/incremental.h"

#include "tests/unit/common/order_trial.h"
#include "tests/unit/common/random_nets.h"

#include <float.h>

static const struct test_node branch[] = {
    {"InputLayer", "input", "batch_input_shape=null,12,10,3", ""},
    {"Conv2D", "conv_1", "filters=6 kernel_size=3,3 activation=relu", NULL},
    {"MaxPooling2D", "pool_1", "", NULL},
    {"Conv2D", "conv_2", "filters=19 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flat_1", "", "pool_1"},
    {"Flatten", "flat_2", "", "conv_2"},
    {"Dense", "fc_1", "units=35", "flat_1"},
    {"Dense", "fc_2", "units=35", "flat_2"},
    {"Add", "add", "", "fc_1 fc_2"},
    {"Activation", "relu", "activation=relu", NULL},
    {"Dense", "output", "units=21 activation=softmax", NULL},
};
static const struct test_node windows[] = {
    {"InputLayer", "input", "batch_input_shape=null,9,11,2", ""},
    {"Conv2D", "conv_1", "filters=5 kernel_size=2,2 activation=relu", NULL},
    {"Conv2D", "conv_2", "filters=17 kernel_size=3,2 strides=2,1 padding=same activation=relu",
        NULL},
    {"Conv2D", "conv_3", "filters=4 kernel_size=2,2 dilation_rate=2,2", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=16 activation=relu", NULL},
    {"Dropout", "dropout", "rate=0.5", NULL},
    {"Dense", "output", "units=9", NULL},
};
static const struct test_node units[] = {
    {"InputLayer", "input", "batch_input_shape=null,7,7,1", ""},
    {"Conv2D", "conv_1", "filters=8 kernel_size=3,3 activation=relu", NULL},
    {"MaxPooling2D", "pool", "", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden_1", "units=40 activation=relu", NULL},
    {"Dense", "hidden_2", "units=7 activation=relu", NULL},
    {"Dense", "output", "units=30 activation=softmax", NULL},
};
static const struct {
    const struct test_node *nodes;
    int n;
    const char *site, *to;
} nets[] = {
    {branch, sizeof branch / sizeof *branch, "pool_1", "relu"},
    {windows, sizeof windows / sizeof *windows, "conv_1", "hidden"},
    {windows, sizeof windows / sizeof *windows, "conv_1", "flat"},
    {windows, sizeof windows / sizeof *windows, "conv_2", "dropout"},
    {units, sizeof units / sizeof *units, "pool", "hidden_2"},
    {units, sizeof units / sizeof *units, "hidden_1", "hidden_2"},
};
enum { N_NETS = sizeof nets / sizeof *nets };

/* The bound -------------------------------------------------------------------------------- */

/* One image of one net, followed and from scratch. */
struct pair {
    struct random random;
    const struct network *network;
    const struct batched_kernels *batched;
    bool *behind;
    int site, to;
    size_t n_site, channels, n_units;
    float *values;                                /* [n_site] */
    struct incremental_state *incremental, *from; /* from: whose plan it borrows */
    struct incremental_step *step;
    struct sparse_plan *plan;
    struct sparse_pass *pass;
    int asked, near;
};

static void open_pair(struct pair *pair, const struct network *network, int net,
    struct memory_budget *budget, bool beside)
{
    int ring = 1;
    pair->network = network;
    pair->site = network_find(network, nets[net].site);
    pair->to = network_find(network, nets[net].to);
    pair->behind = memory_array((size_t)network->n_layers, sizeof *pair->behind);
    network_downstream(network, pair->site, pair->behind);
    pair->behind[pair->site] = false;
    for (int l = pair->to + 1; l < network->n_layers; l++)
        pair->behind[l] = false;
    pair->n_site = shape_count(&network->layers[pair->site].shape);
    pair->channels = (size_t)shape_channels(&network->layers[pair->site].shape);
    pair->n_units = shape_count(&network->layers[pair->to].shape);
    pair->values = memory_floats(pair->n_site);
    pair->incremental =
        incremental_create(network, pair->batched, pair->behind, pair->site, pair->to, 1, budget);
    assert_non_null(pair->incremental);
    pair->from = beside ? pair->incremental : NULL;
    if (beside)
        pair->incremental = incremental_create_tile(pair->from, (size_t)1 << 20, &ring);
    assert_int_equal(ring, 1);
    pair->step = incremental_step_create(pair->incremental);
    pair->plan = sparse_plan_create(network, pair->batched, pair->behind);
    pair->pass = sparse_pass_create(pair->plan);
}

static void close_pair(struct pair *pair)
{
    sparse_pass_destroy(pair->pass);
    sparse_plan_destroy(pair->plan);
    incremental_step_destroy(pair->step);
    incremental_destroy(pair->incremental);
    incremental_destroy(pair->from);
    free(pair->values);
    free(pair->behind);
}

/* The values as they are kept of an image; what goes with a channel (-1: nothing). */
static void follow_channel(struct pair *pair, int channel)
{
    const struct shape *shape = &pair->network->layers[pair->site].shape;
    size_t pixels = pair->n_site / pair->channels;
    size_t columns = shape->rank == 3 ? (size_t)shape->dim[1] : 1;
    static uint32_t starts[256], n;
    static uint16_t places[4096];
    static float values[4096];
    static const uint32_t none[512 / 32];
    n = 0;
    for (size_t i = 0; i < pair->n_site; i++) {
        starts[i / pair->channels] = i % pair->channels == 0 ? n : starts[i / pair->channels];
        places[n] = (uint16_t)(i % (columns * pair->channels));
        values[n] = pair->values[i];
        n += pair->values[i] != 0;
    }
    starts[pixels] = n;
    const struct site_values site = {
        (uint32_t)pixels, (uint32_t)columns, (uint32_t)pair->channels, starts, places, values};
    incremental_filter_pruned(pair->incremental, pair->step, &site, none,
        channel < 0 ? SITE_NO_CHANNEL : (uint32_t)channel);
}

/* The units without a channel (-1: as they are), both ways. */
static void compare(struct pair *pair, int channel, bool commits)
{
    float *followed = memory_floats(pair->n_units);
    float *site = sparse_pass_tensor(pair->pass, pair->site);
    if (channel >= 0)
        follow_channel(pair, channel);
    assert_true((channel < 0 ? incremental_stay
                 : commits   ? incremental_commit
                             : incremental_try)(pair->incremental, pair->step, 0));
    incremental_run(pair->incremental, &pair->step, 1);
    float away = incremental_units(pair->incremental, pair->step, followed);
    for (size_t i = 0; i < pair->n_site; i++)
        site[i] = channel >= 0 && i % pair->channels == (size_t)channel ? 0 : pair->values[i];
    sparse_pass_written(pair->pass, pair->site);
    sparse_pass_run(pair->pass, pair->behind);
    const float *exact = sparse_pass_tensor(pair->pass, pair->to);
    double apart = 0, length = 0;
    for (size_t u = 0; u < pair->n_units; u++) {
        apart += ((double)followed[u] - exact[u]) * ((double)followed[u] - exact[u]);
        length += (double)exact[u] * exact[u];
    }
    assert_true(sqrt(apart) <= away);
    pair->asked++;
    pair->near += away <= 1e-2 * sqrt(length) + 1e-30;
    free(followed);
}

/* Channels go one by one, or are only tried. */
static void follow(struct pair *pair)
{
    double scale = pow(10, random_range(&pair->random, -6, 6));
    uint32_t sparse = random_below(&pair->random, 5);
    for (size_t i = 0; i < pair->n_site; i++)
        pair->values[i] = random_below(&pair->random, 5) < sparse
                              ? 0
                              : (float)(scale * random_range(&pair->random, -0.3, 1));
    follow_channel(pair, -1);
    assert_true(incremental_start(pair->incremental, pair->step, 0));
    incremental_run(pair->incremental, &pair->step, 1);
    compare(pair, -1, true);
    for (int i = 0; i < 30; i++) {
        int channel = (int)random_below(&pair->random, (uint32_t)pair->channels);
        bool commits = random_below(&pair->random, 3) == 0;
        compare(pair, channel, commits);
        for (size_t v = (size_t)channel; v < pair->n_site && commits; v += pair->channels)
            pair->values[v] = 0;
    }
}

static void bounds_hold(void **state)
{
    (void)state;
    struct pair pair = {0};
    random_init(&pair.random, 7, 0);
    for (int net = 0; net < N_NETS; net++) {
        struct network *network = test_make(nets[net].nodes, nets[net].n);
        struct memory_budget *budget = memory_budget_create((size_t)1 << 24, NULL);
        for (int k = 0; (pair.batched = batched_at(k / 2)); k++) {
            open_pair(&pair, network, net, budget, k % 2);
            for (int i = 0; i < random_trials(20); i++)
                follow(&pair);
            close_pair(&pair);
        }
        memory_budget_unref(budget);
        network_destroy(network);
    }
    assert_true(pair.near > pair.asked / 2); /* and they say something */
}

/* What is fused, as the bound takes it to be. */
static void products_round_as_often_as_is_said(void **state)
{
    (void)state;
    static const struct test_node nodes[] = {
        {"InputLayer", "input", "batch_input_shape=null,1", ""}, {"Dense", "one", "units=1", NULL}};
    struct network *network = test_make(nodes, 2);
    const float x = 1 + 0x1p-12F, square = 1 + 0x1p-11F; /* and 2^-24 more */
    network->layers[1].weights[0].data[0] = x;
    network->layers[1].weights[1].data[0] = -square;
    const bool wanted[] = {false, true};
    const struct batched_kernels *batched;
    for (int k = 0; (batched = batched_at(k)); k++) {
        struct sparse_plan *plan = sparse_plan_create(network, batched, wanted);
        struct sparse_pass *pass = sparse_pass_create(plan);
        sparse_pass_tensor(pass, 0)[0] = x;
        sparse_pass_written(pass, 0);
        sparse_pass_run(pass, wanted);
        bool fused = sparse_pass_tensor(pass, 1)[0] != 0;
        assert_true(fused || batched->sparse->delta->product >= FLT_EPSILON / 2);
        sparse_pass_destroy(pass);
        sparse_plan_destroy(plan);
    }
    network_destroy(network);
}

/* Predictions ------------------------------------------------------------------------------ */

static void any_order_predicts_what_a_pass_does(void **state)
{
    (void)state;
    struct order_trial trial = {.tries = random_trials(40)};
    random_init(&trial.random, 8, 0);
    for (int net = 0; net < N_NETS; net++) {
        struct network *network = test_make(nets[net].nodes, nets[net].n);
        order_trial_net(&trial, network, 1 + net % 3);
        network_destroy(network);
    }
    for (int i = 0; i < random_trials(40); i++) {
        struct network *network = random_net(&trial.random);
        order_trial_net(&trial, network, 1 + i % 3);
        network_destroy(network);
    }
    assert_true(trial.runs > 1000 || random_trials(40) < 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_hold),
        cmocka_unit_test(products_round_as_often_as_is_said),
        cmocka_unit_test(any_order_predicts_what_a_pass_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
