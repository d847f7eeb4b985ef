/* The shape of a set of pictures, where no net says it: all of them are looked at before one is
 * decoded, so that what does not fit is said at once. */
#include "engine/io/images/dataset_private.h"

#include "engine/base/memory.h"
#include "engine/io/images/picture_batch.h"

#include <string.h>

enum { SIDE_MAX = 1 << 14 };

struct survey {
    const char *name;
    const struct set_files *files;
    struct shape first; /* of the first picture, as many channels as any of them has */
    int place;          /* of the first that has another size, -1: none */
    struct shape other;
};

/* In the reader. */
static bool send_shape(void *context, struct picture_file *file, struct error *err)
{
    struct shape shape;
    if (!picture_shape(file, &shape, err))
        return false;
    sandbox_write(context, &shape, sizeof shape);
    return true;
}

static bool send_shapes(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    return picture_batch_each(work, send_shape, pipe, err);
}

static bool check(const char *name, const struct shape *shape, struct error *err)
{
    return (shape->rank == 3 && shape->dim[0] > 0 && shape->dim[1] > 0 &&
               shape->dim[0] <= SIDE_MAX && shape->dim[1] <= SIDE_MAX &&
               (shape->dim[2] == 1 || shape->dim[2] == 3)) ||
           fail(err, "%s: is damaged: its contents make no sense", name);
}

static void note(struct survey *survey, int place, const struct shape *shape)
{
    struct shape *first = &survey->first;
    if (first->rank == 0)
        *first = *shape;
    if (shape->dim[2] > first->dim[2])
        first->dim[2] = shape->dim[2];
    if (survey->place < 0 && (shape->dim[0] != first->dim[0] || shape->dim[1] != first->dim[1])) {
        survey->place = place;
        survey->other = *shape;
    }
}

static bool look_at(struct survey *survey, const struct picture_batch *batch, int total, int from,
    struct error *err)
{
    const struct sandbox_part order = {"", 0};
    struct sandbox *sandbox = picture_batch_open(batch, survey->name, send_shapes, &order, err);
    bool good = sandbox != NULL;
    for (int i = 0; i < picture_batch_count(batch) && good; i++) {
        struct shape shape;
        good = sandbox_read(sandbox, &shape, sizeof shape, err) && check(survey->name, &shape, err);
        if (good)
            note(survey, picture_batch_place(survey->files, total, from + i), &shape);
    }
    good = good && sandbox_end(sandbox, err);
    sandbox_destroy(sandbox);
    return good;
}

static bool fail_sizes(const struct survey *survey, struct error *err)
{
    const struct shape *first = &survey->first, *other = &survey->other;
    return fail(err,
        "%s: its pictures have several sizes: %s %dx%d, %s %dx%d (width x height); bring them to "
        "one with --size HEIGHTxWIDTH, as --size %dx%d",
        survey->name, survey->files->path[0], first->dim[1], first->dim[0],
        survey->files->path[survey->place], other->dim[1], other->dim[0], first->dim[0],
        first->dim[1]);
}

bool dataset_survey(const char *name, const struct set_files *files,
    const struct dataset_options *options, struct shape *shape, struct error *err)
{
    struct survey survey = {.name = name, .files = files, .place = -1};
    int total = options->limit > 0 && options->limit < files->n ? options->limit : files->n;
    bool good = true;
    for (int done = 0; good && done < total;) {
        struct picture_batch *batch = picture_batch_read(files, total, done, err);
        good = batch && look_at(&survey, batch, total, done, err);
        done += batch ? picture_batch_count(batch) : 0;
        picture_batch_destroy(batch);
        if (good && options->progress && !options->progress(options->context, 0, 0))
            good = fail_as(err, ERROR_CANCELLED, "%s: reading was cancelled", name);
    }
    if (!good)
        return false;
    *shape = survey.first;
    if (options->height > 0)
        *shape = shape_image(options->height, options->width, survey.first.dim[2]);
    return survey.place < 0 || options->height > 0 || fail_sizes(&survey, err);
}
