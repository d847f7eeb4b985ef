/* Image sets in a NumPy archive (.npz): each entry NAME.npy is the array NAME. */
#include "engine/io/images/image_format.h"

#include "engine/base/memory.h"
#include "engine/io/images/numpy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct npz {
    char *path;
    struct archive *archive;
};

static const char ending[] = ".npy";

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), of_end = strlen(end);
    return length > of_end && strcmp(name + length - of_end, end) == 0;
}

/* An archive without arrays: what it is, where that can be told. */
static bool check_arrays(const struct npz *npz, struct error *err)
{
    const char *what = "an archive without NumPy arrays (.npy): unpack it first";
    for (int i = 0; i < archive_count(npz->archive); i++) {
        const char *name = archive_entry_name(npz->archive, i);
        if (ends_with(name, ending))
            return true;
        if (ends_with(name, "data.pkl"))
            what = "a PyTorch file, whose values are pickled: save them as .npz or HDF5";
        else if (strcmp(name, "config.json") == 0)
            what = "a Keras net, not images";
    }
    return fail(err, "%s: is %s", npz->path, what);
}

static void close_file(void *file)
{
    struct npz *npz = file;
    archive_close(npz->archive);
    free(npz->path);
    free(npz);
}

static void *open_file(const struct source *source, struct error *err)
{
    struct npz *npz = memory_array(1, sizeof *npz);
    npz->path = memory_string(source->path);
    npz->archive = archive_open(source, err);
    if (npz->archive && check_arrays(npz, err))
        return npz;
    close_file(npz);
    return NULL;
}

static int entry_of(const struct npz *npz, const char *array)
{
    char *name = memory_format("%s%s", array, ending);
    int index = archive_find(npz->archive, name);
    free(name);
    return index;
}

static bool has(void *file, const char *array)
{
    return entry_of(file, array) >= 0;
}

static void list(void *file, image_format_found *found, void *context)
{
    const struct npz *npz = file;
    bool more = true;
    for (int i = 0; more && i < archive_count(npz->archive); i++) {
        const char *entry = archive_entry_name(npz->archive, i);
        if (!ends_with(entry, ending))
            continue;
        char *name = memory_format("%.*s", (int)(strlen(entry) - strlen(ending)), entry);
        more = found(context, name);
        free(name);
    }
}

static void contents(void *file, char text[H5_CONTENTS])
{
    const struct npz *npz = file;
    size_t at = 0;
    snprintf(text, H5_CONTENTS, "nothing");
    for (int i = 0; i < archive_count(npz->archive) && at < H5_CONTENTS; i++)
        at += (size_t)snprintf(text + at, H5_CONTENTS - at, "%s%s", i ? ", " : "",
            archive_entry_name(npz->archive, i));
}

static bool array_open(void *file, const char *name, struct image_array *array, struct error *err)
{
    const struct npz *npz = file;
    const struct source source = {.path = npz->path};
    return numpy_open_array(npz->archive, entry_of(npz, name), &source, name, array, err);
}

const struct image_format image_format_npz = {
    .name = "NumPy archive",
    .recognises = archive_is,
    .open = open_file,
    .close = close_file,
    .has = has,
    .list = list,
    .contents = contents,
    .array_open = array_open,
    .array_close = numpy_close_array,
    .array_read = numpy_read_array,
};
