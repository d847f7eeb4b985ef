/* Two NumPy arrays: images (NHWC) and labels. */
#include "engine/io/convert/image_writer.h"
#include "engine/io/convert/numpy_make.h"

#include <stdlib.h>

static bool fits(const char *path)
{
    return image_writer_ends(path, ".npy");
}

static bool write(const struct dataset *set, const char *path, bool force, struct error *err)
{
    struct image_file files[2];
    void *images = numpy_make_images(set, path, &files[0].size, err);
    if (!images)
        return false;
    void *labels = numpy_make_labels(set, &files[1].size);
    files[0].bytes = images;
    files[1].bytes = labels;
    bool good = image_writer_write_pair(path, files, force, err);
    free(images);
    free(labels);
    return good;
}

const struct image_writer image_writer_npy = {
    .as = "IMAGES.npy,LABELS.npy",
    .fits = fits,
    .check = image_writer_check_pair,
    .write = write,
};
