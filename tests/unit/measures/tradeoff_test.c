/* measures: stops, areas, fronts and rank correlations of orders of pruning. */
#include "engine/measures/tradeoff.h"

#include "tests/test.h"

#include <math.h>

/* Of 100 clean and 50 poisoned images. */
static const struct outcome rounds[] = {
    {.clean = 100, .attack = 50},
    {.clean = 99, .attack = 50},
    {.clean = 98, .attack = 30},
    {.clean = 95, .attack = 10},
    {.clean = 96, .attack = 2},
    {.clean = 80, .attack = 0},
};
static const struct outcome of = {.clean = 100, .attack = 50};

static void a_defender_stops_before_the_loss(void **state)
{
    (void)state;
    const struct tradeoff t = tradeoff_of(rounds, 6, &of);
    assert_int_equal(t.stop[0], 1); /* 1 point: round 2 loses 2 */
    assert_int_equal(t.stop[1], 2); /* 2 */
    assert_int_equal(t.stop[2], 2); /* 4: round 3 loses 5, round 4 comes too late */
    assert_int_equal(t.stop[3], 4); /* 10 */
    assert_int_equal(t.disarmed, 4);
    /* 0 to 1: 100 %, to 2: 100 %, to 5: 60 %, to 10: 4 % */
    assert_float_equal(t.area, (1 * 100 + 1 * 100 + 3 * 60 + 5 * 4) / 10.0, 1e-9);
}

static void without_poisoned_images_nothing_is_disarmed(void **state)
{
    (void)state;
    const struct outcome clean_alone = {.clean = 100};
    const struct tradeoff t = tradeoff_of(rounds, 6, &clean_alone);
    assert_int_equal(t.disarmed, -1);
    assert_true(t.area < 0);
    assert_int_equal(t.stop[3], 4);
}

static void the_front_holds_what_nothing_beats(void **state)
{
    (void)state;
    static const struct {
        struct outcome point;
        bool on_front;
    } points[] = {
        {{.clean = 90, .attack = 10}, true},
        {{.clean = 90, .attack = 12}, false}, /* as many right, more hits */
        {{.clean = 95, .attack = 12}, true},
        {{.clean = 95, .attack = 12}, true}, /* the same again */
        {{.clean = 80, .attack = 10}, false},
        {{.clean = 80, .attack = 0}, true},
        {{.clean = 70, .attack = 0}, false},
    };
    struct outcome all[7];
    bool on_front[7];
    for (int i = 0; i < 7; i++)
        all[i] = points[i].point;
    tradeoff_front(all, 7, on_front);
    for (int i = 0; i < 7; i++)
        assert_int_equal(on_front[i], points[i].on_front);
}

static void ranks_correlate(void **state)
{
    (void)state;
    /* Spearman's own example is long; these are done by hand: 1 - 6 sum d^2 / (n (n^2 - 1)) */
    static const double a[] = {1, 2, 3, 4, 5}, b[] = {10, 20, 30, 50, 40}, c[] = {5, 4, 3, 2, 1};
    static const double ties[] = {1, 1, 2, 3, 3}, flat[] = {7, 7, 7, 7, 7};
    assert_float_equal(tradeoff_rank_correlation(a, a, 5), 1, 1e-12);
    assert_float_equal(tradeoff_rank_correlation(a, b, 5), 1 - 6.0 * 2 / (5 * 24), 1e-12);
    assert_float_equal(tradeoff_rank_correlation(a, c, 5), -1, 1e-12);
    /* ranks 1.5 1.5 3 4.5 4.5 against 1 to 5: 9 / sqrt(10 * 9) */
    assert_float_equal(tradeoff_rank_correlation(a, ties, 5), 9 / sqrt(90), 1e-12);
    assert_true(isnan(tradeoff_rank_correlation(a, flat, 5)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_defender_stops_before_the_loss),
        cmocka_unit_test(without_poisoned_images_nothing_is_disarmed),
        cmocka_unit_test(the_front_holds_what_nothing_beats),
        cmocka_unit_test(ranks_correlate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
