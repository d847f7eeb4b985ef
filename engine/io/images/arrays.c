/* One way to ask for named arrays, whatever format the file has. Leans on the table of formats,
 * from the list in meson.build. */
#include "engine/io/images/arrays.h"

#include "engine/base/memory.h"
#include "engine/io/files/gzip.h"
#include "engine/io/files/set_files.h"
#include "engine/io/images/image_format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY(name) extern const struct image_format image_format_##name;
#include "engine/io/images/image_formats.def"
#undef ENTRY

#define ENTRY(name) &image_format_##name,
static const struct image_format *const formats[] = {
#include "engine/io/images/image_formats.def"
};
#undef ENTRY

struct arrays_file {
    const struct image_format *format;
    void *file;
    struct source source;
    void *unpacked; /* of a file that gzip packed; NULL */
};

struct arrays {
    int n;
    struct arrays_file file[SET_FILES_MAX];
    bool pair; /* images in one file, labels in the other */
    char *path;
};

/* Rows of one file behind those of another. */
struct array {
    int n;
    struct arrays_file *file;
    struct image_array part[SET_FILES_MAX];
    struct h5_shape shape; /* of all of them */
    char *name;
};

static const char *const of_pair[] = {"data", "label"};

/* The first that recognises the file, else the one that takes what is left. */
static const struct image_format *format_of(const struct source *source)
{
    const struct image_format *rest = NULL;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (!formats[i]->recognises)
            rest = formats[i];
        else if (formats[i]->recognises(source))
            return formats[i];
    return rest;
}

static bool count_one(void *context, const char *name)
{
    (void)name;
    return ++*(int *)context < 2;
}

/* All are of one format that joins its files, and hold the same arrays. */
static bool are_joined(const struct arrays *arrays)
{
    char first[H5_CONTENTS], other[H5_CONTENTS];
    const struct image_format *format = arrays->file->format;
    format->contents(arrays->file->file, first);
    for (int i = 0; i < arrays->n; i++) {
        if (arrays->file[i].format != format || !format->joins)
            return false;
        format->contents(arrays->file[i].file, other);
        if (strcmp(first, other) != 0)
            return false;
    }
    return true;
}

/* Several files: joined, or one array in each of two. */
static bool check_together(struct arrays *arrays, const char *const *paths, struct error *err)
{
    bool joined = are_joined(arrays);
    arrays->pair = arrays->n > 1 && !joined;
    if (arrays->pair && (arrays->n != 2 || arrays->file->format->joins))
        return fail(err, "%s: its files do not hold the same kind of images", arrays->path);
    for (int i = 0, held = 0; arrays->pair && i < arrays->n; i++, held = 0) {
        arrays->file[i].format->list(arrays->file[i].file, count_one, &held);
        if (held > 1)
            return fail(err,
                "%s: holds several arrays: name it alone, not as the %s of a pair of files",
                paths[i], i ? "labels" : "images");
    }
    return true;
}

/* The file, or what gzip packed in it. */
static bool find_source(struct arrays_file *file, const char *path, struct error *err)
{
    size_t size = 0;
    source_of_file(&file->source, path);
    if (!gzip_is(&file->source))
        return true;
    file->unpacked = gzip_unpack(path, &size, err);
    if (file->unpacked)
        source_of_bytes(&file->source, path, file->unpacked, size);
    return file->unpacked != NULL;
}

static bool open_one(struct arrays_file *file, const char *path, struct error *err)
{
    if (!find_source(file, path, err))
        return false;
    file->format = format_of(&file->source);
    file->file = file->format->open(&file->source, err);
    return file->file != NULL;
}

struct arrays *arrays_open(const char *name, const char *const *paths, int n, struct error *err)
{
    struct arrays *arrays = memory_array(1, sizeof *arrays);
    bool good = true;
    arrays->path = memory_string(name);
    for (int i = 0; i < n && good; i++) {
        good = open_one(&arrays->file[i], paths[i], err);
        arrays->n += good;
    }
    if (good && check_together(arrays, paths, err))
        return arrays;
    arrays_close(arrays);
    return NULL;
}

void arrays_close(struct arrays *arrays)
{
    if (!arrays)
        return;
    for (int i = 0; i < arrays->n; i++)
        arrays->file[i].format->close(arrays->file[i].file);
    for (int i = 0; i < SET_FILES_MAX; i++)
        free(arrays->file[i].unpacked);
    free(arrays->path);
    free(arrays);
}

const char *arrays_file(const struct arrays *arrays)
{
    return arrays->path;
}

static bool keep_name(void *context, const char *name)
{
    *(char **)context = memory_string(name);
    return false;
}

/* The files that hold an array, and its name there (malloc'd); 0: there is none. */
static int files_of(
    struct arrays *arrays, const char *name, struct arrays_file **file, char **inner)
{
    *inner = NULL;
    *file = arrays->file;
    if (!arrays->pair) {
        *inner = memory_string(name);
        return arrays->file->format->has(arrays->file->file, name) ? arrays->n : 0;
    }
    for (int i = 0; i < arrays->n; i++) {
        if (strcmp(name, of_pair[i]) != 0)
            continue;
        *file = &arrays->file[i];
        (*file)->format->list((*file)->file, keep_name, inner);
        return *inner ? 1 : 0;
    }
    return 0;
}

bool arrays_have(struct arrays *arrays, const char *name)
{
    char *inner;
    struct arrays_file *file;
    int n = files_of(arrays, name, &file, &inner);
    free(inner);
    return n > 0;
}

/* The next file's rows behind those that are there; all else must be alike. */
static bool join(
    struct array *array, const struct image_array *part, const char *path, struct error *err)
{
    struct h5_shape *all = &array->shape;
    const struct h5_shape *shape = part->shape;
    bool same = shape->rank == all->rank && shape->rank > 0 && strcmp(shape->type, all->type) == 0;
    if (array->n == 1) {
        *all = *shape;
        return true;
    }
    for (int i = 1; i < shape->rank && same; i++)
        same = shape->dim[i] == all->dim[i];
    if (!same || shape->dim[0] > UINT32_MAX || all->dim[0] > UINT32_MAX)
        return fail(err, "%s: its files do not hold the same kind of images", path);
    all->dim[0] += shape->dim[0];
    return true;
}

struct array *array_open(struct arrays *arrays, const char *name, struct error *err)
{
    char contents[H5_CONTENTS], *inner;
    struct arrays_file *file;
    int n = files_of(arrays, name, &file, &inner);
    bool good = n > 0 || fail(err, "%s: /%s is missing (the file holds: %s)", arrays->path, name,
                             arrays_contents(arrays, contents));
    struct array *array = memory_array(1, sizeof *array);
    array->file = file;
    for (int i = 0; i < n && good; i++) {
        struct image_array *part = &array->part[i];
        good = file[i].format->array_open(file[i].file, inner, part, err);
        array->n += good;
        good = good && join(array, part, arrays->path, err);
    }
    free(inner);
    array->name = memory_string(name);
    if (good)
        return array;
    array_close(array);
    return NULL;
}

void array_close(struct array *array)
{
    if (!array)
        return;
    for (int i = 0; i < array->n; i++)
        array->file[i].format->array_close(array->part[i].data);
    free(array->name);
    free(array);
}

const char *array_name(const struct array *array)
{
    return array->name;
}

const struct h5_shape *array_shape(const struct array *array)
{
    return &array->shape;
}

const char *array_turned(const struct array *array)
{
    return array->part[0].turned;
}

static size_t item_size(enum h5_type type)
{
    return type == H5_TYPE_U8 ? 1 : type == H5_TYPE_F32 ? sizeof(float) : sizeof(double);
}

/* Formats that join files have their rows first. */
bool array_read(struct array *array, int axis, uint64_t first, uint64_t n, enum h5_type type,
    void *out, struct error *err)
{
    if (array->n == 1)
        return array->file->format->array_read(array->part[0].data, axis, first, n, type, out, err);
    if (axis != 0)
        return fail(err, "%s: files are joined by their rows alone", array->name);
    size_t row = item_size(type);
    for (int i = 1; i < array->shape.rank; i++)
        row *= (size_t)array->shape.dim[i];
    char *to = out;
    for (int i = 0; i < array->n && n > 0; i++) {
        uint64_t rows = array->part[i].shape->dim[0];
        uint64_t some = first >= rows ? 0 : rows - first < n ? rows - first : n;
        if (some > 0 &&
            !array->file[i].format->array_read(array->part[i].data, 0, first, some, type, to, err))
            return false;
        first = some > 0 ? 0 : first - rows;
        to += some * row;
        n -= some;
    }
    return true;
}

/* Lists ---------------------------------------------------------------------------------- */

struct list {
    struct arrays *file;
    struct array **arrays;
    int n;
    struct error *why; /* the first that cannot be read */
};

static bool add(void *context, const char *name)
{
    struct list *list = context;
    struct error err = {0};
    struct array *array = array_open(list->file, name, &err);
    if (array)
        list->arrays[list->n++] = array;
    else if (!list->why->class)
        *list->why = err;
    return list->n < ARRAYS_MAX;
}

struct array **arrays_list(struct arrays *arrays, int *n, struct error *why)
{
    struct list list = {
        arrays, memory_array(ARRAYS_MAX + ARRAYS_MORE, sizeof *list.arrays), 0, why};
    if (!arrays->pair)
        arrays->file->format->list(arrays->file->file, add, &list);
    for (int i = 0; arrays->pair && i < arrays->n; i++)
        add(&list, of_pair[i]);
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
    if (arrays->pair)
        snprintf(text, H5_CONTENTS, "data, label");
    else
        arrays->file->format->contents(arrays->file->file, text);
    return text;
}

void arrays_surrogate(struct arrays *arrays, char note[SURROGATE_NOTE])
{
    *note = '\0';
    if (arrays->file->format->surrogate)
        arrays->file->format->surrogate(arrays->file->file, note);
}
