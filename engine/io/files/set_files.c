/* Finds the files of an image set by their names alone. Leans on stat and realpath. */
#include "engine/io/files/set_files.h"

#include "engine/base/memory.h"
#include "engine/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

void set_files_add(struct set_files *set, char *path, int32_t label)
{
    enum { FIRST = 16 };
    size_t n = (size_t)set->n;
    if (n == 0 || (n >= FIRST && (n & (n - 1)) == 0)) {
        size_t room = n < FIRST ? FIRST : 2 * n;
        set->path = memory_grow(set->path, room, sizeof *set->path);
        set->label = memory_grow(set->label, room, sizeof *set->label);
    }
    set->path[n] = path;
    set->label[n] = label;
    set->n++;
}

void set_files_free(struct set_files *set)
{
    set_files_names_free(set->path, set->n);
    free(set->label);
    free(set->said);
    *set = (struct set_files){0};
}

/* Pictures ------------------------------------------------------------------------------- */

static bool ends_in(const char *path, const char *const *endings)
{
    const char *dot = strrchr(path, '.');
    for (; dot && *endings; endings++)
        if (strcasecmp(dot, *endings) == 0)
            return true;
    return false;
}

bool set_files_is_picture(const char *path, bool *is, struct error *err)
{
    static const char *const read[] = {".png", ".jpg", ".jpeg", NULL};
    static const char *const others[] = {".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm",
        ".pnm", ".heic", ".avif", ".jp2", NULL};
    *is = ends_in(path, read);
    if (ends_in(path, others))
        return fail(err,
            "%s: is a picture of a kind that is not read: make it a PNG, for example with "
            "`mogrify -format png`",
            path);
    return true;
}

bool set_files_check_inside(const char *folder, const char *path, struct error *err)
{
    char *root = realpath(folder, NULL), *real = root ? realpath(path, NULL) : NULL;
    if (!real) {
        int reason = errno;
        free(root);
        return fail(err, "%s: %s", path, strerror(reason));
    }
    size_t length = strlen(root);
    bool inside = strcmp(root, "/") == 0 ||
                  (strncmp(root, real, length) == 0 && (real[length] == '/' || !real[length]));
    free(root);
    free(real);
    return inside ||
           fail(err, "%s: leads out of the folder %s: copy the file into it", path, folder);
}

/* Labels beside -------------------------------------------------------------------------- */

static bool exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

/* The path, or the same packed or unpacked (.gz), whichever is there; frees path. */
static char *either_form(char *path)
{
    size_t length = strlen(path);
    bool packed = length > 3 && strcmp(path + length - 3, ".gz") == 0;
    if (exists(path))
        return path;
    char *other =
        packed ? memory_format("%.*s", (int)length - 3, path) : memory_format("%s.gz", path);
    free(path);
    if (exists(other))
        return other;
    free(other);
    return NULL;
}

/* The path with a word of its file's name replaced, where such a file is, or anywhere; malloc'd or
 * NULL. */
static char *with_word(const char *path, const char *word, const char *other, bool anywhere)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(word);
    for (const char *at = strstr(name, word); at; at = strstr(at + 1, word)) {
        bool begins = at == name || !isalnum((unsigned char)at[-1]);
        if (!begins || isalnum((unsigned char)at[length]))
            continue;
        char *found = memory_format("%.*s%s%s", (int)(at - path), path, other, at + length);
        if (anywhere || (found = either_form(found)))
            return found;
    }
    return NULL;
}

/* Labels are called as their images are. */
static char *named_alike(const char *path, bool anywhere)
{
    static const char *const words[][2] = {{"images-idx3", "labels-idx1"},
        {"images.idx3", "labels.idx1"}, {"images", "labels"}, {"image", "label"},
        {"data", "labels"}, {"data", "label"}, {"x", "y"}, {"X", "y"}, {"X", "Y"}};
    char *found = NULL;
    for (size_t i = 0; !found && i < sizeof words / sizeof *words; i++)
        found = with_word(path, words[i][0], words[i][1], anywhere);
    return found;
}

char *set_files_labels_name(const char *images)
{
    return named_alike(images, true);
}

/* Where a format holds one array in a file, the labels are in another. */
static char *labels_beside(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    static const char *const single[] = {".npy", NULL};
    if (!ends_in(name, single) && !strstr(name, ".npy.gz") && !strstr(name, "idx"))
        return NULL;
    return named_alike(path, false);
}

/* Files ---------------------------------------------------------------------------------- */

static bool is_list(const char *path)
{
    static const char *const endings[] = {".txt", ".lst", ".list", ".csv", ".tsv", NULL};
    return ends_in(path, endings);
}

static const char *last_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* "IMAGES,LABELS", where that is not a name itself. */
static bool of_pair(const char *name, struct set_files *set)
{
    for (const char *comma = strchr(name, ','); comma; comma = strchr(comma + 1, ',')) {
        char *images = memory_format("%.*s", (int)(comma - name), name);
        if (exists(images) && comma[1]) {
            set_files_add(set, images, 0);
            set_files_add(set, memory_string(comma + 1), 0);
            return true;
        }
        free(images);
    }
    return false;
}

char *set_files_whole_name(const char *name)
{
    struct set_files set = {0};
    char *whole = realpath(name, NULL);
    if (whole || !of_pair(name, &set))
        return whole;
    char *images = realpath(set.path[0], NULL), *labels = realpath(set.path[1], NULL);
    whole = images && labels ? memory_format("%s,%s", images, labels) : NULL;
    free(images);
    free(labels);
    set_files_free(&set);
    return whole;
}

static void of_file(const char *name, struct set_files *set)
{
    char *labels = labels_beside(name);
    set_files_add(set, memory_string(name), 0);
    if (!labels)
        return;
    set->said = memory_format("labels of %s", last_of(labels));
    set_files_add(set, labels, 0);
}

bool set_files_find(const char *name, struct set_files *set, struct error *err)
{
    struct stat status;
    bool good = true, pictures = false;
    *set = (struct set_files){0};
    if (stat(name, &status) != 0) {
        if (!of_pair(name, set)) /* opening it says why */
            set_files_add(set, memory_string(name), 0);
    } else if (S_ISDIR(status.st_mode)) {
        good = set_files_of_folder(name, set, err);
        pictures = good && set->label;
    } else if (S_ISREG(status.st_mode) && is_list(name)) {
        good = set_files_of_list(name, set, err);
        pictures = true;
    } else {
        of_file(name, set);
    }
    if (!good) {
        set_files_free(set);
    } else if (!pictures) {
        free(set->label);
        set->label = NULL;
    }
    return good;
}
