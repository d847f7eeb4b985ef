/* Sets of pictures. This process opens the files, which may be many, and hands their bytes over to
 * a reader (sandbox.h), some hundreds at a time; the reader decodes them and sends pixels. */
#include "engine/io/images/dataset_private.h"

#include "engine/base/memory.h"
#include "engine/io/files/input.h"
#include "engine/io/pictures/picture_decode.h"
#include "engine/io/sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

enum { PICTURE_MAX_BYTES = 64 << 20, BATCH_BYTES = 8 << 20, BATCH_PICTURES = 500, RGBA = 4 };

enum part { PART_SHAPE, PART_SIZES, PART_PATHS, PART_BYTES, PARTS };

/* Pictures that one reader decodes. */
struct batch {
    int n;
    uint64_t size[BATCH_PICTURES];
    char *paths; /* each with a zero behind */
    size_t paths_size;
    char *bytes;
    size_t bytes_size;
};

struct pictures {
    const char *name;
    const struct set_files *files;
    const struct dataset_options *options;
    struct shape shape; /* [height, width, channels] */
    int total;
    struct dataset *dataset; /* its n is how many are in */
    uint8_t *pixels;         /* of one */
};

/* In the reader -------------------------------------------------------------------------- */

static bool send_picture(struct picture_file *file, const struct shape *shape, uint8_t *rgba,
    uint8_t *pixels, struct sandbox_pipe *pipe, struct error *err)
{
    file->width = shape->dim[1];
    file->height = shape->dim[0];
    if (!picture_decode(file, rgba, err) || !picture_pixels(file, rgba, shape, pixels, err))
        return false;
    sandbox_write(pipe, pixels, shape_count(shape));
    return true;
}

static bool send_batch(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const struct shape *shape = work->parts[PART_SHAPE].data;
    const uint64_t *size = work->parts[PART_SIZES].data;
    const char *path = work->parts[PART_PATHS].data;
    const uint8_t *bytes = work->parts[PART_BYTES].data;
    size_t n = work->parts[PART_SIZES].size / sizeof *size, count = shape_count(shape);
    uint8_t *pixels = memory_try(count, 1, path, err);
    uint8_t *rgba = memory_try(count / (size_t)shape_channels(shape), RGBA, path, err);
    bool good = pixels && rgba;
    for (size_t i = 0; i < n && good; i++) {
        struct picture_file file = {.path = path, .bytes = bytes, .size = (size_t)size[i]};
        good = send_picture(&file, shape, rgba, pixels, pipe, err);
        bytes += size[i];
        path += strlen(path) + 1;
    }
    free(rgba);
    free(pixels);
    return good;
}

static bool send_shape(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const struct sandbox_part *bytes = &work->parts[1];
    const struct picture_file file = {
        .path = work->parts[0].data, .bytes = bytes->data, .size = bytes->size};
    struct shape shape;
    bool good = picture_shape(&file, &shape, err);
    if (good)
        sandbox_write(pipe, &shape, sizeof shape);
    return good;
}

/* Batches -------------------------------------------------------------------------------- */

static bool add_file(struct batch *batch, const char *path, struct error *err)
{
    size_t size = 0, length = strlen(path) + 1;
    char *bytes = input_read_all(path, PICTURE_MAX_BYTES, &size, err);
    if (!bytes)
        return false;
    batch->bytes = memory_grow(batch->bytes, batch->bytes_size + size + 1, 1);
    memcpy(batch->bytes + batch->bytes_size, bytes, size);
    batch->paths = memory_grow(batch->paths, batch->paths_size + length, 1);
    memcpy(batch->paths + batch->paths_size, path, length);
    batch->bytes_size += size;
    batch->paths_size += length;
    batch->size[batch->n++] = size;
    free(bytes);
    return true;
}

/* Of fewer than all those that lie evenly apart: a folder has one class after the other. */
static int place_of(const struct pictures *pictures, int image)
{
    return (int)((int64_t)image * pictures->files->n / pictures->total);
}

static bool fill(const struct pictures *pictures, struct batch *batch, struct error *err)
{
    bool good = true;
    int next = pictures->dataset->n;
    while (good && next < pictures->total && batch->n < BATCH_PICTURES &&
           batch->bytes_size < BATCH_BYTES)
        good = add_file(batch, pictures->files->path[place_of(pictures, next++)], err);
    return good;
}

static bool tell(void *context)
{
    const struct pictures *pictures = context;
    const struct dataset_options *options = pictures->options;
    return !options->progress ||
           options->progress(options->context, pictures->dataset->n, pictures->total);
}

static bool receive_batch(struct pictures *pictures, const struct batch *batch, struct error *err)
{
    const struct sandbox_part parts[PARTS] = {
        [PART_SHAPE] = {&pictures->shape, sizeof pictures->shape},
        [PART_SIZES] = {batch->size, (size_t)batch->n * sizeof *batch->size},
        [PART_PATHS] = {batch->paths, batch->paths_size},
        [PART_BYTES] = {batch->bytes, batch->bytes_size},
    };
    const struct sandbox_request request = {
        .name = pictures->name, .reader = send_batch, .parts = parts, .n_parts = PARTS};
    struct dataset *dataset = pictures->dataset;
    struct sandbox *sandbox = sandbox_open(&request, err);
    bool good = sandbox != NULL;
    if (sandbox)
        sandbox_watch(sandbox, tell, pictures);
    for (int i = 0; i < batch->n && good; i++) {
        good = sandbox_read(sandbox, pictures->pixels, shape_count(&pictures->shape), err) &&
               spill_rows_append(dataset->spill_rows, pictures->pixels, 1, err);
        dataset->n += good;
    }
    good = good && sandbox_end(sandbox, err);
    sandbox_destroy(sandbox);
    if (good && !tell(pictures))
        return fail_as(err, ERROR_CANCELLED, "%s: reading was cancelled", pictures->name);
    return good;
}

/* The set -------------------------------------------------------------------------------- */

/* A net that takes rows of values is given those of the picture. */
static bool find_shape(struct pictures *pictures, struct error *err)
{
    const struct shape *shape = &pictures->options->shape;
    pictures->shape = shape->rank == 3   ? *shape
                      : shape->rank == 2 ? shape_image(shape->dim[0], shape->dim[1], 1)
                                         : shape_of_picture((int)shape_count(shape));
    int channels = shape_channels(&pictures->shape);
    return channels == 1 || channels == 3 ||
           fail(err, "%s: the net does not read pictures of 1 or 3 channels", pictures->name);
}

/* Labels as the net counts them: from 0, or from 1 where both 1 and the last are there. */
static bool take_labels(struct pictures *pictures, bool *from_one, struct error *err)
{
    const struct set_files *files = pictures->files;
    int n_classes = pictures->options->n_classes;
    int32_t low = INT32_MAX, high = 0;
    for (int i = 0; i < files->n; i++) {
        low = files->label[i] < low ? files->label[i] : low;
        high = files->label[i] > high ? files->label[i] : high;
    }
    *from_one = n_classes > 0 && low == 1 && high == n_classes;
    pictures->dataset->labels = memory_array((size_t)pictures->total, sizeof(int32_t));
    for (int i = 0; i < pictures->total; i++) {
        int place = place_of(pictures, i);
        int32_t label = files->label[place] - *from_one;
        if (n_classes > 0 && label >= n_classes)
            return fail(err, "%s: is of class %d, but the net has %d classes, 0..%d",
                files->path[place], label, n_classes, n_classes - 1);
        pictures->dataset->labels[i] = label;
    }
    return true;
}

static bool read_all(struct pictures *pictures, struct error *err)
{
    bool good = true;
    while (good && pictures->dataset->n < pictures->total) {
        struct batch *batch = memory_array(1, sizeof *batch);
        good = fill(pictures, batch, err) && receive_batch(pictures, batch, err);
        free(batch->bytes);
        free(batch->paths);
        free(batch);
    }
    return good && dataset_check(pictures->dataset, err);
}

struct dataset *dataset_pictures(const char *name, const struct set_files *set,
    const struct dataset_options *options, struct error *err)
{
    struct pictures pictures = {.name = name, .files = set, .options = options, .total = set->n};
    bool from_one = false;
    if (!find_shape(&pictures, err))
        return NULL;
    if (options->limit > 0 && options->limit < set->n)
        pictures.total = options->limit;
    size_t count = shape_count(&pictures.shape);
    struct memory_budget *budget =
        options->budget ? memory_budget_ref(options->budget) : memory_budget_create(SIZE_MAX, NULL);
    struct dataset *dataset = pictures.dataset = dataset_create(name, &options->shape);
    dataset->spill_rows = spill_rows_create(budget, count);
    pictures.pixels = memory_array(count, 1);
    bool good = take_labels(&pictures, &from_one, err) && read_all(&pictures, err);
    dataset->said = memory_format(
        "%s%s", set->said ? set->said : "pictures", from_one ? ", " DATASET_FROM_ONE : "");
    memory_budget_unref(budget);
    free(pictures.pixels);
    if (good)
        return dataset;
    dataset_unref(dataset);
    return NULL;
}

bool dataset_picture_shape(const char *path, struct shape *shape, struct error *err)
{
    size_t size = 0;
    char *bytes = input_read_all(path, PICTURE_MAX_BYTES, &size, err);
    const struct sandbox_part parts[] = {{path, strlen(path)}, {bytes, size}};
    const struct sandbox_request request = {
        .name = path, .reader = send_shape, .parts = parts, .n_parts = 2};
    struct sandbox *sandbox = bytes ? sandbox_open(&request, err) : NULL;
    bool good =
        sandbox && sandbox_read(sandbox, shape, sizeof *shape, err) && sandbox_end(sandbox, err);
    sandbox_destroy(sandbox);
    free(bytes);
    bool sane = good && shape->rank == 3 && shape->dim[0] > 0 && shape->dim[1] > 0 &&
                shape->dim[0] <= 1 << 14 && shape->dim[1] <= 1 << 14 &&
                (shape->dim[2] == 1 || shape->dim[2] == 3);
    return sane || (good && fail(err, "%s: is damaged: its contents make no sense", path));
}
