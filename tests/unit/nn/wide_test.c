/* nn/forward: what runs in another way because it is large gives the bits of the usual way:
 * products that are cut for the caches, and those whose rows are read as they are made. */
#include "engine/nn/forward/batched_plan.h"

#include "tests/nets.h"

#include "tests/test.h"

/* Values of images in lanes, a few of them zero. */
static float *random_values(struct random *random, size_t count)
{
    float *values = memory_floats(count);
    for (size_t i = 0; i < count; i++)
        values[i] = random_below(random, 10) ? (float)random_range(random, -1, 1) : 0;
    return values;
}

/* A product that leaves nothing out, against one that is given a list of all values. */
static void check_product(
    const struct batched_kernels *batched, const struct window *window, struct random *random)
{
    struct shape shape = {3, {window->in[0], window->in[1], window->channels}};
    struct batched_product product = {
        .window = *window, .filters = 53, .relu = random_below(random, 2), .limit = 6};
    size_t width = (size_t)batched->width, filters = (size_t)product.filters;
    size_t depth = (size_t)(window->size[0] * window->size[1] * window->channels);
    size_t outputs = window_positions(window) * filters * width;
    float *in = random_values(random, shape_count(&shape) * width);
    float *add = random_values(random, outputs), *kernel = random_values(random, depth * filters);
    float *usual = memory_floats(outputs), *out = memory_floats(outputs);
    struct batched_list list;
    batched_list_init(&list, &shape);
    batched_list_all(&list);
    batched_product_init(&product, batched);
    batched_product_pack(&product, kernel, add);
    batched_product_scale(&product, add, in);
    for (int way = 0; way < 3; way++) { /* with nothing added, with a tensor, in place */
        batched->product(usual, &product, &list, in, way ? add : NULL);
        memcpy(out, add, outputs * sizeof *out);
        batched->dense(out, &product, NULL, in, way == 0 ? NULL : way == 1 ? add : out);
        assert_memory_equal(out, usual, outputs * sizeof *out);
    }
    batched_product_finish(&product);
    batched_list_finish(&list);
    free(in);
    free(add);
    free(kernel);
    free(usual);
    free(out);
}

static void products_cut_for_caches_are_the_same_bits(void **state)
{
    static const struct window windows[] = {
        {{3, 5}, 700, {1, 1}, {1, 1}, {1, 1}, {0, 0}, {3, 5}},
        {{1, 2}, 460, {1, 1}, {1, 1}, {1, 1}, {0, 0}, {1, 2}},
        {{7, 5}, 97, {1, 1}, {2, 2}, {1, 1}, {0, 0}, {4, 3}},
        {{2, 2}, 150, {3, 3}, {1, 1}, {1, 1}, {1, 1}, {2, 2}},
        {{9, 14}, 41, {3, 3}, {2, 1}, {1, 1}, {1, 1}, {5, 14}},
        {{6, 9}, 20, {2, 3}, {1, 1}, {2, 2}, {0, 2}, {4, 9}},
    };
    const struct batched_kernels *batched;
    struct random random;
    (void)state;
    random_init(&random, 3, 0);
    for (int k = 0; (batched = batched_at(k)); k++)
        for (size_t i = 0; i < sizeof windows / sizeof *windows; i++)
            check_product(batched, &windows[i], &random);
}

/* Tensors of 4 images, too, are larger than those that go through memory. */
static const struct test_node narrow_wide_narrow[] = {
    {"InputLayer", "input", "batch_input_shape=null,60,57,3", ""},
    {"Conv2D", "first", "filters=37 kernel_size=3,3 strides=2,2 padding=same", NULL},
    {"BatchNormalization", "first_norm", "", NULL},
    {"ReLU", "first_bent", "max_value=6", NULL},
    {"DepthwiseConv2D", "around", "kernel_size=3,3 padding=same", NULL},
    {"BatchNormalization", "around_norm", "", NULL},
    {"ReLU", "around_bent", "", NULL},
    {"Conv2D", "narrow", "filters=9 kernel_size=1,1 use_bias=false", NULL},
    {"Conv2D", "wide", "filters=50 kernel_size=1,1 activation=relu", NULL},
    {"DepthwiseConv2D", "half", "kernel_size=3,3 strides=2,2 padding=same", NULL},
    {"Conv2D", "again", "filters=110 kernel_size=2,2", NULL},
    {"DepthwiseConv2D", "far", "kernel_size=5,2 dilation_rate=2,1 activation=relu", NULL},
    {"GlobalAveragePooling2D", "mean", "", NULL},
    {"Dense", "output", "units=4", NULL},
};
enum { LAYERS = sizeof narrow_wide_narrow / sizeof *narrow_wide_narrow };

static float *run(const struct network *network, const struct batched_kernels *batched,
    const bool *keep, int *tensors)
{
    struct random random;
    struct batched_plan *plan = batched_plan_create(network, batched, keep);
    struct batched_pass *pass = batched_pass_create(plan);
    float *input = batched_pass_tensor(pass, network->input);
    size_t count = shape_count(&network->layers[network->input].shape) * (size_t)batched->width;
    size_t outputs = (size_t)(network->n_classes * batched->width);
    float *logits = memory_floats(outputs);
    random_init(&random, 4, 0);
    for (size_t i = 0; i < count; i++)
        input[i] = (float)random_range(&random, -1, 1);
    batched_pass_run(pass, NULL);
    memcpy(logits, batched_pass_tensor(pass, network->output), outputs * sizeof *logits);
    for (int i = *tensors = 0; i < network->n_layers; i++)
        *tensors += batched_pass_has_room(pass, i);
    batched_pass_destroy(pass);
    batched_plan_destroy(plan);
    return logits;
}

static void rows_that_are_read_as_they_are_made_are_the_same_bits(void **state)
{
    const struct batched_kernels *batched;
    struct network *network = test_make(narrow_wide_narrow, LAYERS);
    bool keep[LAYERS];
    (void)state;
    memset(keep, true, sizeof keep);
    for (int k = 0; (batched = batched_at(k)); k++) {
        int all, few;
        size_t outputs = (size_t)(network->n_classes * batched->width);
        float *usual = run(network, batched, keep, &all);
        float *quick = run(network, batched, NULL, &few);
        assert_memory_equal(quick, usual, outputs * sizeof *usual);
        assert_int_equal(all, LAYERS);
        assert_int_equal(few, 7); /* input, three depthwise convolutions, narrow, mean, output */
        free(usual);
        free(quick);
    }
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_cut_for_caches_are_the_same_bits),
        cmocka_unit_test(rows_that_are_read_as_they_are_made_are_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
