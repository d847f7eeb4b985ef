/* Files made in memory. No times are kept: the same calls make the same bytes. */
#include "engine/io/hdf5/h5_make.h"

#include "engine/base/memory.h"
#include "engine/io/hdf5/h5_driver.h"
#include "engine/io/hdf5/h5_private.h"

#include <stdlib.h>
#include <string.h>

enum { GZIP_LEVEL = 6 };

struct h5 *h5_create(const char *name, struct error *err)
{
    h5_quiet();
    return h5_take(name, h5_driver_create(), true, err);
}

void *h5_bytes(struct h5 *h5, size_t *size, struct error *err)
{
    ssize_t need = -1;
    void *bytes = NULL;
    if (H5Fflush(h5->file, H5F_SCOPE_GLOBAL) >= 0)
        need = H5Fget_file_image(h5->file, NULL, 0);
    if (need >= 0)
        bytes = memory_array((size_t)need, 1);
    if (!bytes || H5Fget_file_image(h5->file, bytes, (size_t)need) != need) {
        h5_fail_at(h5, "", err);
        free(bytes);
        return NULL;
    }
    *size = (size_t)need;
    return bytes;
}

/* Properties of a new link: the groups on its way are made too. */
static hid_t link_list(void)
{
    hid_t list = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(list, 1);
    return list;
}

bool h5_add_group(struct h5 *h5, const char *path, struct error *err)
{
    hid_t links = link_list();
    hid_t group = H5Gcreate2(h5->file, path, links, H5P_DEFAULT, H5P_DEFAULT);
    bool good = group >= 0 || h5_fail_at(h5, path, err);
    H5Gclose(group);
    H5Pclose(links);
    return good;
}

/* Writes value as a new attribute; closes type and space. */
static bool add_attribute(struct h5 *h5, const char *object, const char *attribute, hid_t type,
    hid_t space, const void *value, struct error *err)
{
    hid_t id = H5Oopen(h5->file, *object ? object : "/", H5P_DEFAULT);
    hid_t at = H5Acreate2(id, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool good = at >= 0 && (!value || H5Awrite(at, type, value) >= 0);
    if (!good)
        h5_fail_at(h5, object, err);
    H5Aclose(at);
    H5Oclose(id);
    H5Sclose(space);
    H5Tclose(type);
    return good;
}

bool h5_add_string(struct h5 *h5, const char *object, const char *attribute, const char *text,
    bool utf8, struct error *err)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, utf8 ? H5T_CSET_UTF8 : H5T_CSET_ASCII);
    return add_attribute(h5, object, attribute, type, H5Screate(H5S_SCALAR), &text, err);
}

bool h5_set_string(
    struct h5 *h5, const char *object, const char *attribute, const char *text, struct error *err)
{
    if (h5_has_attribute(h5, object, attribute) &&
        H5Adelete_by_name(h5->file, *object ? object : "/", attribute, H5P_DEFAULT) < 0)
        return h5_fail_at(h5, object, err);
    return h5_add_string(h5, object, attribute, text, true, err);
}

/* As numpy writes lists of bytes: as wide as the longest; an empty list is one of float64. */
bool h5_add_names(struct h5 *h5, const char *object, const char *attribute,
    const char *const *names, int n, struct error *err)
{
    hsize_t count = (hsize_t)n;
    size_t width = 1;
    for (int i = 0; i < n; i++)
        width = strlen(names[i]) > width ? strlen(names[i]) : width;
    char *text = memory_array((size_t)n, width);
    for (int i = 0; i < n; i++)
        memcpy(text + (size_t)i * width, names[i], strlen(names[i]));
    hid_t type = H5Tcopy(n ? H5T_C_S1 : H5T_IEEE_F64LE);
    if (n) {
        H5Tset_size(type, width);
        H5Tset_strpad(type, H5T_STR_NULLPAD);
    }
    bool good = add_attribute(
        h5, object, attribute, type, H5Screate_simple(1, &count, NULL), n ? text : NULL, err);
    free(text);
    return good;
}

static hid_t stored_type(enum h5_type type)
{
    switch (type) {
    case H5_TYPE_U8:
        return H5T_STD_U8LE;
    case H5_TYPE_I64:
        return H5T_STD_I64LE;
    case H5_TYPE_F32:
        return H5T_IEEE_F32LE;
    case H5_TYPE_F64:
        return H5T_IEEE_F64LE;
    }
    return H5I_INVALID_HID;
}

bool h5_add_data(struct h5 *h5, const char *path, const struct h5_shape *shape, enum h5_type type,
    struct error *err)
{
    hsize_t dim[H5_RANKS], chunk[H5_RANKS];
    for (int i = 0; i < shape->rank; i++)
        dim[i] = chunk[i] = shape->dim[i];
    hid_t links = link_list(), list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(list, false);
    if (shape->chunk_rows) {
        chunk[0] = shape->chunk_rows < dim[0] ? shape->chunk_rows : dim[0];
        H5Pset_chunk(list, shape->rank, chunk);
        H5Pset_shuffle(list);
        H5Pset_deflate(list, GZIP_LEVEL);
    }
    hid_t space = H5Screate_simple(shape->rank, dim, NULL);
    hid_t data = H5Dcreate2(h5->file, path, stored_type(type), space, links, list, H5P_DEFAULT);
    bool good = data >= 0 || h5_fail_at(h5, path, err);
    H5Dclose(data);
    H5Sclose(space);
    H5Pclose(list);
    H5Pclose(links);
    return good;
}
