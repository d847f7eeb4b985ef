/* Detectors and what is made of their scores, against counting pair by pair; comparisons of nets
 * against the plain way. */
#include "engine/base/random.h"
#include "engine/prune/detectors.h"
#include "engine/prune/roc.h"
#include "tests/test.h"

#include <math.h>

enum { MOST = 60, TRIALS = 300 };

/* Few different values, so that many tie. */
static int draw(struct random *random, float *scores, int shift)
{
    int n = 1 + (int)random_below(random, MOST);
    for (int i = 0; i < n; i++)
        scores[i] = (float)(shift + (int)random_below(random, 12)) / 4;
    roc_sort(scores, n);
    return n;
}

static double area_by_pairs(const float *clean, int n, const float *poisoned, int m)
{
    double pairs = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++)
            pairs += poisoned[j] > clean[i] ? 1 : poisoned[j] < clean[i] ? 0 : 0.5;
    return pairs / n / m;
}

static double area_under(const int *x, const int *y, int count, int n, int m)
{
    double area = 0;
    for (int i = 1; i < count; i++)
        area += (double)(x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2;
    return area / n / m;
}

static void areas_are_exact(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 1, 0);
    for (int t = 0; t < TRIALS; t++) {
        float clean[MOST], poisoned[MOST];
        int x[2 * MOST + 1], y[2 * MOST + 1];
        int n = draw(&random, clean, 0), m = draw(&random, poisoned, t % 8);
        double area = roc_area(clean, n, poisoned, m);
        assert_true(fabs(area - area_by_pairs(clean, n, poisoned, m)) < 1e-12);
        assert_true(fabs(area + roc_area(poisoned, m, clean, n) - 1) < 1e-12); /* turned round */
        assert_true(roc_most(n, m) <= 2 * MOST + 1);
        int count = roc_curve(clean, n, poisoned, m, x, y);
        assert_true(count >= 2 && x[0] == 0 && y[0] == 0);
        assert_true(x[count - 1] == n && y[count - 1] == m);
        for (int i = 1; i < count; i++)
            assert_true(x[i] >= x[i - 1] && y[i] >= y[i - 1]);
        assert_true(fabs(area_under(x, y, count, n, m) - area) < 1e-12);
    }
    const float same[] = {2, 2, 2};
    assert_true(fabs(roc_area(same, 3, same, 3) - 0.5) < 1e-12);
    assert_true(roc_area(same, 0, same, 3) < 0 && roc_area(same, 3, same, 0) < 0);
}

static void thresholds_keep_the_rate(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 2, 0);
    for (int t = 0; t < TRIALS; t++) {
        float clean[MOST];
        int n = draw(&random, clean, 0);
        static const double rates[] = {0, 1, 5, 10, 50, 100};
        for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
            float threshold = roc_threshold(clean, n, rates[r]);
            assert_true(100.0 * roc_above(clean, n, threshold) <= rates[r] * n + 1e-9);
            bool least = true; /* any lower score as a threshold flags too many */
            for (int i = 0; i < n; i++)
                if (clean[i] < threshold)
                    least = least && 100.0 * roc_above(clean, n, clean[i]) > rates[r] * n;
            assert_true(least);
        }
    }
    float hundred[100];
    for (int i = 0; i < 100; i++)
        hundred[i] = (float)i;
    assert_int_equal(roc_above(hundred, 100, roc_threshold(hundred, 100, 1)), 1);
    assert_int_equal(roc_above(hundred, 100, roc_threshold(hundred, 100, 5)), 5);
    assert_int_equal(roc_above(hundred, 100, roc_threshold(hundred, 100, 10)), 10);
}

static float score(const struct detector *detector, int n, const float *b, const float *repaired)
{
    return detector->score(&(struct detector_input){n, b, repaired});
}

static void scores_are_what_they_say(void **state)
{
    (void)state;
    const float b[] = {1, 5, 3, -2}, other[] = {1001, 1005, 1003, 998}, far[] = {900, 0, 0, 0};
    const struct detector *logit = detectors_find("logit"), *margin = detectors_find("margin"),
                          *agreement = detectors_find("agreement");
    assert_true(score(logit, 4, b, b) == 5.0F && score(margin, 4, b, b) == 2.0F);
    assert_true(score(margin, 1, b, b) == 0.0F);
    assert_true(score(agreement, 4, b, b) == 0.0F);
    assert_true(score(agreement, 4, b, other) < 1e-6F); /* a shift of all logits is no change */
    assert_true(score(agreement, 4, far, other) > 0.9F && score(agreement, 4, far, other) <= 1.0F);
    assert_true(fabsf(score(agreement, 4, b, far) - score(agreement, 4, far, b)) < 1e-6F);
    const float even[] = {0, 0}, sure[] = {0, 50};
    assert_true(fabsf(score(agreement, 2, even, sure) - 0.5F) < 1e-6F);
    assert_null(detectors_find("unknown"));
    for (int i = 0; detectors_at(i); i++) {
        assert_ptr_equal(detectors_find(detectors_at(i)->name), detectors_at(i));
        assert_int_not_equal(detectors_at(i)->data, CRITERION_ORACLE);
        assert_true(detectors_at(i)->help && detectors_at(i)->source);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_are_exact),
        cmocka_unit_test(thresholds_keep_the_rate),
        cmocka_unit_test(scores_are_what_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
