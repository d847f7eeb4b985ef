/* Following by differences where it is hardest: classes that differ in the last bit, weights that
 * cancel, sums from 1e-30 to 1e30 and beyond, and updates that are stopped on the way. Predictions
 * are those of passes from the pixels all the same; where one breaks down the other does. */
#include "engine/prune/evaluate/evaluator.h"

#include "tests/unit/common/random_images.h"
#include "tests/unit/common/random_nets.h"

#include <pthread.h>
#include <time.h>

static const struct test_node branch[] = {
    {"InputLayer", "input", "batch_input_shape=null,10,8,3", ""},
    {"Conv2D", "conv_1", "filters=8 kernel_size=3,3 activation=relu", NULL},
    {"MaxPooling2D", "site", "", NULL},
    {"Conv2D", "conv_2", "filters=19 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flat_1", "", "site"},
    {"Flatten", "flat_2", "", "conv_2"},
    {"Dense", "fc_1", "units=35", "flat_1"},
    {"Dense", "fc_2", "units=35", "flat_2"},
    {"Add", "add", "", "fc_1 fc_2"},
    {"Activation", "relu", "activation=relu", NULL},
    {"Dense", "output", "units=40 activation=softmax", NULL},
};
static const struct test_node series[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6,2", ""},
    {"Conv2D", "site", "filters=10 kernel_size=3,3 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden_1", "units=37", NULL},
    {"Dense", "hidden_2", "units=18", NULL},
    {"Dense", "hidden_3", "units=33 activation=relu", NULL},
    {"Dense", "output", "units=70 activation=softmax", NULL},
};
/* A window that is wider than what it reads. */
static const struct test_node narrow[] = {
    {"InputLayer", "input", "batch_input_shape=null,4,4,1", ""},
    {"Conv2D", "site", "filters=60 kernel_size=4,4 activation=relu", NULL},
    {"Conv2D", "conv_2", "filters=50 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Conv2D", "conv_3", "filters=21 kernel_size=3,3 padding=same", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=30", NULL},
};
static const struct test_node windows[] = {
    {"InputLayer", "input", "batch_input_shape=null,9,7,2", ""},
    {"Conv2D", "site", "filters=6 kernel_size=2,2 activation=relu", NULL},
    {"Conv2D", "conv_2", "filters=19 kernel_size=3,2 padding=same", NULL},
    {"Conv2D", "conv_3", "filters=5 kernel_size=2,2", NULL},
    {"Conv2D", "conv_4", "filters=3 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=25", NULL},
};
/* What nobody reads joins a layer before the site with the site, and follows the output. */
static const struct test_node stump[] = {
    {"InputLayer", "input", "batch_input_shape=null,8,8,2", ""},
    {"Conv2D", "conv_1", "filters=7 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Conv2D", "site", "filters=7 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Concatenate", "stump", "", "conv_1 site"},
    {"Flatten", "flat", "", "site"},
    {"Dense", "hidden", "units=20 activation=relu", NULL},
    {"Dense", "beyond", "units=9", "output"},
    {"Dense", "output", "units=30", "hidden"},
};
/* Windows that read the site in another shape. */
static const struct test_node reshaped[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,8,2", ""},
    {"Conv2D", "site", "filters=5 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Reshape", "reshape", "target_shape=4,12,5", NULL},
    {"Conv2D", "conv_2", "filters=11 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=30", NULL},
};
static const struct test_node folded[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,8,2", ""},
    {"Conv2D", "site", "filters=5 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Reshape", "reshape", "target_shape=6,4,10", NULL},
    {"Conv2D", "conv_2", "filters=11 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=30", NULL},
};
/* A site of several rows without columns. */
static const struct test_node rows[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6,2", ""},
    {"Conv2D", "conv_1", "filters=4 kernel_size=3,3 activation=relu", NULL},
    {"Reshape", "reshape", "target_shape=16,4", NULL},
    {"Dense", "site", "units=9 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=20 activation=relu", NULL},
    {"Dense", "output", "units=30", NULL},
};
/* What the site is joined with has more pixels than what it was made of. */
static const struct test_node beside[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,8,2", ""},
    {"Conv2D", "conv_1", "filters=4 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Reshape", "wide", "target_shape=6,16,2", NULL},
    {"Conv2D", "site", "filters=5 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Concatenate", "joined", "", "wide site"},
    {"Conv2D", "conv_2", "filters=9 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=30", NULL},
};
#define NET(nodes)                          \
    {                                       \
        nodes, sizeof nodes / sizeof *nodes \
    }
static const struct {
    const struct test_node *nodes;
    int n;
} nets[] = {NET(branch), NET(series), NET(narrow), NET(windows), NET(stump), NET(reshaped),
    NET(folded), NET(rows), NET(beside)};
enum { N_NETS = sizeof nets / sizeof *nets };

/* Weights ---------------------------------------------------------------------------------- */

static float bits_away(struct random *random, float value)
{
    uint32_t way = random_below(random, 4);
    return way < 2 ? value : nextafterf(value, way == 2 ? INFINITY : -INFINITY);
}

/* Some classes are the one before, but for last bits or for a little more. */
static void make_ties(struct random *random, struct layer *dense)
{
    size_t classes = (size_t)dense->weights[0].dim[1];
    for (size_t k = 1; k < classes; k++) {
        uint32_t kind = random_below(random, 6);
        double little = pow(10, random_range(random, -8, -1));
        for (int w = 0; w < dense->n_weights && kind < 3; w++)
            for (size_t i = k; i < dense->weights[w].count; i += classes) {
                float *value = &dense->weights[w].data[i];
                float more = 1 + (float)random_range(random, -little, little);
                *value = kind == 0 ? bits_away(random, value[-1]) : value[-1] * more;
            }
    }
}

/* Every second output of a layer is the one before; or what reads them cancels. */
static void make_pairs(struct layer *layer)
{
    for (int w = 0; w < layer->n_weights; w++)
        for (size_t i = 1; i < layer->weights[w].count; i++)
            if (i % (size_t)shape_channels(&layer->shape) % 2 == 1)
                layer->weights[w].data[i] = layer->weights[w].data[i - 1];
}

static void make_cancel(struct random *random, struct layer *layer, size_t channels, float large)
{
    struct weight *kernel = &layer->weights[0];
    size_t filters = (size_t)shape_channels(&layer->shape);
    for (size_t i = filters; i < kernel->count; i++)
        if (i / filters % channels % 2 == 1) {
            float *value = &kernel->data[i], *other = value - filters;
            *other *= large;
            *value = large < 1e6F ? bits_away(random, -*other) : -*other;
        }
}

static void scale_layer(struct layer *layer, double scale)
{
    for (int w = 0; w < layer->n_weights; w++)
        for (size_t i = 0; i < layer->weights[w].count; i++)
            layer->weights[w].data[i] = (float)(layer->weights[w].data[i] * scale);
}

/* wild: what cancels while nothing is pruned is beyond all numbers once something is. */
static void make_hard(struct random *random, struct network *network, bool wild)
{
    static const double scales[] = {1, 1e4, 1e-4, 1e12, 1e-12, 1e25, 1e-30, 1e-41};
    static const float larges[] = {1, 1e3F, 1e20F, 3e36F, 3e38F};
    bool cancels = random_below(random, 2) || wild;
    float large = wild ? 3e37F : larges[random_below(random, sizeof larges / sizeof *larges)];
    int scaled = wild ? 0 : (int)random_below(random, 3);
    for (int l = 0; l < network->n_layers; l++) {
        struct layer *layer = &network->layers[l];
        if (layer->n_weights == 0)
            continue;
        const struct shape *in = &layer->input_shapes[0];
        if (l == network_find(network, "site") || strcmp(layer->name, "conv_1") == 0)
            make_pairs(layer);
        else if (cancels && layer->inputs[0] == network_find(network, "site") && in->rank == 3)
            make_cancel(random, layer, (size_t)shape_channels(in), large);
        else if (wild && l != network->output)
            scale_layer(layer, 1e4);
        if (scaled > 0)
            scale_layer(layer, scales[random_below(random, scaled == 1 ? 3 : 8)]);
    }
    make_ties(random, &network->layers[network->output]);
}

/* Ways ------------------------------------------------------------------------------------- */

enum { IMAGES = 130, CHANNELS_MAX = 64 };

struct trial {
    struct random random;
    struct dataset *set;
    struct evaluator *evaluator;
    const struct prune_site *site;
    struct suffix_cache *cache;
    bool pruned[CHANNELS_MAX];
    atomic_bool stop;
    long delay; /* nanoseconds until it is stopped */
    int runs, stopped, broken;
};

static bool predict(struct trial *trial, uint16_t *predicted)
{
    struct error err;
    const struct evaluator_pass pass = {.set = trial->set, .predicted = predicted};
    return evaluator_run(trial->evaluator, &pass, &err);
}

static void set_pruned(struct trial *trial, int channel, bool pruned)
{
    if (trial->pruned[channel] == pruned)
        return;
    trial->pruned[channel] = pruned;
    if (pruned)
        evaluator_prune(trial->evaluator, channel);
    else
        evaluator_restore(trial->evaluator, channel);
}

static void *stop_later(void *context)
{
    struct trial *trial = context;
    nanosleep(&(struct timespec){.tv_nsec = trial->delay}, NULL);
    atomic_store(&trial->stop, true);
    return NULL;
}

/* Pruned for good, or only tried; -1: what is pruned now, without what was predicted before. */
static int evaluate(struct trial *trial, int channel, bool commits, const uint16_t *before,
    uint16_t *now, struct error *err)
{
    if (channel < 0)
        return evaluator_predict(trial->evaluator, trial->set, trial->cache, now, err);
    return (commits ? evaluator_commit_channel : evaluator_try_channel)(
        trial->evaluator, trial->set, trial->cache, channel, before, now, err);
}

/* What may be stopped anywhere: a channel, or without what was predicted before it, all tries. */
static void stop_on_the_way(struct trial *trial, int channel, bool commits, const uint16_t *before)
{
    struct error err;
    uint16_t now[IMAGES];
    pthread_t thread;
    bool good;
    trial->delay = (long)random_below(&trial->random, 200000);
    assert_int_equal(pthread_create(&thread, NULL, stop_later, trial), 0);
    if (before)
        good = evaluate(trial, channel, commits, before, now, &err) >= 0;
    else
        good = evaluator_try_all(trial->evaluator, trial->cache, &err);
    assert_int_equal(pthread_join(thread, NULL), 0);
    trial->stopped += !good && err.class == ERROR_CANCELLED;
    atomic_store(&trial->stop, false);
}

static void update(struct trial *trial, int channel, bool commits, const uint16_t *before)
{
    struct error err;
    uint16_t now[IMAGES], plain[IMAGES];
    int touched = evaluate(trial, channel, commits, before, now, &err);
    if (channel >= 0)
        set_pruned(trial, channel, true);
    bool good = predict(trial, plain);
    assert_memory_equal(now, plain, sizeof now);
    assert_int_equal(touched >= 0, good);
    trial->runs++;
    trial->broken += !good;
}

/* Prunes, tries, undoes, or changes some at once; predictions before come from a pass. */
static void do_anything(struct trial *trial)
{
    uint16_t before[IMAGES];
    int n = trial->site->n_channels, channel = (int)random_below(&trial->random, (uint32_t)n);
    uint32_t what = random_below(&trial->random, 10);
    bool was = trial->pruned[channel], commits = what < 5;
    struct error err;
    if (what == 9)
        stop_on_the_way(trial, -1, false, NULL);
    if (what >= 8)
        assert_true(evaluator_try_all(trial->evaluator, trial->cache, &err));
    if (what == 0) {
        for (int c = 0; c < n; c++) /* back, without a run */
            set_pruned(trial, c, trial->pruned[c] && random_below(&trial->random, 2));
        return;
    }
    if (what == 1) {
        set_pruned(trial, channel, !was);
        update(trial, -1, true, NULL);
        return;
    }
    set_pruned(trial, channel, false);
    predict(trial, before);
    if (random_below(&trial->random, 6) == 0)
        stop_on_the_way(trial, channel, commits, before);
    else
        update(trial, channel, commits, before);
    set_pruned(trial, channel, true);
    if (!commits || random_below(&trial->random, 3) == 0)
        set_pruned(trial, channel, was);
}

static void check_site(
    struct trial *trial, const struct network *network, const struct prune_sites *sites)
{
    const struct batch_runner_hooks hooks = {.stop = &trial->stop};
    struct error err;
    struct thread_pool *pool = thread_pool_create((int)random_below(&trial->random, 3) + 1);
    size_t limit = random_below(&trial->random, 4) ? SIZE_MAX : (size_t)1 << 19;
    struct memory_budget *budget = memory_budget_create(limit, NULL);
    uint16_t first[IMAGES];
    trial->evaluator = evaluator_create(network, sites, pool, &hooks, 1 / 255.0);
    trial->cache = evaluator_cache_create(trial->evaluator, trial->site, IMAGES, budget);
    memset(trial->pruned, 0, sizeof trial->pruned);
    const struct evaluator_pass pass = {
        .set = trial->set, .predicted = first, .cache = trial->cache};
    bool sound = evaluator_run(trial->evaluator, &pass, &err);
    evaluator_set_site(trial->evaluator, trial->site);
    for (int i = 0; i < 120 && sound && trial->cache; i++)
        do_anything(trial);
    evaluator_cache_destroy(trial->cache);
    evaluator_destroy(trial->evaluator);
    memory_budget_unref(budget);
    thread_pool_destroy(pool);
}

static void hard_nets_predict_what_a_pass_does(void **state)
{
    (void)state;
    struct trial trial = {0};
    random_init(&trial.random, 11, 0);
    for (int i = 0; i < random_trials(40); i++) {
        int net = i % N_NETS;
        struct network *network = test_make(nets[net].nodes, nets[net].n);
        test_random_weights(network, random_u32(&trial.random));
        make_hard(&trial.random, network, i % 7 == 0);
        struct prune_sites *sites = prune_sites_find(network);
        trial.set = random_images(IMAGES, network, &trial.random);
        trial.site = &sites->site[prune_sites_by_name(sites, network, "site")];
        check_site(&trial, network, sites);
        dataset_unref(trial.set);
        prune_sites_destroy(sites);
        network_destroy(network);
    }
    if (getenv("SECATEUR_TRIALS"))
        print_message("%d runs, %d broken, %d stopped\n", trial.runs, trial.broken, trial.stopped);
    assert_true((trial.runs > 1000 && trial.broken > 10) || random_trials(40) < 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hard_nets_predict_what_a_pass_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
