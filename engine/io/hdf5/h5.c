/* Files, groups and links of HDF5. Leans on the HDF5 library. */
#include "engine/io/hdf5/h5_private.h"

#include "engine/base/memory.h"
#include "engine/io/files/file_kind.h"
#include "engine/io/hdf5/h5_driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINKS_MAX = 16, /* followed on one path; as many as the library does */
    DEEP_MAX = 64,  /* groups on one path: each step asks for all before it */
};

void h5_quiet(void)
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

struct h5 *h5_take(const char *name, hid_t file, bool ours, struct error *err)
{
    char text[H5_REASON];
    if (file < 0) {
        fail(err, "%s: a damaged HDF5 file (%s)", name, h5_reason(text));
        return NULL;
    }
    struct h5 *h5 = memory_array(1, sizeof *h5);
    *h5 = (struct h5){
        .name = memory_string(name), .file = file, .input = {.descriptor = -1}, .ours = ours};
    return h5;
}

struct h5 *h5_open(const char *path, struct error *err)
{
    struct input input;
    struct h5 *h5 = NULL;
    h5_quiet();
    if (!input_open(path, &input, err))
        return NULL;
    if (h5_driver_knows(input.descriptor))
        h5 = h5_take(path, h5_driver_open(input.descriptor), false, err);
    else
        file_kind_fail(path, "an HDF5 file", err);
    if (h5)
        h5->input = input;
    else
        input_close(&input);
    return h5;
}

struct h5 *h5_open_image(const char *name, const void *bytes, size_t size, struct error *err)
{
    h5_quiet();
    if (size >= 8 && memcmp(bytes, "\x89HDF\r\n\x1a\n", 8) == 0)
        return h5_take(name, h5_driver_open_image(bytes, size), false, err);
    fail(err, "%s: is not an HDF5 file", name);
    return NULL;
}

void h5_close(struct h5 *h5)
{
    if (!h5)
        return;
    if (h5->file >= 0)
        h5_driver_close(h5->file);
    if (h5->input.descriptor >= 0)
        input_close(&h5->input);
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

static bool is_deep(const char *path)
{
    int parts = 0;
    for (; *path; path++)
        parts += path[0] != '/' && (path[1] == '/' || path[1] == '\0');
    return parts > DEEP_MAX;
}

enum h5_kind h5_reach(struct h5 *h5, const char *path, struct error *err)
{
    char *way = memory_string(path);
    enum h5_kind kind = H5_KIND_OTHER;
    size_t at = 0;
    int links = 0;
    while (kind == H5_KIND_OTHER && way[at + strspn(way + at, "/")]) {
        if (is_deep(way)) {
            fail(err, "%s: /%.60s… leads through more than %d groups", h5->name, way, DEEP_MAX);
            kind = H5_KIND_NONE;
        } else {
            kind = step(h5, &way, &at, &links, err);
        }
    }
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

struct names {
    char **name;
    int n;
};

static herr_t add_name(hid_t group, const char *name, const H5L_info_t *info, void *context)
{
    struct names *names = context;
    (void)group;
    (void)info;
    if (names->n == H5_NAMES_MAX)
        return -1;
    names->name[names->n++] = memory_string(name);
    return 0;
}

char **h5_list(struct h5 *h5, const char *group, int *n, struct error *err)
{
    struct names names = {0};
    H5G_info_t info;
    hid_t object = h5_open_object(h5, group, err);
    bool good = false;
    *n = 0;
    if (object < 0)
        return NULL;
    if (H5Gget_info(object, &info) < 0) {
        h5_fail_at(h5, group, err);
    } else if (info.nlinks > H5_NAMES_MAX) {
        fail(err, "%s: /%s has more than %d entries", h5->name, group, H5_NAMES_MAX);
    } else {
        names.name = memory_array(H5_NAMES_MAX, sizeof *names.name);
        good = H5Literate(object, H5_INDEX_NAME, H5_ITER_INC, NULL, add_name, &names) >= 0 ||
               h5_fail_at(h5, group, err);
    }
    H5Oclose(object);
    if (good) {
        *n = names.n;
        return names.name;
    }
    h5_names_free(names.name, names.n);
    return NULL;
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
