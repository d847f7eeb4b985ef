/* io/hdf5: datasets whose sizes, chunks or packing want memory or time. */
#include "tests/unit/io/hostile.h"

#include <zlib.h>

static const struct shape image = {3, {H, W, C}};

/* A dataset of images in bad.h5, [n, H, W, C] of bytes, with nothing written. */
static hid_t add_images(hid_t file, hsize_t n, const hsize_t *chunk, bool packed)
{
    const hsize_t dim[] = {n, H, W, C};
    hid_t list = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(4, dim, NULL);
    if (chunk)
        H5Pset_chunk(list, 4, chunk);
    if (packed)
        H5Pset_deflate(list, 9);
    hid_t data = H5Dcreate2(file, "data", H5T_STD_U8LE, space, H5P_DEFAULT, list, H5P_DEFAULT);
    assert_true(data >= 0);
    H5Pclose(list);
    H5Sclose(space);
    return data;
}

static void add_labels(hid_t file, hsize_t n)
{
    hid_t list = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(1, &n, NULL);
    const hsize_t chunk = n < 100000 ? n : 100000;
    H5Pset_chunk(list, 1, &chunk);
    H5Pset_deflate(list, 9);
    H5Dclose(H5Dcreate2(file, "label", H5T_STD_U8LE, space, H5P_DEFAULT, list, H5P_DEFAULT));
    H5Pclose(list);
    H5Sclose(space);
}

static hid_t new_file(void)
{
    return H5Fcreate("bad.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
}

static void sizes_without_bytes_are_refused(void **state)
{
    (void)state;
    const hsize_t chunk[] = {1000, H, W, C};
    hid_t file = new_file();
    H5Dclose(add_images(file, UINT64_C(1) << 40, chunk, true));
    add_labels(file, N);
    H5Fclose(file);
    hostile_set(
        "declared_66_tb", &image, "bad.h5: /data declares 65970697666560 bytes but stores 0");
    file = new_file();
    H5Dclose(add_images(file, 10000000, NULL, false));
    add_labels(file, N);
    H5Fclose(file);
    hostile_set("declared_600_mb", &image, "bad.h5: /data declares 600000000 bytes but stores 0");
}

/* A million chunks of a byte, all but one missing. */
static void a_million_chunks_end(void **state)
{
    (void)state;
    const hsize_t one[] = {1, 1, 1, 1};
    for (int packed = 0; packed < 2; packed++) {
        hid_t file = new_file();
        hid_t data = add_images(file, 17000, one, packed);
        const hsize_t at[4] = {0};
        assert_true(H5Dwrite_chunk(data, H5P_DEFAULT, 1, at, 1, "x") >= 0);
        H5Dclose(data);
        add_labels(file, 17000);
        H5Fclose(file);
        hostile_set(packed ? "million_chunks_packed" : "million_chunks", &image, NULL);
    }
}

/* Every part of the images needs all of 200 MB, four thousand times over. */
static void chunks_across_all_images_are_refused(void **state)
{
    (void)state;
    enum { MANY = 6000000 };
    const hsize_t chunk[] = {MANY, 1, 1, 1};
    hid_t file = new_file(), data = add_images(file, MANY, chunk, true);
    size_t size = MANY;
    unsigned char *zeros = memory_array(MANY, 1), *packed = memory_array(MANY, 1);
    uLongf length = size;
    assert_int_equal(compress2(packed, &length, zeros, MANY, 9), Z_OK);
    for (hsize_t y = 0; y < H; y++)
        for (hsize_t x = 0; x < W; x++)
            for (hsize_t c = 0; c < C; c++) {
                const hsize_t at[] = {0, y, x, c};
                assert_true(H5Dwrite_chunk(data, H5P_DEFAULT, 0, at, length, packed) >= 0);
            }
    H5Dclose(data);
    add_labels(file, MANY);
    H5Fclose(file);
    hostile_set("chunks_across", &image,
        "bad.h5: /data: each of its chunks lies across 6000000 rows, 360 MB, which cannot be read "
        "in parts: pack it anew with fewer rows in a chunk, with `h5repack -l CHUNK=… OLD NEW`");
    free(zeros);
    free(packed);
}

/* A chunk of 256 MB in 250 KB, which would unpack to one byte more. */
static void large_bombs_are_refused(void **state)
{
    (void)state;
    enum { MANY = 4400000 };
    const hsize_t chunk[] = {MANY, H, W, C}, at[4] = {0};
    size_t size = (size_t)MANY * IMAGE + 1;
    unsigned char *zeros = memory_array(size, 1), *packed = memory_array(size / 500, 1);
    uLongf length = size / 500;
    assert_int_equal(compress2(packed, &length, zeros, size, 9), Z_OK);
    hid_t file = new_file(), data = add_images(file, MANY, chunk, true);
    assert_true(H5Dwrite_chunk(data, H5P_DEFAULT, 0, at, length, packed) >= 0);
    H5Dclose(data);
    add_labels(file, MANY);
    H5Fclose(file);
    free(zeros);
    free(packed);
    char *message = memory_format("bad.h5: /data: its chunk at [0, 0, 0, 0]: declares %d bytes but "
                                  "stores %lu",
        MANY * IMAGE, length);
    hostile_set("bomb_264_mb", &image, message);
    free(message);
}

/* The layout of a dataset says another size than its shape. */
static void stored_sizes_must_be_declared_ones(void **state)
{
    (void)state;
    size_t size;
    const uint64_t bytes_of_images = N * IMAGE;
    struct stored stored = {.type = H5T_STD_U8LE};
    write_images("bad.h5", "data", &stored);
    write_labels("bad.h5", "label", N);
    char *bytes = files_read("bad.h5", &size);
    int found = 0;
    for (size_t i = 0; i + 8 <= size; i++)
        if (memcmp(bytes + i, &bytes_of_images, 8) == 0) {
            bytes[i]--;
            found++;
        }
    assert_int_equal(found, 1);
    files_write("bad.h5", bytes, size);
    free(bytes);
    hostile_set("contiguous_short", &image, "bad.h5: /data: stores 419 bytes, expected 420");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sizes_without_bytes_are_refused, files_each),
        cmocka_unit_test_setup(a_million_chunks_end, files_each),
        cmocka_unit_test_setup(chunks_across_all_images_are_refused, files_each),
        cmocka_unit_test_setup(large_bombs_are_refused, files_each),
        cmocka_unit_test_setup(stored_sizes_must_be_declared_ones, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
