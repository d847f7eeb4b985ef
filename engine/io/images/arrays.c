/* One way to ask for named arrays, whatever format the file has. Leans on the table of formats,
 * from the list in meson.build. */
#include "engine/io/images/arrays.h"

#include "engine/base/memory.h"
#include "engine/io/images/image_format.h"

#include <stdlib.h>

#define ENTRY(name) extern const struct image_format image_format_##name;
#include "engine/io/images/image_formats.def"
#undef ENTRY

#define ENTRY(name) &image_format_##name,
static const struct image_format *const formats[] = {
#include "engine/io/images/image_formats.def"
};
#undef ENTRY

struct arrays {
    const struct image_format *format;
    void *file;
    char *path;
};

struct array {
    const struct image_format *format;
    struct image_array open;
    char *name;
};

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

struct arrays *arrays_open(const char *path, struct error *err)
{
    struct source source;
    source_of_file(&source, path);
    const struct image_format *format = format_of(&source);
    void *file = format->open(&source, err);
    if (!file)
        return NULL;
    struct arrays *arrays = memory_array(1, sizeof *arrays);
    *arrays = (struct arrays){format, file, memory_string(path)};
    return arrays;
}

void arrays_close(struct arrays *arrays)
{
    if (!arrays)
        return;
    arrays->format->close(arrays->file);
    free(arrays->path);
    free(arrays);
}

const char *arrays_file(const struct arrays *arrays)
{
    return arrays->path;
}

bool arrays_have(struct arrays *arrays, const char *name)
{
    return arrays->format->has(arrays->file, name);
}

struct array *array_open(struct arrays *arrays, const char *name, struct error *err)
{
    char contents[H5_CONTENTS];
    struct image_array open = {0};
    if (!arrays_have(arrays, name)) {
        fail(err, "%s: /%s is missing (the file holds: %s)", arrays->path, name,
            arrays_contents(arrays, contents));
        return NULL;
    }
    if (!arrays->format->array_open(arrays->file, name, &open, err))
        return NULL;
    struct array *array = memory_array(1, sizeof *array);
    *array = (struct array){arrays->format, open, memory_string(name)};
    return array;
}

void array_close(struct array *array)
{
    if (!array)
        return;
    array->format->array_close(array->open.data);
    free(array->name);
    free(array);
}

const char *array_name(const struct array *array)
{
    return array->name;
}

const struct h5_shape *array_shape(const struct array *array)
{
    return array->open.shape;
}

const char *array_turned(const struct array *array)
{
    return array->open.turned;
}

bool array_read(struct array *array, int axis, uint64_t first, uint64_t n, enum h5_type type,
    void *out, struct error *err)
{
    return array->format->array_read(array->open.data, axis, first, n, type, out, err);
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
    arrays->format->list(arrays->file, add, &list);
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
    arrays->format->contents(arrays->file, text);
    return text;
}

void arrays_surrogate(struct arrays *arrays, char note[SURROGATE_NOTE])
{
    *note = '\0';
    if (arrays->format->surrogate)
        arrays->format->surrogate(arrays->file, note);
}
