/* defence: triggers of several classes inverted side by side, for pairs of classes and for a
 * shortlist, on a net whose rule the test wrote. */
#include "engine/defence/suspects/negatives.h"
#include "engine/defence/suspects/pairs.h"
#include "engine/defence/suspects/shortlist.h"

#include "tests/unit/defence/map_net.h"

#include "tests/test.h"

#include <math.h>

/* On the net whose rule is y to y + 1 the masks of these pairs are the small ones, whatever the
 * number of workers; a class without images has none. */
static void masks_of_pairs_show_the_rule(void **state)
{
    (void)state;
    float pixels[IMAGES * PIXELS];
    double masks[2][CLASSES * CLASSES];
    struct error err = {0};
    struct network *network = map_net_make(true);
    map_net_images(pixels);
    struct inversion_options options = inversion_defaults(0, 1);
    options.weight = 0.25;
    options.rate = 0.3;
    const struct inversion_images images = {IMAGES, pixels, NULL};
    const struct pairs_hooks hooks = {0};
    for (int i = 0; i < 2; i++) {
        struct thread_pool *pool = thread_pool_create(1 + 2 * i);
        assert_true(pairs_find(network, pool, &images, &options, &hooks, masks[i], &err));
        thread_pool_destroy(pool);
    }
    assert_memory_equal(masks[0], masks[1], sizeof masks[0]);
    for (int from = 0; from < CLASSES; from++)
        for (int to = 0; to < CLASSES; to++) {
            double next = masks[0][from * CLASSES + (from + 1) % CLASSES];
            double mask = masks[0][from * CLASSES + to];
            assert_true(next > 0 && (mask < 0 || mask >= next));
        }
    atomic_bool stop = true;
    const struct pairs_hooks cancelled = {.stop = &stop};
    struct thread_pool *pool = thread_pool_create(2);
    assert_false(pairs_find(network, pool, &images, &options, &cancelled, masks[0], &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    thread_pool_destroy(pool);
    network_destroy(network);
}

struct told {
    int n, n_others;
    double size[SHORTLIST_FIRST];
};

static void tell_found(
    void *context, const struct inversion_trigger *trigger, int class, bool other)
{
    struct told *told = context;
    assert_true(class >= 0 && class < CLASSES);
    if (!other)
        told->size[told->n++] = trigger->size;
    told->n_others += other;
}

/* The shortlist comes with the smallest mask first, the same for any number of workers. */
static void shortlists_are_in_order(void **state)
{
    (void)state;
    float pixels[IMAGES * PIXELS];
    struct told told[2] = {0};
    struct error err = {0};
    const struct shortlist_classes classes = {3, 2, {5, 4, 3}, {0, 2}};
    struct network *network = map_net_make(true);
    struct inversion_options options = inversion_defaults(0, 1);
    options.weight = 0.25;
    options.rate = 0.3;
    map_net_images(pixels);
    const struct shape shape = shape_image(SIDE, SIDE, 1);
    float *both = negatives_added(&shape, pixels, IMAGES, 0, 1);
    for (int i = 0; i < IMAGES * PIXELS; i++)
        assert_true(
            both[i] == pixels[i] && fabsf(both[IMAGES * PIXELS + i] + pixels[i] - 1) < 1e-6F);
    const struct inversion_images images = {2 * IMAGES, both, NULL};
    for (int i = 0; i < 2; i++) {
        struct thread_pool *pool = thread_pool_create(1 + 2 * i);
        const struct shortlist_hooks hooks = {.found = tell_found, .context = &told[i]};
        assert_true(shortlist_find(network, pool, &images, &classes, &options, &hooks, &err));
        thread_pool_destroy(pool);
    }
    assert_memory_equal(&told[0], &told[1], sizeof told[0]);
    assert_true(told[0].n == 3 && told[0].n_others == 2);
    assert_true(told[0].size[0] <= told[0].size[1] && told[0].size[1] <= told[0].size[2]);
    free(both);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_of_pairs_show_the_rule),
        cmocka_unit_test(shortlists_are_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
