/* Principal components by iteration of a small block of vectors (orthogonal iteration, then
 * Rayleigh-Ritz): the covariance of thousands of features is never written down. */
#include "engine/explain/projection.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More vectors than axes: the iteration closes in as fast as the last of them is smaller. */
enum { BLOCK = 6, MOST_ROUNDS = 200, JACOBI_ROUNDS = 50, SEED = 1 };
static const double settled = 1e-10; /* change of the sum of squares, relative */

struct work {
    const float *rows;
    int n, d, block;
    const double *mean;
    double *vectors; /* [block][d] orthonormal */
    double *images;  /* [block][d] the covariance times each */
};

static double dot(const double *a, const double *b, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The covariance times the vectors, row by row of the data. */
static void multiply(const struct work *w, double *centred)
{
    memset(w->images, 0, (size_t)w->block * (size_t)w->d * sizeof *w->images);
    for (int i = 0; i < w->n; i++) {
        const float *row = w->rows + (size_t)i * (size_t)w->d;
        for (int k = 0; k < w->d; k++)
            centred[k] = (double)row[k] - w->mean[k];
        for (int b = 0; b < w->block; b++) {
            double *image = w->images + (size_t)b * (size_t)w->d;
            double part = dot(centred, w->vectors + (size_t)b * (size_t)w->d, w->d) / w->n;
            for (int k = 0; k < w->d; k++)
                image[k] += part * centred[k];
        }
    }
}

/* Each vector less its parts along those before it, twice; one that vanishes becomes 0. */
static void orthonormalise(double *vectors, int block, int d)
{
    for (int b = 0; b < block; b++) {
        double *v = vectors + (size_t)b * (size_t)d, before = sqrt(dot(v, v, d));
        for (int again = 0; again < 2; again++)
            for (int a = 0; a < b; a++) {
                const double *u = vectors + (size_t)a * (size_t)d;
                double part = dot(u, v, d);
                for (int k = 0; k < d; k++)
                    v[k] -= part * u[k];
            }
        double length = sqrt(dot(v, v, d));
        for (int k = 0; k < d; k++)
            v[k] = length > 1e-12 * before && length > 0 ? v[k] / length : 0;
    }
}

/* Turns rows p and q of a symmetric matrix so that their common element vanishes. */
static void rotate(double m[BLOCK][BLOCK], double turn[BLOCK][BLOCK], int p, int q)
{
    double theta = 0.5 * atan2(2 * m[p][q], m[q][q] - m[p][p]), c = cos(theta), s = sin(theta);
    for (int k = 0; k < BLOCK; k++) {
        double a = m[k][p], b = m[k][q];
        m[k][p] = c * a - s * b;
        m[k][q] = s * a + c * b;
    }
    for (int k = 0; k < BLOCK; k++) {
        double a = m[p][k], b = m[q][k], x = turn[p][k], y = turn[q][k];
        m[p][k] = c * a - s * b;
        m[q][k] = s * a + c * b;
        turn[p][k] = c * x - s * y;
        turn[q][k] = s * x + c * y;
    }
}

/* The best directions within the block: value[block], largest first, and turn[block][block]. */
static void ritz(const struct work *w, double *value, double turn[BLOCK][BLOCK])
{
    double m[BLOCK][BLOCK] = {{0}}, turned[BLOCK][BLOCK] = {{0}};
    for (int a = 0; a < w->block; a++)
        for (int b = 0; b < w->block; b++)
            m[a][b] = dot(
                w->vectors + (size_t)a * (size_t)w->d, w->images + (size_t)b * (size_t)w->d, w->d);
    for (int a = 0; a < BLOCK; a++)
        turned[a][a] = 1;
    for (int round = 0; round < JACOBI_ROUNDS; round++)
        for (int p = 0; p < w->block; p++)
            for (int q = p + 1; q < w->block; q++)
                if (fabs(m[p][q]) > 1e-300)
                    rotate(m, turned, p, q);
    bool used[BLOCK] = {false};
    for (int a = 0; a < w->block; a++) {
        int best = -1;
        for (int b = 0; b < w->block; b++)
            if (!used[b] && (best < 0 || m[b][b] > m[best][best]))
                best = b;
        used[best] = true;
        value[a] = m[best][best];
        memcpy(turn[a], turned[best], sizeof turn[a]);
    }
}

static void take_axis(const struct work *w, const double turn[BLOCK], double *axis)
{
    int largest = 0;
    for (int k = 0; k < w->d; k++) {
        axis[k] = 0;
        for (int b = 0; b < w->block; b++)
            axis[k] += turn[b] * w->vectors[(size_t)b * (size_t)w->d + (size_t)k];
        if (fabs(axis[k]) > fabs(axis[largest]) * (1 + 1e-9))
            largest = k;
    }
    for (int k = 0; axis[largest] < 0 && k < w->d; k++) /* not axis[0]: it may be nothing */
        if (k != largest)
            axis[k] = -axis[k];
    axis[largest] = fabs(axis[largest]);
}

static void iterate(const struct work *w, struct projection *projection, double variance)
{
    double value[BLOCK] = {0}, turn[BLOCK][BLOCK], before = -1;
    double *centred = memory_array((size_t)w->d, sizeof *centred);
    size_t bytes = (size_t)w->block * (size_t)w->d * sizeof *w->vectors;
    orthonormalise(w->vectors, w->block, w->d);
    for (int round = 0; round < MOST_ROUNDS; round++) {
        multiply(w, centred);
        double squares = dot(w->images, w->images, w->d) + /* of the axes alone */
                         (w->block > 1 ? dot(w->images + w->d, w->images + w->d, w->d) : 0);
        if (before >= 0 && fabs(squares - before) <= settled * squares)
            break;
        before = squares;
        memcpy(w->vectors, w->images, bytes);
        orthonormalise(w->vectors, w->block, w->d);
    }
    multiply(w, centred);
    ritz(w, value, turn);
    for (int a = 0; a < PROJECTION_AXES && a < w->block; a++) {
        if (!(value[a] > 1e-12 * variance))
            continue;
        take_axis(w, turn[a], projection->axis[a]);
        projection->share[a] = value[a] / variance;
    }
    free(centred);
}

/* Means, and the sum of variances. */
static double measure(const float *rows, int n, int d, double *mean)
{
    double variance = 0;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < d; k++)
            mean[k] += (double)rows[(size_t)i * (size_t)d + (size_t)k] / n;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < d; k++) {
            double from = (double)rows[(size_t)i * (size_t)d + (size_t)k] - mean[k];
            variance += from * from / n;
        }
    return variance;
}

bool projection_fit(
    struct projection *projection, const float *rows, int n, int n_features, struct error *err)
{
    struct work w = {.rows = rows, .n = n, .d = n_features};
    struct random random;
    size_t d = (size_t)n_features;
    *projection = (struct projection){.n_features = n_features};
    projection->mean = memory_array(d, sizeof *projection->mean);
    for (int a = 0; a < PROJECTION_AXES; a++)
        projection->axis[a] = memory_array(d, sizeof **projection->axis);
    double variance = measure(rows, n, n_features, projection->mean);
    if (!isfinite(variance))
        return fail_as(err, ERROR_FAILED, "a feature is not finite: there is nothing to project");
    w.mean = projection->mean;
    w.block = n_features < BLOCK ? n_features : BLOCK;
    w.vectors = memory_array((size_t)w.block * d, sizeof *w.vectors);
    w.images = memory_array((size_t)w.block * d, sizeof *w.images);
    random_init(&random, SEED, 0);
    for (size_t i = 0; i < (size_t)w.block * d; i++)
        w.vectors[i] = (double)random_below(&random, 2000001) / 1e6 - 1;
    if (variance > 0)
        iterate(&w, projection, variance);
    free(w.vectors);
    free(w.images);
    return true;
}

void projection_finish(struct projection *projection)
{
    free(projection->mean);
    for (int a = 0; a < PROJECTION_AXES; a++)
        free(projection->axis[a]);
}

void projection_apply(
    const struct projection *projection, const float *row, float place[PROJECTION_AXES])
{
    for (int a = 0; a < PROJECTION_AXES; a++) {
        double sum = 0;
        for (int k = 0; k < projection->n_features; k++)
            sum += ((double)row[k] - projection->mean[k]) * projection->axis[a][k];
        place[a] = (float)sum;
    }
}
