/* Windows that stay within a channel: pooling, depthwise convolution. */
#include "engine/nn/kernels/kernels.h"

#include <string.h>

/* One window on one image: what of it lies inside the input. */
struct view {
    const struct window *window;
    struct taps down, along;
    int y, x;
    size_t image; /* first value of the image in the input */
    size_t at;    /* the window's place, counted through all images */
};

static struct view view_first(const struct window *window)
{
    return (struct view){
        .window = window,
        .down = window_taps(window, 0, 0),
        .along = window_taps(window, 1, 0),
    };
}

static void view_step(struct view *view)
{
    const struct window *window = view->window;
    view->at++;
    if (++view->x == window->out[1]) {
        view->x = 0;
        if (++view->y == window->out[0]) {
            view->y = 0;
            view->image += (size_t)window->in[0] * (size_t)window->in[1] * (size_t)window->channels;
        }
        view->down = window_taps(window, 0, view->y);
    }
    view->along = window_taps(window, 1, view->x);
}

/* First value of the pixel under tap (v, h). */
static size_t view_pixel(const struct view *view, int v, int h)
{
    const struct window *window = view->window;
    size_t y = (size_t)(view->down.origin + v * window->dilation[0]);
    size_t x = (size_t)(view->along.origin + h * window->dilation[1]);
    return view->image + (y * (size_t)window->in[1] + x) * (size_t)window->channels;
}

/* NaN wins, so that a broken net does not look sound. */
static void keep_larger(float *restrict out, const float *restrict in, size_t count)
{
    for (size_t c = 0; c < count; c++) {
        float larger = in[c] > out[c] ? in[c] : out[c];
        out[c] = in[c] == in[c] ? larger : in[c];
    }
}

void kernels_pool_max(float *out, const struct window *window, const float *in, int n)
{
    size_t channels = (size_t)window->channels, total = (size_t)n * window_positions(window);
    struct view view = view_first(window);
    for (; view.at < total; view_step(&view), out += channels) {
        size_t first = view_pixel(&view, view.down.first, view.along.first);
        memcpy(out, in + first, channels * sizeof *out);
        for (int v = view.down.first; v < view.down.last; v++)
            for (int h = view.along.first; h < view.along.last; h++)
                keep_larger(out, in + view_pixel(&view, v, h), channels);
    }
}

/* Channels of a window whose gradients are held at once. */
enum { HELD = 64 };

/* The gradient goes to the channels whose value is the largest, unless it has gone already. */
static void give_to_largest(float *restrict grad_in, const float *restrict in,
    const float *restrict largest, float *restrict held, size_t count)
{
    for (size_t c = 0; c < count; c++) {
        bool found = in[c] == largest[c];
        grad_in[c] += found ? held[c] : 0;
        held[c] = found ? 0 : held[c];
    }
}

void kernels_pool_max_backward(float *grad_in, const struct window *window, const float *in,
    const float *out, const float *grad_out, int n)
{
    size_t channels = (size_t)window->channels, total = (size_t)n * window_positions(window);
    for (struct view view = view_first(window); view.at < total; view_step(&view))
        for (size_t first = 0; first < channels; first += HELD) {
            size_t at = view.at * channels + first;
            size_t count = channels - first < HELD ? channels - first : HELD;
            float held[HELD];
            memcpy(held, grad_out + at, count * sizeof *held);
            for (int v = view.down.first; v < view.down.last; v++)
                for (int h = view.along.first; h < view.along.last; h++) {
                    size_t pixel = view_pixel(&view, v, h) + first;
                    give_to_largest(grad_in + pixel, in + pixel, out + at, held, count);
                }
            size_t pixel = view_pixel(&view, view.down.first, view.along.first) + first;
            kernels_add(grad_in + pixel, held, count); /* what is left: NaN is nobody's largest */
        }
}

static float share(const struct view *view)
{
    int taps = (view->down.last - view->down.first) * (view->along.last - view->along.first);
    return 1 / (float)taps;
}

static void add_scaled(float *restrict out, const float *restrict in, float scale, size_t count)
{
    for (size_t c = 0; c < count; c++)
        out[c] += scale * in[c];
}

/* Of one channel: row by row, then the rows, so that large images stay exact. */
static float sum_window(const struct view *view, const float *in)
{
    float all = 0;
    for (int v = view->down.first; v < view->down.last; v++) {
        float row = 0;
        for (int h = view->along.first; h < view->along.last; h++)
            row += in[view_pixel(view, v, h)];
        all += row;
    }
    return all;
}

void kernels_pool_mean(float *out, const struct window *window, const float *in, int n)
{
    size_t channels = (size_t)window->channels, total = (size_t)n * window_positions(window);
    for (struct view view = view_first(window); view.at < total; view_step(&view)) {
        float scale = share(&view), *to = out + view.at * channels;
        for (size_t c = 0; c < channels; c++)
            to[c] = sum_window(&view, in + c) * scale;
    }
}

void kernels_pool_mean_backward(
    float *grad_in, const struct window *window, const float *grad_out, int n)
{
    size_t channels = (size_t)window->channels, total = (size_t)n * window_positions(window);
    for (struct view view = view_first(window); view.at < total; view_step(&view)) {
        float scale = share(&view);
        for (int v = view.down.first; v < view.down.last; v++)
            for (int h = view.along.first; h < view.along.last; h++)
                add_scaled(grad_in + view_pixel(&view, v, h), grad_out + view.at * channels, scale,
                    channels);
    }
}

static void multiply_add(
    float *restrict out, const float *restrict a, const float *restrict b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] += a[i] * b[i];
}

/* out[channels, multiplier] += in[channels] * kernel[channels, multiplier] */
static void tap(float *restrict out, const float *restrict in, const float *restrict kernel,
    size_t channels, size_t multiplier)
{
    if (multiplier == 1) {
        multiply_add(out, in, kernel, channels);
        return;
    }
    for (size_t c = 0; c < channels; c++)
        for (size_t m = 0; m < multiplier; m++)
            out[c * multiplier + m] += in[c] * kernel[c * multiplier + m];
}

void kernels_depthwise(float *out, const struct window *window, int multiplier, const float *in,
    const float *kernel, int n)
{
    size_t channels = (size_t)window->channels, times = (size_t)multiplier;
    size_t total = (size_t)n * window_positions(window), wide = channels * times;
    memset(out, 0, total * wide * sizeof *out);
    for (struct view view = view_first(window); view.at < total; view_step(&view)) {
        for (int v = view.down.first; v < view.down.last; v++)
            for (int h = view.along.first; h < view.along.last; h++) {
                size_t at = (size_t)v * (size_t)window->size[1] + (size_t)h;
                tap(out + view.at * wide, in + view_pixel(&view, v, h), kernel + at * wide,
                    channels, times);
            }
    }
}

/* grad_in[channels] += sum over m of grad_out * kernel */
static void tap_to_input(float *restrict grad_in, const float *restrict grad_out,
    const float *restrict kernel, size_t channels, size_t multiplier)
{
    for (size_t c = 0; c < channels; c++)
        for (size_t m = 0; m < multiplier; m++)
            grad_in[c] += grad_out[c * multiplier + m] * kernel[c * multiplier + m];
}

/* grad_kernel[channels, multiplier] += in[channels] * grad_out[channels, multiplier] is tap() */
void kernels_depthwise_backward(float *grad_in, float *grad_kernel, const struct window *window,
    int multiplier, const float *in, const float *kernel, const float *grad_out, int n)
{
    size_t channels = (size_t)window->channels, times = (size_t)multiplier;
    size_t total = (size_t)n * window_positions(window), wide = channels * times;
    for (struct view view = view_first(window); view.at < total; view_step(&view)) {
        const float *grad = grad_out + view.at * wide;
        for (int v = view.down.first; v < view.down.last; v++)
            for (int h = view.along.first; h < view.along.last; h++) {
                size_t at = ((size_t)v * (size_t)window->size[1] + (size_t)h) * wide;
                size_t pixel = view_pixel(&view, v, h);
                if (grad_kernel)
                    tap(grad_kernel + at, in + pixel, grad, channels, times);
                if (grad_in)
                    tap_to_input(grad_in + pixel, grad, kernel + at, channels, times);
            }
    }
}
