/* Reads a folder's names, and says how well a name fits a few letters. */
#include "app/opening/listing.h"

#include "engine/base/memory.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static bool ends(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && strcasecmp(name + n - m, ending) == 0;
}

/* Of the first n letters. */
static bool ends_before(const char *name, size_t n, const char *ending)
{
    size_t m = strlen(ending);
    return n > m && strncasecmp(name + n - m, ending, m) == 0;
}

enum listing_kind listing_kind_of(const char *name)
{
    static const char *const images[] = {".npz", ".npy", "-idx3-ubyte", ".idx3-ubyte", ".bin"};
    static const char *const hdf5[] = {".h5", ".hdf5", ".mat"};
    bool packed = ends(name, ".gz");
    size_t n = strlen(name) - (packed ? 3 : 0);
    if (ends(name, ".keras") || ends(name, ".weights.h5") || ends(name, ".onnx"))
        return LISTED_NET;
    for (size_t i = 0; i < sizeof images / sizeof *images; i++)
        if (ends_before(name, n, images[i]))
            return LISTED_IMAGES;
    for (size_t i = 0; i < sizeof hdf5 / sizeof *hdf5; i++)
        if (ends_before(name, n, hdf5[i]))
            return packed ? LISTED_IMAGES : LISTED_HDF5;
    return LISTED_OTHER;
}

static bool is_other(enum listing_kind kind)
{
    return kind == LISTED_OTHER;
}

static int by_kind_and_name(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    bool folder = x->kind == LISTED_FOLDER, other = y->kind == LISTED_FOLDER;
    if (folder != other)
        return folder ? -1 : 1;
    if (is_other(x->kind) != is_other(y->kind))
        return is_other(x->kind) ? 1 : -1;
    int order = strcasecmp(x->name, y->name);
    return order ? order : strcmp(x->name, y->name);
}

static void add(struct listing *listing, int fd, const char *name)
{
    struct stat status;
    if (name[0] == '.' || fstatat(fd, name, &status, 0) != 0)
        return;
    bool folder = S_ISDIR(status.st_mode);
    if (!folder && !S_ISREG(status.st_mode))
        return;
    if (listing->n == LISTING_MOST) {
        listing->n_left_out++;
        return;
    }
    listing->file = memory_grow(listing->file, (size_t)listing->n + 1, sizeof *listing->file);
    listing->file[listing->n++] = (struct listed){memory_string(name),
        folder ? LISTED_FOLDER : listing_kind_of(name), folder ? -1 : (long long)status.st_size};
}

bool listing_read(struct listing *listing, const char *folder, struct error *err)
{
    *listing = (struct listing){0};
    DIR *open = opendir(folder);
    if (!open)
        return fail_as(err, ERROR_INPUT, "%s: %s", folder, strerror(errno));
    listing->folder = realpath(folder, NULL);
    if (!listing->folder)
        listing->folder = memory_string(folder);
    for (struct dirent *entry; (entry = readdir(open));)
        add(listing, dirfd(open), entry->d_name);
    closedir(open);
    if (listing->n > 0)
        qsort(listing->file, (size_t)listing->n, sizeof *listing->file, by_kind_and_name);
    return true;
}

void listing_finish(struct listing *listing)
{
    for (int i = 0; i < listing->n; i++)
        free(listing->file[i].name);
    free(listing->file);
    free(listing->folder);
    *listing = (struct listing){0};
}

const char *listing_size(long long bytes, char text[16])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double value = (double)bytes;
    int unit = 0;
    while (value >= 1000 && unit < 4) {
        value /= 1000;
        unit++;
    }
    if (bytes < 0)
        text[0] = '\0';
    else
        snprintf(text, 16, unit > 0 && value < 100 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    return text;
}

int listing_match(const char *pattern, const char *name)
{
    enum { FIRST = 9, FOLLOWS = 8, BEGINS = 6, FOUND = 1 };
    int score = 0;
    const char *at = name, *last = NULL;
    for (; *pattern; pattern++) {
        if (*pattern == ' ')
            continue;
        while (*at && tolower((unsigned char)*at) != tolower((unsigned char)*pattern))
            at++;
        if (!*at)
            return -1;
        bool begins = at > name && !isalnum((unsigned char)at[-1]);
        score += at == name ? FIRST : last && at == last + 1 ? FOLLOWS : begins ? BEGINS : FOUND;
        last = at++;
    }
    return score;
}
