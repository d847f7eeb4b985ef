/* Opens nets; where the size of images is open, the image set's shape (io/images) gives it. */
#include "engine/session/state/net_open.h"

#include "engine/io/images/dataset_shape.h"

#include <string.h>

static bool size_of_images(
    const struct options *options, struct image_size *size, struct error *err)
{
    struct shape shape;
    const struct dataset_options read = {.data_name = options->data_name,
        .label_name = options->label_name,
        .names = {options->clean_names}};
    if (!dataset_shape_find(options->clean, &read, &shape, err))
        return false;
    if (shape.rank != 3)
        return fail(err,
            "%s: holds rows of values, and the net takes images of any size: say which, with "
            "--input-size HxW",
            options->clean);
    *size = (struct image_size){shape.dim[0], shape.dim[1]};
    return true;
}

struct model *net_open(
    const struct options *options, const char *path, struct image_size *found, struct error *err)
{
    bool any_size = false;
    struct model_options read = {
        options->architecture, options->input_size, &any_size, options->external_data};
    struct error why = {0};
    struct model *model = model_open_with(path, &read, &why);
    *found = (struct image_size){0};
    if (!model && any_size && options->clean) {
        if (!size_of_images(options, &read.size, err))
            return NULL;
        *found = read.size;
        return model_open_with(path, &read, err);
    }
    if (!model && err)
        *err = why;
    return model;
}

struct model *net_open_beside(
    const struct options *options, const char *path, const struct network *other, struct error *err)
{
    bool any_size = false;
    const struct shape *image = &other->layers[other->input].shape;
    bool same = options->model && strcmp(path, options->model) == 0; /* compared with itself */
    struct model_options read = {.architecture = options->architecture,
        .any_size = &any_size,
        .external = same ? options->external_data : NULL};
    struct error why = {0};
    struct model *model = model_open_with(path, &read, &why);
    if (!model && any_size) {
        read.size = (struct image_size){image->dim[0], image->dim[1]};
        return model_open_with(path, &read, err);
    }
    if (!model && err)
        *err = why;
    return model;
}
