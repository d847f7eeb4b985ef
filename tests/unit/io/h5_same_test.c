/* io/hdf5: what is read is what the HDF5 library reads, for every type, chunk and filter. */
#include "tests/unit/io/load_files.h"

enum { A = 7, B = 6, C = 5, COUNT = A * B * C };
static const hsize_t dims[] = {A, B, C};

static hid_t half_float(void)
{
    hid_t type = H5Tcopy(H5T_IEEE_F32BE);
    H5Tset_fields(type, 15, 10, 5, 0, 10);
    H5Tset_size(type, 2);
    H5Tset_ebias(type, 15);
    return type;
}

static hid_t boolean(void)
{
    int8_t no = 0, yes = 1;
    hid_t type = H5Tenum_create(H5T_STD_I8LE);
    H5Tenum_insert(type, "FALSE", &no);
    H5Tenum_insert(type, "TRUE", &yes);
    return type;
}

static void write_set(hid_t type, const hsize_t *chunk, const char *filters, bool edges)
{
    double values[COUNT];
    hid_t file = H5Fcreate("set.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t list = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(3, dims, NULL);
    bool whole = H5Tget_class(type) != H5T_FLOAT, flag = H5Tget_class(type) == H5T_ENUM;
    for (int i = 0; i < COUNT; i++)
        values[i] = flag ? i % 3 == 0 : (i * 37 % 251 - 100) * (whole ? 1 : 0.37);
    if (chunk)
        H5Pset_chunk(list, 3, chunk);
    if (!edges)
        H5Pset_chunk_opts(list, H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS);
    set_filters(list, filters);
    hid_t data = H5Dcreate2(file, "data", type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    hid_t memory = flag ? type : H5T_NATIVE_DOUBLE;
    int8_t flags[COUNT];
    for (int i = 0; i < COUNT; i++)
        flags[i] = (int8_t)values[i];
    assert_true(H5Dwrite(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                    flag ? (void *)flags : (void *)values) >= 0);
    H5Dclose(data);
    H5Sclose(space);
    H5Pclose(list);
    H5Fclose(file);
}

static const struct {
    enum h5_type type;
    size_t item;
} numbers[] = {{H5_TYPE_U8, 1}, {H5_TYPE_I64, 8}, {H5_TYPE_F32, 4}, {H5_TYPE_F64, 8}};

/* Rows first.. of n along an axis, as the library reads them. */
static bool read_by_library(int axis, hsize_t first, hsize_t n, enum h5_type type, void *out)
{
    const hid_t types[] = {H5T_NATIVE_UINT8, H5T_NATIVE_INT64, H5T_NATIVE_FLOAT, H5T_NATIVE_DOUBLE};
    hsize_t start[3] = {0}, count[] = {A, B, C};
    start[axis] = first;
    count[axis] = n;
    hid_t file = H5Fopen("twin.h5", H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t data = H5Dopen2(file, "data", H5P_DEFAULT), space = H5Dget_space(data);
    hid_t memory = H5Screate_simple(3, count, NULL);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
    bool good = H5Dread(data, types[type], memory, space, H5P_DEFAULT, out) >= 0;
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(data);
    H5Fclose(file);
    return good;
}

static void compare(struct h5_data *data, int axis, hsize_t first, hsize_t n)
{
    struct error err = {0};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        double wanted[COUNT], got[COUNT];
        memset(wanted, 0x55, sizeof wanted);
        memset(got, 0x55, sizeof got);
        assert_true(read_by_library(axis, first, n, numbers[k].type, wanted));
        assert_true(h5_read_along(data, axis, first, n, numbers[k].type, got, &err));
        assert_memory_equal(got, wanted, sizeof got); /* and not a byte behind */
    }
}

/* The library takes two openings of one file for the same: it gets a twin. */
static void compare_all(void)
{
    struct error err = {0};
    size_t size;
    void *bytes = files_read("set.h5", &size);
    files_write("twin.h5", bytes, size);
    free(bytes);
    struct h5 *h5 = h5_open("set.h5", &err);
    struct h5_data *data = h5 ? h5_data_open(h5, "data", &err) : NULL;
    assert_string_equal(err.text, "");
    assert_non_null(data);
    for (int axis = 0; axis < 3; axis++) {
        compare(data, axis, 0, dims[axis]);
        compare(data, axis, 1, dims[axis] - 2);
        compare(data, axis, dims[axis] - 1, 1);
    }
    compare(data, 0, 2, 0);
    h5_data_close(data);
    h5_close(h5);
}

static const hsize_t chunks[][3] = {{1, B, C}, {2, B, C}, {3, 4, 2}, {A, B, C}, {1, 1, 1}};

static void every_type_reads_as_by_the_library(void **state)
{
    (void)state;
    hid_t half = half_float(), flag = boolean();
    const hid_t types[] = {H5T_STD_U8LE, H5T_STD_I8LE, H5T_STD_I16BE, H5T_STD_U16LE, H5T_STD_I32LE,
        H5T_STD_U32BE, H5T_STD_I64BE, H5T_STD_U64LE, half, H5T_IEEE_F32LE, H5T_IEEE_F32BE,
        H5T_IEEE_F64LE, H5T_IEEE_F64BE, flag};
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++) {
            write_set(types[t], chunks[c], "sg", true);
            compare_all();
        }
    H5Tclose(half);
    H5Tclose(flag);
}

static void every_order_of_filters_reads_as_by_the_library(void **state)
{
    (void)state;
    static const char *const orders[] = {"", "g", "s", "f", "gf", "fg", "gs", "sf", "fs", "sgf",
        "fsg", "sfg", "gsf", "fgf", "ssg", "ffff"};
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++)
        for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++)
            for (int edges = 0; edges < 2; edges++) {
                write_set(H5T_IEEE_F64LE, chunks[c], orders[o], edges);
                compare_all();
            }
    write_set(H5T_IEEE_F64LE, NULL, "", true);
    compare_all();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_type_reads_as_by_the_library, files_each),
        cmocka_unit_test_setup(every_order_of_filters_reads_as_by_the_library, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
