/* A NumPy archive: `data` (NHWC) and `label`; libzip packs it (archive.h). */
#include "engine/io/convert/image_writer.h"
#include "engine/io/convert/numpy_make.h"

#include "engine/base/atomic_write.h"
#include "engine/io/files/archive.h"

#include <stdlib.h>

static bool fits(const char *path)
{
    return image_writer_ends(path, ".npz");
}

static bool write(const struct dataset *set, const char *path, bool force, struct error *err)
{
    struct archive_part parts[] = {{"data.npy", NULL, 0}, {"label.npy", NULL, 0}};
    size_t size = 0;
    void *bytes = NULL, *images = NULL, *labels = NULL;
    if (!atomic_write_check(path, force, err))
        return false;
    if ((parts[0].bytes = images = numpy_make_images(set, path, &parts[0].size, err))) {
        parts[1].bytes = labels = numpy_make_labels(set, &parts[1].size);
        bytes = archive_make(path, parts, 2, &size, err);
    }
    bool good = bytes && atomic_write(path, bytes, size, force, err);
    free(bytes);
    free(images);
    free(labels);
    return good;
}

const struct image_writer image_writer_npz = {
    .as = "FILE.npz",
    .fits = fits,
    .check = atomic_write_check,
    .write = write,
};
