/* train: images moved to where a net errs, on a net whose gradient the test knows. */
#include "engine/train/adversary.h"

#include "tests/nets.h"

#include "tests/test.h"

#include <math.h>

static const struct test_node linear_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,4,5,2", ""},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=2 activation=softmax", NULL},
};
enum { VALUES = 40, IMAGES = 9, STRONG = 13 };
static const float LOW = -1;

/* Class 1 gains from pixels 0..9 and loses by 10..19; pixel STRONG counts ten times. */
static struct network *make_net(void)
{
    struct network *network = test_make(linear_net, 3);
    float *kernel = network->layers[2].weights[0].data;
    for (int i = 0; i < VALUES; i++) {
        int pixel = i / 2;
        kernel[2 * i] = 0;
        kernel[2 * i + 1] = (pixel < 10 ? 0.01F : -0.01F) * (pixel == STRONG ? 10 : 1);
    }
    return network;
}

struct moved {
    float images[IMAGES * VALUES], before[IMAGES * VALUES];
};

/* Every image shows class 1. */
static struct moved *move(int workers, const struct adversary_options *options)
{
    struct network *network = make_net();
    struct thread_pool *pool = thread_pool_create(workers);
    struct adversary *adversary = adversary_create(network, pool, options);
    struct moved *moved = memory_array(1, sizeof *moved);
    int32_t labels[IMAGES];
    for (int i = 0; i < IMAGES; i++)
        labels[i] = 1;
    test_fill(moved->images, IMAGES * VALUES);
    memcpy(moved->before, moved->images, sizeof moved->before);
    adversary_move(adversary, IMAGES, labels, 5, moved->images);
    adversary_destroy(adversary);
    thread_pool_destroy(pool);
    network_destroy(network);
    return moved;
}

static const struct adversary_options usual = {
    .low = -1, .high = 3, .radius = 0.1, .steps = 2, .batch = IMAGES};

static void copies_go_to_the_corner_of_the_box(void **state)
{
    (void)state;
    struct moved *moved = move(2, &usual);
    for (int i = 0; i < IMAGES * VALUES; i++) {
        float by = i % VALUES / 2 < 10 ? -0.4F : 0.4F;
        float wanted = fmaxf(moved->before[i] + by, LOW);
        assert_true(fabsf(moved->images[i] - wanted) < 1e-6F);
    }
    free(moved);
}

static void workers_change_nothing(void **state)
{
    (void)state;
    struct moved *one = move(1, &usual);
    for (int workers = 2; workers <= 3; workers++) {
        struct moved *more = move(workers, &usual);
        assert_memory_equal(one->images, more->images, sizeof one->images);
        free(more);
    }
    free(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_go_to_the_corner_of_the_box),
        cmocka_unit_test(workers_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
