/* The kernels of channel_kernels.h, compiled once for each kind of processor with CHANNEL_TABLE
 * given by the build. */
#include "engine/nn/forward/channel_kernels.h"
#include "engine/nn/forward/ending_kernels.h"

/* What a window sees of the input: where channel 0 of each pixel lies, and its weights. */
enum { TAPS_MAX = 64, TAPS_USUAL = 9 };
struct seen {
    int n;
    const vector *values[TAPS_MAX];
    const float *weights[TAPS_MAX];
};

/* Channels whose rows under the window stay in the second cache. */
enum { CHANNELS_TOGETHER = 16 };
/* Positions of a window of 3x3 that are computed together: most values serve several of them. */
enum { FOUR = 4, SIZE = 3 };

/* Adds the taps of rows down.first .. down.last-1 from `row` on, as many as there is room for;
 * gives the next row. */
static int see(struct seen *seen, const struct window *window, const float *kernel,
    const vector *in, struct taps down, struct taps across, int row)
{
    size_t channels = (size_t)window->channels;
    int wide = across.last - across.first;
    seen->n = 0;
    for (; row < down.last && seen->n + wide <= TAPS_MAX; row++)
        for (int tap = across.first; tap < across.last; tap++) {
            int y = down.origin + row * window->dilation[0];
            int x = across.origin + tap * window->dilation[1];
            seen->values[seen->n] = in + (size_t)(y * window->in[1] + x) * channels;
            seen->weights[seen->n++] = kernel + (size_t)(row * window->size[1] + tap) * channels;
        }
    return row;
}

/* `taps` is a constant where this is inlined, or the number of the taps. */
ALWAYS_INLINE vector add_taps(const struct seen *seen, vector sum, size_t c, const int taps)
{
#pragma GCC unroll 9
    for (int k = 0; k < taps; k++)
        sum += seen->values[k][c] * seen->weights[k][c];
    return sum;
}

/* Channels from .. to-1 of one position whose taps are all seen at once. */
ALWAYS_INLINE void sum_position(vector *out, size_t at, const struct seen *seen,
    const struct ending *ending, size_t from, size_t to, const int taps)
{
    for (size_t c = from; c < to; c++) {
        vector sum = (vector){0} + (ending->bias ? ending->bias[c] : 0);
        sum = add_taps(seen, sum, c, taps);
        out[at + c] = ending_apply(ending, sum, c, at + c);
    }
}

/* The same of a window that is larger: part by part. */
static void sum_large(vector *out, size_t at, const struct window *window, const float *kernel,
    const vector *in, struct taps down, struct taps across, const struct ending *ending,
    size_t from, size_t to)
{
    struct seen seen;
    for (size_t c = from; c < to; c++)
        out[at + c] = (vector){0} + (ending->bias ? ending->bias[c] : 0);
    for (int row = down.first; row < down.last;) {
        row = see(&seen, window, kernel, in, down, across, row);
        for (size_t c = from; c < to; c++)
            out[at + c] = add_taps(&seen, out[at + c], c, seen.n);
    }
    for (size_t c = from; c < to; c++)
        out[at + c] = ending_apply(ending, out[at + c], c, at + c);
}

/* FOUR positions side by side of a window of SIZE columns that all lie inside the input. `stride`
 * is a constant where this is inlined. */
ALWAYS_INLINE void sum_four(vector *out, const struct window *window, const float *kernel,
    const struct ending *ending, const vector *in, struct taps down, size_t from, size_t to,
    const int stride)
{
    size_t channels = (size_t)window->channels, row = (size_t)window->in[1] * channels;
    for (size_t c = from; c < to; c++) {
        vector sums[FOUR], values[(FOUR - 1) * 2 + SIZE];
        const vector *values_at = in + c;
        const float *weights = kernel + (size_t)(down.first * SIZE) * channels + c;
#pragma GCC unroll 4
        for (int j = 0; j < FOUR; j++)
            sums[j] = (vector){0} + (ending->bias ? ending->bias[c] : 0);
        for (int y = down.first; y < down.last; y++, values_at += row, weights += SIZE * channels) {
#pragma GCC unroll 9
            for (int x = 0; x < (FOUR - 1) * stride + SIZE; x++)
                values[x] = values_at[(size_t)x * channels];
#pragma GCC unroll 3
            for (int k = 0; k < SIZE; k++)
#pragma GCC unroll 4
                for (int j = 0; j < FOUR; j++)
                    sums[j] += values[j * stride + k] * weights[(size_t)k * channels];
        }
#pragma GCC unroll 4
        for (int j = 0; j < FOUR; j++) {
            size_t at = (size_t)j * channels + c;
            out[at] = ending_apply(ending, sums[j], c, at);
        }
    }
}

/* Whether four positions from x on can be computed together. */
static bool fit_four(const struct window *window, int x)
{
    int first = x * window->stride[1] - window->before[1];
    int last = first + (FOUR - 1) * window->stride[1] + SIZE;
    return window->size[1] == SIZE && window->dilation[0] == 1 && window->dilation[1] == 1 &&
           window->stride[1] <= 2 && x + FOUR <= window->out[1] && first >= 0 &&
           last <= window->in[1];
}

static void depthwise_one(vector *out, const struct window *window, const float *kernel,
    const struct ending *ending, const vector *in, struct taps down, int place, size_t from,
    size_t to)
{
    struct taps across = window_taps(window, 1, place % window->out[1]);
    size_t at = (size_t)place * (size_t)window->channels;
    struct seen seen;
    if ((down.last - down.first) * (across.last - across.first) > TAPS_MAX) {
        sum_large(out, at, window, kernel, in, down, across, ending, from, to);
        return;
    }
    see(&seen, window, kernel, in, down, across, down.first);
    if (seen.n == TAPS_USUAL)
        sum_position(out, at, &seen, ending, from, to, TAPS_USUAL);
    else
        sum_position(out, at, &seen, ending, from, to, seen.n);
}

static void depthwise_row(vector *out, const struct window *window, const float *kernel,
    const struct ending *ending, const vector *in, int y, size_t from, size_t to)
{
    struct taps down = window_taps(window, 0, y);
    size_t channels = (size_t)window->channels;
    struct ending four = *ending;
    for (int x = 0; x < window->out[1]; x++) {
        int place = y * window->out[1] + x;
        if (!fit_four(window, x)) {
            depthwise_one(out, window, kernel, ending, in, down, place, from, to);
            continue;
        }
        int row = down.origin + down.first, column = x * window->stride[1] - window->before[1];
        const vector *values = in + (size_t)(row * window->in[1] + column) * channels;
        vector *to_four = out + (size_t)place * channels;
        four.add = ending->add ? ending->add + (size_t)place * channels * WIDTH : NULL;
        if (window->stride[1] == 1)
            sum_four(to_four, window, kernel, &four, values, down, from, to, 1);
        else
            sum_four(to_four, window, kernel, &four, values, down, from, to, 2);
        x += FOUR - 1;
    }
}

static void depthwise_part(vector *out, const struct window *window, const float *kernel,
    const struct ending *ending, const vector *in, size_t from, size_t to)
{
    for (int y = 0; y < window->out[0]; y++)
        depthwise_row(out, window, kernel, ending, in, y, from, to);
}

static void depthwise(float *out, const struct window *window, const float *kernel,
    const struct ending *ending, const float *in)
{
    size_t channels = (size_t)window->channels;
    for (size_t from = 0; from < channels; from += CHANNELS_TOGETHER) {
        size_t to = channels - from < CHANNELS_TOGETHER ? channels : from + CHANNELS_TOGETHER;
        depthwise_part((vector *)__builtin_assume_aligned(out, sizeof(vector)), window, kernel,
            ending, (const vector *)__builtin_assume_aligned(in, sizeof(vector)), from, to);
    }
}

static void finish(
    float *out, const float *in, const struct ending *ending, size_t count, size_t channels)
{
    vector *to = (vector *)__builtin_assume_aligned(out, sizeof(vector));
    const vector *from = (const vector *)__builtin_assume_aligned(in, sizeof(vector));
    for (size_t i = 0; i < count; i += channels)
        for (size_t c = 0; c < channels; c++)
            to[i + c] = ending_apply(ending, from[i + c], c, i + c);
}

/* NaN wins, as in kernels_pool_max: a broken net must not look sound. */
ALWAYS_INLINE vector pooled(vector so_far, vector value)
{
    return ending_choose((value > so_far) | (value != value), value, so_far);
}

static void pool_max(float *out, const struct window *window, const float *in)
{
    size_t channels = (size_t)window->channels;
    vector *to = (vector *)__builtin_assume_aligned(out, sizeof(vector));
    for (int place = 0; place < window->out[0] * window->out[1]; place++, to += channels) {
        struct taps down = window_taps(window, 0, place / window->out[1]);
        struct taps across = window_taps(window, 1, place % window->out[1]);
        bool first = true;
        for (int i = down.first; i < down.last; i++)
            for (int j = across.first; j < across.last; j++, first = false) {
                int y = down.origin + i * window->dilation[0];
                int x = across.origin + j * window->dilation[1];
                const vector *from =
                    (const vector *)in + (size_t)(y * window->in[1] + x) * channels;
                for (size_t c = 0; c < channels; c++)
                    to[c] = first ? from[c] : pooled(to[c], from[c]);
            }
    }
}

static void pool_mean(float *out, const struct window *window, const float *in)
{
    size_t channels = (size_t)window->channels;
    vector *to = (vector *)__builtin_assume_aligned(out, sizeof(vector));
    for (int place = 0; place < window->out[0] * window->out[1]; place++, to += channels) {
        struct taps down = window_taps(window, 0, place / window->out[1]);
        struct taps across = window_taps(window, 1, place % window->out[1]);
        int count = (down.last - down.first) * (across.last - across.first);
        for (size_t c = 0; c < channels; c++)
            to[c] = (vector){0};
        for (int i = down.first; i < down.last; i++)
            for (int j = across.first; j < across.last; j++) {
                int y = down.origin + i * window->dilation[0];
                int x = across.origin + j * window->dilation[1];
                const vector *from =
                    (const vector *)in + (size_t)(y * window->in[1] + x) * channels;
                for (size_t c = 0; c < channels; c++)
                    to[c] += from[c];
            }
        for (size_t c = 0; c < channels; c++)
            to[c] *= 1.0F / (float)count;
    }
}

extern const struct channel_kernels CHANNEL_TABLE;
const struct channel_kernels CHANNEL_TABLE = {
    .depthwise = depthwise, .finish = finish, .pool_max = pool_max, .pool_mean = pool_mean};
