/* Image sets, in the reader: read in pieces, channels last, as bytes where they fit. */
#include "engine/io/images/dataset_layout.h"
#include "engine/io/images/dataset_private.h"

#include "engine/base/memory.h"
#include "engine/nn/forward/batched.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_BYTES = 1 << 21 };

struct reader {
    const char *path;
    const struct dataset_options *options;
    int rows; /* a slot holds the floats of so many images */
    struct dataset_choice choice;
    char *place;               /* "file: /data" */
    char note[SURROGATE_NOTE]; /* of a surrogate; "" */
    int total;                 /* images to read */
    int done;                  /* images sent */
    bool planes;               /* channels first in the piece */
    enum h5_type type;         /* that pieces are read as */
    bool floats;               /* a value was no byte */
    size_t image, channels;
    const struct pixels *kernels;
    void *piece;     /* images one after another: bytes, floats or doubles */
    void *stored;    /* the same as it is stored, where that is another order */
    uint8_t *levels; /* an image as bytes, channels first */
    float *narrow;   /* doubles as floats, once bytes do not do */
};

/* Values --------------------------------------------------------------------------------- */

/* Channels last. */
#define TURN(name, type)                                                             \
    static void name(const struct reader *reader, const type *from, int n, type *to) \
    {                                                                                \
        size_t channels = reader->channels, pixels = reader->image / channels;       \
        for (int k = 0; k < n; k++, from += reader->image, to += reader->image)      \
            for (size_t c = 0; c < channels; c++)                                    \
                for (size_t i = 0; i < pixels; i++)                                  \
                    to[i * channels + c] = from[c * pixels + i];                     \
    }
TURN(turn_bytes, uint8_t)
TURN(turn_floats, float)

/* The same; three of them, as colours are, in one go. */
static void join_planes(const struct reader *reader, const uint8_t *from, uint8_t *to)
{
    if (reader->channels == 3)
        reader->kernels->join(from, reader->image / 3, to);
    else
        turn_bytes(reader, from, 1, to);
}

/* An image of the piece as bytes, in the same order; false when a value is none. */
static bool to_levels(const struct reader *reader, int image, uint8_t *to)
{
    size_t count = reader->image, first = (size_t)image * count;
    if (reader->type == H5_TYPE_F64)
        return reader->kernels->levels_of_doubles((const double *)reader->piece + first, count, to);
    if (reader->type == H5_TYPE_F32)
        return reader->kernels->levels_of_floats((const float *)reader->piece + first, count, to);
    memcpy(to, (const uint8_t *)reader->piece + first, count);
    return true;
}

/* Pieces --------------------------------------------------------------------------------- */

/* Images to read at once, about PIECE_BYTES as the file has them: whole chunks, or a part of very
 * large ones. Where they do not come first every piece visits all chunks: large ones. */
static int piece_rows(const struct reader *reader)
{
    const struct h5_shape *shape = array_shape(reader->choice.data);
    uint64_t done = (uint64_t)reader->done, left = (uint64_t)reader->total - done;
    if (reader->choice.layout.n_axis != 0) {
        uint64_t rows = H5_TOGETHER_BYTES / (reader->image * sizeof(double)) + 1;
        return (int)(rows < left ? rows : left);
    }
    uint64_t rows = PIECE_BYTES / (shape->row_bytes ? shape->row_bytes : 1);
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

static size_t item_size(enum h5_type type)
{
    return type == H5_TYPE_U8 ? 1 : type == H5_TYPE_F32 ? sizeof(float) : sizeof(double);
}

/* n images of the piece as bytes with channels last; false when a value is none. One by one: an
 * image fits the nearest caches. */
static bool make_bytes(const struct reader *reader, int first, int n, uint8_t *to)
{
    for (int i = first; i < first + n; i++, to += reader->image) {
        if (!to_levels(reader, i, reader->planes ? reader->levels : to))
            return false;
        if (reader->planes)
            join_planes(reader, reader->levels, to);
    }
    return true;
}

/* The same as floats. */
static void make_floats(const struct reader *reader, int first, int n, float *to)
{
    size_t start = (size_t)first * reader->image, count = (size_t)n * reader->image;
    const float *from = (const float *)reader->piece + start;
    if (reader->type == H5_TYPE_F64) {
        const double *wide = (const double *)reader->piece + start;
        for (size_t i = 0; i < count; i++)
            reader->narrow[i] = (float)wide[i];
        from = reader->narrow;
    }
    if (reader->planes)
        turn_floats(reader, from, n, to);
    else
        memcpy(to, from, count * sizeof *to);
}

/* A slot of what was read: images first.. of n; returns how many. */
static int send_some(struct reader *reader, int first, int n, struct sandbox_pipe *pipe)
{
    void *slot = sandbox_fill(pipe);
    int most = reader->rows * (reader->floats ? 1 : (int)sizeof(float));
    int some = n - first < most ? n - first : most;
    if (!reader->floats && !make_bytes(reader, first, some, slot)) {
        reader->floats = true;
        some = some < reader->rows ? some : reader->rows;
    }
    if (reader->floats)
        make_floats(reader, first, some, slot);
    struct dataset_piece piece = {some, reader->floats};
    sandbox_write(pipe, &piece, sizeof piece);
    return some;
}

static bool read_piece(struct reader *reader, int n, struct error *err)
{
    const struct layout *layout = &reader->choice.layout;
    void *to = reader->stored ? reader->stored : reader->piece;
    if (!array_read(reader->choice.data, layout->n_axis, (uint64_t)reader->done, (uint64_t)n,
            reader->type, to, err))
        return false;
    if (reader->stored)
        dataset_turn(layout, array_shape(reader->choice.data), (uint64_t)n, item_size(reader->type),
            reader->stored, reader->piece);
    return true;
}

static bool send_piece(struct reader *reader, int n, struct sandbox_pipe *pipe, struct error *err)
{
    if (!read_piece(reader, n, err))
        return false;
    for (int first = 0; first < n;)
        first += send_some(reader, first, n, pipe);
    reader->done += n;
    return true;
}

static bool send_images(struct reader *reader, struct sandbox_pipe *pipe, struct error *err)
{
    const struct layout *layout = &reader->choice.layout;
    size_t values = (size_t)piece_rows(reader) * reader->image; /* the first is the largest */
    size_t some = (size_t)reader->rows * reader->image, item = item_size(reader->type);
    bool turn = !layout->straight && !layout->planes;
    reader->planes = !layout->straight && layout->planes;
    reader->piece = memory_try(values, item, reader->place, err);
    reader->levels = memory_try(reader->image, sizeof(uint8_t), reader->place, err);
    reader->narrow = memory_try(some, sizeof(float), reader->place, err);
    reader->stored = turn ? memory_try(values, item, reader->place, err) : NULL;
    bool good = reader->piece && reader->levels && reader->narrow && (reader->stored || !turn);
    while (good && reader->done < reader->total)
        good = send_piece(reader, piece_rows(reader), pipe, err);
    free(reader->piece);
    free(reader->levels);
    free(reader->narrow);
    free(reader->stored);
    return good;
}

static bool check_count(struct reader *reader, struct error *err)
{
    uint64_t n = reader->choice.layout.n;
    if (n == 0)
        return fail(err, "%s: holds no images", reader->place);
    if (n > INT_MAX)
        return fail(err, "%s: holds too many images", reader->place);
    reader->total = (int)n;
    if (reader->options->limit > 0 && reader->options->limit < reader->total)
        reader->total = reader->options->limit;
    return true;
}

/* Of two labels for an image the others may be meant. */
static bool fail_labels(const struct dataset_choice *choice, struct error *err)
{
    const struct error why = err ? *err : (struct error){0};
    if (strstr(choice->said, DATASET_FINE_LABELS))
        fail(err,
            "%s: these are CIFAR-100's fine labels; --label-name " DATASET_COARSE " takes the "
            "coarse",
            why.text);
    return false;
}

/* The labels first: what is wrong with them is told at once. */
static bool send_all(struct reader *reader, struct sandbox_pipe *pipe, struct error *err)
{
    const struct dataset_options *options = reader->options;
    struct dataset_choice *choice = &reader->choice;
    const char *type = array_shape(choice->data)->type;
    reader->image = shape_count(&options->shape);
    reader->channels = (size_t)dataset_channels(&options->shape);
    reader->type = strcmp(type, "uint8") == 0     ? H5_TYPE_U8
                   : strcmp(type, "float64") == 0 ? H5_TYPE_F64
                                                  : H5_TYPE_F32;
    if (!check_count(reader, err))
        return false;
    char *place = memory_format("%s: /%s", reader->path, array_name(choice->label));
    bool from_one = false;
    int32_t *labels = dataset_read_labels(choice->label, &choice->label_layout, place,
        reader->total, options->n_classes, &from_one, err);
    free(place);
    if (!labels)
        return fail_labels(choice, err);
    size_t used = strlen(choice->said);
    if (from_one)
        snprintf(choice->said + used, sizeof choice->said - used, "%s%s", used ? ", " : "",
            DATASET_FROM_ONE);
    sandbox_write_block(pipe, array_name(choice->data), strlen(array_name(choice->data)));
    sandbox_write_block(pipe, choice->said, strlen(choice->said));
    sandbox_write_block(pipe, reader->note, strlen(reader->note));
    sandbox_write(pipe, &reader->total, sizeof reader->total);
    sandbox_write(pipe, labels, (size_t)reader->total * sizeof *labels);
    free(labels);
    return send_images(reader, pipe, err);
}

/* A text among the parts; NULL where it is empty. */
static const char *text_of(const struct sandbox_work *work, enum dataset_part part)
{
    return work->parts[part].size ? work->parts[part].data : NULL;
}

int dataset_paths(const struct sandbox_work *work, const char *paths[SET_FILES_MAX])
{
    const struct sandbox_part *part = &work->parts[DATASET_PATHS];
    const char *at = part->data, *end = at + part->size;
    int n = 0;
    for (; at < end && n < SET_FILES_MAX; at += strlen(at) + 1)
        paths[n++] = at;
    return n;
}

bool dataset_send(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const struct dataset_order *order = work->parts[DATASET_ORDER].data;
    const struct dataset_options options = {.data_name = text_of(work, DATASET_DATA_NAME),
        .label_name = text_of(work, DATASET_LABEL_NAME),
        .shape = order->shape,
        .n_classes = order->n_classes,
        .limit = order->limit};
    const char *paths[SET_FILES_MAX];
    int n_paths = dataset_paths(work, paths);
    struct reader reader = {.path = work->parts[DATASET_NAME].data,
        .options = &options,
        .rows = order->rows,
        .kernels = batched_get()->pixels};
    struct arrays *arrays = arrays_open(reader.path, paths, n_paths, err);
    if (!arrays)
        return false;
    bool good = dataset_choose(arrays, &options, text_of(work, DATASET_NAMES), &reader.choice, err);
    if (good) {
        arrays_surrogate(arrays, reader.note);
        reader.place = memory_format("%s: /%s", reader.path, array_name(reader.choice.data));
        good = send_all(&reader, pipe, err);
    }
    dataset_choice_free(&reader.choice);
    free(reader.place);
    arrays_close(arrays);
    return good;
}
