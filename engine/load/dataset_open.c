/* Image sets from HDF5: read in pieces, turned to channels last, held as small as they can be. */
#include "engine/load/dataset_private.h"

#include "engine/base/memory.h"
#include "engine/load/guard.h"
#include "engine/load/h5.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_BYTES = 8 << 20, REHEARSAL_BYTES = 64 << 20 };

struct reader {
    const struct dataset_options *options;
    struct h5_data *data;
    char *place;    /* "file: /data" */
    int total;      /* images to read */
    bool planes;    /* channels first in the file */
    bool byte_file; /* the file holds bytes */
    bool rehearsal; /* in a child, for what the library makes of the file */
    size_t image, channels;
    void *piece;             /* rows as in the file: bytes or floats */
    uint8_t *levels;         /* one image as bytes, in the order of the file */
    struct dataset *dataset; /* being made; its n is how many images are in */
};

/* Layout --------------------------------------------------------------------------------- */

static struct h5_shape expected_shape(const struct shape *image, uint64_t n, bool planes)
{
    struct h5_shape shape = {.rank = image->rank + 1, .dim = {n}};
    for (int i = 0; i < image->rank; i++)
        shape.dim[1 + (i + planes) % image->rank] = (uint64_t)image->dim[i];
    return shape;
}

static bool shapes_equal(const struct h5_shape *a, const struct h5_shape *b)
{
    return a->rank == b->rank && memcmp(a->dim, b->dim, (size_t)a->rank * sizeof a->dim[0]) == 0;
}

/* "[n, 55, 47, 3] or [n, 3, 55, 47]" */
static void expected_text(const struct shape *image, char *text, size_t size)
{
    size_t at = 0;
    for (int planes = 0; planes < (image->rank > 1 ? 2 : 1); planes++) {
        struct h5_shape shape = expected_shape(image, 0, planes);
        at += (size_t)snprintf(text + at, size - at, planes ? " or [n" : "[n");
        for (int i = 1; i < shape.rank; i++)
            at += (size_t)snprintf(text + at, size - at, ", %d", (int)shape.dim[i]);
        at += (size_t)snprintf(text + at, size - at, "]");
    }
}

static bool fail_layout(const struct reader *reader, struct error *err)
{
    char found[H5_SHAPE_TEXT], expected[H5_SHAPE_TEXT];
    const struct h5_shape *shape = h5_data_shape(reader->data);
    int rank = reader->options->shape.rank + 1;
    expected_text(&reader->options->shape, expected, sizeof expected);
    if (shape->rank != rank)
        return fail(
            err, "%s: rank is %d, expected %d (%s)", reader->place, shape->rank, rank, expected);
    return fail(
        err, "%s: shape is %s, expected %s", reader->place, h5_shape_text(shape, found), expected);
}

/* Channels last where it fits (then a cube is taken so too), else channels first; grey images
 * may leave out their one channel. */
static bool find_layout(struct reader *reader, struct error *err)
{
    const struct shape *image = &reader->options->shape;
    const struct h5_shape *found = h5_data_shape(reader->data);
    uint64_t n = found->rank ? found->dim[0] : 0;
    struct h5_shape last = expected_shape(image, n, false);
    struct h5_shape first = expected_shape(image, n, true);
    struct h5_shape grey = last;
    grey.rank = shape_channels(image) == 1 && image->rank > 1 ? last.rank - 1 : last.rank;
    reader->planes = image->rank > 1 && !shapes_equal(found, &last) && shapes_equal(found, &first);
    if (reader->planes || shapes_equal(found, &last) || shapes_equal(found, &grey))
        return true;
    return fail_layout(reader, err);
}

static bool check_memory(const struct reader *reader, size_t item, struct error *err)
{
    double need = (double)reader->total * (double)reader->image * (double)item;
    double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    return need <= have || fail(err, "%s: needs %.0f MB of memory, the machine has %.0f MB",
                               reader->place, need / 1e6, have / 1e6);
}

/* Values --------------------------------------------------------------------------------- */

/* Floats as bytes, in the same order; false when one is no whole number in 0..255. */
static bool to_levels(const float *from, size_t count, uint8_t *to)
{
    int bad = 0;
    for (size_t i = 0; i < count; i++) {
        bool inside = from[i] >= 0 && from[i] <= 255;
        int value = (int)(inside ? from[i] : 0);
        bad |= (float)value != from[i];
        to[i] = (uint8_t)value;
    }
    return !bad;
}

static void place_bytes(const struct reader *reader, const uint8_t *from, uint8_t *to)
{
    size_t channels = reader->planes ? reader->channels : 1;
    size_t pixels = reader->image / channels;
    if (channels == 1)
        memcpy(to, from, reader->image);
    else
        for (size_t c = 0; c < channels; c++)
            for (size_t i = 0; i < pixels; i++)
                to[i * channels + c] = from[c * pixels + i];
}

/* False at NaN and infinity. */
static bool place_floats(struct reader *reader, const float *from, float *to)
{
    struct dataset *dataset = reader->dataset;
    size_t channels = reader->planes ? reader->channels : 1;
    size_t pixels = reader->image / channels;
    bool finite = true;
    for (size_t c = 0; c < channels; c++)
        for (size_t i = 0; i < pixels; i++) {
            float value = from[c * pixels + i];
            finite = finite && isfinite(value);
            dataset->low = value < dataset->low ? value : dataset->low;
            dataset->high = value > dataset->high ? value : dataset->high;
            to[i * channels + c] = value;
        }
    return finite;
}

/* The first value that is no byte: what is there becomes floats. */
static bool become_floats(struct reader *reader, struct error *err)
{
    struct dataset *dataset = reader->dataset;
    size_t values = (size_t)dataset->n * reader->image;
    if (!check_memory(reader, sizeof *dataset->floats, err))
        return false;
    dataset->floats = memory_try(
        (size_t)reader->total * reader->image, sizeof *dataset->floats, reader->place, err);
    if (!dataset->floats)
        return false;
    dataset->low = INFINITY;
    dataset->high = -INFINITY;
    for (size_t i = 0; i < values; i++) {
        dataset->floats[i] = dataset->bytes[i];
        dataset->low = fminf(dataset->low, dataset->floats[i]);
        dataset->high = fmaxf(dataset->high, dataset->floats[i]);
    }
    free(dataset->bytes);
    dataset->bytes = NULL;
    return true;
}

static bool take_image(struct reader *reader, const float *from, struct error *err)
{
    struct dataset *dataset = reader->dataset;
    size_t at = (size_t)dataset->n * reader->image;
    if (dataset->bytes && to_levels(from, reader->image, reader->levels)) {
        place_bytes(reader, reader->levels, dataset->bytes + at);
        dataset->n++;
        return true;
    }
    if (dataset->bytes && !become_floats(reader, err))
        return false;
    if (!place_floats(reader, from, dataset->floats + at))
        return fail(
            err, "%s: image %d holds a value that is no finite number", reader->place, dataset->n);
    dataset->n++;
    return true;
}

/* Pieces --------------------------------------------------------------------------------- */

static bool take_piece(struct reader *reader, int n, struct error *err)
{
    struct dataset *dataset = reader->dataset;
    size_t at = (size_t)dataset->n * reader->image;
    uint8_t *bytes = reader->planes ? reader->piece : dataset->bytes + at;
    void *out = reader->byte_file ? bytes : reader->piece;
    enum h5_type type = reader->byte_file ? H5_TYPE_U8 : H5_TYPE_F32;
    if (!h5_read(reader->data, (uint64_t)dataset->n, (uint64_t)n, type, out, err))
        return false;
    for (int i = 0; !reader->byte_file && i < n; i++)
        if (!take_image(reader, (const float *)reader->piece + (size_t)i * reader->image, err))
            return false;
    for (int i = 0; reader->byte_file && reader->planes && i < n; i++)
        place_bytes(reader, bytes + (size_t)i * reader->image,
            dataset->bytes + at + (size_t)i * reader->image);
    dataset->n += reader->byte_file ? n : 0;
    return true;
}

/* Images to read at once, about PIECE_BYTES as the file has them: whole chunks, or a part of very
 * large ones. */
static int piece_rows(const struct reader *reader)
{
    const struct h5_shape *shape = h5_data_shape(reader->data);
    uint64_t rows = PIECE_BYTES / (shape->row_bytes ? shape->row_bytes : 1);
    uint64_t done = (uint64_t)reader->dataset->n, left = (uint64_t)reader->total - done;
    uint64_t in_chunk = shape->chunk_rows - done % shape->chunk_rows;
    if (rows >= shape->chunk_rows)
        rows -= rows % shape->chunk_rows;
    else if (shape->chunk_rows <= H5_TOGETHER_BYTES / shape->row_bytes)
        rows = shape->chunk_rows;
    else if (rows > in_chunk)
        rows = in_chunk;
    rows = rows < 1 ? 1 : rows;
    return (int)(rows < left ? rows : left);
}

static bool read_images(struct reader *reader, struct error *err)
{
    const struct dataset_options *options = reader->options;
    struct dataset *dataset = reader->dataset;
    size_t values = (size_t)piece_rows(reader) * reader->image; /* the first is the largest */
    uint64_t some = 1 + REHEARSAL_BYTES / h5_data_shape(reader->data)->row_bytes;
    int last = reader->rehearsal && some < (uint64_t)reader->total ? (int)some : reader->total;
    reader->levels = memory_array(reader->image, 1);
    reader->piece = memory_try(values, reader->byte_file ? 1 : sizeof(float), reader->place, err);
    dataset->bytes = memory_try((size_t)reader->total, reader->image, reader->place, err);
    bool good = reader->piece && dataset->bytes && h5_data_check(reader->data, err);
    while (good && dataset->n < last) {
        good = take_piece(reader, piece_rows(reader), err);
        if (good && options->progress &&
            !options->progress(options->context, dataset->n, reader->total))
            good = fail_as(err, ERROR_CANCELLED, "%s: reading was cancelled", reader->place);
    }
    free(reader->levels);
    free(reader->piece);
    return good;
}

static bool check_count(struct reader *reader, struct error *err)
{
    uint64_t n = h5_data_shape(reader->data)->dim[0];
    if (n == 0)
        return fail(err, "%s: holds no images", reader->place);
    if (n > INT_MAX)
        return fail(err, "%s: holds too many images", reader->place);
    reader->total = (int)n;
    if (reader->options->limit > 0 && reader->options->limit < reader->total)
        reader->total = reader->options->limit;
    return check_memory(reader, 1, err);
}

/* The labels first: what is wrong with them is told at once. */
static bool read_all(
    struct reader *reader, struct h5 *h5, const char *label_name, struct error *err)
{
    const struct h5_shape *shape = h5_data_shape(reader->data);
    reader->image = shape_count(&reader->options->shape);
    reader->channels = (size_t)shape_channels(&reader->options->shape);
    reader->byte_file = strcmp(shape->type, "uint8") == 0;
    if (!find_layout(reader, err) || !check_count(reader, err))
        return false;
    reader->dataset->labels = dataset_read_labels(
        h5, label_name, shape->dim[0], reader->total, reader->options->n_classes, err);
    return reader->dataset->labels && read_images(reader, err);
}

static struct dataset *open_from(
    struct h5 *h5, const struct dataset_options *options, bool rehearsal, struct error *err)
{
    const char *data_name = options->data_name ? options->data_name : "data";
    const char *label_name = options->label_name ? options->label_name : "label";
    struct reader reader = {.options = options, .rehearsal = rehearsal};
    if (!h5)
        return NULL;
    reader.place = memory_format("%s: /%s", h5_name(h5), data_name);
    reader.dataset = dataset_create(h5_name(h5), &options->shape);
    reader.data = dataset_open_data(h5, data_name, err);
    if (!reader.data || !read_all(&reader, h5, label_name, err)) {
        dataset_unref(reader.dataset);
        reader.dataset = NULL;
    }
    h5_data_close(reader.data);
    free(reader.place);
    h5_close(h5);
    return reader.dataset;
}

struct request {
    const char *path;
    struct dataset_options options;
};

/* All that the library does with a set; of a large one only the first pieces are unpacked. */
static bool rehearse_open(void *context, struct error *err)
{
    struct request *request = context;
    return open_from(h5_open(request->path, err), &request->options, true, err) != NULL;
}

struct dataset *dataset_open(
    const char *path, const struct dataset_options *options, struct error *err)
{
    struct request request = {path, *options};
    request.options.progress = NULL;
    if (!guard_rehearse(path, rehearse_open, &request, err))
        return NULL;
    return open_from(h5_open(path, err), options, false, err);
}
