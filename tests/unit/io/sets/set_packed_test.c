/* Sets whose files gzip packed: read as the unpacked ones are; damaged ones and bombs are refused.
 */
#include "tests/unit/io/load_npy.h"

#include "engine/io/files/gzip.h"
#include "engine/io/images/dataset_shape.h"

#include <string.h>
#include <zlib.h>

enum { HEAD = 16, PIXELS = N * H * W };

static void pack(const char *path, const void *bytes, size_t size, const char *mode)
{
    gzFile file = gzopen(path, mode);
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, (unsigned)size), (int)size);
    assert_int_equal(gzclose(file), Z_OK);
}

/* N grey images whose values are their place, labels i % 3. */
static void make_idx(uint8_t images[HEAD + PIXELS], uint8_t labels[8 + N])
{
    const uint8_t head[HEAD] = {0, 0, 8, 3, 0, 0, 0, N, 0, 0, 0, H, 0, 0, 0, W};
    const uint8_t of_labels[8] = {0, 0, 8, 1, 0, 0, 0, N};
    memcpy(images, head, HEAD);
    for (int i = 0; i < PIXELS; i++)
        images[HEAD + i] = (uint8_t)i;
    memcpy(labels, of_labels, sizeof of_labels);
    for (int i = 0; i < N; i++)
        labels[8 + i] = (uint8_t)(i % 3);
}

static void check_set(const char *path, const char *said)
{
    struct error err = {0};
    const struct dataset_options wanted = options(H, W, 1);
    struct dataset *dataset = dataset_open(path, &wanted, &err);
    if (!dataset)
        print_message("%s\n", err.text);
    assert_non_null(dataset);
    assert_int_equal(dataset_count(dataset), N);
    assert_string_equal(dataset_said(dataset), said);
    float image[H * W];
    for (int i = 0; i < N; i++) {
        assert_int_equal(dataset_labels(dataset)[i], i % 3);
        dataset_fill(dataset, i, 1, 1, image);
        for (int k = 0; k < H * W; k++)
            assert_float_equal(image[k], (float)(uint8_t)(i * H * W + k), 0);
    }
    dataset_unref(dataset);
    struct shape shape;
    const struct dataset_options none = {.n_classes = 0};
    assert_true(dataset_shape_find(path, &none, &shape, &err));
    assert_int_equal(shape.dim[1], W);
}

static void refuse(const char *path, const char *says)
{
    struct error err = {0};
    const struct dataset_options wanted = options(H, W, 1);
    assert_null(dataset_open(path, &wanted, &err));
    assert_int_equal(err.class, ERROR_INPUT);
    if (!strstr(err.text, says))
        print_message("%s: '%s', not '%s'\n", path, err.text, says);
    assert_non_null(strstr(err.text, says));
    assert_null(strchr(err.text, '\n'));
}

static void packed_sets_are_read(void **state)
{
    (void)state;
    uint8_t images[HEAD + PIXELS], labels[8 + N];
    make_idx(images, labels);
    pack("train-images-idx3-ubyte.gz", images, sizeof images, "wb9");
    pack("train-labels-idx1-ubyte.gz", labels, sizeof labels, "wb");
    check_set("train-images-idx3-ubyte.gz", "labels of train-labels-idx1-ubyte.gz");
    check_set(".", "labels of train-labels-idx1-ubyte.gz");
    files_write("train-labels-idx1-ubyte", labels, sizeof labels);
    check_set("train-images-idx3-ubyte.gz,train-labels-idx1-ubyte", "");
    files_write("train-images-idx3-ubyte", images, sizeof images); /* both forms are one set */
    check_set(".", "labels of train-labels-idx1-ubyte");
    pack("a.gz", images, 100, "wb"); /* two members */
    pack("a.gz", images + 100, sizeof images - 100, "ab");
    check_set("a.gz,train-labels-idx1-ubyte", "");
    files_clear();
    struct npz npz = npz_begin("set.npz");
    npz_add_images(&npz, "data", "|u1", false, true);
    npz_add(&npz, "label", "{'descr': '|u1', 'fortran_order': False, 'shape': (7,), }",
        "\0\1\2\0\1\2\0", N, true);
    npz_end(&npz);
    size_t size;
    uint8_t *bytes = files_read("set.npz", &size);
    pack("set.npz.gz", bytes, size, "wb");
    free(bytes);
    struct dataset_options wanted = options(H, W, C);
    struct dataset *dataset = dataset_open("set.npz.gz", &wanted, NULL);
    assert_non_null(dataset);
    check_images(dataset, N, 0);
    dataset_unref(dataset);
}

static void damaged_ones_are_refused(void **state)
{
    (void)state;
    uint8_t images[HEAD + PIXELS], labels[8 + N];
    make_idx(images, labels);
    files_write("l", labels, sizeof labels);
    pack("i.gz", images, sizeof images, "wb");
    size_t size;
    uint8_t *bytes = files_read("i.gz", &size);
    for (size_t cut = 3; cut < size; cut += 5) {
        files_write("cut.gz", bytes, cut);
        refuse("cut.gz,l", "cut.gz: is cut short (gzip)");
    }
    bytes[size - 6] ^= 1;
    files_write("sum.gz", bytes, size);
    refuse("sum.gz,l", "sum.gz: is damaged (gzip: incorrect data check)");
    pack("more.gz", "something else", 14, "wb");
    refuse("more.gz", "more.gz: is not an HDF5 file");
    char tar[512] = {0};
    memcpy(tar + 257, "ustar", 5);
    pack("set.tar.gz", tar, sizeof tar, "wb");
    refuse("set.tar.gz", "a tar archive: unpack it first, with `tar xf`");
    free(bytes);
}

/* 80 MB of zeros in 80 kB; one that is small in all is no bomb, however well it packs. */
static void bombs_are_refused(void **state)
{
    (void)state;
    enum { MEGABYTE = 1 << 20, MEGABYTES = 80 };
    uint8_t *zeros = memory_array(MEGABYTE, 1);
    gzFile file = gzopen("bomb.gz", "wb1");
    for (int i = 0; i < MEGABYTES; i++)
        assert_int_equal(gzwrite(file, zeros, MEGABYTE), MEGABYTE);
    assert_int_equal(gzclose(file), Z_OK);
    refuse("bomb.gz", "as images do not: is a bomb");
    struct error err = {0};
    size_t size = 0;
    pack("dark.gz", zeros, MEGABYTE, "wb9");
    uint8_t *bytes = gzip_unpack("dark.gz", &size, &err);
    assert_non_null(bytes);
    assert_int_equal(size, MEGABYTE);
    assert_memory_equal(bytes, zeros, MEGABYTE);
    free(bytes);
    free(zeros);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(packed_sets_are_read, files_each),
        cmocka_unit_test_setup(damaged_ones_are_refused, files_each),
        cmocka_unit_test_setup(bombs_are_refused, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
