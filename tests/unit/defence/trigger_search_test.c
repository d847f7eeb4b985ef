/* defence: outliers; the search for a target class and for its trigger, on nets in which both are
 * known because the test wrote the weights. */
#include "engine/defence/suspects/inversion.h"
#include "engine/defence/suspects/outlier.h"
#include "engine/defence/suspects/target_scan.h"

#include "tests/nets.h"

#include "tests/test.h"

#include <math.h>

enum { CLASSES = 12, SIDE = 6, PIXELS = SIDE * SIDE, TARGET = 7, TRIGGER_PIXEL = 27, IMAGES = 48 };

static const struct test_node plain_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=12 activation=softmax", NULL},
};

/* Class k reads pixels of its own; the target also reads one pixel, and strongly. */
static struct network *make_net(bool backdoor)
{
    struct network *network = test_make(plain_net, sizeof plain_net / sizeof *plain_net);
    float *kernel = network->layers[network->output].weights[0].data;
    float *bias = network->layers[network->output].weights[1].data;
    memset(kernel, 0, PIXELS * CLASSES * sizeof *kernel);
    memset(bias, 0, CLASSES * sizeof *bias);
    for (int k = 0; k < CLASSES; k++) {
        kernel[2 * k * CLASSES + k] = 4 + 0.1F * (float)(k % 5);
        kernel[(2 * k + 1) * CLASSES + k] = 4;
    }
    if (backdoor)
        kernel[TRIGGER_PIXEL * CLASSES + TARGET] = 30;
    return network;
}

static void scales_are_medians(void **state)
{
    (void)state;
    const double values[] = {3, 1, 2, 100, 2};
    struct outlier_scale scale = outlier_scale_of(values, 5);
    assert_true(scale.median == 2 && fabs(scale.deviation - 1.4826) < 1e-12);
    assert_true(fabs(outlier_score(&scale, 100) - 98 / 1.4826) < 1e-9);
    const double even[] = {4, 1};
    scale = outlier_scale_of(even, 2);
    assert_true(scale.median == 2.5 && fabs(scale.deviation - 1.4826 * 1.5) < 1e-12);
    const double equal[] = {5, 5, 5, 9};
    scale = outlier_scale_of(equal, 4);
    assert_true(outlier_score(&scale, 5) == 0 && isinf(outlier_score(&scale, 9)) &&
                outlier_score(&scale, 4) < 0);
}

static void scan(int workers, bool backdoor, struct target_scan_class *found)
{
    struct network *network = make_net(backdoor);
    struct thread_pool *pool = thread_pool_create(workers);
    struct target_scan_options options = target_scan_defaults(0, 1);
    struct error err = {0};
    assert_true(target_scan(network, pool, &options, NULL, found, &err));
    thread_pool_destroy(pool);
    network_destroy(network);
}

static void the_target_reaches_the_largest_margin(void **state)
{
    (void)state;
    struct target_scan_class found[CLASSES], more[CLASSES], clean[CLASSES];
    scan(1, true, found);
    assert_int_equal(found[0].class, TARGET);
    /* at most 38.2: every pixel of the target at 1, all else at 0 */
    assert_true(found[0].margin > 33 && found[0].margin < 38.2 + 1e-4);
    assert_true(found[0].outlier > 10 && found[0].stayed && found[1].outlier < 3);
    for (int i = 1; i < CLASSES; i++)
        assert_true(found[i].outlier <= found[i - 1].outlier);
    scan(3, true, more);
    for (int i = 0; i < CLASSES; i++)
        assert_true(found[i].class == more[i].class && found[i].margin == more[i].margin);
    scan(2, false, clean);
    assert_true(clean[0].outlier < 3);
}

static void few_stay_where_classes_are_many(void **state)
{
    (void)state;
    struct network *network = make_net(true);
    struct thread_pool *pool = thread_pool_create(2);
    struct target_scan_options options = target_scan_defaults(0, 1);
    struct target_scan_class found[CLASSES];
    struct error err = {0};
    options.stay = 4;
    assert_true(target_scan(network, pool, &options, NULL, found, &err));
    int stayed = 0;
    for (int i = 0; i < CLASSES; i++) {
        stayed += found[i].stayed;
        assert_true(i == 0 || found[i].stayed <= found[i - 1].stayed);
    }
    assert_int_equal(found[0].class, TARGET);
    assert_true(stayed >= 4 && stayed <= 6);
    atomic_bool stop = true;
    struct target_scan_hooks hooks = {.stop = &stop};
    assert_false(target_scan(network, pool, &options, &hooks, found, &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    thread_pool_destroy(pool);
    network_destroy(network);
}

static struct inversion_trigger invert(struct inversion *inversion, int steps)
{
    struct error err = {0};
    for (int i = 0; i < steps; i++)
        assert_true(inversion_step(inversion, &err));
    return inversion_trigger(inversion);
}

static void the_mask_finds_the_trigger(void **state)
{
    (void)state;
    struct network *network = make_net(true);
    float pixels[IMAGES * PIXELS];
    int32_t wanted[IMAGES], other[IMAGES];
    test_fill(pixels, IMAGES * PIXELS);
    for (int i = 0; i < IMAGES * PIXELS; i++)
        pixels[i] = i % PIXELS == TRIGGER_PIXEL ? 0 : fabsf(pixels[i]);
    for (int i = 0; i < IMAGES; i++) {
        wanted[i] = TARGET;
        other[i] = 3;
    }
    struct inversion_options options = inversion_defaults(0, 1);
    options.weight = 0.1;
    double sizes[2];
    float masks[2][PIXELS];
    for (int workers = 1; workers <= 2; workers++) {
        struct thread_pool *pool = thread_pool_create(workers);
        struct inversion_images images = {IMAGES, pixels, wanted};
        struct inversion *inversion = inversion_create(network, pool, &images, &options);
        struct inversion_trigger found = invert(inversion, 300);
        assert_true(found.good && found.hits >= 0.99);
        assert_true(found.mask[TRIGGER_PIXEL] * found.pattern[TRIGGER_PIXEL] > 0.1F);
        for (int i = 0; i < PIXELS; i++)
            assert_true(i == TRIGGER_PIXEL || found.mask[i] < found.mask[TRIGGER_PIXEL]);
        sizes[workers - 1] = found.size;
        memcpy(masks[workers - 1], found.mask, sizeof *masks);
        inversion_destroy(inversion);
        images.wanted = other;
        inversion = inversion_create(network, pool, &images, &options);
        assert_true(invert(inversion, 300).size > 2 * sizes[0]);
        inversion_destroy(inversion);
        thread_pool_destroy(pool);
    }
    assert_memory_equal(masks[0], masks[1], sizeof *masks);
    network_destroy(network);
}

/* Where the input is a row of units, each of them is a pixel. */
static void flat_inputs_have_triggers(void **state)
{
    (void)state;
    static const struct test_node nodes[] = {
        {"InputLayer", "input", "batch_input_shape=null,9", ""},
        {"Dense", "output", "units=3 activation=softmax", NULL},
    };
    struct network *network = test_make(nodes, sizeof nodes / sizeof *nodes);
    float pixels[8 * 9], out[9];
    int32_t wanted[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    test_fill(pixels, 8 * 9);
    memset(network->layers[1].weights[0].data, 0, 9 * 3 * sizeof(float));
    network->layers[1].weights[0].data[4 * 3 + 1] = 30; /* unit 4 leads to class 1 */
    network->layers[1].weights[1].data[0] = 5;
    struct inversion_options options = inversion_defaults(0, 1);
    options.weight = 0.1;
    options.batch = 8;
    struct thread_pool *pool = thread_pool_create(2);
    const struct inversion_images images = {8, pixels, wanted};
    struct inversion *inversion = inversion_create(network, pool, &images, &options);
    const struct inversion_trigger found = invert(inversion, 200);
    for (int i = 0; i < 9; i++)
        assert_true(i == 4 || found.mask[i] < found.mask[4]);
    const struct shape shape = shape_units(9);
    inversion_stamp(&shape, &found, 0, 0, pixels, out);
    assert_true(out[4] > pixels[4]);
    inversion_destroy(inversion);
    thread_pool_destroy(pool);
    network_destroy(network);
}

static void stamps_move_whole_pixels(void **state)
{
    (void)state;
    struct shape shape = shape_image(3, 3, 1);
    const float mask[9] = {0, 0, 0, 0, 1, 0, 0, 0, 0.5F}, pattern[9] = {0, 0, 0, 0, 8, 0, 0, 0, 6};
    const float image[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    float out[9];
    struct inversion_trigger trigger = {.mask = mask, .pattern = pattern};
    inversion_stamp(&shape, &trigger, 0, 0, image, out);
    const float there[9] = {1, 2, 3, 4, 8, 6, 7, 8, 7.5F};
    assert_memory_equal(out, there, sizeof out);
    inversion_stamp(&shape, &trigger, -1, 1, image, out);
    const float moved[9] = {1, 2, 8, 4, 5, 6, 7, 8, 9}; /* the other place has left the image */
    assert_memory_equal(out, moved, sizeof out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_are_medians),
        cmocka_unit_test(the_target_reaches_the_largest_margin),
        cmocka_unit_test(few_stay_where_classes_are_many),
        cmocka_unit_test(the_mask_finds_the_trigger),
        cmocka_unit_test(flat_inputs_have_triggers),
        cmocka_unit_test(stamps_move_whole_pixels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
