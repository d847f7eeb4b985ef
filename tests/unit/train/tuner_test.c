/* train: the steps of the tuner. Its gradient against finite differences of its loss, for every
 * kind of goal; what may not change stays; results do not depend on the workers. */
#include "engine/nn/forward/reference_pass.h"
#include "engine/train/tuner.h"

#include "tests/nets.h"

#include "tests/test.h"

#include <math.h>

static const struct test_node smooth_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,5,2", ""},
    {"Conv2D", "conv", "filters=4 kernel_size=3,2 activation=tanh", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=6 activation=tanh", NULL},
    {"Dense", "output", "units=3 activation=softmax", NULL},
};
enum { LAYERS = sizeof smooth_net / sizeof *smooth_net, IMAGES = 8, PIXELS = 60 };

static const float other_logits[3] = {1.5F, -0.5F, 0.25F};
static const struct tuner_goal goals[IMAGES] = {
    {.cross_entropy = 1, .label = 2},
    {.divergence = 2},
    {.squares = 0.5F},
    {.cross_entropy = 0.5F, .divergence = 1, .squares = 0.25F, .label = 0},
    {.divergence = 1, .teacher = other_logits},
    {.squares = 1, .teacher = other_logits},
    {.divergence = 1, .squares = 0.5F, .label = 1, .without_label = true},
    {.avoidance = 2, .label = 0},
};

struct pair {
    struct network *network, *teacher;
    struct thread_pool *pool;
    struct tuner *tuner;
};

/* Plain descent at rate 1, so that a step shows the gradient. */
static struct pair make(int workers, bool dense_alone)
{
    struct pair pair = {.network = test_make(smooth_net, LAYERS)};
    pair.teacher = network_clone(pair.network);
    for (int i = 0; i < LAYERS; i++)
        for (int w = 0; w < pair.network->layers[i].n_weights; w++) {
            struct weight *weight = &pair.network->layers[i].weights[w];
            bool changes =
                !dense_alone || strcmp(pair.network->layers[i].class->name, "Dense") == 0;
            for (size_t k = 0; changes && k < weight->count; k++)
                weight->data[k] += (float)(0.1 * sin((double)k + i));
        }
    pair.pool = thread_pool_create(workers);
    struct tuner_options options = {.batch = IMAGES, .optimiser = optimiser_sgd(0)};
    pair.tuner = tuner_create(pair.network, pair.teacher, pair.pool, &options);
    for (int w = 0; dense_alone && w < 2; w++)
        optimiser_mask(tuner_optimiser(pair.tuner), network_find(pair.network, "conv"), w, NULL);
    return pair;
}

static void finish(struct pair *pair)
{
    tuner_destroy(pair->tuner);
    thread_pool_destroy(pair->pool);
    network_destroy(pair->teacher);
    network_destroy(pair->network);
}

static double step(struct pair *pair, double rate)
{
    struct tuner_report report;
    struct error err = {0};
    test_fill(tuner_image(pair->tuner, 0), IMAGES * PIXELS);
    for (int i = 0; i < IMAGES; i++)
        *tuner_goal(pair->tuner, i) = goals[i];
    assert_true(tuner_step(pair->tuner, IMAGES, rate, &report, &err));
    assert_int_equal(report.labels, 2);
    return report.loss;
}

/* d loss / d value by the loss a little above and below; a step at rate 0 changes nothing. */
static double slope(struct pair *pair, float *value)
{
    const float old = *value, by = 0.01F;
    *value = old + by;
    double above = step(pair, 0);
    *value = old - by;
    double below = step(pair, 0);
    *value = old;
    return (above - below) / (2 * (double)by);
}

/* Weight by weight: what lies between them in storage is nobody's. */
static void assert_same_weights(const struct network *a, const struct network *b)
{
    for (int i = 0; i < a->n_layers; i++)
        for (int w = 0; w < a->layers[i].n_weights; w++)
            assert_memory_equal(a->layers[i].weights[w].data, b->layers[i].weights[w].data,
                a->layers[i].weights[w].count * sizeof(float));
}

static void steps_follow_finite_differences(void **state)
{
    (void)state;
    struct pair pair = make(2, false), moved = make(2, false);
    step(&moved, 1);
    for (int i = 0; i < LAYERS; i++)
        for (int w = 0; w < pair.network->layers[i].n_weights; w++) {
            struct weight *weight = &pair.network->layers[i].weights[w];
            const float *after = moved.network->layers[i].weights[w].data;
            for (size_t k = 0; k < weight->count; k += 3) {
                double gradient = (double)weight->data[k] - (double)after[k];
                assert_true(fabs(slope(&pair, &weight->data[k]) - gradient) < 2e-3);
            }
        }
    finish(&pair);
    finish(&moved);
}

static void what_is_masked_stays_and_is_shared_with_the_teacher(void **state)
{
    (void)state;
    struct pair some = make(2, true), all = make(2, false);
    int conv = network_find(some.network, "conv");
    const struct weight *kernel = &some.network->layers[conv].weights[0];
    const struct weight *taught = &some.teacher->layers[conv].weights[0];
    double before = step(&some, 0);
    step(&some, 0.1);
    assert_memory_equal(kernel->data, taught->data, kernel->count * sizeof *kernel->data);
    /* the same loss when the teacher computes every layer itself */
    for (int i = 0; i < LAYERS; i++)
        for (int w = 0; w < some.network->layers[i].n_weights; w++)
            memcpy(all.network->layers[i].weights[w].data,
                strcmp(some.network->layers[i].name, "conv") == 0
                    ? all.teacher->layers[i].weights[w].data
                    : all.network->layers[i].weights[w].data,
                all.network->layers[i].weights[w].count * sizeof(float));
    assert_true(fabs(step(&all, 0) - before) < 1e-6);
    finish(&some);
    finish(&all);
}

static void a_net_like_its_teacher_loses_nothing(void **state)
{
    (void)state;
    struct pair pair = make(1, false);
    struct tuner_report report;
    struct error err = {0};
    for (int i = 0; i < LAYERS; i++)
        for (int w = 0; w < pair.network->layers[i].n_weights; w++)
            memcpy(pair.network->layers[i].weights[w].data, pair.teacher->layers[i].weights[w].data,
                pair.teacher->layers[i].weights[w].count * sizeof(float));
    test_fill(tuner_image(pair.tuner, 0), IMAGES * PIXELS);
    for (int i = 0; i < IMAGES; i++)
        *tuner_goal(pair.tuner, i) = (struct tuner_goal){.divergence = 1, .squares = 1};
    assert_true(tuner_step(pair.tuner, IMAGES, 1, &report, &err));
    assert_true(fabs(report.loss) < 1e-9);
    finish(&pair);
}

static void workers_change_nothing(void **state)
{
    (void)state;
    struct pair one = make(1, false);
    for (int i = 0; i < 3; i++)
        step(&one, 0.5);
    for (int workers = 2; workers <= 3; workers++) {
        struct pair more = make(workers, false);
        for (int i = 0; i < 3; i++)
            step(&more, 0.5);
        assert_same_weights(more.network, one.network);
        finish(&more);
    }
    finish(&one);
}

static void a_loss_that_is_not_finite_stops(void **state)
{
    (void)state;
    struct pair pair = make(2, false), same = make(2, false);
    struct error err = {0};
    step(&pair, 0);
    step(&same, 0);
    tuner_image(pair.tuner, 3)[7] = NAN;
    assert_false(tuner_step(pair.tuner, IMAGES, 0.125, NULL, &err));
    assert_string_equal(err.text, "tuning diverged: the loss is not finite at rate 0.125");
    assert_same_weights(pair.network, same.network);
    finish(&pair);
    finish(&same);
}

static void the_class_that_no_file_has_stays_zero(void **state)
{
    (void)state;
    static const struct test_node two[] = {
        {"InputLayer", "input", "batch_input_shape=null,3", ""},
        {"Dense", "output", "units=1 two_classes=true activation=softmax", NULL},
    };
    struct network *network = test_make(two, 2);
    struct thread_pool *pool = thread_pool_create(1);
    struct tuner_options options = {.batch = 1, .optimiser = optimiser_sgd(0)};
    struct weight *kernel = &network->layers[1].weights[0];
    struct error err = {0};
    for (int i = 0; i < 6; i += 2)
        kernel->data[i] = 0;
    const float before = kernel->data[1];
    for (int masked = 0; masked < 2; masked++) {
        const uint8_t all[6] = {1, 1, 1, 1, 1, 1};
        struct tuner *tuner = tuner_create(network, NULL, pool, &options);
        if (masked)
            optimiser_mask(tuner_optimiser(tuner), 1, 0, all);
        for (int i = 0; i < 3; i++)
            tuner_image(tuner, 0)[i] = 1;
        *tuner_goal(tuner, 0) = (struct tuner_goal){.cross_entropy = 1, .label = 1};
        assert_true(tuner_step(tuner, 1, 1, NULL, &err));
        tuner_destroy(tuner);
    }
    assert_true(kernel->data[0] == 0 && kernel->data[2] == 0 && kernel->data[4] == 0);
    assert_true(kernel->data[1] > before);
    thread_pool_destroy(pool);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_follow_finite_differences),
        cmocka_unit_test(what_is_masked_stays_and_is_shared_with_the_teacher),
        cmocka_unit_test(a_net_like_its_teacher_loses_nothing),
        cmocka_unit_test(workers_change_nothing),
        cmocka_unit_test(a_loss_that_is_not_finite_stops),
        cmocka_unit_test(the_class_that_no_file_has_stays_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
