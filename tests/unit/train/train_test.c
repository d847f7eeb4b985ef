/* learn: gradients of a whole net, steps of the optimisers, the trainer. */
#include "engine/attack/badnet.h"
#include "engine/base/thread_pool.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/train/initialise.h"
#include "engine/train/softmax.h"
#include "engine/train/train.h"

#include "tests/nets.h"

#include "tests/test.h"

/* Smooth everywhere, so that finite differences are right: two branches that meet in an Add. */
static const struct test_node smooth_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,5,2", ""},
    {"Conv2D", "conv", "filters=4 kernel_size=3,2 activation=tanh", NULL},
    {"AveragePooling2D", "pool", "pool_size=2,2", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "left", "units=5", "flat"},
    {"Dense", "right", "units=5 activation=sigmoid", "flat"},
    {"Add", "sum", "", "left right"},
    {"Activation", "bent", "activation=tanh", NULL},
    {"Dense", "output", "units=3 activation=softmax", NULL},
};
enum { SMOOTH_LAYERS = sizeof smooth_net / sizeof *smooth_net, IMAGES = 4 };

static const int32_t labels[IMAGES] = {2, 0, -1, 1}; /* one without a loss */

static double loss_of(struct backward *backward, const float *images)
{
    memcpy(backward_input(backward), images, IMAGES * 60 * sizeof *images);
    return backward_run(backward, IMAGES, labels, 1, NULL).loss;
}

static double slope(struct backward *backward, const float *images, float *value)
{
    const float old = *value, step = 0.01F;
    *value = old + step;
    double above = loss_of(backward, images);
    *value = old - step;
    double below = loss_of(backward, images);
    *value = old;
    return (above - below) / (2 * (double)step);
}

static void gradients_match_finite_differences(void **state)
{
    (void)state;
    struct network *network = test_make(smooth_net, SMOOTH_LAYERS);
    struct backward *backward =
        backward_create(network, IMAGES, &(struct backward_options){.input = true});
    float images[IMAGES * 60], *gradient = gradient_create(network);
    test_fill(images, IMAGES * 60);
    memcpy(backward_input(backward), images, sizeof images);
    backward_run(backward, IMAGES, labels, 1, gradient);
    float input[IMAGES * 60];
    memcpy(input, backward_gradient(backward, network->input), sizeof input);
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            struct weight *weight = &network->layers[i].weights[w];
            const float *found = gradient + gradient_offset(network, i, w);
            for (size_t k = 0; k < weight->count; k++)
                assert_float_equal(found[k], slope(backward, images, &weight->data[k]), 2e-3);
        }
    for (int i = 0; i < IMAGES * 60; i++)
        assert_float_equal(input[i], slope(backward, images, &images[i]), 2e-3);
    free(gradient);
    backward_destroy(backward);
    network_destroy(network);
}

static void cross_entropy_is_stable(void **state)
{
    (void)state;
    const float logits[3] = {1000, 998, -1000};
    float grad[3];
    assert_float_equal(backward_cross_entropy(logits, 3, 0, grad), 0.126928, 1e-5);
    assert_float_equal(grad[0], -0.119203, 1e-5);
    assert_float_equal(grad[1], 0.119203, 1e-5);
    assert_float_equal(backward_cross_entropy(logits, 3, 2, grad), 2000.126928, 1e-3);
}

static void exponentials_are_right(void **state)
{
    (void)state;
    enum { COUNT = 20001 };
    static float values[COUNT], found[COUNT];
    for (int i = 0; i < COUNT; i++)
        values[i] = 3 - (float)i * 0.0045F; /* 3 to -87 */
    softmax_exponentials(found, values, COUNT, 3);
    assert_true(found[0] == 1);
    for (int i = 0; i < COUNT; i++) {
        double right = exp((double)(values[i] - 3));
        if (values[i] - 3 < -87)
            assert_true(found[i] == 0);
        else
            assert_true(fabs((double)found[i] - right) <= 2e-7 * right);
    }
    const float odd[] = {-INFINITY, -1000, NAN, 0};
    softmax_exponentials(found, odd, 4, 0);
    assert_true(found[0] == 0 && found[1] == 0 && found[2] != found[2] && found[3] == 1);
}

static const struct test_node tiny_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,2", ""},
    {"Dense", "output", "units=2 activation=softmax", NULL},
};

/* A gradient for the tiny net's kernel and the first of its biases. */
static float *tiny_gradient(const struct network *network, float first, float second, float bias)
{
    float *gradient = gradient_create(network);
    gradient[gradient_offset(network, 1, 0)] = first;
    gradient[gradient_offset(network, 1, 0) + 1] = second;
    gradient[gradient_offset(network, 1, 1)] = bias;
    return gradient;
}

static void sgd_has_momentum_decay_and_masks(void **state)
{
    (void)state;
    struct network *network = test_make(tiny_net, 2);
    float *kernel = network->layers[1].weights[0].data, *bias = network->layers[1].weights[1].data;
    float *gradient = tiny_gradient(network, 0.5F, -0.25F, 2);
    size_t size = gradient_size(network);
    struct optimiser_options options = optimiser_sgd(0.9);
    options.decay = 0.1;
    struct optimiser *optimiser = optimiser_create(network, &options);
    kernel[0] = kernel[1] = bias[0] = 1;
    optimiser_mask(optimiser, 1, 0, (const uint8_t[]){1, 0, 1, 1});
    for (int step = 0; step < 2; step++) {
        optimiser_begin(optimiser, 0.1);
        optimiser_step(optimiser, gradient, 0, size - 3); /* in two ranges */
        optimiser_step(optimiser, gradient, size - 3, 3);
    }
    /* 1 - 0.05 - 0.01 = 0.94; 0.94 - 0.1 * 0.95 - 0.0094 = 0.8356 */
    assert_float_equal(kernel[0], 0.8356, 1e-6);
    assert_float_equal(kernel[1], 1, 0);               /* masked */
    assert_float_equal(bias[0], 1 - 0.2 - 0.38, 1e-6); /* a bias does not decay */
    bool frozen[2];
    optimiser_frozen(optimiser, frozen);
    assert_true(frozen[0] && !frozen[1]);
    optimiser_mask(optimiser, 1, 0, NULL);
    optimiser_mask(optimiser, 1, 1, NULL);
    optimiser_frozen(optimiser, frozen);
    assert_true(frozen[1]);
    optimiser_destroy(optimiser);
    free(gradient);
    network_destroy(network);
}

static void adam_steps_as_in_the_paper(void **state)
{
    (void)state;
    struct network *network = test_make(tiny_net, 2);
    float *kernel = network->layers[1].weights[0].data;
    float *gradient = tiny_gradient(network, 0.5F, -0.25F, 2);
    size_t size = gradient_size(network);
    struct optimiser_options options = optimiser_adam();
    struct optimiser *optimiser = optimiser_create(network, &options);
    kernel[0] = kernel[1] = 1;
    optimiser_begin(optimiser, 0.1);
    optimiser_step(optimiser, gradient, 0, size);
    assert_float_equal(kernel[0], 0.9, 1e-6); /* the first step is the rate */
    assert_float_equal(kernel[1], 1.1, 1e-6);
    gradient[gradient_offset(network, 1, 0)] = -0.5F;
    optimiser_begin(optimiser, 0.1);
    optimiser_step(optimiser, gradient, 0, size);
    /* m = 0.9 * 0.05 - 0.05 = -0.005, / 0.19; v = 0.25 after correction */
    assert_float_equal(kernel[0], 0.9 + 0.1 * (0.005 / 0.19) / 0.5, 1e-5);
    optimiser_destroy(optimiser);
    free(gradient);
    network_destroy(network);
}

static void rates_rise_and_fall(void **state)
{
    (void)state;
    assert_float_equal(optimiser_rate(1, 0.1, 0, 4, 104), 0.25, 1e-9);
    assert_float_equal(optimiser_rate(1, 0.1, 4, 4, 104), 1, 1e-9);
    assert_float_equal(optimiser_rate(1, 0.1, 54, 4, 104), 0.55, 1e-9);
    assert_float_equal(optimiser_rate(1, 0.1, 104, 4, 104), 0.1, 1e-9);
}

static const struct test_node stripes_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,8,8,1", ""},
    {"Conv2D", "conv", "filters=6 kernel_size=3,3 activation=relu", NULL},
    {"MaxPooling2D", "pool", "pool_size=2,2", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=2 activation=softmax", NULL},
};

/* Bars that lie or stand, somewhere, on noise. */
static struct dataset *stripes(int n)
{
    uint8_t *pixels = memory_array((size_t)n, 64);
    int32_t *labelled = memory_array((size_t)n, sizeof *labelled);
    struct random random;
    random_init(&random, 11, 0);
    for (int i = 0; i < n; i++) {
        int line = 1 + (int)random_below(&random, 6);
        labelled[i] = i % 2;
        for (int k = 0; k < 64; k++) {
            bool bar = (labelled[i] ? k / 8 : k % 8) == line;
            pixels[i * 64 + k] = (uint8_t)((bar ? 150 : 20) + random_below(&random, 80));
        }
    }
    struct shape shape = shape_image(8, 8, 1);
    return dataset_from_bytes("stripes", n, &shape, pixels, labelled);
}

static bool keep(void *context, const struct train_report *report)
{
    *(struct train_report *)context = *report;
    return true;
}

/* Trains a fresh net on stripes; the first filter is left as it was. */
static struct network *learn_stripes(int workers, struct train_report *last)
{
    struct network *network = test_make(stripes_net, 5);
    struct thread_pool *pool = thread_pool_create(workers);
    struct dataset *set = stripes(200), *sets[] = {set, set};
    struct train_options options = train_defaults();
    options.epochs = 30;
    options.batch = 30; /* the last batch of an epoch is smaller, lanes are uneven */
    options.rate = 0.01;
    options.augment =
        (struct augment_options){.shift = 1, .mirror = true, .light = 0.1, .noise = 3};
    initialise_network(network, 7);
    struct trainer *trainer = train_create(network, pool, &options);
    uint8_t mask[54];
    for (int i = 0; i < 54; i++)
        mask[i] = i % 6 != 0;
    optimiser_mask(train_optimiser(trainer), 1, 0, mask);
    struct error err = {0};
    struct train_hooks hooks = {keep, last};
    assert_true(train_run(trainer, sets, 2, &hooks, &err));
    train_destroy(trainer);
    dataset_unref(set);
    thread_pool_destroy(pool);
    return network;
}

static void trainer_learns_the_same_for_any_workers(void **state)
{
    (void)state;
    struct train_report last;
    struct network *one = learn_stripes(1, &last), *fresh = test_make(stripes_net, 5);
    assert_int_equal(last.epoch, 30);
    assert_int_equal(last.done, 400);
    assert_float_equal(last.accuracy, 1, 0);
    initialise_network(fresh, 7);
    const float *filter = one->layers[1].weights[0].data, *was = fresh->layers[1].weights[0].data;
    for (int i = 0; i < 54; i++)
        assert_true((filter[i] == was[i]) == (i % 6 == 0));
    for (int workers = 2; workers <= 4; workers++) {
        struct network *many = learn_stripes(workers, &last);
        for (int i = 0; i < one->n_layers; i++)
            for (int w = 0; w < one->layers[i].n_weights; w++)
                assert_memory_equal(many->layers[i].weights[w].data, one->layers[i].weights[w].data,
                    one->layers[i].weights[w].count * sizeof(float));
        network_destroy(many);
    }
    network_destroy(fresh);
    network_destroy(one);
}

static void penalty_keeps_channels_quiet(void **state)
{
    (void)state;
    struct network *network = test_make(stripes_net, 5);
    struct thread_pool *pool = thread_pool_create(2);
    struct dataset *set = stripes(100);
    const float strength[6] = {1, 1, 1, 0, 0, 0};
    struct backward_penalty penalty = {network_find(network, "pool"), strength};
    struct train_options options = train_defaults();
    options.penalty = &penalty;
    options.epochs = 80;
    options.batch = 10;
    options.rate = 0.01;
    struct trainer *trainer = train_create(network, pool, &options);
    assert_true(train_run(trainer, &set, 1, NULL, NULL));
    train_destroy(trainer);
    struct backward *backward = backward_create(network, 100, NULL);
    dataset_fill(set, 0, 100, 1 / 255.0F, backward_input(backward));
    assert_true(backward_run(backward, 100, dataset_labels(set), 1, NULL).correct > 90);
    backward_destroy(backward);
    struct reference_pass *pass = reference_pass_create(network, 100);
    dataset_fill(set, 0, 100, 1 / 255.0F, reference_pass_tensor(pass, network->input));
    reference_pass_forward(pass, 100, NULL);
    double sums[2] = {0};
    for (int i = 0; i < 100 * 9 * 6; i++)
        sums[i % 6 >= 3] += (double)reference_pass_tensor(pass, penalty.layer)[i];
    assert_true(sums[0] < 0.02 * sums[1]);
    reference_pass_destroy(pass);
    dataset_unref(set);
    thread_pool_destroy(pool);
    network_destroy(network);
}

static bool stop_soon(void *context, const struct plant_report *report)
{
    int *calls = context;
    return report->phase == PLANT_DRAWING || ++*calls < 3;
}

static void planting_checks_and_stops(void **state)
{
    (void)state;
    struct badnet_options options = badnet_defaults();
    struct thread_pool *pool = thread_pool_create(2);
    struct error err = {0};
    options.target = 48;
    assert_null(badnet_make(&options, pool, NULL, NULL, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    options = badnet_defaults();
    options.identities = 4;
    options.images = 40;
    int calls = 0;
    struct plant_hooks hooks = {stop_soon, &calls};
    assert_null(badnet_make(&options, pool, &hooks, NULL, &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    assert_int_equal(calls, 3);
    thread_pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_match_finite_differences),
        cmocka_unit_test(cross_entropy_is_stable),
        cmocka_unit_test(exponentials_are_right),
        cmocka_unit_test(sgd_has_momentum_decay_and_masks),
        cmocka_unit_test(adam_steps_as_in_the_paper),
        cmocka_unit_test(rates_rise_and_fall),
        cmocka_unit_test(trainer_learns_the_same_for_any_workers),
        cmocka_unit_test(penalty_keeps_channels_quiet),
        cmocka_unit_test(planting_checks_and_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
