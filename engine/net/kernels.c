#include "engine/net/kernels.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include <cblas.h>

static void make_single_threaded(void)
{
    openblas_set_num_threads(1);
}

void kernels_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_single_threaded);
}

void kernels_product(float *out, size_t pitch, struct matrix a, struct matrix b, size_t rows,
    size_t depth, size_t columns, bool add)
{
    assert(rows <= INT_MAX && depth <= INT_MAX && columns <= INT_MAX);
    assert(pitch <= INT_MAX && a.pitch <= INT_MAX && b.pitch <= INT_MAX);
    cblas_sgemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans,
        b.transposed ? CblasTrans : CblasNoTrans, (blasint)rows, (blasint)columns, (blasint)depth,
        1, a.data, (blasint)a.pitch, b.data, (blasint)b.pitch, add ? 1 : 0, out, (blasint)pitch);
}

void kernels_add(float *out, const float *in, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] += in[i];
}

void kernels_add_to_rows(float *out, const float *row, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++)
        kernels_add(out + i * columns, row, columns);
}

void kernels_sum_rows(float *row, const float *in, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++)
        kernels_add(row, in + i * columns, columns);
}

void kernels_add_scaled_rows(
    float *out, const float *in, const float *scale, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++, out += columns, in += columns)
        for (size_t c = 0; c < columns; c++)
            out[c] += in[c] * scale[c];
}

void kernels_affine(float *out, const float *in, const float *scale, const float *shift,
    size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++, out += columns, in += columns)
        for (size_t c = 0; c < columns; c++)
            out[c] = in[c] * scale[c] + shift[c];
}

/* Where the walk over the windows of many images stands. */
struct walk {
    size_t image;
    int y, x;
};

static struct walk walk_start(const struct window *window, size_t position)
{
    size_t at = position % window_positions(window), width = (size_t)window->out[1];
    return (struct walk){position / window_positions(window), (int)(at / width), (int)(at % width)};
}

static void walk_step(struct walk *walk, const struct window *window)
{
    if (++walk->x < window->out[1])
        return;
    walk->x = 0;
    if (++walk->y < window->out[0])
        return;
    walk->y = 0;
    walk->image++;
}

static size_t image_size(const struct window *window)
{
    return (size_t)window->in[0] * (size_t)window->in[1] * (size_t)window->channels;
}

/* Short copies, for which a call would cost more than the copy. */
static void copy(float *restrict out, const float *restrict in, size_t count)
{
    size_t i = 0;
    for (; i + 4 <= count; i += 4)
        memcpy(out + i, in + i, 4 * sizeof *out);
    for (; i < count; i++)
        out[i] = in[i];
}

/* One line of the window; line is the image's, NULL where it is padding. */
static void unfold_line(float *row, const struct window *window, const float *line,
    struct taps taps, struct channels channels)
{
    size_t count = (size_t)channels.count, pixel = (size_t)window->channels;
    size_t size = (size_t)window->size[1];
    bool whole = taps.first == 0 && taps.last == window->size[1] && count == pixel;
    if (line && whole && window->dilation[1] == 1) {
        copy(row, line + (size_t)taps.origin * pixel, size * count);
        return;
    }
    memset(row, 0, size * count * sizeof *row);
    for (int t = taps.first; line && t < taps.last; t++) {
        int x = taps.origin + t * window->dilation[1];
        copy(row + (size_t)t * count, line + (size_t)x * pixel + channels.first, count);
    }
}

void kernels_unfold(float *rows, const struct window *window, const float *images, size_t from,
    size_t to, struct channels channels)
{
    size_t line_size = (size_t)window->in[1] * (size_t)window->channels;
    size_t row_line = (size_t)window->size[1] * (size_t)channels.count;
    struct walk walk = walk_start(window, from);
    for (size_t at = from; at < to; at++, walk_step(&walk, window)) {
        const float *image = images + walk.image * image_size(window);
        struct taps down = window_taps(window, 0, walk.y), along = window_taps(window, 1, walk.x);
        for (int t = 0; t < window->size[0]; t++, rows += row_line) {
            bool inside = t >= down.first && t < down.last;
            size_t y = inside ? (size_t)(down.origin + t * window->dilation[0]) : 0;
            unfold_line(rows, window, inside ? image + y * line_size : NULL, along, channels);
        }
    }
}

static void fold_line(float *line, const struct window *window, const float *row, struct taps taps,
    struct channels channels)
{
    size_t count = (size_t)channels.count, pixel = (size_t)window->channels;
    for (int t = taps.first; t < taps.last; t++) {
        int x = taps.origin + t * window->dilation[1];
        kernels_add(line + (size_t)x * pixel + channels.first, row + (size_t)t * count, count);
    }
}

void kernels_fold(float *images, const struct window *window, const float *rows, size_t from,
    size_t to, struct channels channels)
{
    size_t line_size = (size_t)window->in[1] * (size_t)window->channels;
    size_t row_line = (size_t)window->size[1] * (size_t)channels.count;
    struct walk walk = walk_start(window, from);
    for (size_t at = from; at < to; at++, walk_step(&walk, window)) {
        float *image = images + walk.image * image_size(window);
        struct taps down = window_taps(window, 0, walk.y), along = window_taps(window, 1, walk.x);
        for (int t = down.first; t < down.last; t++) {
            size_t y = (size_t)(down.origin + t * window->dilation[0]);
            fold_line(image + y * line_size, window, rows + (size_t)t * row_line, along, channels);
        }
        rows += row_line * (size_t)window->size[0];
    }
}
