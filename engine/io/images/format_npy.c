/* One array in a file of its own (.npy): it is called as the file is, without the ending. */
#include "engine/io/images/image_format.h"

#include "engine/base/memory.h"
#include "engine/io/images/numpy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct npy {
    char *path, *array;
};

static void *open_file(const struct source *source, struct error *err)
{
    static const char ending[] = ".npy";
    const char *slash = strrchr(source->path, '/'), *name = slash ? slash + 1 : source->path;
    size_t length = strlen(name), end = strlen(ending);
    bool ends = length > end && strcmp(name + length - end, ending) == 0;
    struct npy *npy = memory_array(1, sizeof *npy);
    (void)err; /* what is wrong is seen when its array is opened */
    npy->path = memory_string(source->path);
    npy->array = memory_format("%.*s", (int)(ends ? length - end : length), name);
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
    return numpy_open_array(NULL, 0, ((const struct npy *)file)->path, name, array, err);
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
