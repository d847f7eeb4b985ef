/* Image sets in HDF5, those of MATLAB's version 7.3 among them (their axes are stored the other way
 * round). Of a file that no format recognises it says what it is. */
#include "engine/io/images/image_format.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEPTH_MAX = 8,
    SEEN_MAX = 4000, /* objects that are looked at: groups can hold themselves, many times over */
};

static void *open_file(const struct source *source, struct error *err)
{
    return source->bytes ? h5_open_image(source->path, source->bytes, source->size, err)
                         : h5_open(source->path, err);
}

static void close_file(void *file)
{
    h5_close(file);
}

static bool has(void *file, const char *array)
{
    enum h5_kind kind = h5_kind(file, array);
    return kind != H5_KIND_NONE && kind != H5_KIND_GROUP;
}

struct walk {
    struct h5 *h5;
    image_format_found *found;
    void *context;
    int left; /* objects that may still be looked at */
};

/* By hard links: what others lead to is found where it is. False: enough. */
static bool list_group(struct walk *walk, const char *group, int depth)
{
    struct h5 *h5 = walk->h5;
    int n = 0;
    bool more = true;
    char **names = h5_list(h5, group, &n, NULL);
    for (int i = 0; i < n && more; i++) {
        more = walk->left-- > 0;
        char *inner = memory_format("%s%s%s", group, *group ? "/" : "", names[i]);
        enum h5_kind kind = h5_is_link(h5, inner) ? H5_KIND_LINK : h5_kind(h5, inner);
        if (kind == H5_KIND_GROUP && depth < DEPTH_MAX && names[i][0] != '#') /* MATLAB's own */
            more = more && list_group(walk, inner, depth + 1);
        else if (kind == H5_KIND_DATA)
            more = more && walk->found(walk->context, inner);
        free(inner);
    }
    h5_names_free(names, n);
    return more;
}

static void list(void *file, image_format_found *found, void *context)
{
    struct walk walk = {file, found, context, SEEN_MAX};
    list_group(&walk, "", 0);
}

static void contents(void *file, char text[H5_CONTENTS])
{
    h5_contents(file, text);
}

/* What stands there may be anything: the mark counts all the same. */
static void surrogate(void *file, char note[SURROGATE_NOTE])
{
    if (!h5_has_attribute(file, "", SURROGATE_ATTRIBUTE))
        return;
    char *text = h5_string(file, "", SURROGATE_ATTRIBUTE, NULL);
    snprintf(note, SURROGATE_NOTE, "%s", text && *text ? text : "?");
    free(text);
}

static bool array_open(void *file, const char *name, struct image_array *array, struct error *err)
{
    struct h5_data *data = h5_data_open(file, name, err);
    if (!data)
        return false;
    array->data = data;
    array->shape = h5_data_shape(data);
    if (array->shape->rank > 1 && h5_has_attribute(file, name, "MATLAB_class"))
        array->turned = "MATLAB";
    return true;
}

static void array_close(void *data)
{
    h5_data_close(data);
}

static bool array_read(void *data, int axis, uint64_t first, uint64_t n, enum h5_type type,
    void *out, struct error *err)
{
    return h5_read_along(data, axis, first, n, type, out, err);
}

const struct image_format image_format_hdf5 = {
    .name = "HDF5",
    .open = open_file,
    .close = close_file,
    .has = has,
    .list = list,
    .contents = contents,
    .surrogate = surrogate,
    .array_open = array_open,
    .array_close = array_close,
    .array_read = array_read,
};
