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

/* A row of outputs at work. */
struct line {
    const struct window *window;
    const struct depthwise_rows *rows;
    const float *kernel;         /* of the first channel */
    const struct ending *ending; /* of it */
    vector *out;                 /* of it, of the row's first position */
    size_t channels;             /* of the whole tensor */
    struct taps down;
};

/* The values at a place of the input, of the first channel. */
ALWAYS_INLINE const vector *values_at(const struct line *line, int y, int x)
{
    const struct depthwise_rows *rows = line->rows;
    size_t place = (size_t)(y % rows->ring * line->window->in[1] + x);
    return (const vector *)__builtin_assume_aligned(rows->in, sizeof(vector)) + place * rows->pitch;
}

/* Adds the taps of rows row .. line->down.last-1, as many as there is room for; gives the next row.
 */
static int see(struct seen *seen, const struct line *line, struct taps across, int row)
{
    const struct window *window = line->window;
    int wide = across.last - across.first;
    seen->n = 0;
    for (; row < line->down.last && seen->n + wide <= TAPS_MAX; row++)
        for (int tap = across.first; tap < across.last; tap++) {
            int y = line->down.origin + row * window->dilation[0];
            int x = across.origin + tap * window->dilation[1];
            seen->values[seen->n] = values_at(line, y, x);
            seen->weights[seen->n++] =
                line->kernel + (size_t)(row * window->size[1] + tap) * line->channels;
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

/* All channels of the position whose first output lies at `at`, whose taps are all seen at once. */
ALWAYS_INLINE void sum_position(
    const struct line *line, size_t at, const struct seen *seen, const int taps)
{
    const struct ending *ending = line->ending;
    for (size_t c = 0; c < line->rows->count; c++) {
        vector sum = (vector){0} + (ending->bias ? ending->bias[c] : 0);
        sum = add_taps(seen, sum, c, taps);
        line->out[at + c] = ending_apply(ending, sum, c, at + c);
    }
}

/* The same of a window that is larger: part by part. */
static void sum_large(const struct line *line, size_t at, struct taps across)
{
    const struct ending *ending = line->ending;
    size_t count = line->rows->count;
    vector *out = line->out + at;
    struct seen seen;
    for (size_t c = 0; c < count; c++)
        out[c] = (vector){0} + (ending->bias ? ending->bias[c] : 0);
    for (int row = line->down.first; row < line->down.last;) {
        row = see(&seen, line, across, row);
        for (size_t c = 0; c < count; c++)
            out[c] = add_taps(&seen, out[c], c, seen.n);
    }
    for (size_t c = 0; c < count; c++)
        out[c] = ending_apply(ending, out[c], c, at + c);
}

/* The endings of four positions of channel c, stored from `at` on. */
ALWAYS_INLINE void end_four(const struct line *line, vector *sums, size_t at, size_t c)
{
    const struct ending *ending = line->ending;
    size_t step = line->channels;
    if (ending->scale)
#pragma GCC unroll 4
        for (int j = 0; j < FOUR; j++)
            sums[j] = sums[j] * ending->scale[c] + ending->shift[c];
    if (ending->add)
#pragma GCC unroll 4
        for (int j = 0; j < FOUR; j++)
            sums[j] += ((const vector *)ending->add)[at + (size_t)j * step];
    if (ending->relu)
#pragma GCC unroll 4
        for (int j = 0; j < FOUR; j++)
            sums[j] = ending_relu(sums[j]);
    if (ending->limit > 0)
#pragma GCC unroll 4
        for (int j = 0; j < FOUR; j++)
            sums[j] = ending_limit(sums[j], ending->limit);
#pragma GCC unroll 4
    for (int j = 0; j < FOUR; j++)
        line->out[at + (size_t)j * step] = sums[j];
}

/* FOUR positions side by side of a window of SIZE columns that all lie inside the input, from
 * column `left` on. `stride` is a constant where this is inlined. */
ALWAYS_INLINE void sum_four(const struct line *line, size_t to, int left, const int stride)
{
    const struct ending *ending = line->ending;
    size_t channels = line->channels, pitch = line->rows->pitch;
    const vector *lines[SIZE];
    for (int y = line->down.first; y < line->down.last; y++)
        lines[y] = values_at(line, line->down.origin + y, left);
    for (size_t c = 0; c < line->rows->count; c++) {
        vector sums[FOUR], values[(FOUR - 1) * 2 + SIZE];
        const float *weights = line->kernel + (size_t)(line->down.first * SIZE) * channels + c;
#pragma GCC unroll 4
        for (int j = 0; j < FOUR; j++)
            sums[j] = (vector){0} + (ending->bias ? ending->bias[c] : 0);
        for (int y = line->down.first; y < line->down.last; y++, weights += SIZE * channels) {
#pragma GCC unroll 9
            for (int x = 0; x < (FOUR - 1) * stride + SIZE; x++)
                values[x] = lines[y][(size_t)x * pitch + c];
#pragma GCC unroll 3
            for (int k = 0; k < SIZE; k++)
#pragma GCC unroll 4
                for (int j = 0; j < FOUR; j++)
                    sums[j] += values[j * stride + k] * weights[(size_t)k * channels];
        }
        end_four(line, sums, to + c, c);
    }
}

/* Whether four positions from x on can be computed together. */
static bool fit_four(const struct window *window, int x)
{
    int first = x * window->stride[1] - window->before[1];
    int last = first + (FOUR - 1) * window->stride[1] + SIZE;
    return window->size[0] <= SIZE && window->size[1] == SIZE && window->dilation[0] == 1 &&
           window->dilation[1] == 1 && window->stride[1] <= 2 && x + FOUR <= window->out[1] &&
           first >= 0 && last <= window->in[1];
}

static void depthwise_one(const struct line *line, int x)
{
    struct taps across = window_taps(line->window, 1, x), down = line->down;
    size_t at = (size_t)x * line->channels;
    struct seen seen;
    if ((down.last - down.first) * (across.last - across.first) > TAPS_MAX) {
        sum_large(line, at, across);
        return;
    }
    see(&seen, line, across, down.first);
    if (seen.n == TAPS_USUAL)
        sum_position(line, at, &seen, TAPS_USUAL);
    else
        sum_position(line, at, &seen, seen.n);
}

/* A number of each channel, from a channel on; NULL stays. */
static const float *from_channel(const float *of, size_t channel)
{
    return of ? of + channel : NULL;
}

static void depthwise_row(float *out, const struct window *window, const float *kernel,
    const struct ending *ending, const struct depthwise_rows *rows)
{
    size_t channels = (size_t)window->channels, first = rows->first;
    size_t at = (size_t)(rows->y * window->out[1]) * channels + first;
    const struct ending own = {.bias = from_channel(ending->bias, first),
        .scale = from_channel(ending->scale, first),
        .shift = from_channel(ending->shift, first),
        .add = from_channel(ending->add, at * WIDTH),
        .relu = ending->relu,
        .limit = ending->limit};
    const struct line line = {.window = window,
        .rows = rows,
        .kernel = kernel + first,
        .ending = &own,
        .out = (vector *)__builtin_assume_aligned(out, sizeof(vector)) + at,
        .channels = channels,
        .down = window_taps(window, 0, rows->y)};
    for (int x = 0; x < window->out[1]; x++) {
        int left = x * window->stride[1] - window->before[1];
        if (!fit_four(window, x)) {
            depthwise_one(&line, x);
            continue;
        }
        if (window->stride[1] == 1)
            sum_four(&line, (size_t)x * channels, left, 1);
        else
            sum_four(&line, (size_t)x * channels, left, 2);
        x += FOUR - 1;
    }
}

static void depthwise(float *out, const struct window *window, const float *kernel,
    const struct ending *ending, const float *in)
{
    size_t channels = (size_t)window->channels;
    for (size_t from = 0; from < channels; from += CHANNELS_TOGETHER) {
        struct depthwise_rows rows = {.in = in + from * WIDTH,
            .ring = window->in[0],
            .pitch = channels,
            .first = from,
            .count = channels - from < CHANNELS_TOGETHER ? channels - from : CHANNELS_TOGETHER};
        for (; rows.y < window->out[0]; rows.y++)
            depthwise_row(out, window, kernel, ending, &rows);
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

/* Row by row, then the rows: sums of large images stay as exact as those of small ones. */
static vector sum_window(
    const struct window *window, const vector *in, struct taps down, struct taps across, size_t c)
{
    size_t channels = (size_t)window->channels;
    vector all = {0};
    for (int i = down.first; i < down.last; i++) {
        int y = down.origin + i * window->dilation[0];
        vector row = {0};
        for (int j = across.first; j < across.last; j++) {
            int x = across.origin + j * window->dilation[1];
            row += in[(size_t)(y * window->in[1] + x) * channels + c];
        }
        all += row;
    }
    return all;
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
            to[c] = sum_window(window, (const vector *)in, down, across, c) * (1.0F / (float)count);
    }
}

extern const struct channel_kernels CHANNEL_TABLE;
const struct channel_kernels CHANNEL_TABLE = {.depthwise = depthwise,
    .depthwise_row = depthwise_row,
    .finish = finish,
    .pool_max = pool_max,
    .pool_mean = pool_mean};
