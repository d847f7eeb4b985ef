/* net: the kernels against slow obvious versions, on random sizes. */
#include "engine/nn/kernels/kernels.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/base/thread_pool.h"

#include "tests/test.h"

#include <math.h>

static int between(struct random *random, int low, int high)
{
    return low + (int)random_below(random, (uint32_t)(high - low + 1));
}

static float *random_floats(struct random *random, size_t count)
{
    float *values = memory_floats(count);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)random_range(random, -1, 1);
    return values;
}

static double element(struct matrix m, size_t row, size_t column)
{
    return (double)(m.transposed ? m.data[column * m.pitch + row] : m.data[row * m.pitch + column]);
}

static void check_product(struct random *random, bool a_transposed, bool b_transposed, bool add)
{
    size_t rows = (size_t)between(random, 1, 40), depth = (size_t)between(random, 1, 60);
    size_t columns = (size_t)between(random, 1, 40), spare = random_below(random, 5);
    size_t pitch = columns + spare;
    float *data_a = random_floats(random, (rows + spare) * (depth + spare));
    float *data_b = random_floats(random, (depth + spare) * (columns + spare));
    float *out = random_floats(random, rows * pitch), *old = memory_floats(rows * pitch);
    struct matrix a = {data_a, (a_transposed ? rows : depth) + spare, a_transposed};
    struct matrix b = {data_b, (b_transposed ? depth : columns) + spare, b_transposed};
    memcpy(old, out, rows * pitch * sizeof *out);
    kernels_product(out, pitch, a, b, rows, depth, columns, add);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < pitch; c++) {
            double sum = c >= columns || add ? (double)old[r * pitch + c] : 0;
            for (size_t k = 0; k < depth && c < columns; k++)
                sum += element(a, r, k) * element(b, k, c);
            assert_true(fabs(sum - (double)out[r * pitch + c]) <= 1e-6 * (double)(depth + 1));
        }
    free(data_a);
    free(data_b);
    free(out);
    free(old);
}

static void products_are_right(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 1, 0);
    kernels_init();
    for (int i = 0; i < 400; i++)
        check_product(&random, i & 1, i & 2, i & 4);
}

/* Products that run at a time share nothing: each gives the bytes that it gives alone. */
enum { SIDE = 48, JOBS = 256 };

struct jobs {
    const float *a, *b;
    float *out; /* [JOBS][SIDE][SIDE] */
};

static void multiply(void *context, int index, int worker)
{
    (void)worker;
    const struct jobs *jobs = context;
    kernels_product(jobs->out + (size_t)index * SIDE * SIDE, SIDE,
        (struct matrix){jobs->a + index, SIDE + JOBS, false}, (struct matrix){jobs->b, SIDE, true},
        SIDE, SIDE, SIDE, false);
}

static void products_at_a_time_share_nothing(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 2, 0);
    kernels_init();
    float *a = random_floats(&random, SIDE * (SIDE + JOBS)),
          *b = random_floats(&random, SIDE * SIDE);
    float *alone = memory_floats(JOBS * SIDE * SIDE), *out = memory_floats(JOBS * SIDE * SIDE);
    struct jobs jobs = {a, b, alone};
    for (int i = 0; i < JOBS; i++)
        multiply(&jobs, i, 0);
    struct thread_pool *pool = thread_pool_create(3);
    jobs.out = out;
    for (int again = 0; again < 60; again++) {
        thread_pool_run(pool, JOBS, multiply, &jobs);
        assert_memory_equal(out, alone, (size_t)JOBS * SIDE * SIDE * sizeof *out);
    }
    thread_pool_destroy(pool);
    free(a);
    free(b);
    free(alone);
    free(out);
}

static struct window random_window(struct random *random)
{
    struct window window = {.channels = between(random, 1, 9)};
    for (int a = 0; a < 2; a++) {
        window.in[a] = between(random, 1, 9);
        window.size[a] = between(random, 1, 4);
        window.stride[a] = between(random, 1, 3);
        window.dilation[a] = between(random, 1, 3);
        window.before[a] = between(random, 0, 3);
        window.out[a] = between(random, 1, 6);
    }
    return window;
}

/* What a window at position p, tap t sees along an axis; -1 in the padding. */
static int source(const struct window *window, int axis, int p, int t)
{
    int at = p * window->stride[axis] - window->before[axis] + t * window->dilation[axis];
    return at >= 0 && at < window->in[axis] ? at : -1;
}

/* Value `at` of unfolded row `position`; 0 in the padding. */
static double slow_unfold(const struct window *window, const float *images, size_t position,
    size_t at, struct channels channels)
{
    size_t positions = window_positions(window), spot = position % positions;
    size_t tap = at / (size_t)channels.count;
    int channel = channels.first + (int)(at % (size_t)channels.count);
    int y = source(window, 0, (int)spot / window->out[1], (int)tap / window->size[1]);
    int x = source(window, 1, (int)spot % window->out[1], (int)tap % window->size[1]);
    size_t image = position / positions;
    size_t line = image * (size_t)window->in[0] + (size_t)y;
    size_t pixel = line * (size_t)window->in[1] + (size_t)x;
    return y < 0 || x < 0 ? 0 : (double)images[pixel * (size_t)window->channels + (size_t)channel];
}

static void check_unfold(struct random *random)
{
    struct window window = random_window(random);
    size_t n = 3, size = (size_t)(window.in[0] * window.in[1] * window.channels);
    struct channels channels = {between(random, 0, window.channels - 1), 0};
    channels.count = between(random, 1, window.channels - channels.first);
    size_t depth = (size_t)(window.size[0] * window.size[1] * channels.count);
    size_t to = (size_t)between(random, 1, (int)(n * window_positions(&window)));
    size_t from = random_below(random, (uint32_t)to);
    float *images = random_floats(random, n * size), *back = memory_floats(n * size);
    float *rows = random_floats(random, (to - from) * depth);
    float *other = random_floats(random, (to - from) * depth);
    double forth_sum = 0, back_sum = 0;
    kernels_unfold(rows, &window, images, from, to, channels);
    for (size_t i = 0; i < (to - from) * depth; i++) {
        double expected = slow_unfold(&window, images, from + i / depth, i % depth, channels);
        assert_true((double)rows[i] == expected);
        forth_sum += (double)rows[i] * (double)other[i];
    }
    /* Folding is the transpose of unfolding: <unfold(x), r> = <x, fold(r)>. */
    kernels_fold(back, &window, other, from, to, channels);
    for (size_t i = 0; i < n * size; i++)
        back_sum += (double)images[i] * (double)back[i];
    assert_true(fabs(forth_sum - back_sum) < 1e-4);
    free(images);
    free(back);
    free(rows);
    free(other);
}

static void windows_unfold_and_fold(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 2, 0);
    for (int i = 0; i < 1000; i++)
        check_unfold(&random);
}

static void rows_are_added_and_scaled(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 3, 0);
    for (size_t columns = 1; columns < 40; columns++) {
        size_t rows = 1 + columns % 5, count = rows * columns;
        float *in = random_floats(&random, count), *out = random_floats(&random, count);
        float *scale = random_floats(&random, columns), *sum = memory_floats(columns);
        float *old = memory_floats(count);
        memcpy(old, out, count * sizeof *out);
        kernels_add_to_rows(out, scale, rows, columns);
        for (size_t i = 0; i < count; i++)
            assert_true(out[i] == old[i] + scale[i % columns]);
        kernels_affine(out, in, scale, sum, rows, columns);
        kernels_add_scaled_rows(out, in, scale, rows, columns);
        kernels_sum_rows(sum, in, rows, columns);
        for (size_t i = 0; i < count; i++) {
            assert_true(fabsf(out[i] - 2 * in[i] * scale[i % columns]) < 1e-6F);
            sum[i % columns] -= in[i];
        }
        for (size_t c = 0; c < columns; c++)
            assert_true(fabsf(sum[c]) < 1e-5F);
        free(in);
        free(out);
        free(scale);
        free(sum);
        free(old);
    }
}

static void the_first_of_equal_values_gets_the_gradient(void **state)
{
    (void)state;
    struct window window = {.in = {2, 2},
        .channels = 1,
        .size = {2, 2},
        .stride = {2, 2},
        .dilation = {1, 1},
        .out = {1, 1}};
    const float in[] = {1, 3, 3, 2}, grad_out[] = {5};
    float out[1], grad_in[4] = {0};
    kernels_pool_max(out, &window, in, 1);
    kernels_pool_max_backward(grad_in, &window, in, out, grad_out, 1);
    assert_true(out[0] == 3);
    const float expected[] = {0, 5, 0, 0};
    assert_memory_equal(grad_in, expected, sizeof expected);
}

static void pooling_keeps_nan(void **state)
{
    (void)state;
    struct window window = {.in = {2, 2},
        .channels = 1,
        .size = {2, 2},
        .stride = {2, 2},
        .dilation = {1, 1},
        .out = {1, 1}};
    for (int at = 0; at < 4; at++) {
        float in[] = {1, 3, 2, 2}, out[1];
        in[at] = NAN;
        kernels_pool_max(out, &window, in, 1);
        assert_true(isnan(out[0]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_right),
        cmocka_unit_test(products_at_a_time_share_nothing),
        cmocka_unit_test(windows_unfold_and_fold),
        cmocka_unit_test(rows_are_added_and_scaled),
        cmocka_unit_test(the_first_of_equal_values_gets_the_gradient),
        cmocka_unit_test(pooling_keeps_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
