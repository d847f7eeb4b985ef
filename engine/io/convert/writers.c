/* The table of writers, and what several of them do. */
#include "engine/io/convert/image_writer.h"

#include "engine/base/atomic_write.h"
#include "engine/base/memory.h"
#include "engine/io/files/set_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENTRY(name) extern const struct image_writer image_writer_##name;
#include "engine/io/convert/image_writers.def"
#undef ENTRY

#define ENTRY(name) &image_writer_##name,
static const struct image_writer *const writers[] = {
#include "engine/io/convert/image_writers.def"
};
#undef ENTRY
enum { N_WRITERS = sizeof writers / sizeof *writers };

const struct image_writer *image_writer_find(const char *path, struct error *err)
{
    char names[256] = "";
    size_t used = 0;
    for (int i = 0; i < N_WRITERS; i++) {
        if (path && writers[i]->fits(path))
            return writers[i];
        if (used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
                i == 0              ? ""
                : i + 1 < N_WRITERS ? ", "
                                    : " or ",
                writers[i]->as);
    }
    if (path)
        fail_as(err, ERROR_USAGE, "--out %s: name %s", path, names);
    else
        fail_as(err, ERROR_USAGE, "convert needs --out: %s", names);
    return NULL;
}

bool image_writer_write(const struct image_writer *writer, const struct dataset *set,
    const char *path, bool force, struct error *err)
{
    if (dataset_surrogate(set) && !writer->keeps_notes)
        return fail_as(err, ERROR_USAGE,
            "%s: a surrogate keeps the note that it is one in HDF5 alone: name a file .h5", path);
    return writer->write(set, path, force, err);
}

bool image_writer_ends(const char *path, const char *ending)
{
    size_t length = strlen(path), end = strlen(ending);
    return length > end && strcmp(path + length - end, ending) == 0;
}

/* Pairs ---------------------------------------------------------------------------------- */

bool image_writer_pair(const char *path, char **images, char **labels, struct error *err)
{
    const char *comma = strchr(path, ',');
    *images = comma ? memory_format("%.*s", (int)(comma - path), path) : memory_string(path);
    *labels = comma ? memory_string(comma + 1) : set_files_labels_name(path);
    if (*labels && **labels && **images)
        return true;
    free(*images);
    free(*labels);
    return fail_as(err, ERROR_USAGE,
        "--out %s: its labels need a name too: IMAGES,LABELS, or a name with images, x or data in "
        "it",
        path);
}

bool image_writer_check_pair(const char *path, bool force, struct error *err)
{
    char *images, *labels;
    if (!image_writer_pair(path, &images, &labels, err))
        return false;
    bool good = atomic_write_check(images, force, err) && atomic_write_check(labels, force, err);
    free(images);
    free(labels);
    return good;
}

bool image_writer_write_pair(
    const char *path, const struct image_file file[2], bool force, struct error *err)
{
    char *images, *labels;
    if (!image_writer_check_pair(path, force, err) ||
        !image_writer_pair(path, &images, &labels, err))
        return false;
    bool was_there = access(labels, F_OK) == 0;
    bool good = atomic_write(labels, file[1].bytes, file[1].size, force, err);
    bool both = good && atomic_write(images, file[0].bytes, file[0].size, force, err);
    if (good && !both && !was_there)
        unlink(labels);
    free(images);
    free(labels);
    return both;
}

/* Bytes ---------------------------------------------------------------------------------- */

void image_writer_bytes(const struct dataset *set, int image, uint8_t *bytes)
{
    size_t count = shape_count(dataset_shape(set));
    float *values = memory_floats(count);
    dataset_fill(set, image, 1, 1, values);
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)values[i];
    free(values);
}

bool image_writer_needs_bytes(
    const struct dataset *set, const char *path, int most, struct error *err)
{
    float low, high;
    if (dataset_range(set, &low, &high))
        return fail_as(err, ERROR_USAGE,
            "%s: holds bytes alone, but the images have values from %g to %g: name a file .h5 or "
            ".npz",
            path, (double)low, (double)high);
    for (int i = 0; i < dataset_count(set); i++)
        if (dataset_labels(set)[i] > most)
            return fail_as(err, ERROR_USAGE,
                "%s: holds labels up to %d, but image %d is of class %d: name a file .h5 or .npz",
                path, most, i, dataset_labels(set)[i]);
    return true;
}
