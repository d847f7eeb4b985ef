/* The threshold of outliers: distances, what is beyond, the slider under mouse and wheel. */
#include "tests/unit/views/views_fixture.h"

#include "engine/base/memory.h"
#include "tests/screens/sample.h"
#include "views/facts/channels.h"
#include "views/facts/outliers.h"
#include "views/panels/views.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

static const struct sample_options by_clp = {
    .n_images = 300, .n_rounds = 4, .position = 1, .phase = PHASE_PAUSED, .outliers = true};

/* Mean and deviation (n - 1) anew, in long double. */
static void distances_are_deviations_from_the_mean(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&by_clp);
    const struct snapshot *s = f.snapshot;
    struct outliers outliers;
    long double sum = 0, squares = 0;
    int beyond = 0, n = s->n_channels;
    f.view_state.outliers = 1.2;
    assert_true(outliers_init(&outliers, s, &f.view_state));
    for (int c = 0; c < n; c++)
        sum += (long double)s->scores[c];
    for (int c = 0; c < n; c++)
        squares += powl((long double)s->scores[c] - sum / n, 2);
    for (int c = 0; c < n; c++) {
        long double far = ((long double)s->scores[c] - sum / n) / sqrtl(squares / (n - 1));
        assert_true(fabsl(far - (long double)outliers.far[c]) < 1e-12L);
        beyond += far > 1.2L;
    }
    assert_int_equal(beyond, 3);
    assert_int_equal(outliers.beyond, 3);
    assert_int_equal(outliers.left, 2); /* one is pruned */
    assert_true(outliers.first);
    outliers_finish(&outliers);
    views_finish(&f);
}

static void other_orders_have_no_threshold(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&by_clp);
    struct outliers outliers;
    f.snapshot->order_file = "mine.txt";
    assert_false(outliers_init(&outliers, f.snapshot, &f.view_state));
    f.snapshot->order_file = NULL;
    f.snapshot->criterion = "mean-activation";
    assert_false(outliers_init(&outliers, f.snapshot, &f.view_state));
    char *text = views_text(&f, "channels", 80, 20, true);
    assert_null(strstr(text, "outliers"));
    free(text);
    views_finish(&f);
}

static void channels_beyond_are_marked(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&by_clp);
    struct channels channels;
    int marked = 0;
    f.view_state.outliers = 1.2;
    channels_init(&channels, f.snapshot, &f.view_state);
    for (int c = 0; c < channels.n; c++) {
        enum role role;
        marked += strcmp(channels_mark(&channels, c, &role), "●") == 0;
    }
    assert_int_equal(marked, 1); /* one is pruned, one goes next */
    channels_finish(&channels);
    views_assert_shows(&f, "channels", 80, 20, true, "3 of 60 beyond, 2 left");
    views_assert_shows(&f, "channels", 80, 20, true, "outliers 1.20");
    views_assert_shows(&f, "channels", 80, 4, false, "outliers 1.20");
    views_finish(&f);
}

static void the_slider_follows_the_mouse(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&by_clp);
    const struct view *view = views_find("channels");
    const struct area inside = {2, 3, 78, 18};
    const int row = 3 + 17; /* the last */
    assert_true(view->wheel(f.snapshot, &f.view_state, 20, row, inside, 1));
    assert_true(fabs(f.view_state.outliers - 3.1) < 1e-9);
    assert_true(view->wheel(f.snapshot, &f.view_state, 20, row, inside, -1));
    assert_true(fabs(f.view_state.outliers - 3) < 1e-9);
    assert_false(view->wheel(f.snapshot, &f.view_state, 20, row - 1, inside, 1));
    double last = 0;
    for (int column = 17; column < 41; column++) { /* along the scale */
        assert_true(view->click(f.snapshot, &f.view_state, column, row, inside));
        assert_true(f.view_state.outliers > last || column < 18);
        last = f.view_state.outliers;
    }
    assert_true(last >= 5);
    views_finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_are_deviations_from_the_mean),
        cmocka_unit_test(other_orders_have_no_threshold),
        cmocka_unit_test(channels_beyond_are_marked),
        cmocka_unit_test(the_slider_follows_the_mouse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
