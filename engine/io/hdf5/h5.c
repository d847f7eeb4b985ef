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
    struct source source;
    source_of_bytes(&source, name, bytes, size);
    file_kind_fail_source(&source, "an HDF5 file", err);
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

/* A path that is being walked, and where on it we are. */
struct walk {
    struct h5 *h5;
    char *way;  /* malloc'd; another one where a soft link was met */
    size_t at;  /* what is behind us of it */
    hid_t here; /* the group or object that leads to, the file itself at first */
    int links;  /* soft ones followed */
};

static void go_to(struct walk *walk, hid_t object)
{
    if (walk->here != walk->h5->file)
        H5Oclose(walk->here);
    walk->here = object;
}

/* Follows the soft link `name`, the part of the way up to `end`: the way is another now. */
static bool follow(
    struct walk *walk, const char *name, size_t end, size_t length, struct error *err)
{
    char *target = memory_array(length + 1, 1), *way;
    if (H5Lget_val(walk->here, name, target, length + 1, H5P_DEFAULT) < 0) {
        free(target);
        return h5_fail_at(walk->h5, walk->way, err);
    }
    if (target[0] == '/')
        way = memory_format("%s%s", target + strspn(target, "/"), walk->way + end);
    else
        way = memory_format(
            "%.*s%s%s%s", (int)walk->at, walk->way, walk->at ? "/" : "", target, walk->way + end);
    free(target);
    free(walk->way);
    walk->way = way;
    walk->at = 0;
    walk->links++;
    go_to(walk, walk->h5->file);
    return true;
}

/* One step along the way, by the link `name`, which ends at `end`. */
static enum h5_kind step(struct walk *walk, const char *name, size_t end, struct error *err)
{
    H5L_info_t info;
    const char *file = walk->h5->name, *way = walk->way;
    int shown = (int)end;
    if (H5Lexists(walk->here, name, H5P_DEFAULT) <= 0 ||
        H5Lget_info(walk->here, name, &info, H5P_DEFAULT) < 0) {
        fail(err, "%s: /%.*s is missing", file, shown, way);
        return H5_KIND_NONE;
    }
    if (info.type == H5L_TYPE_SOFT && walk->links >= LINKS_MAX) {
        fail(err, "%s: /%.*s is a link that leads to itself", file, shown, way);
        return H5_KIND_LINK;
    }
    if (info.type == H5L_TYPE_SOFT)
        return follow(walk, name, end, info.u.val_size, err) ? H5_KIND_OTHER : H5_KIND_LINK;
    if (info.type != H5L_TYPE_HARD) {
        fail(err, "%s: /%.*s is a link to another file, which is not followed", file, shown, way);
        return H5_KIND_LINK;
    }
    walk->at = end;
    if (way[end + strspn(way + end, "/")] == '\0')
        return H5_KIND_OTHER;
    hid_t next = H5Oopen(walk->here, name, H5P_DEFAULT);
    if (next < 0) {
        h5_fail_at(walk->h5, way, err);
        return H5_KIND_NONE;
    }
    go_to(walk, next);
    return H5_KIND_OTHER;
}

/* Groups on a path; more than DEEP_MAX only a link that was made for it has. */
static bool is_deep(const char *path)
{
    int parts = 0;
    for (; *path; path++)
        parts += path[0] != '/' && (path[1] == '/' || path[1] == '\0');
    return parts > DEEP_MAX;
}

enum h5_kind h5_reach(struct h5 *h5, const char *path, struct error *err)
{
    struct walk walk = {.h5 = h5, .way = memory_string(path), .here = h5->file};
    enum h5_kind kind = H5_KIND_OTHER;
    while (kind == H5_KIND_OTHER) {
        size_t begin = walk.at + strspn(walk.way + walk.at, "/");
        size_t end = begin + strcspn(walk.way + begin, "/");
        if (begin == end)
            break;
        char *name = memory_format("%.*s", (int)(end - begin), walk.way + begin);
        if (is_deep(walk.way)) {
            fail(
                err, "%s: /%.60s… leads through more than %d groups", h5->name, walk.way, DEEP_MAX);
            kind = H5_KIND_NONE;
        } else {
            kind = step(&walk, name, end, err);
        }
        free(name);
    }
    go_to(&walk, h5->file);
    free(walk.way);
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
