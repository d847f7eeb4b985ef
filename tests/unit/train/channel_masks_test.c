/* train: masks of channels: the first step against finite differences of the loss, for kernels and
 * for gammas; ranges, workers, cancelling. */
#include "engine/nn/forward/reference_pass.h"
#include "engine/train/backward.h"
#include "engine/train/channel_masks.h"

#include "tests/nets.h"

#include "tests/test.h"

#include <math.h>

static const struct test_node net[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
    {"Conv2D", "conv", "filters=4 kernel_size=3,3 activation=tanh", NULL},
    {"Conv2D", "scaled", "filters=3 kernel_size=2,2", NULL},
    {"BatchNormalization", "norm", "", NULL},
    {"Activation", "act", "activation=tanh", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=5 activation=tanh", NULL},
    {"Dense", "output", "units=3 activation=softmax", NULL},
};
enum { LAYERS = sizeof net / sizeof *net, IMAGES = 16, PIXELS = 36, SITES = 3, MOST = 5 };

struct found {
    double masks[SITES][MOST];
};

struct given {
    struct network *network;
    struct prune_sites *sites;
    float pixels[IMAGES * PIXELS];
    int32_t labels[IMAGES];
    struct channel_masks_options options;
};

static struct given *give(void)
{
    struct given *given = memory_array(1, sizeof *given);
    given->network = test_make(net, LAYERS);
    given->sites = prune_sites_find(given->network);
    assert_int_equal(given->sites->n, SITES);
    test_fill(given->pixels, IMAGES * PIXELS);
    for (int i = 0; i < IMAGES; i++)
        given->labels[i] = i % 3;
    given->options = channel_masks_defaults();
    given->options.n = given->options.batch = IMAGES;
    given->options.pixels = given->pixels;
    given->options.labels = given->labels;
    return given;
}

static void take(struct given *given)
{
    prune_sites_destroy(given->sites);
    network_destroy(given->network);
    free(given);
}

typedef bool search(const struct network *network, const struct prune_sites *sites,
    struct thread_pool *pool, const struct channel_masks_options *options, double *const *masks,
    struct error *err);

static struct found run(struct given *given, search *way, int workers, struct error *err)
{
    struct found found = {0};
    double *masks[SITES] = {found.masks[0], found.masks[1], found.masks[2]};
    struct thread_pool *pool = thread_pool_create(workers);
    assert_true(way(given->network, given->sites, pool, &given->options, masks, err) ||
                err->class == ERROR_CANCELLED);
    thread_pool_destroy(pool);
    return found;
}

static double loss(const struct given *given, const struct network *network)
{
    struct reference_pass *pass = reference_pass_create(network, IMAGES);
    float rest[3];
    double sum = 0;
    memcpy(reference_pass_tensor(pass, network->input), given->pixels, sizeof given->pixels);
    reference_pass_forward(pass, IMAGES, NULL);
    for (int i = 0; i < IMAGES; i++)
        sum += backward_cross_entropy(
            reference_pass_tensor(pass, network->output) + 3 * i, 3, given->labels[i], rest);
    reference_pass_destroy(pass);
    return sum / IMAGES;
}

/* The slope of the loss along the mask of one unit of a layer's first weight, at 1. */
static double slope(const struct given *given, const char *layer, int unit)
{
    double losses[2];
    for (int side = 0; side < 2; side++) {
        struct network *network = network_clone(given->network);
        struct weight *weight = &network->layers[network_find(network, layer)].weights[0];
        size_t units = (size_t)weight_channels(weight);
        for (size_t k = (size_t)unit; k < weight->count; k += units)
            weight->data[k] *= side ? 1.01F : 0.99F;
        losses[side] = loss(given, network);
        network_destroy(network);
    }
    return (losses[1] - losses[0]) / 0.02;
}

static void the_first_step_follows_the_slope(void **state)
{
    (void)state;
    static const char *const layers[SITES] = {"conv", "norm", "hidden"};
    struct given *given = give();
    struct error err = {0};
    given->options.steps = 1;
    given->options.alpha = 1;
    given->options.rate = 0.5;
    struct found found = run(given, channel_masks_anp, 2, &err);
    int fell = 0;
    for (int s = 0; s < SITES; s++)
        for (int c = 0; c < given->sites->site[s].n_channels; c++) {
            double wanted = fmin(1 - 0.5 * slope(given, layers[s], c), 1);
            assert_true(fabs(found.masks[s][c] - wanted) < 2e-4);
            fell += found.masks[s][c] < 1;
        }
    assert_true(fell > 0);
    take(given);
}

static void masks_stay_within_their_range(void **state)
{
    (void)state;
    search *const ways[] = {channel_masks_anp, channel_masks_rnp};
    for (int way = 0; way < 2; way++) {
        struct given *given = give();
        struct error err = {0};
        given->options.steps = 20;
        given->options.rate = 0.5;
        struct found one = run(given, ways[way], 1, &err);
        double lowest = 1;
        for (int s = 0; s < SITES; s++)
            for (int c = 0; c < given->sites->site[s].n_channels; c++) {
                assert_true(one.masks[s][c] >= 0 && one.masks[s][c] <= 1);
                lowest = fmin(lowest, one.masks[s][c]);
            }
        assert_true(lowest < 1);
        for (int workers = 2; workers <= 3; workers++) {
            struct found more = run(given, ways[way], workers, &err);
            assert_memory_equal(&one, &more, sizeof one);
        }
        take(given);
    }
}

static bool once(void *context, int step, int steps)
{
    (void)step;
    assert_int_equal(steps, 20);
    return ++*(int *)context < 2;
}

static void a_search_can_be_cancelled(void **state)
{
    (void)state;
    search *const ways[] = {channel_masks_anp, channel_masks_rnp};
    for (int way = 0; way < 2; way++) {
        struct given *given = give();
        struct error err = {0};
        int steps = 0;
        given->options.steps = 20;
        given->options.progress = once;
        given->options.context = &steps;
        run(given, ways[way], 2, &err);
        assert_int_equal(err.class, ERROR_CANCELLED);
        assert_int_equal(steps, 2);
        take(given);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_step_follows_the_slope),
        cmocka_unit_test(masks_stay_within_their_range),
        cmocka_unit_test(a_search_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
