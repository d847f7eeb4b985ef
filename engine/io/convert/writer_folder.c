/* A folder of PNG files with a folder for each class. It is filled under another name, and gets its
 * own when all is there. */
#include "engine/io/convert/image_writer.h"

#include "engine/base/memory.h"
#include "engine/io/pictures/picture_decode.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LABEL_MAX = 999999, OPEN_FOLDERS = 8 };

static bool fits(const char *path)
{
    return image_writer_ends(path, "/");
}

/* Without the slash that says it is a folder. */
static char *name_of(const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    return memory_format("%.*s", (int)length, path);
}

/* What is in a folder would be mixed with what comes: it is never written over. */
static bool check(const char *path, bool force, struct error *err)
{
    char *name = name_of(path);
    (void)force;
    bool there = access(name, F_OK) == 0;
    free(name);
    return !there || fail_as(err, ERROR_OUTPUT,
                         "%s: is there already, and a folder is not written over: name another, "
                         "or remove it",
                         path);
}

static bool fail_write(const char *path, struct error *err)
{
    return fail_as(err, ERROR_OUTPUT, "%s: %s", path, strerror(errno));
}

static bool write_file(const char *path, const void *bytes, size_t size, struct error *err)
{
    FILE *file = fopen(path, "wbxe");
    bool good = file && fwrite(bytes, 1, size, file) == size;
    if (file && fclose(file) != 0)
        good = false;
    return good || fail_write(path, err);
}

static bool write_picture(
    const struct dataset *set, int image, const char *folder, uint8_t *pixels, struct error *err)
{
    size_t size = 0;
    image_writer_bytes(set, image, pixels);
    void *bytes = picture_encode_png(pixels, dataset_shape(set), &size, err);
    char *class = memory_format("%s/%d", folder, dataset_labels(set)[image]);
    char *path = memory_format("%s/%06d.png", class, image);
    bool good = bytes && (mkdir(class, 0777) == 0 || errno == EEXIST || fail_write(class, err)) &&
                write_file(path, bytes, size, err);
    free(path);
    free(class);
    free(bytes);
    return good;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static bool write_all(const struct dataset *set, const char *folder, struct error *err)
{
    uint8_t *pixels = memory_array(shape_count(dataset_shape(set)), 1);
    bool good = true;
    for (int i = 0; i < dataset_count(set) && good; i++)
        good = write_picture(set, i, folder, pixels, err);
    free(pixels);
    return good && dataset_check(set, err);
}

/* A folder beside `name` that only its owner sees until it is whole. */
static bool write_beside(
    const struct dataset *set, const char *name, char *beside, struct error *err)
{
    mode_t mask = umask(0);
    umask(mask);
    if (!mkdtemp(beside))
        return fail_write(name, err);
    bool good = write_all(set, beside, err);
    if (good && (chmod(beside, 0777 & ~mask) != 0 || rename(beside, name) != 0))
        good = fail_write(name, err);
    if (!good)
        nftw(beside, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
    return good;
}

static bool write_folder(const struct dataset *set, const char *path, bool force, struct error *err)
{
    int channels = dataset_channels(dataset_shape(set));
    if (dataset_shape(set)->rank < 2 || (channels != 1 && channels != 3))
        return fail_as(
            err, ERROR_USAGE, "%s: pictures have 1 or 3 channels: name a file .h5 or .npz", path);
    if (!image_writer_needs_bytes(set, path, LABEL_MAX, err) || !check(path, force, err))
        return false;
    char *name = name_of(path), *beside = memory_format("%s.XXXXXX", name);
    bool good = write_beside(set, name, beside, err);
    free(beside);
    free(name);
    return good;
}

const struct image_writer image_writer_folder = {
    .as = "FOLDER/",
    .fits = fits,
    .check = check,
    .write = write_folder,
};
