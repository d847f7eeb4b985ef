/* Attributes that hold text or lists of names. */
#include "engine/io/hdf5/h5_private.h"

#include "engine/base/memory.h"
#include "engine/io/hdf5/h5_texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STRINGS_MAX_BYTES = 2 << 20, /* of one attribute: real nets have less than half of it */
    PARTS_MAX = 1000,            /* of a list that was cut: Keras cuts at 64 KB */
};

bool h5_has_attribute(struct h5 *h5, const char *object, const char *attribute)
{
    hid_t id = h5_open_object(h5, object, NULL);
    bool has = id >= 0 && H5Aexists(id, attribute) > 0;
    if (id >= 0)
        H5Oclose(id);
    return has;
}

/* One fixed-length string: padded with zeros or spaces, or ended by a zero. */
static char *copy_fixed(const char *bytes, size_t size, H5T_str_t pad)
{
    size_t length = strnlen(bytes, size);
    while (pad == H5T_STR_SPACEPAD && length && bytes[length - 1] == ' ')
        length--;
    char *text = memory_array(length + 1, 1);
    memcpy(text, bytes, length);
    return text;
}

/* The n strings of an open attribute, each of `size` bytes. */
static char **read_fixed(hid_t attribute, hid_t type, size_t size, int n, struct error *err)
{
    char text[H5_REASON], *raw = memory_array((size_t)n, size), **texts = NULL;
    if (H5Aread(attribute, type, raw) >= 0) {
        texts = memory_array((size_t)n, sizeof *texts);
        for (int i = 0; i < n; i++)
            texts[i] = copy_fixed(raw + (size_t)i * size, size, H5Tget_strpad(type));
    } else {
        fail(err, "%s", h5_reason(text));
    }
    free(raw);
    return texts;
}

/* The n strings of an open attribute; NULL with err, which says what is wrong with it. */
static char **read_strings(
    const struct h5 *h5, hid_t attribute, hid_t type, hssize_t n, struct error *err)
{
    size_t size = H5Tget_size(type);
    if (H5Tget_class(type) != H5T_STRING)
        fail(err, "is not text");
    else if (n > H5_NAMES_MAX)
        fail(err, "is too large: at most %d texts are read", H5_NAMES_MAX);
    else if (H5Tis_variable_str(type) > 0)
        return h5_texts_read(h5->file, attribute, (int)n, STRINGS_MAX_BYTES, err);
    else if (size > STRINGS_MAX_BYTES / (size_t)n)
        fail(err, "is too large: at most %d bytes are read", STRINGS_MAX_BYTES);
    else
        return read_fixed(attribute, type, size, (int)n, err);
    return NULL;
}

static void fail_attribute(
    const struct h5 *h5, const char *object, const char *attribute, struct error *err)
{
    char *place = memory_format("%s: /%s: attribute %s", h5->name, object, attribute);
    fail_in(err, place);
    free(place);
}

/* Strings of an attribute (an empty one may have any type); NULL with err. */
static char **attribute_strings(
    struct h5 *h5, const char *object, const char *attribute, int *n, struct error *err)
{
    char **texts = NULL;
    *n = 0;
    hid_t id = h5_open_object(h5, object, err);
    if (id < 0)
        return NULL;
    hid_t at = H5Aexists(id, attribute) > 0 ? H5Aopen(id, attribute, H5P_DEFAULT) : H5I_INVALID_HID;
    hid_t type = at >= 0 ? H5Aget_type(at) : H5I_INVALID_HID;
    hid_t space = at >= 0 ? H5Aget_space(at) : H5I_INVALID_HID;
    hssize_t count = space >= 0 ? H5Sget_simple_extent_npoints(space) : 0;
    if (at < 0)
        fail(err, "%s: /%s has no attribute %s", h5->name, object, attribute);
    else if (type < 0 || space < 0 || count < 0)
        h5_fail_at(h5, object, err);
    else if (count == 0)
        texts = memory_array(1, sizeof *texts);
    else if (!(texts = read_strings(h5, at, type, count, err)))
        fail_attribute(h5, object, attribute, err);
    else
        *n = (int)count;
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(at);
    H5Oclose(id);
    return texts;
}

char *h5_string(struct h5 *h5, const char *object, const char *attribute, struct error *err)
{
    int n;
    char **texts = attribute_strings(h5, object, attribute, &n, err);
    char *text = NULL;
    if (texts && n == 1) {
        text = texts[0];
        n = 0;
    } else if (texts) {
        fail(err, "%s: /%s: attribute %s is not a single text", h5->name, object, attribute);
    }
    h5_names_free(texts, n);
    return text;
}

/* The parts attribute0, attribute1, … of a list that was cut, one behind the other. */
static char **joined_parts(
    struct h5 *h5, const char *object, const char *attribute, int *n, struct error *err)
{
    char **names = memory_array(1, sizeof *names);
    bool good = true;
    for (int i = 0, more; good; i++) {
        char *part = memory_format("%s%d", attribute, i);
        bool there = h5_has_attribute(h5, object, part);
        char **texts = there ? attribute_strings(h5, object, part, &more, err) : NULL;
        if (texts && (i == PARTS_MAX || more > H5_NAMES_MAX - *n)) {
            fail(err, "%s: /%s: attribute %s has more than %d names or %d parts", h5->name, object,
                attribute, H5_NAMES_MAX, PARTS_MAX);
            h5_names_free(texts, more);
            texts = NULL;
        }
        free(part);
        if (!there)
            return names;
        good = texts;
        if (!good)
            break;
        names = memory_grow(names, (size_t)(*n + more + 1), sizeof *names);
        memcpy(names + *n, texts, (size_t)more * sizeof *names);
        *n += more;
        free(texts);
    }
    h5_names_free(names, *n);
    *n = 0;
    return NULL;
}

char **h5_names(struct h5 *h5, const char *object, const char *attribute, int *n, struct error *err)
{
    char part[64];
    snprintf(part, sizeof part, "%s0", attribute);
    *n = 0;
    if (h5_has_attribute(h5, object, attribute) || !h5_has_attribute(h5, object, part))
        return attribute_strings(h5, object, attribute, n, err);
    return joined_parts(h5, object, attribute, n, err);
}
