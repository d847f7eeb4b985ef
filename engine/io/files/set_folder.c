/* Folders of image sets: CIFAR's batches, MNIST's files, pictures with a folder for each class. */
#include "engine/io/files/set_files.h"

#include "engine/base/memory.h"
#include "engine/io/files/file_kind.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CLASSES_MAX = 100000, TOLD = 3 };

void set_files_names_free(char **names, int n)
{
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool set_files_names(const char *folder, char ***names, int *n, struct error *err)
{
    struct set_files found = {0};
    DIR *dir = opendir(folder);
    bool good = dir || fail(err, "%s: %s", folder, strerror(errno));
    *names = NULL;
    *n = 0;
    for (const struct dirent *entry; good && (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        set_files_add(&found, memory_string(entry->d_name), 0);
        if (found.n > SET_PICTURES_MAX)
            good = fail(err, "%s: holds more than %d files", folder, SET_PICTURES_MAX);
    }
    if (dir)
        closedir(dir);
    if (!good) {
        set_files_free(&found);
        return false;
    }
    if (found.n > 0)
        qsort(found.path, (size_t)found.n, sizeof *found.path, by_name);
    free(found.label);
    *names = found.path;
    *n = found.n;
    return true;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Classes -------------------------------------------------------------------------------- */

struct class
{
    char *name;
    int32_t label;
};

/* The number that a name is, as "0" and "007" are; -1: it is none. */
static int32_t number_of(const char *name)
{
    char *end;
    size_t length = strlen(name);
    if (length == 0 || length > 6 || strspn(name, "0123456789") != length)
        return -1;
    return (int32_t)strtol(name, &end, 10);
}

/* Names that are numbers are their classes; else classes are counted in the order of the names. */
static bool number_classes(
    const char *folder, struct class *classes, int n, bool *numbers, struct error *err)
{
    *numbers = true;
    for (int i = 0; i < n; i++)
        *numbers = *numbers && number_of(classes[i].name) >= 0;
    for (int i = 0; i < n; i++)
        classes[i].label = *numbers ? number_of(classes[i].name) : i;
    for (int i = 0; *numbers && i < n; i++)
        for (int k = 0; k < i; k++)
            if (classes[k].label == classes[i].label)
                return fail(err, "%s: folders %s and %s are both class %d", folder, classes[k].name,
                    classes[i].name, classes[i].label);
    return true;
}

static bool add_class(const char *folder, const struct class *class, struct set_files *set,
    int *passed, struct error *err)
{
    char *inner = memory_format("%s/%s", folder, class->name), **names = NULL;
    int n = 0, before = set->n;
    bool good =
        set_files_check_inside(folder, inner, err) && set_files_names(inner, &names, &n, err);
    for (int i = 0; i < n && good; i++) {
        char *path = memory_format("%s/%s", inner, names[i]);
        bool picture = false;
        if (is_folder(path))
            good = fail(err,
                "%s: is a folder inside a class: name the folder whose folders are the classes",
                path);
        else
            good = set_files_is_picture(path, &picture, err);
        if (good && picture && set->n >= SET_PICTURES_MAX)
            good = fail(err, "%s: holds more than %d pictures", folder, SET_PICTURES_MAX);
        good = good && (!picture || set_files_check_inside(folder, path, err));
        *passed += good && !picture;
        if (good && picture)
            set_files_add(set, path, class->label);
        else
            free(path);
    }
    if (good && set->n == before)
        good = fail(err, "%s: holds no pictures (PNG or JPEG)", inner);
    set_files_names_free(names, n);
    free(inner);
    return good;
}

/* "pictures of 3 folders: 0 is cat, 1 is dog, 2 is horse" */
static char *say_classes(const struct class *classes, int n, bool numbers, int passed)
{
    char *said = memory_format("pictures of %d folders", n);
    for (int i = 0; !numbers && i <= n && i <= TOLD; i++) {
        char *longer = i == n      ? memory_format("%s", said)
                       : i == TOLD ? memory_format("%s, …", said)
                                   : memory_format("%s%s class %d is %.40s", said, i ? "," : ":", i,
                                         classes[i].name);
        free(said);
        said = longer;
    }
    if (passed > 0) {
        char *longer = memory_format("%s; %d files that are no pictures passed by", said, passed);
        free(said);
        said = longer;
    }
    return said;
}

static bool add_classes(
    const char *folder, struct class *classes, int n, struct set_files *set, struct error *err)
{
    int passed = 0;
    bool numbers = false;
    if (n > CLASSES_MAX)
        return fail(err, "%s: holds more than %d folders", folder, CLASSES_MAX);
    if (!number_classes(folder, classes, n, &numbers, err))
        return false;
    for (int i = 0; i < n; i++)
        if (!add_class(folder, &classes[i], set, &passed, err))
            return false;
    set->said = say_classes(classes, n, numbers, passed);
    return true;
}

/* Arrays --------------------------------------------------------------------------------- */

static bool is_packed(const char *name)
{
    size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, ".gz") == 0;
}

/* A file that is there unpacked too, which is taken in its place. */
static bool is_double(char *const *names, int n, const char *name)
{
    int length = (int)strlen(name) - 3;
    bool found = false;
    for (int i = 0; is_packed(name) && i < n && !found; i++)
        found = (int)strlen(names[i]) == length && strncmp(names[i], name, (size_t)length) == 0;
    return found;
}

/* "data_batch_1.bin" is a data_batch; train.bin is all there is of its kind. */
static bool is_batch(const char *name, const char *kind)
{
    size_t length = strlen(kind), end = strlen(name) - (is_packed(name) ? 3 : 0);
    return strncmp(name, kind, length) == 0 && (name[length] == '_' || name[length] == '.') &&
           end > 4 && strncmp(name + end - 4, ".bin", 4) == 0;
}

/* The batches of a kind, in order, -1 with err: too many. */
static int add_batches(const char *folder, char *const *names, int n, const char *kind,
    struct set_files *set, struct error *err)
{
    for (int i = 0; i < n; i++) {
        if (!is_batch(names[i], kind) || is_double(names, n, names[i]))
            continue;
        if (set->n == SET_FILES_MAX) {
            fail(err, "%s: holds more than %d batches %s*.bin: convert some of them by themselves",
                folder, SET_FILES_MAX, kind);
            return -1;
        }
        set_files_add(set, memory_format("%s/%s", folder, names[i]), 0);
    }
    return set->n;
}

/* CIFAR: what it is to learn from; the test batch where that is all there is. */
static int find_batches(
    const char *folder, char *const *names, int n, struct set_files *set, struct error *err)
{
    static const char *const kinds[] = {"data_batch", "train", "test_batch", "test"};
    int found = 0;
    for (size_t k = 0; found == 0 && k < sizeof kinds / sizeof *kinds; k++)
        found = add_batches(folder, names, n, kinds[k], set, err);
    if (found > 0)
        set->said = memory_format(
            "%d batch%s: %s", found, found == 1 ? "" : "es", strrchr(set->path[0], '/') + 1);
    return found;
}

/* MNIST: the one file of images, -1 with err: there are several. */
static int find_idx(
    const char *folder, char *const *names, int n, struct set_files *set, struct error *err)
{
    const char *found = NULL;
    for (int i = 0; i < n; i++) {
        if (!strstr(names[i], "images") || !strstr(names[i], "idx3") ||
            is_double(names, n, names[i]))
            continue;
        if (found) {
            fail(err, "%s: holds several sets: name one, %s/%s or %s/%s", folder, folder, found,
                folder, names[i]);
            return -1;
        }
        found = names[i];
    }
    if (!found)
        return 0;
    char *path = memory_format("%s/%s", folder, found);
    struct set_files file;
    bool good = set_files_find(path, &file, err);
    free(path);
    if (good)
        *set = file;
    return good ? 1 : -1;
}

/* What is there in a form that is not read, and what to do. */
static bool fail_none(const char *folder, char *const *names, int n, struct error *err)
{
    for (int i = 0; i < n; i++)
        if (file_kind_is_cifar(names[i]))
            return fail(err,
                "%s: holds batches of CIFAR as Python pickles (%s), which run code when they are "
                "read: take CIFAR's binary version (cifar-10-binary.tar.gz, "
                "cifar-100-binary.tar.gz)",
                folder, names[i]);
    return fail(err,
        "%s: is a folder without image sets: neither folders of pictures, nor batches of CIFAR "
        "(data_batch_1.bin), nor files of MNIST (train-images-idx3-ubyte)",
        folder);
}

/* Folders -------------------------------------------------------------------------------- */

static bool find_pictures(
    const char *folder, char *const *names, int n, struct set_files *set, struct error *err)
{
    struct class *classes = memory_array((size_t)n + 1, sizeof *classes);
    int n_classes = 0, flat = 0;
    bool good = true, picture = false;
    for (int i = 0; i < n && good; i++) {
        char *path = memory_format("%s/%s", folder, names[i]);
        if (is_folder(path))
            classes[n_classes++].name = names[i];
        else if ((good = set_files_is_picture(path, &picture, err)))
            flat += picture;
        free(path);
    }
    if (good && flat > 0)
        good = fail(err,
            "%s: holds %d pictures without a class: put those of each class into a folder of its "
            "own, or name a text list with a line `path label` for each",
            folder, flat);
    if (good && n_classes == 0)
        good = fail_none(folder, names, n, err);
    good = good && add_classes(folder, classes, n_classes, set, err);
    free(classes);
    return good;
}

bool set_files_of_folder(const char *given, struct set_files *set, struct error *err)
{
    size_t length = strlen(given);
    while (length > 1 && given[length - 1] == '/')
        length--;
    char *folder = memory_format("%.*s", (int)length, given), **names = NULL;
    int n = 0, arrays = 0;
    bool good = set_files_names(folder, &names, &n, err);
    if (good)
        arrays = find_batches(folder, names, n, set, err);
    if (good && arrays == 0)
        arrays = find_idx(folder, names, n, set, err);
    if (good && arrays == 0)
        good = find_pictures(folder, names, n, set, err);
    if (arrays > 0) {
        free(set->label);
        set->label = NULL;
    }
    set_files_names_free(names, n);
    free(folder);
    return good && arrays >= 0;
}
