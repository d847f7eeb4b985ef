/* Datasets of numbers: checked before they are read, read in pieces. */
#include "engine/io/hdf5/h5_chunks.h"
#include "engine/io/hdf5/h5_filters.h"
#include "engine/io/hdf5/h5_private.h"

#include "engine/base/memory.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    CHUNK_MAX_BYTES = 1 << 30,    /* uncompressed */
    CHUNKS_MAX = 1 << 20,         /* of one dataset */
    SPARSE_MAX_RATIO = 1032,      /* deflate cannot do better */
    SPARSE_FREE_BYTES = 64 << 20, /* smaller datasets may be stored as nothing */
};

struct h5_data {
    char *name; /* "file: /path", for messages */
    hid_t id, space, type;
    bool ours;
    struct h5_shape shape;
    size_t item;               /* bytes of an element, as stored */
    uint64_t chunk_bytes;      /* 0 if not chunked */
    struct h5_filters filters; /* of chunks */
    struct h5_chunks *chunks;  /* NULL: not in chunks, or ours */
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
static bool check_storage(struct h5_data *data, hid_t list, struct error *err)
{
    if (H5Pget_layout(list) == H5D_VIRTUAL)
        return fail(
            err, "%s refers to other files (a virtual dataset), which are not read", data->name);
    if (H5Pget_external_count(list) != 0)
        return fail(err, "%s is stored in other files, which are not read", data->name);
    return h5_filters_find(&data->filters, list, data->name, err);
}

/* Refuses what declares far more than the file can hold. */
static bool check_sizes(struct h5_data *data, hsize_t stored, struct error *err)
{
    uint64_t total = data->item;
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

/* How the rows are cut into chunks. */
static bool check_chunks(struct h5_data *data, hid_t list, struct error *err)
{
    hsize_t chunk[H5S_MAX_RANK] = {0};
    uint64_t bytes = data->item, n_chunks = 1;
    data->shape.chunk_rows = 1;
    if (H5Pget_layout(list) != H5D_CHUNKED)
        return true;
    if (H5Pget_chunk(list, data->shape.rank, chunk) != data->shape.rank)
        return fail(err, "%s: its chunks are damaged", data->name);
    for (int i = 0; i < data->shape.rank; i++) {
        if (chunk[i] == 0 || chunk[i] > CHUNK_MAX_BYTES / bytes)
            return fail(err, "%s: its chunks are too large", data->name);
        bytes *= chunk[i];
        uint64_t side = data->shape.dim[i] / chunk[i] + (data->shape.dim[i] % chunk[i] != 0);
        if (side && n_chunks > CHUNKS_MAX / side)
            return fail(err, "%s has more than %d chunks", data->name, CHUNKS_MAX);
        n_chunks *= side;
    }
    data->chunk_bytes = bytes;
    data->shape.chunk_rows = chunk[0];
    return true;
}

/* Whether what is not stored has a value of its own. The library leaves what is in memory there if
 * the file says that none is ever written. */
static bool has_fill(hid_t list)
{
    H5D_fill_value_t status = H5D_FILL_VALUE_UNDEFINED;
    H5D_fill_time_t time = H5D_FILL_TIME_NEVER;
    return H5Pfill_value_defined(list, &status) >= 0 && status != H5D_FILL_VALUE_UNDEFINED &&
           H5Pget_fill_time(list, &time) >= 0 && time != H5D_FILL_TIME_NEVER;
}

/* What is not in chunks is stored in exactly as many bytes as it has, or not at all. */
static bool check_plain(const struct h5_data *data, hid_t list, hsize_t stored, struct error *err)
{
    hsize_t expected = h5_data_count(data) * data->item;
    if (stored > 0 && stored != expected)
        return fail(err, "%s: stores %llu bytes, expected %llu", data->name,
            (unsigned long long)stored, (unsigned long long)expected);
    return stored > 0 || expected == 0 || has_fill(list) ||
           fail(err, "%s: is not stored, and the file has no fill value", data->name);
}

static bool describe(struct h5_data *data, hid_t list, struct error *err)
{
    hsize_t dim[H5S_MAX_RANK] = {0}, stored = H5Dget_storage_size(data->id);
    data->type = H5Dget_type(data->id);
    data->item = H5Tget_size(data->type);
    type_name(data->type, data->shape.type);
    if (!data->shape.type[0])
        return fail(err, "%s does not hold numbers of a known type", data->name);
    data->space = H5Dget_space(data->id);
    data->shape.rank = H5Sget_simple_extent_dims(data->space, dim, NULL);
    if (H5Sget_simple_extent_type(data->space) == H5S_NULL)
        data->shape.rank = 1; /* of no elements */
    if (data->shape.rank < 0 || data->shape.rank > H5_RANKS)
        return fail(err, "%s: rank %d is not supported", data->name, data->shape.rank);
    for (int i = 0; i < data->shape.rank; i++)
        data->shape.dim[i] = dim[i];
    return check_sizes(data, stored, err) && check_chunks(data, list, err) &&
           (data->ours || data->chunk_bytes || check_plain(data, list, stored, err));
}

static hid_t open_dataset(const struct h5 *h5, const char *path, struct error *err)
{
    char text[H5_REASON];
    hid_t id = H5Dopen2(h5->file, path, H5P_DEFAULT);
    if (id < 0)
        fail(err, "%s: /%s cannot be read as a dataset (%s)", h5->name, path, h5_reason(text));
    return id;
}

struct h5_data *h5_data_open(struct h5 *h5, const char *path, struct error *err)
{
    if (h5_reach(h5, path, err) != H5_KIND_OTHER)
        return NULL;
    struct h5_data *data = memory_array(1, sizeof *data);
    data->name = memory_format("%s: /%s", h5->name, path);
    data->space = data->type = H5I_INVALID_HID;
    data->ours = h5->ours;
    data->id = open_dataset(h5, path, err);
    hid_t made = data->id >= 0 ? H5Dget_create_plist(data->id) : H5I_INVALID_HID;
    bool good = data->id >= 0 && check_storage(data, made, err) && describe(data, made, err);
    if (good && !h5->ours && data->chunk_bytes)
        data->chunks = h5_chunks_create(h5->file, data->id, made, data->type, &data->shape,
            &data->filters, has_fill(made), data->name);
    H5Pclose(made);
    if (good)
        return data;
    h5_data_close(data);
    return NULL;
}

void h5_data_close(struct h5_data *data)
{
    if (!data)
        return;
    h5_chunks_destroy(data->chunks);
    H5Tclose(data->type);
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

/* The box of rows along an axis; a scalar has none. */
static void box_of(const struct h5_data *data, int axis, uint64_t first, uint64_t n,
    hsize_t start[H5_RANKS], hsize_t count[H5_RANKS])
{
    for (int i = 0; i < data->shape.rank; i++) {
        start[i] = i == axis ? first : 0;
        count[i] = i == axis ? n : data->shape.dim[i];
    }
}

/* Selects rows along an axis in the file; a memory space of the same shape (the library is slow
 * when the shapes differ), or negative. */
static hid_t select_rows(const struct h5_data *data, int axis, uint64_t first, uint64_t n)
{
    hsize_t start[H5_RANKS], count[H5_RANKS];
    if (data->shape.rank == 0)
        return H5Screate(H5S_SCALAR);
    box_of(data, axis, first, n, start, count);
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
    hsize_t start[H5_RANKS], count[H5_RANKS];
    box_of(data, axis, first, n, start, count);
    if (data->chunks)
        return h5_chunks_read(data->chunks, start, count, memory_type(type), out, err);
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
