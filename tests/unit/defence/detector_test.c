/* Detectors and what is made of their scores, against counting pair by pair; comparisons of nets
 * against the plain way. */
#include "engine/base/random.h"
#include "engine/defence/detectors/detectors.h"
#include "engine/defence/detectors/roc.h"
#include "tests/test.h"

#include <math.h>

enum { MOST = 60, TRIALS = 300 };

/* Few different values, so that many tie. */
static int draw(struct random *random, double *scores, int shift)
{
    int n = 1 + (int)random_below(random, MOST);
    for (int i = 0; i < n; i++)
        scores[i] = (shift + (int)random_below(random, 12)) / 4.0;
    roc_sort(scores, n);
    return n;
}

static double area_by_pairs(const double *clean, int n, const double *poisoned, int m)
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
        double clean[MOST], poisoned[MOST];
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
    const double same[] = {2, 2, 2};
    assert_true(fabs(roc_area(same, 3, same, 3) - 0.5) < 1e-12);
    assert_true(roc_area(same, 0, same, 3) < 0 && roc_area(same, 3, same, 0) < 0);
}

static void thresholds_keep_the_rate(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 2, 0);
    for (int t = 0; t < TRIALS; t++) {
        double clean[MOST];
        int n = draw(&random, clean, 0);
        static const double rates[] = {0, 1, 5, 10, 50, 100};
        for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
            double threshold = roc_threshold(clean, n, rates[r]);
            assert_true(100.0 * roc_above(clean, n, threshold) <= rates[r] * n + 1e-9);
            bool least = true; /* any lower score as a threshold flags too many */
            for (int i = 0; i < n; i++)
                if (clean[i] < threshold)
                    least = least && 100.0 * roc_above(clean, n, clean[i]) > rates[r] * n;
            assert_true(least);
        }
    }
    double hundred[100];
    for (int i = 0; i < 100; i++)
        hundred[i] = i;
    assert_int_equal(roc_above(hundred, 100, roc_threshold(hundred, 100, 1)), 1);
    assert_int_equal(roc_above(hundred, 100, roc_threshold(hundred, 100, 5)), 5);
    assert_int_equal(roc_above(hundred, 100, roc_threshold(hundred, 100, 10)), 10);
}

static double score(const char *name, int n, const float *b, const float *repaired)
{
    return detectors_find(name)->score(
        &(struct detector_input){.n_classes = n, .b = b, .repaired = repaired});
}

static void near(double value, double expected)
{
    double allowed = 1e-9 * fmax(1, fabs(expected));
    if (!(fabs(value - expected) <= allowed))
        print_error("%.17g, expected %.17g\n", value, expected);
    assert_true(fabs(value - expected) <= allowed);
}

static void scores_are_what_they_say(void **state)
{
    (void)state;
    const float b[] = {1, 5, 3, -2}, other[] = {1001, 1005, 1003, 998}, far[] = {900, 0, 0, 0};
    near(score("logit", 4, b, b), 5);
    near(score("margin", 4, b, b), 2);
    near(score("margin", 1, b, b), 0);
    near(score("agreement", 4, b, b), 0);
    near(score("agreement", 4, b, other), 0); /* a shift of all logits is no change */
    near(score("agreement", 4, b, far), score("agreement", 4, far, b));
    const float even[] = {0, 0}, sure[] = {0, 50};
    near(score("agreement", 2, even, sure), log(2)); /* half of it is common */
    assert_null(detectors_find("unknown"));
    for (int i = 0; detectors_at(i); i++) {
        assert_ptr_equal(detectors_find(detectors_at(i)->name), detectors_at(i));
        assert_int_not_equal(detectors_at(i)->data, CRITERION_ORACLE);
        assert_true(detectors_at(i)->help && detectors_at(i)->source);
    }
}

/* The soft-max as it is written, with an exponent that is wide enough. */
static double overlap_by_hand(int n, const float *b, const float *repaired)
{
    long double sum[2] = {0}, common = 0;
    const float *logits[2] = {b, repaired};
    long double most[2] = {b[0], repaired[0]};
    for (int net = 0; net < 2; net++) {
        for (int k = 0; k < n; k++)
            most[net] = fmaxl(most[net], logits[net][k]);
        for (int k = 0; k < n; k++)
            sum[net] += expl(logits[net][k] - most[net]);
    }
    for (int k = 0; k < n; k++)
        common += fminl(expl(b[k] - most[0]) / sum[0], expl(repaired[k] - most[1]) / sum[1]);
    return (double)-logl(common);
}

static void agreement_is_the_overlap(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 3, 0);
    static const double widths[] = {1e-6, 0.01, 1, 30, 1e3, 5e3};
    for (int t = 0; t < TRIALS; t++) {
        float b[MOST], repaired[MOST];
        int n = 1 + (int)random_below(&random, MOST);
        double width = widths[t % 6];
        for (int k = 0; k < n; k++) {
            b[k] = (float)(random_range(&random, -width, width));
            repaired[k] = t % 5 == 0 ? b[k] : (float)(random_range(&random, -width, width));
        }
        double expected = overlap_by_hand(n, b, repaired);
        double found = score("agreement", n, b, repaired);
        near(found, expected);
        assert_true(found >= 0);
        near(score("agreement", n, repaired, b), found);
        assert_true(n > 1 || !(found > 0));
    }
}

/* Where the distance of the shares is 1 in every number, the score still tells images apart. */
static void agreement_never_fills_up(void **state)
{
    (void)state;
    double last = -1;
    for (float apart = 1; apart < 1e38F; apart *= 3) {
        const float b[] = {apart, 0}, repaired[] = {0, apart};
        double found = score("agreement", 2, b, repaired);
        assert_true(isfinite(found) && found > last);
        if (apart > 100)
            near(found, (double)apart - log(2)); /* two lesser shares of exp(-apart) */
        last = found;
    }
}

/* A score is finite for whatever a float can hold. */
static void scores_are_finite(void **state)
{
    (void)state;
    static const float values[] = {0, 1e4F, -1e4F, 1e30F, -1e30F, 3.4e38F, -3.4e38F};
    enum { N = sizeof values / sizeof *values };
    for (int i = 0; i < N * N * N; i++)
        for (int n = 1; n <= 3; n++) {
            const float b[] = {values[i % N], values[i / N % N], values[i / N / N]};
            const float repaired[] = {b[1], b[2], b[0]};
            for (int d = 0; detectors_at(d); d++)
                assert_true(detectors_at(d)->learn ||
                            isfinite(score(detectors_at(d)->name, n, b, repaired)));
            assert_true(score("margin", n, b, b) >= 0 && score("agreement", n, b, repaired) >= 0);
            near(score("agreement", n, b, b), 0);
        }
    const float ends[] = {3.4e38F, -3.4e38F};
    near(score("margin", 2, ends, ends), 2 * (double)3.4e38F);
}

/* One image of a set; a set of equal scores. */
static void few_images(void **state)
{
    (void)state;
    const double one[] = {1}, two[] = {2}, same[] = {5, 5, 5, 5};
    near(roc_area(one, 1, two, 1), 1);
    near(roc_area(two, 1, one, 1), 0);
    near(roc_area(one, 1, one, 1), 0.5);
    assert_int_equal(roc_above(one, 1, roc_threshold(one, 1, 1)), 0);
    assert_int_equal(roc_above(two, 1, roc_threshold(one, 1, 1)), 1);
    for (double rate = 0; rate <= 100; rate += 25)
        assert_int_equal(roc_above(same, 4, roc_threshold(same, 4, rate)), 0);
    /* scores that differ where a float sees one */
    const double close[] = {1, 1 + 1e-12}, above[] = {1 + 2e-12};
    near(roc_area(close, 2, above, 1), 1);
    assert_int_equal(roc_above(above, 1, roc_threshold(close, 2, 1)), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_are_exact),
        cmocka_unit_test(thresholds_keep_the_rate),
        cmocka_unit_test(scores_are_what_they_say),
        cmocka_unit_test(agreement_is_the_overlap),
        cmocka_unit_test(agreement_never_fills_up),
        cmocka_unit_test(scores_are_finite),
        cmocka_unit_test(few_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
