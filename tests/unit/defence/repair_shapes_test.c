/* defence/repairs: nets of unusual shapes and few images are repaired, or refused in one line. */
#include "engine/defence/repairs/measure.h"

#include "tests/nets.h"

#include "tests/test.h"

enum { IMAGES = 12, PIXELS = 36 };

static const struct test_node units[] = {
    {"InputLayer", "input", "batch_input_shape=null,36", ""},
    {"Dense", "hidden", "units=8 activation=relu", NULL},
    {"Dense", "output", "units=4 activation=softmax", NULL},
};
static const struct test_node no_channels[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6", ""},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=8 activation=relu", NULL},
    {"Dense", "output", "units=4 activation=softmax", NULL},
};
static const struct test_node one_layer[] = {
    {"InputLayer", "input", "batch_input_shape=null,36", ""},
    {"Dense", "output", "units=4 activation=softmax", NULL},
};
static const struct test_node two_classes[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
    {"Conv2D", "conv", "filters=3 kernel_size=3,3 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=2 activation=softmax", NULL},
};
static const struct test_node no_dense[] = {
    {"InputLayer", "input", "batch_input_shape=null,3,4,3", ""},
    {"Conv2D", "conv", "filters=3 kernel_size=2,2", NULL},
    {"GlobalAveragePooling2D", "mean", "", NULL},
    {"Activation", "output", "activation=softmax", NULL},
};

#define NODES(nodes)                        \
    {                                       \
        nodes, sizeof nodes / sizeof *nodes \
    }

static const struct {
    const struct test_node *nodes;
    int n;
} nets[] = {
    NODES(units), NODES(no_channels), NODES(one_layer), NODES(two_classes), NODES(no_dense)};

enum { NETS = sizeof nets / sizeof *nets };

static float pixels[IMAGES * PIXELS];
static int32_t labels[IMAGES];

static struct repair_job job_on(
    const struct network *original, struct network *network, struct thread_pool *pool, int n)
{
    test_fill(pixels, sizeof pixels / sizeof *pixels);
    for (int i = 0; i < IMAGES; i++)
        labels[i] = i % original->n_classes;
    return (struct repair_job){.original = original,
        .network = network,
        .pool = pool,
        .low = -1,
        .high = 1,
        .images = {n, pixels, labels},
        .target = 1,
        .rounds = 2,
        .seed = 1};
}

static void expect_finite(const struct network *network)
{
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++)
            for (size_t k = 0; k < network->layers[i].weights[w].count; k++)
                assert_true(isfinite(network->layers[i].weights[w].data[k]));
}

static void every_repair_takes_every_shape(void **state)
{
    (void)state;
    static const int n_images[] = {IMAGES, 1};
    struct thread_pool *pool = thread_pool_create(1);
    for (int net = 0; net < NETS; net++) {
        struct network *original = test_make(nets[net].nodes, nets[net].n);
        const struct repair *repair;
        for (int r = 0; (repair = repairs_at(r)); r++)
            for (int i = 0; i < 2; i++) {
                struct error err = {0};
                struct network *network = network_clone(original);
                struct repair_job job = job_on(original, network, pool, n_images[i]);
                bool good = repair->run(&job, &err);
                if (!good)
                    print_error("net %d, %s: %s\n", net, repair->name, err.text);
                assert_true(good);
                expect_finite(network);
                network_destroy(network);
            }
        network_destroy(original);
    }
    thread_pool_destroy(pool);
}

static void no_image_is_refused(void **state)
{
    (void)state;
    struct thread_pool *pool = thread_pool_create(1);
    struct network *original = test_make(units, sizeof units / sizeof *units);
    struct network *network = network_clone(original);
    const struct repair *repair;
    for (int r = 0; (repair = repairs_at(r)); r++) {
        struct error err = {0};
        struct repair_job job = job_on(original, network, pool, 0);
        assert_false(repair->run(&job, &err));
        assert_int_equal(err.class, ERROR_INPUT);
        assert_string_equal(err.text, "no clean image to learn from: give more of them");
    }
    network_destroy(network);
    network_destroy(original);
    thread_pool_destroy(pool);
}

static void every_shape_is_measured(void **state)
{
    (void)state;
    struct thread_pool *pool = thread_pool_create(1);
    const int suspect = 1;
    for (int net = 0; net < NETS; net++) {
        struct error err = {0};
        struct network *original = test_make(nets[net].nodes, nets[net].n);
        struct repair_job job = job_on(original, NULL, pool, IMAGES);
        struct measuring *measuring = measuring_create(&job, &suspect, 1, &err);
        struct measure measure;
        assert_non_null(measuring);
        assert_true(measuring_net(measuring, original, &measure, &err));
        assert_int_equal(measure.n, original->n_classes);
        assert_true(measure.n_turned > 0 && measure.n_moved > 0);
        measuring_destroy(measuring);
        network_destroy(original);
    }
    thread_pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_repair_takes_every_shape),
        cmocka_unit_test(no_image_is_refused),
        cmocka_unit_test(every_shape_is_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
