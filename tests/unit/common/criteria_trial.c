/* Nets, sets and statistics for tests of criteria. */
#include "tests/unit/common/criteria_trial.h"

static const struct test_node dense[] = {
    {"InputLayer", "input", "batch_input_shape=null,4,4,2", ""},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=12 activation=relu", NULL},
    {"Dense", "output", "units=5 activation=softmax", NULL},
};
static const struct test_node conv[] = {
    {"InputLayer", "input", "batch_input_shape=null,8,8,3", ""},
    {"Conv2D", "conv_1", "filters=6 kernel_size=3,3 activation=relu", NULL},
    {"MaxPooling2D", "pool", "", NULL},
    {"Conv2D", "conv_2", "filters=7 kernel_size=2,2 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=5 activation=softmax", NULL},
};
static const struct test_node norm[] = {
    {"InputLayer", "input", "batch_input_shape=null,8,8,3", ""},
    {"Conv2D", "conv_1", "filters=6 kernel_size=3,3 padding=same", NULL},
    {"BatchNormalization", "norm_1", "", NULL},
    {"ReLU", "relu_1", "", NULL},
    {"MaxPooling2D", "pool", "", NULL},
    {"Conv2D", "conv_2", "filters=5 kernel_size=3,3 use_bias=false", NULL},
    {"BatchNormalization", "norm_2", "", NULL},
    {"Activation", "relu_2", "activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=5 activation=softmax", NULL},
};
static const struct test_node residual[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6,3", ""},
    {"Conv2D", "conv_a", "filters=6 kernel_size=3,3 padding=same", NULL},
    {"BatchNormalization", "norm_a", "", NULL},
    {"ReLU", "relu_a", "", NULL},
    {"Conv2D", "conv_b", "filters=6 kernel_size=3,3 padding=same", NULL},
    {"BatchNormalization", "norm_b", "", NULL},
    {"Add", "add", "", "relu_a norm_b"},
    {"ReLU", "relu_b", "", NULL},
    {"GlobalAveragePooling2D", "mean", "", NULL},
    {"Dense", "output", "units=4 activation=softmax", NULL},
};
static const struct test_node depthwise[] = {
    {"InputLayer", "input", "batch_input_shape=null,8,8,3", ""},
    {"Conv2D", "conv", "filters=6 kernel_size=3,3 activation=relu", NULL},
    {"DepthwiseConv2D", "deep", "kernel_size=3,3 padding=same", NULL},
    {"BatchNormalization", "norm", "", NULL},
    {"ReLU", "relu", "", NULL},
    {"Conv2D", "point", "filters=7 kernel_size=1,1 activation=relu", NULL},
    {"GlobalAveragePooling2D", "mean", "", NULL},
    {"Dense", "output", "units=4 activation=softmax", NULL},
};
#define NET(nodes)                          \
    {                                       \
        nodes, sizeof nodes / sizeof *nodes \
    }
static const struct {
    const struct test_node *nodes;
    int n;
} nets[] = {NET(dense), NET(conv), NET(norm), NET(residual), NET(depthwise)};
_Static_assert(sizeof nets / sizeof *nets == TRIAL_NETS, "all of them");

static struct dataset *make_images(const struct network *network, int set)
{
    const struct shape *shape = &network->layers[network->input].shape;
    size_t size = shape_count(shape), count = IMAGES * size;
    uint8_t *pixels = memory_array(count, 1);
    int32_t *labels = memory_array(IMAGES, sizeof *labels);
    struct random random;
    random_init(&random, 3, (uint64_t)set);
    for (size_t i = 0; i < count; i++) /* the poisoned ones have a bright corner */
        pixels[i] = (uint8_t)(set > 0 && i % size < 6 ? 255 : random_below(&random, 256));
    for (int i = 0; i < IMAGES; i++)
        labels[i] = set > 0 ? 1 : (int32_t)random_below(&random, (uint32_t)network->n_classes);
    return dataset_from_bytes(set > 0 ? "poisoned" : "clean", IMAGES, shape, pixels, labels);
}

void trial_open(struct trial *trial, int net)
{
    static const struct batch_runner_hooks hooks = {0};
    struct error err = {0};
    *trial = (struct trial){.network = test_make(nets[net].nodes, nets[net].n)};
    trial->sites = prune_sites_find(trial->network);
    trial->scaling = pixel_scaling_of(1 / 255.0);
    trial->pool = thread_pool_create(2);
    trial->evaluator =
        evaluator_create(trial->network, trial->sites, trial->pool, &hooks, 1 / 255.0);
    trial->exact = double_net_create(trial->network);
    for (int set = 0; set < 2; set++) {
        trial->sets[set] = make_images(trial->network, set);
        struct activations **all = evaluator_activations(trial->evaluator, trial->sets[set]);
        const struct evaluator_pass pass = {.set = trial->sets[set], .activations = all};
        assert_true(evaluator_run(trial->evaluator, &pass, &err));
        for (int s = 0; s < trial->sites->n; s++) {
            trial->sums[set][s] = memory_array(CHANNELS, sizeof(struct channel_sums));
            activations_total(all[s], trial->sums[set][s]);
        }
        evaluator_activations_destroy(trial->evaluator, all);
    }
}

void trial_close(struct trial *trial)
{
    for (int set = 0; set < 2; set++) {
        for (int s = 0; s < trial->sites->n; s++)
            free(trial->sums[set][s]);
        dataset_unref(trial->sets[set]);
    }
    double_net_destroy(trial->exact);
    evaluator_destroy(trial->evaluator);
    thread_pool_destroy(trial->pool);
    prune_sites_destroy(trial->sites);
    network_destroy(trial->network);
}

void trial_run_exact(struct trial *trial, int set, int image)
{
    const struct shape *shape = &trial->network->layers[trial->network->input].shape;
    float pixels[8 * 8 * 3];
    double values[8 * 8 * 3];
    dataset_fill(trial->sets[set], image, 1, 1, pixels);
    for (size_t i = 0; i < shape_count(shape); i++)
        values[i] = (double)pixels[i] / 255;
    double_net_run(trial->exact, values);
}

struct criterion_input trial_input(const struct trial *trial, int site)
{
    return (struct criterion_input){.network = trial->network,
        .site = &trial->sites->site[site],
        .clean = trial->sums[0][site],
        .poisoned = trial->sums[1][site],
        .target = 1};
}

void trial_score(const struct criterion_input *input, const char *name, double *scores)
{
    struct error err = {0};
    if (!criteria_score(criteria_find(name, &err), input, scores, &err))
        refuse("%s: %s\n", name, err.text);
}

void trial_same(const struct trial *trial, int site, const char *name, const double *scores,
    const double *expected, double within)
{
    for (int c = 0; c < trial->sites->site[site].n_channels; c++)
        if (!(fabs(scores[c] - expected[c]) <= within * fmax(1, fabs(expected[c]))))
            refuse("%s of channel %d at %s is %.9g, not %.9g\n", name, c,
                trial->sites->site[site].name, scores[c], expected[c]);
}
