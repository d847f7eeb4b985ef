/* Sets in files without a container: IDX, CIFAR, single NumPy arrays; right and wrong ones. */
#include "tests/unit/io/load_npy.h"

#include "engine/io/files/digest.h"
#include "engine/io/images/dataset_shape.h"

#include <string.h>

enum { CIFAR_IMAGE = 3 * 32 * 32, CIFAR_BATCH = 4 };

static void refuse_as(const char *path, const struct dataset_options *wanted, const char *says)
{
    struct error err = {0};
    struct dataset *dataset = dataset_open(path, wanted, &err);
    assert_null(dataset);
    assert_int_equal(err.class, ERROR_INPUT);
    if (!strstr(err.text, says))
        print_message("%s: '%s', not '%s'\n", path, err.text, says);
    assert_non_null(strstr(err.text, says));
    assert_null(strchr(err.text, '\n'));
}

static void refuse(const char *path, const char *says)
{
    const struct dataset_options wanted = options(H, W, 1);
    refuse_as(path, &wanted, says);
}

static void put_axis(uint8_t *to, uint32_t size)
{
    for (int k = 0; k < 4; k++)
        to[k] = (uint8_t)(size >> (24 - 8 * k));
}

/* N images of H×W whose value is their place; type 8 is bytes, 0x0c int32. */
static void write_idx(const char *images, const char *labels, int type)
{
    enum { HEAD = 16 };
    size_t item = type == 0x0c ? 4 : 1;
    uint8_t bytes[HEAD + N * H * W * 4] = {0, 0, (uint8_t)type, 3};
    put_axis(bytes + 4, N);
    put_axis(bytes + 8, H);
    put_axis(bytes + 12, W);
    for (size_t i = 0; i < N * H * W; i++)
        bytes[HEAD + i * item + item - 1] = (uint8_t)i;
    files_write(images, bytes, HEAD + N * H * W * item);
    uint8_t of_labels[8 + N] = {0, 0, 8, 1};
    put_axis(of_labels + 4, N);
    for (int i = 0; i < N; i++)
        of_labels[8 + i] = (uint8_t)(i % 3);
    files_write(labels, of_labels, sizeof of_labels);
}

static void check_idx(const char *path, const char *said)
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
            assert_float_equal(image[k], (float)((i * H * W + k) % 256), 0);
    }
    dataset_unref(dataset);
}

static void labels_of_idx_are_beside_or_named(void **state)
{
    (void)state;
    static const int types[] = {0x08, 0x0c};
    for (size_t t = 0; t < 2; t++) {
        write_idx("train-images-idx3-ubyte", "train-labels-idx1-ubyte", types[t]);
        check_idx("train-images-idx3-ubyte", "labels of train-labels-idx1-ubyte");
        write_idx("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte", types[t]);
        check_idx("t10k-images.idx3-ubyte", "labels of t10k-labels.idx1-ubyte");
        write_idx("a", "b", types[t]);
        check_idx("a,b", "");
    }
}

static void wrong_idx_is_refused(void **state)
{
    (void)state;
    write_idx("a", "b", 8);
    size_t size;
    uint8_t *good = files_read("a", &size);
    refuse("a", "there are no labels");
    refuse("a,none", "none: No such file");
    files_write("cut", good, size - 1);
    refuse("cut,b", "declares 140 bytes but stores 139");
    files_write("head", good, 9);
    refuse("head,b", "cut short in its header");
    for (int axis = 0; axis < 3; axis++)
        put_axis(good + 4 + 4 * axis, UINT32_MAX);
    files_write("huge", good, size);
    refuse("huge,b", "size overflows");
    good[3] = 200;
    files_write("axes", good, size);
    refuse("axes,b", "has 200 axes");
    write_idx("a", "b", 8);
    refuse("b,a", "rank is 1, expected 4");
    files_write("few", (const uint8_t[]){0, 0, 8, 1, 0, 0, 0, 2, 0, 1}, 10);
    refuse("a,few", "has 2 labels for 7 images");
    free(good);
}

/* One .npy for images, one for labels. */
static void write_npy(const char *path, const char *shape, int n, int step)
{
    char head[128], bytes[1024] = "\x93NUMPY\x01";
    int length = snprintf(
        head, sizeof head, "{'descr': '|u1', 'fortran_order': False, 'shape': %s, }\n", shape);
    bytes[8] = (char)length;
    memcpy(bytes + 10, head, (size_t)length);
    for (int i = 0; i < n; i++)
        bytes[10 + length + i] = (char)(step ? i % step : i);
    files_write(path, bytes, (size_t)(10 + length + n));
}

static void single_arrays_pair(void **state)
{
    (void)state;
    write_npy("x_test.npy", "(7, 4, 5)", N * H * W, 0);
    refuse("x_test.npy", "there are no labels");
    write_npy("y_test.npy", "(7,)", N, 3);
    check_idx("x_test.npy", "labels of y_test.npy");
    check_idx("x_test.npy,y_test.npy", "");
    refuse("y_test.npy,x_test.npy", "rank is 1, expected 4");
    npz_write_set("set.npz", "data", "label", "|u1", false, false);
    refuse("x_test.npy,set.npz", "holds several arrays");
    char one[DIGEST_TEXT], two[DIGEST_TEXT];
    assert_true(digest_file("x_test.npy,y_test.npy", one, NULL));
    write_npy("y_test.npy", "(7,)", N, 2);
    assert_true(digest_file("x_test.npy,y_test.npy", two, NULL));
    assert_string_not_equal(one, two);
}

/* A batch whose images hold their number in all. */
static void write_cifar(const char *path, int labels, int first)
{
    size_t record = (size_t)labels + CIFAR_IMAGE;
    uint8_t *bytes = memory_array(CIFAR_BATCH, record);
    for (int i = 0; i < CIFAR_BATCH; i++) {
        memset(bytes + (size_t)i * record, first + i, record);
        for (int k = 0; k < labels; k++)
            bytes[(size_t)i * record + (size_t)k] = (uint8_t)(k + (first + i) % 9);
    }
    files_write(path, bytes, CIFAR_BATCH * record);
    free(bytes);
}

static void check_cifar(const char *path, int batches, int labels)
{
    struct error err = {0};
    struct dataset_options wanted = options(32, 32, 3);
    wanted.n_classes = 100;
    struct dataset *dataset = dataset_open(path, &wanted, &err);
    if (!dataset)
        print_message("%s\n", err.text);
    assert_non_null(dataset);
    assert_int_equal(dataset_count(dataset), batches * CIFAR_BATCH);
    float image[CIFAR_IMAGE];
    for (int i = 0; i < batches * CIFAR_BATCH; i++) {
        assert_int_equal(dataset_labels(dataset)[i], i % 9 + labels - 1);
        dataset_fill(dataset, i, 1, 1, image);
        assert_float_equal(image[CIFAR_IMAGE - 1], (float)i, 0);
    }
    dataset_unref(dataset);
}

static void batches_of_cifar_are_joined(void **state)
{
    (void)state;
    for (int batch = 0; batch < 5; batch++) {
        char *path = memory_format("data_batch_%d.bin", batch + 1);
        write_cifar(path, 1, batch * CIFAR_BATCH);
        free(path);
    }
    check_cifar("data_batch_1.bin", 1, 1);
    write_cifar("test_batch.bin", 1, 0);
    check_cifar(".", 5, 1);
    files_clear();
    write_cifar("train.bin", 2, 0);
    check_cifar("train.bin", 1, 2);
    struct dataset_options wanted = options(32, 32, 3);
    wanted.n_classes = 2; /* as CIFAR-100's 20 are fewer than its fine labels */
    refuse_as("train.bin", &wanted, "--label-name coarse_label takes the coarse");
    wanted.n_classes = 20;
    wanted.label_name = "coarse_label";
    struct dataset *coarse = dataset_open("train.bin", &wanted, NULL);
    assert_non_null(coarse);
    assert_string_equal(dataset_said(coarse), "coarse labels");
    assert_int_equal(dataset_labels(coarse)[3], 3);
    dataset_unref(coarse);
    check_cifar(".", 1, 2);
    struct shape shape;
    const struct dataset_options none = {.n_classes = 0};
    assert_true(dataset_shape_find("train.bin", &none, &shape, NULL));
    assert_int_equal(shape.rank, 3);
    assert_int_equal(shape.dim[0], 32);
    assert_int_equal(shape.dim[2], 3);
}

static void folders_of_other_forms_are_refused(void **state)
{
    (void)state;
    files_write("data_batch_1", "\x80\x02}q", 4);
    refuse(".", "Python pickles (data_batch_1)");
    refuse("data_batch_1", "take CIFAR's binary version");
    files_clear();
    files_write("train", "\x80\x02}q", 4);
    files_write("meta", "\x80\x02}q", 4);
    refuse(".", "take CIFAR's binary version (cifar-10-binary.tar.gz, cifar-100-binary.tar.gz)");
    refuse("train", "take CIFAR's binary version");
    files_clear();
    write_idx("train-images-idx3-ubyte", "train-labels-idx1-ubyte", 8);
    check_idx(".", "labels of train-labels-idx1-ubyte");
    write_idx("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", 8);
    refuse(".", "holds several sets");
}

static void wrong_batches_are_refused(void **state)
{
    (void)state;
    struct dataset_options wanted = options(32, 32, 3);
    wanted.n_classes = 100;
    size_t size;
    write_cifar("good.bin", 1, 0);
    uint8_t *bytes = files_read("good.bin", &size);
    files_write("data_batch_1.bin", bytes, size - 1);
    refuse_as("data_batch_1.bin", &wanted, "no whole records of CIFAR-10 (3073)");
    bytes[0] = 10;
    files_write("data_batch_1.bin", bytes, size);
    refuse_as("data_batch_1.bin", &wanted, "its labels are none of CIFAR's");
    write_cifar("data_batch_1.bin", 1, 0);
    write_cifar("data_batch_2.bin", 2, 0);
    refuse_as(".", &wanted, "do not hold the same");
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(labels_of_idx_are_beside_or_named, files_each),
        cmocka_unit_test_setup(wrong_idx_is_refused, files_each),
        cmocka_unit_test_setup(single_arrays_pair, files_each),
        cmocka_unit_test_setup(batches_of_cifar_are_joined, files_each),
        cmocka_unit_test_setup(folders_of_other_forms_are_refused, files_each),
        cmocka_unit_test_setup(wrong_batches_are_refused, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
