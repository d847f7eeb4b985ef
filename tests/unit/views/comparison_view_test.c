/* The panel of criteria side by side: its table, its letters, and clicks on both. */
#include "tests/unit/views/views_fixture.h"

#include "engine/api/criteria_comparison.h"
#include "tests/screens/parts/sample_comparison.h"
#include "views/facts/comparison.h"
#include "views/panels/views.h"

#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

static struct views_fixture compared(void)
{
    struct sample_options options = views_finished;
    options.compared = true;
    return views_fixture_of(&options);
}

static void nothing_is_there_before(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&views_finished);
    views_assert_shows(&f, "comparison", 80, 20, true, "Nothing was compared yet. V (:compare)");
    assert_false(views_find("comparison")
                     ->click(f.snapshot, &f.view_state, 3, 3, (struct area){0, 0, 80, 20}));
    views_finish(&f);
}

static void a_table_says_what_each_leaves(void **state)
{
    (void)state;
    struct views_fixture f = compared();
    views_assert_shows(&f, "comparison", 80, 20, true, "@1    @2    @4   @10");
    views_assert_shows(
        &f, "comparison", 80, 20, true, "a mean-activation    100.0  93.3  66.7  30.0");
    views_assert_shows(&f, "comparison", 80, 20, true, "c difference         100.0  40.0   4.0");
    views_assert_shows(&f, "comparison", 80, 20, true, "d target-weight     not defined here");
    views_assert_shows(&f, "comparison", 80, 20, true, "a mean-activation at conv_3");
    views_assert_shows(&f, "comparison", 80, 20, true, "most like difference (0.80)");
    f.view_state.compared = 2;
    views_assert_shows(&f, "comparison", 80, 20, true, "made with: oracle");
    views_assert_shows(&f, "comparison", 80, 20, true, "4 of 4 rounds on the front");
    f.view_state.compared = 99; /* the last */
    views_assert_shows(&f, "comparison", 80, 20, true, "does not feed the last Dense layer");
    f.view_state.compared = 0;
    views_assert_shows(&f, "comparison", 200, 50, true, "read");
    views_assert_shows(&f, "comparison", 30, 5, true, "mean-activation");
    views_finish(&f);
}

/* Without poisoned images: how many channels go before so much is lost. */
static void clean_images_alone_are_compared(void **state)
{
    (void)state;
    struct views_fixture f = compared();
    struct criteria_comparison clean = *f.snapshot->compared;
    clean.of.attack = 0;
    f.snapshot->compared = &clean;
    views_assert_shows(&f, "comparison", 80, 20, true, "−1    −2    −4   −10");
    views_assert_shows(
        &f, "comparison", 80, 20, true, "a mean-activation        0     1     2     3");
    views_assert_shows(&f, "comparison", 80, 20, true, "more is better");
    views_finish(&f);
}

static void work_says_how_far_it_is(void **state)
{
    (void)state;
    struct views_fixture f = compared();
    struct criteria_comparison some = *f.snapshot->compared;
    some.wanted = 9;
    f.snapshot->compared = &some;
    views_assert_shows(&f, "comparison", 80, 20, true, "stopped after 4 of 9");
    f.snapshot->phase = PHASE_SCANNING;
    f.snapshot->total = 60;
    views_assert_shows(&f, "comparison", 80, 20, true, "compared 4 of 9");
    views_finish(&f);
}

/* Every row and every letter leads the cursor to its order. */
static void clicks_lead_the_cursor(void **state)
{
    (void)state;
    struct views_fixture f = compared();
    const struct view *view = views_find("comparison");
    const struct area inside = {2, 3, 78, 20};
    assert_false(view->click(f.snapshot, &f.view_state, 4, 3, inside)); /* the heading */
    for (int i = 0; i < 4; i++) {
        assert_true(view->click(f.snapshot, &f.view_state, 4, 4 + i, inside));
        assert_int_equal(f.view_state.compared, i);
    }
    assert_false(view->click(f.snapshot, &f.view_state, 4, 9, inside)); /* below the last */
    int found[4] = {0};
    for (int row = 3; row < 19; row++)
        for (int column = 50; column < 80; column++) {
            f.view_state.compared = 0;
            if (view->click(f.snapshot, &f.view_state, column, row, inside))
                found[f.view_state.compared]++;
        }
    assert_true(found[0] > 0 && found[1] > 0 && found[2] > 0);
    assert_int_equal(found[3], 0); /* it was refused */
    views_finish(&f);
}

static void keys_move_the_cursor(void **state)
{
    (void)state;
    struct views_fixture f = compared();
    const struct view *view = views_find("comparison");
    const struct area inside = {0, 0, 78, 20};
    view->move(f.snapshot, &f.view_state, MOVE_LAST, inside);
    assert_int_equal(f.view_state.compared, 3);
    view->move(f.snapshot, &f.view_state, MOVE_DOWN, inside);
    assert_int_equal(f.view_state.compared, 3);
    view->move(f.snapshot, &f.view_state, MOVE_UP, inside);
    assert_int_equal(f.view_state.compared, 2);
    views_finish(&f);
}

static void facts_say_who_is_best(void **state)
{
    (void)state;
    const struct criteria_comparison *all = sample_comparison();
    assert_false(comparison_best_at(all, 0, 0)); /* all alike */
    assert_false(comparison_best_at(all, 0, 1));
    assert_true(comparison_best_at(all, 2, 1));
    assert_false(comparison_best_at(all, 3, 1)); /* refused */
    assert_int_equal(comparison_letter(0), 'a');
    assert_int_equal(comparison_letter(27), 'B');
    for (int i = 0; i < 30; i++)
        assert_int_not_equal(comparison_role(i), comparison_role(i + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_there_before),
        cmocka_unit_test(a_table_says_what_each_leaves),
        cmocka_unit_test(clean_images_alone_are_compared),
        cmocka_unit_test(work_says_how_far_it_is),
        cmocka_unit_test(clicks_lead_the_cursor),
        cmocka_unit_test(keys_move_the_cursor),
        cmocka_unit_test(facts_say_who_is_best),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
