/* Opens nets whose file leaves something open, with what fits. Leans on model.c. */
#include "engine/io/nets/model_like.h"

#include "engine/io/nets/net_beside.h"

#include <stdlib.h>
#include <string.h>

/* Most nets halve images two to five times; large ones fit those that halve more. */
static const int sides[] = {64, 32, 224};
enum { N_SIDES = sizeof sides / sizeof *sides };

/* The first size that it allows; else *same tells whether all fail by the one reason in `why`. */
static struct model *open_some(const char *path, struct model_options options,
    struct image_size *chosen, bool *same, struct error *why)
{
    *same = true;
    options.any_size = NULL;
    for (int i = 0; i < N_SIDES; i++) {
        struct error err = {0};
        options.size = (struct image_size){sides[i], sides[i]};
        struct model *model = model_open_with(path, &options, &err);
        *chosen = options.size;
        if (model)
            return model;
        *same = *same && (i == 0 || strcmp(why->text, err.text) == 0);
        *why = err;
    }
    *chosen = (struct image_size){0};
    return NULL;
}

struct model *model_open_any(const char *path, const struct model_options *options,
    struct image_size *chosen, struct error *err)
{
    bool any_size = false, same = false;
    struct model_options read = *options;
    struct error why = {0}, every = {0};
    read.any_size = &any_size;
    *chosen = (struct image_size){0};
    struct model *model = model_open_with(path, &read, &why);
    if (!model && any_size)
        model = open_some(path, read, chosen, &same, &every);
    if (options->any_size)
        *options->any_size = !model && any_size && !same;
    if (!model && err)
        *err = same ? every : why;
    return model;
}

struct model *model_open_like(const char *path, const struct model_options *options,
    const struct model *original, struct error *err)
{
    const struct shape *image = &original->network->layers[original->network->input].shape;
    struct model_options read = *options;
    bool any_size = false;
    struct error why = {0};
    read.any_size = &any_size;
    struct model *model = model_open_with(path, &read, &why);
    if (!model && any_size && image->rank == 3) {
        read.size = (struct image_size){image->dim[0], image->dim[1]};
        model = model_open_with(path, &read, &why);
    }
    char *beside = net_beside(path);
    if (!model && !read.architecture && !beside) { /* perhaps weights alone */
        read.architecture = original->beside ? original->beside : original->path;
        read.external = NULL;
        read.size = (struct image_size){image->dim[0], image->rank == 3 ? image->dim[1] : 0};
        model = model_open_with(path, &read, NULL);
    }
    free(beside);
    if (!model && err)
        *err = why;
    return model;
}
