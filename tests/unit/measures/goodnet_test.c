/* GoodNet by its definition: identities that must hold whatever two nets say. */
#include "engine/base/random.h"
#include "engine/measures/goodnet.h"
#include "tests/test.h"

#include <math.h>
#include <string.h>

enum { N = 500, CLASSES = 7, TRIALS = 200 };

/* Predictions that are the label with a chance, else anything. */
static void draw(struct random *random, const int32_t *labels, int percent, uint16_t *predicted)
{
    for (int i = 0; i < N; i++)
        predicted[i] = (int)random_below(random, 100) < percent
                           ? (uint16_t)labels[i]
                           : (uint16_t)random_below(random, CLASSES);
}

static void draw_labels(struct random *random, int32_t *labels)
{
    for (int i = 0; i < N; i++)
        labels[i] = (int32_t)random_below(random, CLASSES);
}

/* Counted once more, straight from the definition of G. */
static void count_plainly(const uint16_t *b, const uint16_t *repaired, const int32_t *labels,
    const struct goodnet_counts *a)
{
    int good = 0, flagged = 0, of_b = 0, of_repaired = 0;
    for (int i = 0; i < N; i++) {
        int g = b[i] == repaired[i] ? b[i] : CLASSES;
        good += g == labels[i];
        flagged += g == CLASSES;
        of_b += b[i] == labels[i];
        of_repaired += repaired[i] == labels[i];
    }
    assert_int_equal(a->n, N);
    assert_int_equal(a->both, good);
    assert_int_equal(goodnet_flagged(a), flagged);
    assert_int_equal(goodnet_accepted(a), N - flagged);
    assert_int_equal(goodnet_b(a), of_b);
    assert_int_equal(goodnet_repaired(a), of_repaired);
}

static void test_identities(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 3, 0);
    for (int t = 0; t < TRIALS; t++) {
        int32_t labels[N];
        uint16_t b[N], repaired[N];
        struct goodnet_counts a, swapped;
        draw_labels(&random, labels);
        draw(&random, labels, (int)random_below(&random, 101), b);
        draw(&random, labels, (int)random_below(&random, 101), repaired);
        goodnet_count_images(&a, b, repaired, labels, N);
        count_plainly(b, repaired, labels, &a);
        assert_int_equal(
            a.both + a.only_b + a.only_repaired + a.same_other + a.different_other, a.n);
        /* G is never right, and never hit, more often than B or B' */
        assert_true(a.both <= goodnet_b(&a) && a.both <= goodnet_repaired(&a));
        goodnet_count_images(&swapped, repaired, b, labels, N);
        assert_int_equal(swapped.only_b, a.only_repaired);
        assert_int_equal(goodnet_flagged(&swapped), goodnet_flagged(&a));
    }
}

/* Where B is always hit, what G does not flag is hit. */
static void test_full_attack(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 4, 0);
    int32_t labels[N];
    uint16_t b[N], repaired[N];
    struct goodnet_counts a;
    draw_labels(&random, labels);
    draw(&random, labels, 100, b);
    draw(&random, labels, 40, repaired);
    goodnet_count_images(&a, b, repaired, labels, N);
    assert_int_equal(goodnet_b(&a), N);
    assert_int_equal(goodnet_flagged(&a) + a.both, N);
    assert_int_equal(a.both, goodnet_repaired(&a));
    goodnet_count_images(&a, b, b, labels, N); /* B' = B */
    assert_int_equal(goodnet_flagged(&a), 0);
    assert_int_equal(a.both, N);
}

static void test_unknown_labels(void **state)
{
    (void)state;
    const int32_t labels[] = {0, -1, 2, 2};
    const uint16_t b[] = {0, 1, 2, 1}, repaired[] = {0, 1, 1, 1};
    struct goodnet_counts a;
    goodnet_count_images(&a, b, repaired, labels, 4);
    assert_int_equal(a.n, 3);
    assert_int_equal(a.both, 1);
    assert_int_equal(a.only_b, 1);
    assert_int_equal(a.same_other, 1);
}

/* The lab's published nets: 98.62 / 100 to 84.54 / 77.21, rating 0.544. */
static void test_rating(void **state)
{
    (void)state;
    struct defence d = {.clean = {.n = 12830, .both = 10820, .only_b = 1833, .only_repaired = 26},
        .poisoned = {.n = 12830, .both = 9906, .only_b = 2924}};
    assert_true(fabs(defence_rating_repaired(&d) - 0.5436) < 1e-4);
    assert_true(defence_rating_good(&d) < defence_rating_repaired(&d));
    d.clean.only_repaired = 5000; /* accuracy that grows is no gain of a defence */
    d.clean.n = 20000;
    assert_true(fabs(defence_rating_repaired(&d) - (2924.0 / 12830 + 1) / 2) < 1e-12);
    d.poisoned = (struct goodnet_counts){0};
    assert_true(defence_rating_repaired(&d) < 0);
    struct defence none = {
        .clean = {.n = 10, .both = 9, .same_other = 1}, .poisoned = {.n = 10, .both = 10}};
    assert_true(fabs(defence_rating_repaired(&none) - 0.5) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identities),
        cmocka_unit_test(test_full_attack),
        cmocka_unit_test(test_unknown_labels),
        cmocka_unit_test(test_rating),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
