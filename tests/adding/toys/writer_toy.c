/* A toy form to write images in: how many there are. */
#include "engine/io/convert/image_writer.h"

#include "engine/base/atomic_write.h"

#include <stdio.h>
#include <string.h>

static bool fits(const char *path)
{
    return image_writer_ends(path, ".toy");
}

static bool write(const struct dataset *set, const char *path, bool force, struct error *err)
{
    char text[32];
    snprintf(text, sizeof text, "%d toys\n", dataset_count(set));
    return atomic_write(path, text, strlen(text), force, err);
}

const struct image_writer image_writer_toy = {
    .as = "FILE.toy",
    .fits = fits,
    .check = atomic_write_check,
    .write = write,
};
