/* One array in a file of its own (.npy): it is called as the file is, without the ending. */
#include "engine/io/images/image_format.h"

#include "engine/base/memory.h"
#include "engine/io/images/numpy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct npy {
    char *path, *array;
    struct source source;
};

static bool ends_with(const char *name, size_t length, const char *ending)
{
    size_t end = strlen(ending);
    return length > end && memcmp(name + length - end, ending, end) == 0;
}

static void *open_file(const struct source *source, struct error *err)
{
    const char *slash = strrchr(source->path, '/'), *name = slash ? slash + 1 : source->path;
    static const char *const endings[] = {".gz", ".npy"};
    size_t length = strlen(name);
    struct npy *npy = memory_array(1, sizeof *npy);
    (void)err; /* what is wrong is seen when its array is opened */
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        length -= ends_with(name, length, endings[i]) ? strlen(endings[i]) : 0;
    npy->path = memory_string(source->path);
    npy->array = memory_format("%.*s", (int)length, name);
    npy->source = *source;
    npy->source.path = npy->path;
    return npy;
}

static void close_file(void *file)
{
    struct npy *npy = file;
    free(npy->path);
    free(npy->array);
    free(npy);
}

static bool has(void *file, const char *array)
{
    return strcmp(((const struct npy *)file)->array, array) == 0;
}

static void list(void *file, image_format_found *found, void *context)
{
    found(context, ((const struct npy *)file)->array);
}

static void contents(void *file, char text[H5_CONTENTS])
{
    snprintf(text, H5_CONTENTS, "%s", ((const struct npy *)file)->array);
}

static bool array_open(void *file, const char *name, struct image_array *array, struct error *err)
{
    return numpy_open_array(NULL, 0, &((const struct npy *)file)->source, name, array, err);
}

const struct image_format image_format_npy = {
    .name = "NumPy array",
    .recognises = numpy_is,
    .open = open_file,
    .close = close_file,
    .has = has,
    .list = list,
    .contents = contents,
    .array_open = array_open,
    .array_close = numpy_close_array,
    .array_read = numpy_read_array,
};
