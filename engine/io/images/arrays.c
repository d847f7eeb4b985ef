/* One way to ask for named arrays, whatever kind of file they are in. */
#include "engine/io/images/arrays.h"

#include "engine/base/memory.h"
#include "engine/io/files/file_kind.h"
#include "engine/io/images/numpy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 8 };

struct arrays {
    char *path;
    struct h5 *h5;           /* or */
    struct archive *archive; /* or neither: a single .npy */
    char *only;              /* the name of that one's array */
};

struct array {
    char *name;
    struct h5_data *data; /* or */
    struct numpy *numpy;
    const char *turned;
};

static const char ending[] = ".npy";

static bool has_ending(const char *name, const char *end)
{
    size_t length = strlen(name), of_end = strlen(end);
    return length > of_end && strcmp(name + length - of_end, end) == 0;
}

/* "x_test" for "folder/x_test.npy"; malloc'd. */
static char *stem(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t end = has_ending(name, ending) ? strlen(ending) : 0;
    return memory_format("%.*s", (int)(strlen(name) - end), name);
}

/* An archive without arrays: what it is, where that can be told. */
static bool check_archive(struct arrays *arrays, struct error *err)
{
    const char *what = "an archive without NumPy arrays (.npy): unpack it first";
    if (!arrays->archive)
        return false;
    for (int i = 0; i < archive_count(arrays->archive); i++) {
        const char *name = archive_entry_name(arrays->archive, i);
        if (has_ending(name, ending))
            return true;
        if (has_ending(name, "data.pkl"))
            what = "a PyTorch file, whose values are pickled: save them as .npz or HDF5";
        else if (strcmp(name, "config.json") == 0)
            what = "a Keras net, not images";
    }
    return fail(err, "%s: is %s", arrays->path, what);
}

struct arrays *arrays_open(const char *path, struct error *err)
{
    struct arrays *arrays = memory_array(1, sizeof *arrays);
    arrays->path = memory_string(path);
    if (numpy_is(path))
        arrays->only = stem(path);
    else if (archive_is(path))
        arrays->archive = archive_open(path, err);
    else
        arrays->h5 = h5_open(path, err);
    if (arrays->only || arrays->h5 || check_archive(arrays, err))
        return arrays;
    arrays_close(arrays);
    return NULL;
}

void arrays_close(struct arrays *arrays)
{
    if (!arrays)
        return;
    h5_close(arrays->h5);
    archive_close(arrays->archive);
    free(arrays->only);
    free(arrays->path);
    free(arrays);
}

const char *arrays_file(const struct arrays *arrays)
{
    return arrays->path;
}

/* The entry of an archive that holds an array; -1: none. */
static int entry_of(const struct arrays *arrays, const char *name)
{
    char *whole = memory_format("%s%s", name, ending);
    int index = archive_find(arrays->archive, whole);
    free(whole);
    return index;
}

bool arrays_have(struct arrays *arrays, const char *name)
{
    if (arrays->h5) {
        enum h5_kind kind = h5_kind(arrays->h5, name);
        return kind != H5_KIND_NONE && kind != H5_KIND_GROUP;
    }
    return arrays->archive ? entry_of(arrays, name) >= 0 : strcmp(arrays->only, name) == 0;
}

static bool open_numpy(struct arrays *arrays, struct array *array, struct error *err)
{
    char *place = memory_format("%s: /%s", arrays->path, array->name);
    int index = arrays->archive ? entry_of(arrays, array->name) : 0;
    array->numpy = numpy_open(arrays->archive, index, arrays->path, place, err);
    free(place);
    if (array->numpy && numpy_fortran(array->numpy))
        array->turned = "Fortran order";
    return array->numpy != NULL;
}

static bool open_h5(struct arrays *arrays, struct array *array, struct error *err)
{
    array->data = h5_data_open(arrays->h5, array->name, err);
    if (array->data && h5_has_attribute(arrays->h5, array->name, "MATLAB_class") &&
        h5_data_shape(array->data)->rank > 1)
        array->turned = "MATLAB";
    return array->data != NULL;
}

struct array *array_open(struct arrays *arrays, const char *name, struct error *err)
{
    char contents[H5_CONTENTS];
    bool linked = arrays->h5 && h5_kind(arrays->h5, name) == H5_KIND_LINK; /* says why itself */
    if (!arrays_have(arrays, name) && !linked) {
        fail(err, "%s: /%s is missing (the file holds: %s)", arrays->path, name,
            arrays_contents(arrays, contents));
        return NULL;
    }
    struct array *array = memory_array(1, sizeof *array);
    array->name = memory_string(name);
    if (arrays->h5 ? open_h5(arrays, array, err) : open_numpy(arrays, array, err))
        return array;
    array_close(array);
    return NULL;
}

void array_close(struct array *array)
{
    if (!array)
        return;
    h5_data_close(array->data);
    numpy_close(array->numpy);
    free(array->name);
    free(array);
}

const char *array_name(const struct array *array)
{
    return array->name;
}

const struct h5_shape *array_shape(const struct array *array)
{
    return array->data ? h5_data_shape(array->data) : numpy_shape(array->numpy);
}

const char *array_turned(const struct array *array)
{
    return array->turned;
}

bool array_read(struct array *array, int axis, uint64_t first, uint64_t n, enum h5_type type,
    void *out, struct error *err)
{
    return array->data ? h5_read_along(array->data, axis, first, n, type, out, err)
                       : numpy_read(array->numpy, axis, first, n, type, out, err);
}

/* Lists ---------------------------------------------------------------------------------- */

struct list {
    struct array **arrays;
    int n;
    struct error *why; /* the first that cannot be read */
};

static void add(struct arrays *arrays, const char *name, struct list *list)
{
    struct error err = {0};
    if (list->n == ARRAYS_MAX)
        return;
    struct array *array = array_open(arrays, name, &err);
    if (array)
        list->arrays[list->n++] = array;
    else if (!list->why->class)
        *list->why = err;
}

/* By hard links: what others lead to is found where it is. */
static void list_group(struct arrays *arrays, const char *group, int depth, struct list *list)
{
    int count = 0;
    char **names = h5_list(arrays->h5, group, &count, NULL);
    for (int i = 0; i < count && list->n < ARRAYS_MAX; i++) {
        char *inner = memory_format("%s%s%s", group, *group ? "/" : "", names[i]);
        enum h5_kind kind =
            h5_is_link(arrays->h5, inner) ? H5_KIND_LINK : h5_kind(arrays->h5, inner);
        if (kind == H5_KIND_GROUP && depth < DEPTH_MAX && names[i][0] != '#') /* MATLAB's own */
            list_group(arrays, inner, depth + 1, list);
        else if (kind == H5_KIND_DATA)
            add(arrays, inner, list);
        free(inner);
    }
    h5_names_free(names, count);
}

struct array **arrays_list(struct arrays *arrays, int *n, struct error *why)
{
    struct list list = {memory_array(ARRAYS_MAX + ARRAYS_MORE, sizeof *list.arrays), 0, why};
    if (arrays->h5)
        list_group(arrays, "", 0, &list);
    for (int i = 0; arrays->archive && i < archive_count(arrays->archive); i++) {
        char *name = memory_string(archive_entry_name(arrays->archive, i));
        if (has_ending(name, ending)) {
            name[strlen(name) - strlen(ending)] = '\0';
            add(arrays, name, &list);
        }
        free(name);
    }
    if (arrays->only)
        add(arrays, arrays->only, &list);
    *n = list.n;
    return list.arrays;
}

void arrays_list_free(struct array **list, int n)
{
    for (int i = 0; i < n; i++)
        array_close(list[i]);
    free(list);
}

const char *arrays_contents(struct arrays *arrays, char text[H5_CONTENTS])
{
    size_t at = 0;
    if (arrays->h5)
        return h5_contents(arrays->h5, text);
    snprintf(text, H5_CONTENTS, "%s", arrays->only ? arrays->only : "nothing");
    for (int i = 0; arrays->archive && i < archive_count(arrays->archive) && at < H5_CONTENTS; i++)
        at += (size_t)snprintf(text + at, H5_CONTENTS - at, "%s%s", i ? ", " : "",
            archive_entry_name(arrays->archive, i));
    return text;
}
