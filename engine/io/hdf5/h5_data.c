/* Datasets of numbers: checked before they are read, read in pieces. */
#include "engine/io/hdf5/h5_private.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    CHUNK_MAX_BYTES = 1 << 30,    /* uncompressed */
    CACHE_MAX_BYTES = 256 << 20,  /* for the chunks that share rows */
    SPARSE_MAX_RATIO = 1032,      /* deflate cannot do better */
    SPARSE_FREE_BYTES = 64 << 20, /* smaller datasets may be stored as nothing */
};

struct h5_data {
    char *name; /* "file: /path", for messages */
    hid_t id, space;
    bool ours;
    struct h5_shape shape;
    uint64_t chunk_bytes, slab_chunks; /* 0 if not chunked */
};

/* The stored type as text[16], "" if it is none of the usual numbers. */
static void number_name(hid_t type, char *text)
{
    size_t bits = 8 * H5Tget_size(type), sign, exponent_at, exponent, mantissa_at, mantissa;
    H5T_class_t class = H5Tget_class(type);
    text[0] = '\0';
    if ((class != H5T_INTEGER && class != H5T_FLOAT) || H5Tget_precision(type) != bits)
        return;
    if (class == H5T_INTEGER && bits <= 64) {
        bool is_signed = H5Tget_sign(type) != H5T_SGN_NONE;
        snprintf(text, 16, "%sint%d", is_signed ? "" : "u", (int)bits);
    } else if (class == H5T_FLOAT &&
               H5Tget_fields(type, &sign, &exponent_at, &exponent, &mantissa_at, &mantissa) >= 0) {
        bool usual = (bits == 16 && exponent == 5) || (bits == 32 && exponent == 8) ||
                     (bits == 64 && exponent == 11);
        bool brain = bits == 16 && exponent == 8;
        if ((usual || brain) && mantissa_at == 0 && mantissa + exponent + 1 == bits &&
            sign == bits - 1)
            snprintf(text, 16, brain ? "bfloat%d" : "float%d", (int)bits);
    }
}

/* Named values, as h5py's booleans are, count as the numbers behind them. */
static void type_name(hid_t type, char *text)
{
    hid_t numbers = H5Tget_class(type) == H5T_ENUM ? H5Tget_super(type) : H5I_INVALID_HID;
    number_name(numbers >= 0 ? numbers : type, text);
    if (numbers >= 0)
        H5Tclose(numbers);
}

/* Layout and filters: only what lives in this file and needs no plugin. */
static bool check_storage(const struct h5_data *data, hid_t list, struct error *err)
{
    if (H5Pget_layout(list) == H5D_VIRTUAL)
        return fail(err, "%s is made of other files (virtual), which are not read", data->name);
    if (H5Pget_external_count(list) != 0)
        return fail(err, "%s is stored in other files, which are not read", data->name);
    int filters = H5Pget_nfilters(list);
    for (int i = 0; i < filters; i++) {
        unsigned flags, config;
        size_t values = 0;
        H5Z_filter_t filter =
            H5Pget_filter2(list, (unsigned)i, &flags, &values, NULL, 0, NULL, &config);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
            filter != H5Z_FILTER_FLETCHER32 && !h5_lzf_is(filter))
            return fail(err, "%s: filter %d is not supported (only gzip, lzf, shuffle, fletcher32)",
                data->name, (int)filter);
    }
    return true;
}

/* Refuses what declares far more than the file can hold. */
static bool check_sizes(struct h5_data *data, size_t item, hsize_t stored, struct error *err)
{
    uint64_t total = item;
    for (int i = 0; i < data->shape.rank; i++) {
        uint64_t dim = data->shape.dim[i];
        if (dim && total > (UINT64_MAX >> 8) / dim)
            return fail(err, "%s: its size overflows", data->name);
        total *= dim;
    }
    if (!data->ours && total > SPARSE_FREE_BYTES && total / SPARSE_MAX_RATIO > stored)
        return fail(err, "%s declares %llu bytes but stores %llu", data->name,
            (unsigned long long)total, (unsigned long long)stored);
    bool rows = data->shape.rank && data->shape.dim[0];
    data->shape.row_bytes = rows ? total / data->shape.dim[0] : total;
    return true;
}

/* How the rows are cut into chunks: the first chunks of all, side by side, are a slab. */
static bool check_chunks(struct h5_data *data, size_t item, hid_t list, struct error *err)
{
    hsize_t chunk[H5S_MAX_RANK] = {0};
    uint64_t bytes = item;
    data->shape.chunk_rows = 1;
    if (H5Pget_layout(list) != H5D_CHUNKED)
        return true;
    if (H5Pget_chunk(list, data->shape.rank, chunk) != data->shape.rank)
        return fail(err, "%s: its chunks are damaged", data->name);
    data->slab_chunks = 1;
    for (int i = 0; i < data->shape.rank; i++) {
        if (chunk[i] == 0 || chunk[i] > CHUNK_MAX_BYTES / bytes)
            return fail(err, "%s: its chunks are too large", data->name);
        bytes *= chunk[i];
        if (i > 0)
            data->slab_chunks *= (data->shape.dim[i] + chunk[i] - 1) / chunk[i];
    }
    data->chunk_bytes = bytes;
    data->shape.chunk_rows = chunk[0];
    return true;
}

static bool describe(struct h5_data *data, hid_t list, struct error *err)
{
    hsize_t dim[H5S_MAX_RANK] = {0};
    hid_t type = H5Dget_type(data->id);
    size_t item = H5Tget_size(type);
    type_name(type, data->shape.type);
    H5Tclose(type);
    if (!data->shape.type[0])
        return fail(err, "%s holds no numbers of a known kind", data->name);
    data->space = H5Dget_space(data->id);
    data->shape.rank = H5Sget_simple_extent_dims(data->space, dim, NULL);
    if (H5Sget_simple_extent_type(data->space) == H5S_NULL)
        data->shape.rank = 1; /* of no elements */
    if (data->shape.rank < 0 || data->shape.rank > H5_RANKS)
        return fail(err, "%s: rank %d is not supported", data->name, data->shape.rank);
    for (int i = 0; i < data->shape.rank; i++)
        data->shape.dim[i] = dim[i];
    return check_sizes(data, item, H5Dget_storage_size(data->id), err) &&
           check_chunks(data, item, list, err);
}

/* A slab that is too large to be read at once would be unpacked for every part: a cache for it. */
static hid_t cache_list(const struct h5_data *data)
{
    hid_t list = H5Pcreate(H5P_DATASET_ACCESS);
    uint64_t bytes = data->slab_chunks * data->chunk_bytes;
    if (bytes > H5_TOGETHER_BYTES)
        H5Pset_chunk_cache(list, 100003, bytes < CACHE_MAX_BYTES ? bytes : CACHE_MAX_BYTES, 1.0);
    return list;
}

struct h5_data *h5_data_open(struct h5 *h5, const char *path, struct error *err)
{
    if (h5_reach(h5, path, err) != H5_KIND_OTHER)
        return NULL;
    struct h5_data *data = memory_array(1, sizeof *data);
    data->name = memory_format("%s: /%s", h5->name, path);
    data->space = H5I_INVALID_HID;
    data->ours = h5->ours;
    data->id = H5Dopen2(h5->file, path, H5P_DEFAULT);
    hid_t made = data->id >= 0 ? H5Dget_create_plist(data->id) : H5I_INVALID_HID;
    bool good = false;
    if (data->id < 0)
        fail(err, "%s cannot be read as a dataset", data->name);
    else
        good = check_storage(data, made, err) && describe(data, made, err);
    H5Pclose(made);
    if (good) {
        hid_t list = cache_list(data);
        H5Dclose(data->id);
        data->id = H5Dopen2(h5->file, path, list);
        H5Pclose(list);
        good = data->id >= 0 || h5_fail_at(h5, path, err);
    }
    if (good)
        return data;
    h5_data_close(data);
    return NULL;
}

void h5_data_close(struct h5_data *data)
{
    if (!data)
        return;
    H5Sclose(data->space);
    H5Dclose(data->id);
    free(data->name);
    free(data);
}

const struct h5_shape *h5_data_shape(const struct h5_data *data)
{
    return &data->shape;
}

uint64_t h5_data_count(const struct h5_data *data)
{
    uint64_t count = 1;
    for (int i = 0; i < data->shape.rank; i++)
        count *= data->shape.dim[i];
    return count;
}

const char *h5_shape_text(const struct h5_shape *shape, char *text)
{
    size_t at = (size_t)snprintf(text, H5_SHAPE_TEXT, "[");
    for (int i = 0; i < shape->rank && at < H5_SHAPE_TEXT; i++)
        at += (size_t)snprintf(text + at, H5_SHAPE_TEXT - at, i ? ", %llu" : "%llu",
            (unsigned long long)shape->dim[i]);
    if (at < H5_SHAPE_TEXT)
        snprintf(text + at, H5_SHAPE_TEXT - at, "]");
    return text;
}

static hid_t memory_type(enum h5_type type)
{
    switch (type) {
    case H5_TYPE_U8:
        return H5T_NATIVE_UINT8;
    case H5_TYPE_I64:
        return H5T_NATIVE_INT64;
    case H5_TYPE_F32:
        return H5T_NATIVE_FLOAT;
    case H5_TYPE_F64:
        return H5T_NATIVE_DOUBLE;
    }
    return H5I_INVALID_HID;
}

/* Selects rows along an axis in the file; a memory space of the same shape (the library is slow
 * when the shapes differ), or negative. */
static hid_t select_rows(const struct h5_data *data, int axis, uint64_t first, uint64_t n)
{
    hsize_t start[H5_RANKS] = {0}, count[H5_RANKS] = {0};
    if (data->shape.rank == 0)
        return H5Screate(H5S_SCALAR);
    for (int i = 0; i < data->shape.rank; i++)
        count[i] = data->shape.dim[i];
    start[axis] = first;
    count[axis] = n;
    if (H5Sselect_hyperslab(data->space, H5S_SELECT_SET, start, NULL, count, NULL) < 0)
        return H5I_INVALID_HID;
    return H5Screate_simple(data->shape.rank, count, NULL);
}

bool h5_read(struct h5_data *data, uint64_t first, uint64_t n, enum h5_type type, void *out,
    struct error *err)
{
    return h5_read_along(data, 0, first, n, type, out, err);
}

bool h5_read_along(struct h5_data *data, int axis, uint64_t first, uint64_t n, enum h5_type type,
    void *out, struct error *err)
{
    char text[H5_REASON];
    hid_t memory = select_rows(data, axis, first, n);
    bool good = memory >= 0 &&
                H5Dread(data->id, memory_type(type), memory, data->space, H5P_DEFAULT, out) >= 0;
    if (!good)
        fail(err, "%s: damaged (%s)", data->name, h5_reason(text));
    H5Sclose(memory);
    return good;
}

bool h5_write(struct h5_data *data, uint64_t first, uint64_t n, enum h5_type type,
    const void *values, struct error *err)
{
    char text[H5_REASON];
    hid_t memory = select_rows(data, 0, first, n);
    bool good = memory >= 0 && H5Dwrite(data->id, memory_type(type), memory, data->space,
                                   H5P_DEFAULT, values) >= 0;
    if (!good)
        fail(err, "%s: cannot be changed (%s)", data->name, h5_reason(text));
    H5Sclose(memory);
    return good;
}
