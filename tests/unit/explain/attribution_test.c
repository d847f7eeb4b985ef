/* explain: gradients against finite differences, and occlusion against a plain loop, both with the
 * net computed anew in double precision. */
#include "engine/explain/attribution.h"

#include "tests/nets.h"
#include "tests/unit/common/double_net.h"

#include "tests/test.h"

#include <math.h>
#include <stdatomic.h>

/* Colours; one channel; nine of them; residual with batch normalisation; a unit for every pixel. */
static const struct test_node colours[] = {
    {"InputLayer", "input", "batch_input_shape=null,9,7,3", ""},
    {"Conv2D", "conv", "filters=4 kernel_size=3,3 activation=relu", NULL},
    {"MaxPooling2D", "pool", "pool_size=2,2", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=5 activation=softmax", NULL},
};
static const struct test_node grey[] = {
    {"InputLayer", "input", "batch_input_shape=null,8,8,1", ""},
    {"Conv2D", "conv", "filters=3 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=3 activation=softmax", NULL},
};
static const struct test_node many[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6,9", ""},
    {"Conv2D", "a", "filters=4 kernel_size=3,3 padding=same", NULL},
    {"BatchNormalization", "norm", "", NULL},
    {"Conv2D", "b", "filters=4 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Add", "sum", "", "norm b"},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=4 activation=softmax", NULL},
};
static const struct test_node dense[] = {
    {"InputLayer", "input", "batch_input_shape=null,4,3,1", ""},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=6 activation=relu", NULL},
    {"Dense", "output", "units=2 activation=softmax", NULL},
};
static const struct {
    const struct test_node *nodes;
    int n;
} nets[] = {{colours, 5}, {grey, 4}, {many, 7}, {dense, 4}};
enum { NETS = 4, PIXELS_MOST = 9 * 7 * 9 };

static void draw_image(float *image, size_t n, int seed)
{
    for (size_t i = 0; i < n; i++)
        image[i] = (float)(0.5 + 0.5 * sin(1.7 * (double)i + seed));
}

static double logit(const struct double_net *net, int class)
{
    const struct network *network = net->network;
    int at = network->output;
    bool softmax = strcmp(network->layers[at].class->name, "Dense") == 0;
    return softmax ? net->linear[at][class] : net->values[at][class];
}

static double logit_of(struct double_net *net, const double *image, int class)
{
    double_net_run(net, image);
    return logit(net, class);
}

static void gradients_are_those_of_finite_differences(void **state)
{
    (void)state;
    for (int i = 0; i < NETS; i++) {
        struct network *network = test_make(nets[i].nodes, nets[i].n);
        struct double_net *net = double_net_create(network);
        const struct shape *shape = &network->layers[network->input].shape;
        size_t values = shape_count(shape), channels = (size_t)shape->dim[2];
        float image[PIXELS_MOST], heat[PIXELS_MOST];
        double exact[PIXELS_MOST];
        struct error err;
        draw_image(image, values, i);
        assert_true(attribution_gradient(network, image, 1, heat, &err));
        for (size_t k = 0; k < values; k++)
            exact[k] = (double)image[k];
        for (size_t p = 0; p < values / channels; p++) {
            double most = 0;
            for (size_t c = 0; c < channels; c++) {
                double *value = &exact[p * channels + c], was = *value, step = 1e-6;
                *value = was + step;
                double up = logit_of(net, exact, 1);
                *value = was - step;
                double down = logit_of(net, exact, 1);
                *value = was;
                most = fmax(most, fabs(up - down) / (2 * step));
            }
            assert_true(fabs((double)heat[p] - most) < 1e-3 * (1 + most));
        }
        double_net_destroy(net);
        network_destroy(network);
    }
}

/* log p / (1 - p), straight from the definition. */
static double log_odds(struct double_net *net, const double *image, int class)
{
    double_net_run(net, image);
    double sum = 0, own = exp(logit(net, class));
    for (int k = 0; k < net->network->n_classes; k++)
        sum += exp(logit(net, k));
    double share = own / sum;
    return log(share / (1 - share));
}

/* The mean over all patches that cover a pixel, pixel by pixel. */
static double plain_occlusion(
    struct double_net *net, const float *image, const struct shape *shape, int class, int y, int x)
{
    struct attribution_patches patches = attribution_patches_of(shape->dim[0], shape->dim[1]);
    int width = shape->dim[1], channels = shape->dim[2], n = (int)shape_count(shape), covers = 0;
    double exact[PIXELS_MOST], mean[16] = {0}, sum = 0;
    for (int k = 0; k < n; k++)
        mean[k % channels] += (double)image[k] / (n / channels);
    for (int k = 0; k < n; k++)
        exact[k] = (double)image[k];
    double whole = log_odds(net, exact, class);
    for (int i = 0; i < patches.across * patches.down; i++) {
        int top = attribution_patch_at(&patches, i / patches.across, shape->dim[0]);
        int left = attribution_patch_at(&patches, i % patches.across, width);
        if (y < top || y >= top + patches.size || x < left || x >= left + patches.size)
            continue;
        for (int k = 0; k < n; k++) {
            int row = k / channels / width, column = k / channels % width;
            bool hidden = row >= top && row < top + patches.size && column >= left &&
                          column < left + patches.size;
            exact[k] = hidden ? mean[k % channels] : (double)image[k];
        }
        sum += whole - log_odds(net, exact, class);
        covers++;
    }
    assert_true(covers > 0);
    return sum / covers;
}

static void occlusion_is_that_of_a_plain_loop(void **state)
{
    (void)state;
    for (int i = 0; i < NETS; i++) {
        struct network *network = test_make(nets[i].nodes, nets[i].n);
        struct double_net *net = double_net_create(network);
        const struct shape *shape = &network->layers[network->input].shape;
        float image[PIXELS_MOST], heat[PIXELS_MOST], again[PIXELS_MOST];
        struct thread_pool *one = thread_pool_create(1), *three = thread_pool_create(3);
        struct error err;
        draw_image(image, shape_count(shape), i);
        assert_true(attribution_occlusion(network, image, 0, one, NULL, heat, &err));
        assert_true(attribution_occlusion(network, image, 0, three, NULL, again, &err));
        for (int y = 0; y < shape->dim[0]; y++)
            for (int x = 0; x < shape->dim[1]; x++) {
                int p = y * shape->dim[1] + x;
                double wanted = plain_occlusion(net, image, shape, 0, y, x);
                assert_true(fabs((double)heat[p] - wanted) < 1e-3 * (1 + fabs(wanted)));
                assert_true(!(heat[p] < again[p]) && !(heat[p] > again[p]));
            }
        thread_pool_destroy(one);
        thread_pool_destroy(three);
        double_net_destroy(net);
        network_destroy(network);
    }
}

static void patches_cover_every_pixel_and_stay_inside(void **state)
{
    (void)state;
    for (int height = 1; height < 60; height++)
        for (int width = 1; width < 60; width += 3) {
            struct attribution_patches p = attribution_patches_of(height, width);
            int covered = 0;
            for (int i = 0; i < p.across; i++) {
                int at = attribution_patch_at(&p, i, width);
                assert_true(at >= 0 && at <= covered && at + p.size <= width);
                covered = at + p.size;
            }
            assert_int_equal(covered, width);
            assert_int_equal(attribution_patch_at(&p, p.down - 1, height) + p.size, height);
        }
}

static void log_odds_do_not_overflow(void **state)
{
    (void)state;
    const float large[] = {3000, -3000, 2990}, alone[] = {2.5F};
    assert_true(fabs(attribution_log_odds(large, 3, 0) - 10) < 1e-9);
    assert_true(fabs(attribution_log_odds(large, 3, 1) + 6000) < 1e-3);
    assert_true(fabs(attribution_log_odds(alone, 1, 0) - 2.5) < 1e-9);
}

static void what_is_not_finite_is_refused_and_work_can_be_stopped(void **state)
{
    (void)state;
    struct network *network = test_make(colours, 5);
    struct thread_pool *pool = thread_pool_create(2);
    float image[PIXELS_MOST], heat[PIXELS_MOST];
    struct error err;
    atomic_bool stop = true;
    draw_image(image, 9 * 7 * 3, 0);
    assert_false(attribution_occlusion(network, image, 0, pool, &stop, heat, &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    image[4] = NAN;
    assert_false(attribution_occlusion(network, image, 0, pool, NULL, heat, &err));
    assert_non_null(strstr(err.text, "not finite"));
    thread_pool_destroy(pool);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_those_of_finite_differences),
        cmocka_unit_test(occlusion_is_that_of_a_plain_loop),
        cmocka_unit_test(patches_cover_every_pixel_and_stay_inside),
        cmocka_unit_test(log_odds_do_not_overflow),
        cmocka_unit_test(what_is_not_finite_is_refused_and_work_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
