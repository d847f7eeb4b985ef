/* Sets of pictures, decoded in readers, some hundreds at a time (picture_batch.h). */
#include "engine/io/images/dataset_private.h"

#include "engine/base/memory.h"
#include "engine/io/images/picture_batch.h"
#include "engine/io/pictures/picture_notes.h"
#include "engine/io/pictures/picture_resize.h"

#include <stdlib.h>
#include <string.h>

enum { RGBA = 4 };

/* What a reader is to make of each picture. */
struct order {
    struct shape shape; /* [height, width, channels] */
    bool fit;           /* pictures of any size are brought to that one */
};

struct pictures {
    const char *name;
    const struct set_files *files;
    const struct dataset_options *options;
    struct order order;
    int total, deep, turned; /* all of them; picture_notes.h */
    struct dataset *dataset; /* its n is how many are in */
    uint8_t *pixels;         /* of one */
};

/* In the reader -------------------------------------------------------------------------- */

struct sending {
    const struct order *order;
    struct sandbox_pipe *pipe;
};

/* Pixels of its own size, malloc'd; NULL with err. */
static uint8_t *decode(struct picture_file *file, const struct shape *own, struct error *err)
{
    size_t count = shape_count(own);
    file->width = own->dim[1];
    file->height = own->dim[0];
    uint8_t *rgba = memory_try(count / (size_t)shape_channels(own), RGBA, file->path, err);
    uint8_t *pixels = rgba ? memory_try(count, 1, file->path, err) : NULL;
    bool good =
        pixels && picture_decode(file, rgba, err) && picture_pixels(file, rgba, own, pixels, err);
    free(rgba);
    if (good)
        return pixels;
    free(pixels);
    return NULL;
}

static bool send_picture(void *context, struct picture_file *file, struct error *err)
{
    const struct sending *sending = context;
    const struct shape *shape = &sending->order->shape;
    struct shape own = *shape;
    if (sending->order->fit && !picture_shape(file, &own, err))
        return false;
    own.dim[2] = shape->dim[2];
    uint8_t *pixels = decode(file, &own, err), *fitting = pixels;
    bool good = pixels != NULL;
    if (good && !shape_equal(&own, shape)) {
        fitting = memory_try(shape_count(shape), 1, file->path, err);
        good = fitting != NULL;
        if (good)
            picture_resize_bytes(pixels, &own, fitting, shape);
    }
    unsigned notes = good ? picture_notes(file) : 0;
    if (good) {
        sandbox_write(sending->pipe, fitting, shape_count(shape));
        sandbox_write(sending->pipe, &notes, sizeof notes);
    }
    if (fitting != pixels)
        free(fitting);
    free(pixels);
    return good;
}

static bool send_batch(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    struct sending sending = {picture_batch_order(work), pipe};
    return picture_batch_each(work, send_picture, &sending, err);
}

/* Batches -------------------------------------------------------------------------------- */

static bool tell(void *context)
{
    const struct pictures *pictures = context;
    const struct dataset_options *options = pictures->options;
    return !options->progress ||
           options->progress(options->context, pictures->dataset->n, pictures->total);
}

static bool receive_picture(struct pictures *pictures, struct sandbox *sandbox, struct error *err)
{
    struct dataset *dataset = pictures->dataset;
    unsigned notes = 0;
    if (!sandbox_read(sandbox, pictures->pixels, shape_count(&pictures->order.shape), err) ||
        !sandbox_read(sandbox, &notes, sizeof notes, err) ||
        !spill_rows_append(dataset->spill_rows, pictures->pixels, 1, err))
        return false;
    pictures->deep += (notes & PICTURE_DEEP) != 0;
    pictures->turned += (notes & PICTURE_TURNED) != 0;
    dataset->n++;
    return true;
}

static bool receive_batch(
    struct pictures *pictures, const struct picture_batch *batch, struct error *err)
{
    const struct sandbox_part order = {&pictures->order, sizeof pictures->order};
    struct sandbox *sandbox = picture_batch_open(batch, pictures->name, send_batch, &order, err);
    bool good = sandbox != NULL;
    if (sandbox)
        sandbox_watch(sandbox, tell, pictures);
    for (int i = 0; i < picture_batch_count(batch) && good; i++)
        good = receive_picture(pictures, sandbox, err);
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
    pictures->order.shape = shape->rank == 3   ? *shape
                            : shape->rank == 2 ? shape_image(shape->dim[0], shape->dim[1], 1)
                                               : shape_of_picture((int)shape_count(shape));
    pictures->order.fit = pictures->options->height > 0;
    int channels = shape_channels(&pictures->order.shape);
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
        int place = picture_batch_place(files, pictures->total, i);
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
        struct picture_batch *batch =
            picture_batch_read(pictures->files, pictures->total, pictures->dataset->n, err);
        good = batch && receive_batch(pictures, batch, err);
        picture_batch_destroy(batch);
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
    size_t count = shape_count(&pictures.order.shape);
    struct memory_budget *budget =
        options->budget ? memory_budget_ref(options->budget) : memory_budget_create(SIZE_MAX, NULL);
    struct dataset *dataset = pictures.dataset = dataset_create(name, &options->shape);
    dataset->spill_rows = spill_rows_create(budget, count);
    pictures.pixels = memory_array(count, 1);
    bool good = take_labels(&pictures, &from_one, err) && read_all(&pictures, err);
    char notes[160];
    picture_notes_say(pictures.deep, pictures.turned, notes, sizeof notes);
    dataset->said = memory_format(
        "%s%s%s", set->said ? set->said : "pictures", notes, from_one ? ", " DATASET_FROM_ONE : "");
    memory_budget_unref(budget);
    free(pictures.pixels);
    if (good)
        return dataset;
    dataset_unref(dataset);
    return NULL;
}
