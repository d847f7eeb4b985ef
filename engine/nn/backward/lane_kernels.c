/* The kernels of lane_kernels.h but for weights, compiled once for each kind of processor with
 * LANES_WIDTH and LANE_TABLE given by the build. Leans on the vectors of GCC and Clang. */
#include "engine/nn/backward/lane_kernels.h"
#include "engine/nn/tensor/vectors.h"

#include <string.h>

static const vector zero;

ALWAYS_INLINE const vector *vectors(const float *floats)
{
    return (const vector *)__builtin_assume_aligned(floats, sizeof(vector));
}

ALWAYS_INLINE vector *writable(float *floats)
{
    return (vector *)__builtin_assume_aligned(floats, sizeof(vector));
}

ALWAYS_INLINE vector where(mask which, vector value)
{
    return (vector)((mask)value & which);
}

static void load(float *lanes, const float *images, size_t values, int n)
{
    if (n < WIDTH)
        memset(lanes, 0, values * sizeof(vector));
    for (size_t i = 0; i < values && n == WIDTH; i++)
        for (int lane = 0; lane < WIDTH; lane++)
            lanes[i * WIDTH + (size_t)lane] = images[(size_t)lane * values + i];
    for (size_t i = 0; i < values && n < WIDTH; i++)
        for (int lane = 0; lane < n; lane++)
            lanes[i * WIDTH + (size_t)lane] = images[(size_t)lane * values + i];
}

static void store(float *images, const float *lanes, size_t values, int n)
{
    for (size_t i = 0; i < values; i++)
        for (int lane = 0; lane < n; lane++)
            images[(size_t)lane * values + i] = lanes[i * WIDTH + (size_t)lane];
}

static void add_vectors(float *out, const float *in, size_t count)
{
    vector *to = writable(out);
    for (size_t i = 0; i < count; i++)
        to[i] += vectors(in)[i];
}

/* NaN stays NaN. */
static void relu(float *out, const float *in, size_t count)
{
    vector *to = writable(out);
    for (size_t i = 0; i < count; i++)
        to[i] = where(~(vectors(in)[i] < zero), vectors(in)[i]);
}

static void relu_backward(float *grad, const float *out, size_t count)
{
    vector *to = writable(grad);
    for (size_t i = 0; i < count; i++)
        to[i] = where(vectors(out)[i] > zero, to[i]);
}

/* The windows of one image, in reading order. */
struct view {
    const struct window *window;
    struct taps down, along;
};

static struct view view_at(const struct window *window, int place)
{
    return (struct view){window, window_taps(window, 0, place / window->out[1]),
        window_taps(window, 1, place % window->out[1])};
}

/* First value of the pixel under tap (v, h). */
ALWAYS_INLINE size_t view_pixel(const struct view *view, int v, int h)
{
    const struct window *window = view->window;
    int y = view->down.origin + v * window->dilation[0];
    int x = view->along.origin + h * window->dilation[1];
    return (size_t)(y * window->in[1] + x) * (size_t)window->channels;
}

/* All channels of a window of four pixels, which is what most nets have. NaN is nobody's largest:
 * what is left goes to the first pixel. `relu_before` and `add` are constants where this is
 * inlined.
 */
ALWAYS_INLINE void give_to_one_of_four(vector *to, const vector *from, const vector *largest,
    const vector *grad, const size_t *pixel, size_t channels, const bool relu_before,
    const bool add)
{
    for (size_t c = 0; c < channels; c++) {
        vector left = relu_before ? where(largest[c] > zero, grad[c]) : grad[c], given[4];
#pragma GCC unroll 4
        for (int t = 0; t < 4; t++) {
            mask found = from[pixel[t] + c] == largest[c];
            given[t] = where(found, left);
            left = where(~found, left);
        }
        given[0] += left;
#pragma GCC unroll 4
        for (int t = 0; t < 4; t++) {
            if (add)
                given[t] += to[pixel[t] + c];
            to[pixel[t] + c] = given[t];
        }
    }
}

/* The same for any window; always adds. */
static void give_to_largest(vector *to, const vector *from, const vector *largest,
    const vector *grad, const struct view *view, bool relu_before)
{
    struct taps down = view->down, along = view->along;
    for (size_t c = 0; c < (size_t)view->window->channels; c++) {
        vector left = relu_before ? where(largest[c] > zero, grad[c]) : grad[c];
        for (int v = down.first; v < down.last; v++)
            for (int h = along.first; h < along.last; h++) {
                size_t pixel = view_pixel(view, v, h) + c;
                mask found = from[pixel] == largest[c];
                to[pixel] += where(found, left);
                left = where(~found, left);
            }
        to[view_pixel(view, down.first, along.first) + c] += left;
    }
}

static void pool_max(float *grad_in, const struct window *window, const float *in, const float *out,
    const float *grad_out, bool relu_before, bool add)
{
    size_t channels = (size_t)window->channels;
    bool four = window->size[0] == 2 && window->size[1] == 2;
    vector *to = writable(grad_in);
    const vector *from = vectors(in), *largest = vectors(out), *grad = vectors(grad_out);
    if (!four && !add)
        memset(to, 0, (size_t)(window->in[0] * window->in[1]) * channels * sizeof *to);
    for (int place = 0; place < window->out[0] * window->out[1]; place++) {
        struct view view = view_at(window, place);
        int v = view.down.first, h = view.along.first;
        if (four && view.down.last - v == 2 && view.along.last - h == 2) {
            const size_t pixel[4] = {view_pixel(&view, v, h), view_pixel(&view, v, h + 1),
                view_pixel(&view, v + 1, h), view_pixel(&view, v + 1, h + 1)};
            if (relu_before && !add)
                give_to_one_of_four(to, from, largest, grad, pixel, channels, true, false);
            else if (relu_before)
                give_to_one_of_four(to, from, largest, grad, pixel, channels, true, true);
            else
                give_to_one_of_four(to, from, largest, grad, pixel, channels, false, add);
        } else
            give_to_largest(to, from, largest, grad, &view, relu_before);
        largest += channels;
        grad += channels;
    }
}

static void pool_mean(float *grad_in, const struct window *window, const float *grad_out)
{
    size_t channels = (size_t)window->channels;
    const vector *grad = vectors(grad_out);
    for (int place = 0; place < window->out[0] * window->out[1]; place++, grad += channels) {
        struct view view = view_at(window, place);
        struct taps down = view.down, along = view.along;
        float share = 1.0F / (float)((down.last - down.first) * (along.last - along.first));
        for (int v = down.first; v < down.last; v++)
            for (int h = along.first; h < along.last; h++) {
                vector *to = writable(grad_in) + view_pixel(&view, v, h);
                for (size_t c = 0; c < channels; c++)
                    to[c] += grad[c] * share;
            }
    }
}

static void scale_channels(float *grad_in, const float *grad_out, const float *scale, size_t count,
    size_t channels, bool add)
{
    vector *to = writable(grad_in);
    const vector *from = vectors(grad_out);
    for (size_t i = 0; i < count; i += channels)
        for (size_t c = 0; c < channels; c++) {
            vector given = from[i + c] * scale[c];
            if (add)
                given += to[i + c];
            to[i + c] = given;
        }
}

ALWAYS_INLINE double over_lanes(vector sum)
{
    float lanes[WIDTH];
    double all = 0;
    memcpy(lanes, &sum, sizeof lanes);
    for (int i = 0; i < WIDTH; i++)
        all += (double)lanes[i];
    return all;
}

/* Channels that are summed at once. */
enum { TOGETHER = 4 };

ALWAYS_INLINE void sum_some(double *sums, double *products, const vector *grad, const vector *in,
    size_t count, size_t channels, const size_t block)
{
    vector sum[TOGETHER] = {zero}, product[TOGETHER] = {zero};
    for (size_t i = 0; i < count; i += channels)
#pragma GCC unroll 4
        for (size_t o = 0; o < block; o++) {
            sum[o] += grad[i + o];
            if (products)
                product[o] += grad[i + o] * in[i + o];
        }
#pragma GCC unroll 4
    for (size_t o = 0; o < block; o++) {
        sums[o] = over_lanes(sum[o]);
        if (products)
            products[o] = over_lanes(product[o]);
    }
}

static void sums_of_channels(double *sums, double *products, const float *grad, const float *in,
    size_t count, size_t channels)
{
    size_t c = 0;
    for (; c + TOGETHER <= channels; c += TOGETHER)
        sum_some(sums + c, products ? products + c : NULL, vectors(grad) + c,
            in ? vectors(in) + c : NULL, count, channels, TOGETHER);
    for (; c < channels; c++)
        sum_some(sums + c, products ? products + c : NULL, vectors(grad) + c,
            in ? vectors(in) + c : NULL, count, channels, 1);
}

extern const struct lane_kernels LANE_TABLE;
const struct lane_kernels LANE_TABLE = {
    .width = WIDTH,
    .load = load,
    .store = store,
    .add = add_vectors,
    .relu = relu,
    .relu_backward = relu_backward,
    .pool_max = pool_max,
    .pool_mean = pool_mean,
    .scale = scale_channels,
    .sums = sums_of_channels,
    .weigh = LANE_WEIGH,
};
