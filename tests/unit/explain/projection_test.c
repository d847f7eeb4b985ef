/* explain: principal components against the whole covariance and its eigenvectors by Jacobi. */
#include "engine/explain/projection.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"

#include "tests/test.h"

#include <math.h>

enum { D_MOST = 40, N_MOST = 120 };

/* All eigenvalues of a symmetric matrix, by turning pairs of rows; columns of v are vectors. */
static void jacobi(double *a, double *v, int d)
{
    for (int i = 0; i < d * d; i++)
        v[i] = i / d == i % d;
    for (int sweep = 0; sweep < 60; sweep++)
        for (int p = 0; p < d; p++)
            for (int q = p + 1; q < d; q++) {
                double t = 0.5 * atan2(2 * a[p * d + q], a[q * d + q] - a[p * d + p]);
                double c = cos(t), s = sin(t);
                for (int k = 0; k < d; k++) {
                    double x = a[k * d + p], y = a[k * d + q];
                    a[k * d + p] = c * x - s * y, a[k * d + q] = s * x + c * y;
                    x = v[k * d + p], y = v[k * d + q];
                    v[k * d + p] = c * x - s * y, v[k * d + q] = s * x + c * y;
                }
                for (int k = 0; k < d; k++) {
                    double x = a[p * d + k], y = a[q * d + k];
                    a[p * d + k] = c * x - s * y, a[q * d + k] = s * x + c * y;
                }
            }
}

static void fill(float *rows, int n, int d, int seed)
{
    struct random random;
    random_init(&random, 7, (uint64_t)seed);
    for (int i = 0; i < n; i++) {
        double far = random_normal(&random), wide = random_normal(&random);
        for (int k = 0; k < d; k++)
            rows[i * d + k] = (float)(3 * far * sin(k + seed) + 1.5 * wide * cos(2 * k + seed) +
                                      0.3 * random_normal(&random) + k);
    }
}

static void check(int n, int d, int seed)
{
    static float rows[N_MOST * D_MOST];
    static double covariance[D_MOST * D_MOST], vectors[D_MOST * D_MOST];
    double mean[D_MOST] = {0}, all = 0;
    struct projection projection;
    struct error err;
    fill(rows, n, d, seed);
    assert_true(projection_fit(&projection, rows, n, d, &err));
    for (int i = 0; i < n * d; i++)
        mean[i % d] += (double)rows[i] / n;
    for (int a = 0; a < d; a++)
        for (int b = 0; b < d; b++) {
            covariance[a * d + b] = 0;
            for (int i = 0; i < n; i++)
                covariance[a * d + b] +=
                    ((double)rows[i * d + a] - mean[a]) * ((double)rows[i * d + b] - mean[b]) / n;
        }
    for (int a = 0; a < d; a++)
        all += covariance[a * d + a];
    jacobi(covariance, vectors, d);
    for (int axis = 0; axis < PROJECTION_AXES; axis++) {
        int best = 0;
        for (int a = 0; a < d; a++)
            best = covariance[a * d + a] > covariance[best * d + best] ? a : best;
        double value = covariance[best * d + best], same = 0, most = 0;
        assert_true(fabs(projection.share[axis] - value / all) < 1e-6);
        for (int k = 0; k < d; k++) {
            same += projection.axis[axis][k] * vectors[k * d + best];
            most = fabs(projection.axis[axis][k]) > fabs(most) ? projection.axis[axis][k] : most;
        }
        if (d > 1 && value > 1e-9)
            assert_true(fabs(fabs(same) - 1) < 1e-5 && most > 0);
        covariance[best * d + best] = -1;
        if (d == 1)
            break;
    }
    projection_finish(&projection);
}

static void axes_are_those_of_the_covariance(void **state)
{
    (void)state;
    static const int sizes[][2] = {{120, 40}, {100, 2}, {60, 7}, {20, 40}, {50, 1}};
    for (int i = 0; i < 5; i++)
        check(sizes[i][0], sizes[i][1], i);
}

/* The variance along an axis is its share. */
static void places_have_the_variance_that_is_told(void **state)
{
    (void)state;
    static float rows[N_MOST * D_MOST];
    struct projection projection;
    struct error err;
    double sums[2] = {0}, squares[2] = {0}, product = 0, variance = 0;
    fill(rows, N_MOST, D_MOST, 3);
    assert_true(projection_fit(&projection, rows, N_MOST, D_MOST, &err));
    for (int i = 0; i < N_MOST; i++) {
        float place[2];
        projection_apply(&projection, rows + i * D_MOST, place);
        for (int a = 0; a < 2; a++) {
            sums[a] += (double)place[a];
            squares[a] += (double)place[a] * (double)place[a] / N_MOST;
        }
        product += (double)place[0] * (double)place[1] / N_MOST;
        for (int k = 0; k < D_MOST; k++)
            variance += pow((double)rows[i * D_MOST + k] - projection.mean[k], 2) / N_MOST;
    }
    assert_true(fabs(sums[0]) < 1e-2 && fabs(sums[1]) < 1e-2);
    assert_true(fabs(squares[0] / variance - projection.share[0]) < 1e-5);
    assert_true(fabs(squares[1] / variance - projection.share[1]) < 1e-5);
    assert_true(fabs(product) < 1e-4 * variance);
    projection_finish(&projection);
}

static void what_does_not_differ_has_no_axes(void **state)
{
    (void)state;
    float rows[12] = {1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3}, place[2];
    struct projection projection;
    struct error err;
    assert_true(projection_fit(&projection, rows, 4, 3, &err));
    assert_true(!(projection.share[0] > 0) && !(projection.share[1] > 0));
    projection_apply(&projection, rows, place);
    assert_true(!(fabsf(place[0]) > 0) && !(fabsf(place[1]) > 0));
    projection_finish(&projection);
    assert_true(projection_fit(&projection, rows, 1, 3, &err)); /* a single image */
    projection_finish(&projection);
    for (int i = 0; i < 4; i++) /* all on one line */
        rows[3 * i] = (float)i;
    assert_true(projection_fit(&projection, rows, 4, 3, &err));
    assert_true(fabs(projection.share[0] - 1) < 1e-9 && !(projection.share[1] > 0));
    projection_finish(&projection);
    rows[5] = INFINITY;
    assert_false(projection_fit(&projection, rows, 4, 3, &err));
    assert_non_null(strstr(err.text, "not finite"));
    projection_finish(&projection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(axes_are_those_of_the_covariance),
        cmocka_unit_test(places_have_the_variance_that_is_told),
        cmocka_unit_test(what_does_not_differ_has_no_axes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
