/* Products by OpenBLAS, and windows unfolded into rows for them. */
#include "engine/nn/kernels/kernels.h"

#include "engine/base/memory.h"

#include <assert.h>
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cblas.h>

/* Loaded by name, so that it finds in the environment how many threads it may begin: none. Linked,
 * it would begin them before main(): they take 136 MB, end the program where the system gives no
 * thread, and stand in the way of fork. */
static struct {
    __typeof__(cblas_sgemm) *sgemm;
    bool alone; /* built without locks: one product at a time */
} blas;

__attribute__((constructor)) static void ask_for_no_threads(void)
{
    setenv("OPENBLAS_NUM_THREADS", "1", 1); /* before there is another thread */
}

/* A function of the library, into a pointer of its type; false: there is none. */
static bool find(void *library, const char *name, void *function)
{
    void *found = library ? dlsym(library, name) : NULL;
    memcpy(function, &found, sizeof found);
    return found;
}

static void load_blas(void)
{
    static const char file[] = "libopenblas.so.0";
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    int (*parallel)(void);
    blas.alone =
        !find(library, "openblas_get_parallel", &parallel) || parallel() == OPENBLAS_SEQUENTIAL;
    if (find(library, "cblas_sgemm", &blas.sgemm))
        return;
    fprintf(stderr, "secateur: %s cannot be loaded: install libopenblas0\n", file);
    exit(1);
}

void kernels_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load_blas);
}

/* OpenBLAS maps a buffer for each product that runs at a time, keeps it, and tries without end
 * where there is no memory for one. So products wait for those there are. Without locks in it
 * (its build without threads) two products at a time would share one. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t returned;
    int made, used;
} buffers = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};

static bool another_buffer_fits(void)
{
    enum { BUFFER = (128 << 20) + (1 << 20) }; /* what OpenBLAS 0.3 maps, and to spare */
    void *bytes = mmap(NULL, BUFFER, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return bytes != MAP_FAILED && munmap(bytes, BUFFER) == 0;
}

static void take_buffer(void)
{
    pthread_mutex_lock(&buffers.lock);
    bool more = buffers.made == 0 || !blas.alone;
    if (buffers.used == buffers.made && more && another_buffer_fits())
        buffers.made++;
    if (buffers.made == 0)
        memory_run_out();
    while (buffers.used == buffers.made)
        pthread_cond_wait(&buffers.returned, &buffers.lock);
    buffers.used++;
    pthread_mutex_unlock(&buffers.lock);
}

static void return_buffer(void)
{
    pthread_mutex_lock(&buffers.lock);
    buffers.used--;
    pthread_cond_signal(&buffers.returned);
    pthread_mutex_unlock(&buffers.lock);
}

void kernels_product(float *out, size_t pitch, struct matrix a, struct matrix b, size_t rows,
    size_t depth, size_t columns, bool add)
{
    assert(rows <= INT_MAX && depth <= INT_MAX && columns <= INT_MAX);
    assert(pitch <= INT_MAX && a.pitch <= INT_MAX && b.pitch <= INT_MAX);
    take_buffer();
    blas.sgemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans,
        b.transposed ? CblasTrans : CblasNoTrans, (blasint)rows, (blasint)columns, (blasint)depth,
        1, a.data, (blasint)a.pitch, b.data, (blasint)b.pitch, add ? 1 : 0, out, (blasint)pitch);
    return_buffer();
}

void kernels_add(float *restrict out, const float *restrict in, size_t count)
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

/* Windows next to each other in one line of positions of one image. */
struct run {
    size_t image;
    int y, x, count;
};

/* The run that begins at a position, counted through all images, and ends before `to`. */
static struct run run_at(const struct window *window, size_t position, size_t to)
{
    size_t at = position % window_positions(window), width = (size_t)window->out[1];
    size_t rest = width - at % width;
    return (struct run){position / window_positions(window), (int)(at / width), (int)(at % width),
        (int)(to - position < rest ? to - position : rest)};
}

static size_t image_size(const struct window *window)
{
    return (size_t)window->in[0] * (size_t)window->in[1] * (size_t)window->channels;
}

/* Copies `length` values each for `count` windows. Short copies go four values at a time through
 * all windows, since a call for each would cost more than it copies. */
static void copy_run(float *restrict out, size_t pitch, const float *restrict in, size_t step,
    size_t length, size_t count)
{
    enum { FOUR = 4, LONG = 64 };
    size_t width = length > LONG ? length : length < FOUR ? 1 : FOUR;
    for (size_t at = 0; at < length; at += width) {
        size_t first = at + width > length ? length - width : at; /* the last four overlap */
        for (size_t x = 0; x < count && width == FOUR; x++)
            memcpy(out + x * pitch + first, in + x * step + first, FOUR * sizeof *out);
        for (size_t x = 0; x < count && width != FOUR; x++)
            memcpy(out + x * pitch + first, in + x * step + first, width * sizeof *out);
    }
}

/* One line of one window, tap by tap. */
static void unfold_line(float *row, const struct window *window, const float *line,
    struct taps taps, struct channels channels)
{
    size_t count = (size_t)channels.count, pixel = (size_t)window->channels;
    memset(row, 0, (size_t)window->size[1] * count * sizeof *row);
    for (int t = taps.first; t < taps.last; t++) {
        int x = taps.origin + t * window->dilation[1];
        memcpy(row + (size_t)t * count, line + (size_t)x * pixel + channels.first,
            count * sizeof *row);
    }
}

/* The windows of a run whose line lies inside the input and in one piece are first .. last-1. */
static struct taps whole_windows(
    const struct window *window, struct run run, struct channels channels)
{
    int stride = window->stride[1], before = window->before[1], end = run.x + run.count;
    int first = (before + stride - 1) / stride, room = window->in[1] - window->size[1] + before;
    int last = room < 0 ? 0 : room / stride + 1;
    if (channels.count != window->channels || window->dilation[1] != 1)
        last = 0;
    last = last < end ? last : end;
    first = first > run.x ? first : run.x;
    return (struct taps){first, last > first ? last : first, first * stride - before};
}

/* One line of each window of a run; rows lie pitch apart. */
static void unfold_run(float *rows, size_t pitch, const struct window *window, const float *line,
    struct run run, struct channels channels)
{
    size_t pixel = (size_t)window->channels, step = (size_t)window->stride[1] * pixel;
    struct taps whole = whole_windows(window, run, channels);
    for (int x = run.x; x < run.x + run.count; x++)
        if (x < whole.first || x >= whole.last)
            unfold_line(rows + (size_t)(x - run.x) * pitch, window, line, window_taps(window, 1, x),
                channels);
    if (whole.last > whole.first)
        copy_run(rows + (size_t)(whole.first - run.x) * pitch, pitch,
            line + (size_t)whole.origin * pixel, step, (size_t)window->size[1] * pixel,
            (size_t)(whole.last - whole.first));
}

static void clear_run(float *rows, size_t pitch, size_t length, int count)
{
    for (int i = 0; i < count; i++, rows += pitch)
        memset(rows, 0, length * sizeof *rows);
}

void kernels_unfold(float *rows, const struct window *window, const float *images, size_t from,
    size_t to, struct channels channels)
{
    size_t line_size = (size_t)window->in[1] * (size_t)window->channels;
    size_t length = (size_t)window->size[1] * (size_t)channels.count;
    size_t depth = length * (size_t)window->size[0];
    struct run run;
    for (size_t at = from; at < to; at += (size_t)run.count) {
        run = run_at(window, at, to);
        const float *image = images + run.image * image_size(window);
        struct taps down = window_taps(window, 0, run.y);
        for (int t = 0; t < window->size[0]; t++) {
            size_t y = (size_t)(down.origin + t * window->dilation[0]);
            float *first = rows + (size_t)t * length;
            if (t >= down.first && t < down.last)
                unfold_run(first, depth, window, image + y * line_size, run, channels);
            else
                clear_run(first, depth, length, run.count);
        }
        rows += depth * (size_t)run.count;
    }
}

static void fold_line(float *line, const struct window *window, const float *row, struct taps taps,
    struct channels channels)
{
    size_t count = (size_t)channels.count, pixel = (size_t)window->channels;
    int taps_at_once = 1;
    if (window->dilation[1] == 1 && count == pixel)
        taps_at_once = taps.last - taps.first; /* they lie behind each other */
    for (int t = taps.first; t < taps.last; t += taps_at_once) {
        int x = taps.origin + t * window->dilation[1];
        kernels_add(line + (size_t)x * pixel + channels.first, row + (size_t)t * count,
            count * (size_t)taps_at_once);
    }
}

void kernels_fold(float *images, const struct window *window, const float *rows, size_t from,
    size_t to, struct channels channels)
{
    size_t line_size = (size_t)window->in[1] * (size_t)window->channels;
    size_t length = (size_t)window->size[1] * (size_t)channels.count;
    size_t depth = length * (size_t)window->size[0];
    for (size_t at = from; at < to; at++, rows += depth) {
        struct run run = run_at(window, at, at + 1);
        float *image = images + run.image * image_size(window);
        struct taps down = window_taps(window, 0, run.y), along = window_taps(window, 1, run.x);
        for (int t = down.first; t < down.last; t++) {
            size_t y = (size_t)(down.origin + t * window->dilation[0]);
            fold_line(image + y * line_size, window, rows + (size_t)t * length, along, channels);
        }
    }
}

void kernels_transpose(float *out, const float *in, size_t rows, size_t columns)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            out[c * rows + r] = in[r * columns + c];
}
