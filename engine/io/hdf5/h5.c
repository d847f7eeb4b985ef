/* Files, groups and links of HDF5. Leans on the HDF5 library. */
#include "engine/io/hdf5/h5_private.h"

#include "engine/base/memory.h"
#include "engine/io/files/file_kind.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MAX = 16 }; /* followed on one path; as many as the library does */

/* The library as we want it: no words of its own, no plugins. Cheap, so done at every door. */
static void quiet(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0);
}

static herr_t deepest(unsigned n, const H5E_error2_t *entry, void *context)
{
    if (n == 0)
        snprintf(context, H5_REASON, "%s", entry->desc ? entry->desc : "");
    return 0;
}

const char *h5_reason(char *text)
{
    text[0] = '\0';
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, deepest, text);
    return text[0] ? text : "cannot be read";
}

bool h5_fail_at(const struct h5 *h5, const char *path, struct error *err)
{
    char text[H5_REASON];
    return fail(err, "%s: /%s: %s", h5->name, path, h5_reason(text));
}

static hid_t access_list(bool memory)
{
    hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fclose_degree(list, H5F_CLOSE_STRONG);
    H5Pset_libver_bounds(list, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110);
    if (memory)
        H5Pset_fapl_core(list, 1 << 20, false);
    else
        H5Pset_file_locking(list, false, true);
    return list;
}

/* Opens path, or bytes[size], or (both NULL) makes a new file in memory. */
static struct h5 *open_any(
    const char *name, const char *path, const void *bytes, size_t size, struct error *err)
{
    struct h5 *h5 = memory_array(1, sizeof *h5);
    h5->name = memory_string(name);
    h5->ours = !path && !bytes;
    hid_t list = access_list(!path);
    char unique[64]; /* the library takes two files in memory of one name for the same */
    snprintf(unique, sizeof unique, "/dev/null/%p", (void *)h5);
    if (bytes && H5Pset_file_image(list, (void *)(uintptr_t)bytes, size) < 0)
        h5->file = H5I_INVALID_HID;
    else if (path)
        h5->file = H5Fopen(path, H5F_ACC_RDONLY, list);
    else if (bytes)
        h5->file = H5Fopen(unique, H5F_ACC_RDWR, list);
    else
        h5->file = H5Fcreate(unique, H5F_ACC_TRUNC, H5P_DEFAULT, list);
    if (h5->file < 0) {
        char text[H5_REASON];
        fail(err, "%s: a damaged HDF5 file (%s)", name, h5_reason(text));
        h5_close(h5);
        h5 = NULL;
    }
    H5Pclose(list);
    return h5;
}

struct h5 *h5_open(const char *path, struct error *err)
{
    struct stat status;
    quiet();
    if (stat(path, &status) != 0)
        fail(err, "%s: %s", path, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        fail(err, "%s: is not a regular file", path);
    else if (access(path, R_OK) != 0)
        fail(err, "%s: %s", path, strerror(errno));
    else if (H5Fis_hdf5(path) <= 0)
        file_kind_fail(path, "an HDF5 file", err);
    else
        return open_any(path, path, NULL, 0, err);
    return NULL;
}

struct h5 *h5_open_image(const char *name, const void *bytes, size_t size, struct error *err)
{
    quiet();
    if (size >= 8 && memcmp(bytes, "\x89HDF\r\n\x1a\n", 8) == 0)
        return open_any(name, NULL, bytes, size, err);
    fail(err, "%s: is not an HDF5 file", name);
    return NULL;
}

struct h5 *h5_create(const char *name, struct error *err)
{
    quiet();
    return open_any(name, NULL, NULL, 0, err);
}

void h5_close(struct h5 *h5)
{
    if (!h5)
        return;
    if (h5->file >= 0)
        H5Fclose(h5->file);
    free(h5->name);
    free(h5);
}

const char *h5_name(const struct h5 *h5)
{
    return h5->name;
}

/* Where a soft link leads: a path from the root, malloc'd; NULL with err. `at` is the length of the
 * link's own path, behind which more may follow. */
static char *follow(struct h5 *h5, const char *path, size_t at, size_t length, struct error *err)
{
    char *link = memory_format("%.*s", (int)at, path), *target = memory_array(length + 1, 1);
    char *whole = NULL, *slash = strrchr(link, '/');
    if (H5Lget_val(h5->file, link, target, length + 1, H5P_DEFAULT) < 0)
        h5_fail_at(h5, link, err);
    else if (target[0] == '/')
        whole = memory_format("%s%s", target + strspn(target, "/"), path + at);
    else
        whole =
            memory_format("%.*s%s%s", slash ? (int)(slash + 1 - link) : 0, link, target, path + at);
    free(link);
    free(target);
    return whole;
}

/* The end of the part of a path that begins at `at`. */
static size_t part_end(const char *path, size_t at)
{
    at += strspn(path + at, "/");
    return at + strcspn(path + at, "/");
}

/* One step along a path, which changes where a soft link is met; at: what is behind us. */
static enum h5_kind step(struct h5 *h5, char **path, size_t *at, int *links, struct error *err)
{
    H5L_info_t info;
    size_t end = part_end(*path, *at);
    char *part = memory_format("%.*s", (int)end, *path), *longer = NULL;
    enum h5_kind kind = H5_KIND_OTHER;
    if (H5Lexists(h5->file, part, H5P_DEFAULT) <= 0 ||
        H5Lget_info(h5->file, part, &info, H5P_DEFAULT) < 0) {
        fail(err, "%s: /%s is missing", h5->name, part);
        kind = H5_KIND_NONE;
    } else if (info.type == H5L_TYPE_SOFT && *links >= LINKS_MAX) {
        fail(err, "%s: /%s is a link that leads to itself", h5->name, part);
        kind = H5_KIND_LINK;
    } else if (info.type == H5L_TYPE_SOFT) {
        longer = follow(h5, *path, end, info.u.val_size, err);
        kind = longer ? H5_KIND_OTHER : H5_KIND_LINK;
    } else if (info.type != H5L_TYPE_HARD) {
        fail(err, "%s: /%s is a link to another file, which is not followed", h5->name, part);
        kind = H5_KIND_LINK;
    }
    *at = longer ? 0 : end;
    *links += longer != NULL;
    if (longer) {
        free(*path);
        *path = longer;
    }
    free(part);
    return kind;
}

enum h5_kind h5_reach(struct h5 *h5, const char *path, struct error *err)
{
    char *way = memory_string(path);
    enum h5_kind kind = H5_KIND_OTHER;
    size_t at = 0;
    int links = 0;
    while (kind == H5_KIND_OTHER && way[at + strspn(way + at, "/")])
        kind = step(h5, &way, &at, &links, err);
    free(way);
    return kind;
}

bool h5_is_link(struct h5 *h5, const char *path)
{
    H5L_info_t info;
    return h5_reach(h5, path, NULL) != H5_KIND_NONE && *path &&
           H5Lget_info(h5->file, path, &info, H5P_DEFAULT) >= 0 && info.type != H5L_TYPE_HARD;
}

hid_t h5_open_object(struct h5 *h5, const char *path, struct error *err)
{
    if (h5_reach(h5, path, err) != H5_KIND_OTHER)
        return H5I_INVALID_HID;
    hid_t object = H5Oopen(h5->file, *path ? path : "/", H5P_DEFAULT);
    if (object < 0)
        h5_fail_at(h5, path, err);
    return object;
}

enum h5_kind h5_kind(struct h5 *h5, const char *path)
{
    enum h5_kind kind = h5_reach(h5, path, NULL);
    hid_t object = kind == H5_KIND_OTHER ? h5_open_object(h5, path, NULL) : H5I_INVALID_HID;
    if (object < 0)
        return kind;
    H5I_type_t type = H5Iget_type(object);
    H5Oclose(object);
    return type == H5I_GROUP ? H5_KIND_GROUP : type == H5I_DATASET ? H5_KIND_DATA : H5_KIND_OTHER;
}

char **h5_list(struct h5 *h5, const char *group, int *n, struct error *err)
{
    char **names = NULL;
    H5G_info_t info;
    hid_t object = h5_open_object(h5, group, err);
    *n = 0;
    if (object < 0)
        return NULL;
    if (H5Gget_info(object, &info) < 0)
        h5_fail_at(h5, group, err);
    else if (info.nlinks > H5_NAMES_MAX)
        fail(err, "%s: /%s has more than %d entries", h5->name, group, H5_NAMES_MAX);
    else
        names = memory_array(info.nlinks, sizeof *names);
    for (hsize_t i = 0; names && i < info.nlinks; i++) {
        char name[1024] = "";
        H5Lget_name_by_idx(
            object, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name, H5P_DEFAULT);
        names[(*n)++] = memory_string(name);
    }
    H5Oclose(object);
    return names;
}

void h5_names_free(char **names, int n)
{
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

const char *h5_contents(struct h5 *h5, char text[H5_CONTENTS])
{
    int n = 0;
    size_t at = 0;
    char **names = h5_list(h5, "", &n, NULL);
    snprintf(text, H5_CONTENTS, "nothing");
    for (int i = 0; i < n && at < H5_CONTENTS; i++)
        at += (size_t)snprintf(text + at, H5_CONTENTS - at, "%s%s", i ? ", " : "", names[i]);
    h5_names_free(names, n);
    return text;
}
