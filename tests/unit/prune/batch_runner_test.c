/* Passes that a worker runs together: the bits of each alone, and only where that gains. */
#include "engine/prune/ranking/batch_runner.h"

#include "tests/nets.h"

#include "tests/test.h"

/* Winograd's scheme reads some 18 million floats of weights for one tile of each image. */
static const struct test_node wide[] = {
    {"InputLayer", "input", "batch_input_shape=null,4,4,3", ""},
    {"Conv2D", "first", "filters=360 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Conv2D", "second", "filters=360 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Conv2D", "third", "filters=12 kernel_size=3,3 activation=tanh", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=5", NULL},
};
static const struct test_node narrow[] = {
    {"InputLayer", "input", "batch_input_shape=null,4,4,3", ""},
    {"Conv2D", "first", "filters=40 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Conv2D", "second", "filters=40 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=5", NULL},
};
/* Wide, but an image takes more memory than its share. */
static const struct test_node large[] = {
    {"InputLayer", "input", "batch_input_shape=null,256,256,40", ""},
    {"AveragePooling2D", "mean", "pool_size=64,64 strides=64,64", NULL},
    {"Conv2D", "first", "filters=360 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Conv2D", "second", "filters=360 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=5", NULL},
};
enum { CLASSES = 5, PIXELS = 4 * 4 * 3, IMAGES = 75 };

struct images {
    const struct network *network;
    float pixels[IMAGES][PIXELS];
    float logits[IMAGES][CLASSES];
    int visits[IMAGES];
};

static void load(void *context, const struct batch *batch)
{
    const struct images *images = context;
    float *to = batched_pass_tensor(batch->pass, images->network->input);
    for (int lane = 0; lane < batch->count; lane++)
        for (int i = 0; i < PIXELS; i++)
            to[i * batch->width + lane] = images->pixels[batch->first + lane][i];
}

static void visit(void *context, const struct batch *batch)
{
    struct images *images = context;
    const float *from = batched_pass_tensor(batch->pass, images->network->output);
    for (int lane = 0; lane < batch->count; lane++) {
        images->visits[batch->first + lane]++;
        for (int k = 0; k < CLASSES; k++)
            images->logits[batch->first + lane][k] = from[k * batch->width + lane];
    }
}

/* The logits of one pass after the other. */
static void run_alone(struct images *images, const struct batched_plan *plan)
{
    struct batch batch = {.pass = batched_pass_create(plan), .width = batched_plan_width(plan)};
    for (; batch.first < IMAGES; batch.first += batch.count) {
        int left = IMAGES - batch.first;
        batch.count = left < batch.width ? left : batch.width;
        load(images, &batch);
        batched_pass_run(batch.pass, NULL);
        visit(images, &batch);
    }
    batched_pass_destroy(batch.pass);
}

static void check_runner(struct images *images, const struct batched_plan *plan, int workers)
{
    static const struct batch_runner_hooks none;
    struct error err;
    float expected[IMAGES][CLASSES];
    struct thread_pool *pool = thread_pool_create(workers);
    struct batch_runner *runner = batch_runner_create(plan, pool, &none);
    const struct batch_run run = {.n = IMAGES, .load = load, .visit = visit, .context = images};
    run_alone(images, plan);
    memcpy(expected, images->logits, sizeof expected);
    memset(images->logits, 0, sizeof images->logits);
    memset(images->visits, 0, sizeof images->visits);
    assert_true(batch_runner_run(runner, &run, &err));
    assert_memory_equal(images->logits, expected, sizeof expected);
    for (int i = 0; i < IMAGES; i++)
        assert_int_equal(images->visits[i], 1);
    batch_runner_destroy(runner);
    thread_pool_destroy(pool);
}

/* The last tile has 11 images: no kind of processor fills its passes. */
static void passes_that_run_together_are_the_same_bits(void **state)
{
    const struct batched_kernels *batched;
    struct network *network = test_make(wide, sizeof wide / sizeof *wide);
    static struct images images;
    struct random random;
    (void)state;
    random_init(&random, 5, 0);
    test_random_weights(network, 6);
    images.network = network;
    for (int i = 0; i < IMAGES; i++)
        for (int p = 0; p < PIXELS; p++)
            images.pixels[i][p] = (float)random_range(&random, 0, 1);
    for (int k = 0; (batched = batched_at(k)); k++) {
        struct batched_plan *plan = batched_plan_create(network, batched, NULL);
        assert_true(batched->width == BATCH_TILE || batched_plan_together(plan) > 1);
        assert_true(batched_plan_together(plan) * batched->width <= BATCH_TILE);
        check_runner(&images, plan, 1 + k % 2);
        batched_plan_destroy(plan);
    }
    network_destroy(network);
}

static void expect_alone(const struct test_node *nodes, int n)
{
    const struct batched_kernels *batched;
    struct network *network = test_make(nodes, n);
    for (int k = 0; (batched = batched_at(k)); k++) {
        struct batched_plan *plan = batched_plan_create(network, batched, NULL);
        assert_int_equal(batched_plan_together(plan), 1);
        batched_plan_destroy(plan);
    }
    network_destroy(network);
}

static void passes_run_alone_where_more_gain_nothing_or_take_much_memory(void **state)
{
    (void)state;
    expect_alone(narrow, sizeof narrow / sizeof *narrow);
    expect_alone(large, sizeof large / sizeof *large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_that_run_together_are_the_same_bits),
        cmocka_unit_test(passes_run_alone_where_more_gain_nothing_or_take_much_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
