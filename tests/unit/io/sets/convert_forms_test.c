/* Sets in each form that is written: read again they are the same; what a form cannot hold, and
 * what is there already, is refused. Pictures of several sizes, deep ones, and those that EXIF
 * turns. */
#include "tests/unit/io/load_sets.h"

#include "engine/io/convert/dataset_resize.h"
#include "engine/io/convert/image_writer.h"
#include "engine/io/images/dataset_shape.h"
#include "engine/io/pictures/picture.h"
#include "engine/io/pictures/picture_notes.h"
#include "engine/io/pictures/picture_resize.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* Folders too. */
static int clear(void **state)
{
    (void)state;
    return system("rm -rf ./*");
}

/* n images of bytes, each value another; labels i % 3. */
static struct dataset *make_set(int n, int height, int width, int channels)
{
    const struct shape shape = shape_image(height, width, channels);
    size_t count = shape_count(&shape);
    uint8_t *pixels = memory_array((size_t)n, count);
    int32_t *labels = memory_array((size_t)n, sizeof *labels);
    for (size_t i = 0; i < (size_t)n * count; i++)
        pixels[i] = (uint8_t)(i * 7 + i / 251);
    for (int i = 0; i < n; i++)
        labels[i] = i % 3;
    return dataset_from_bytes("made", n, &shape, pixels, labels);
}

static bool write_as(const struct dataset *set, const char *path, bool force, struct error *err)
{
    const struct image_writer *writer = image_writer_find(path, err);
    return writer && writer->check(path, force, err) &&
           image_writer_write(writer, set, path, force, err);
}

static struct dataset *read_again(const char *path)
{
    struct error err = {0};
    struct dataset_options options = {.n_classes = 0};
    struct dataset *set = NULL;
    if (dataset_shape_find(path, &options, &options.shape, &err))
        set = dataset_open(path, &options, &err);
    if (!set)
        print_message("%s: %s\n", path, err.text);
    assert_non_null(set);
    return set;
}

/* Image i is image `place(i)` of what was written. */
static void check_same(const struct dataset *read, const struct dataset *set, bool by_class)
{
    const struct shape *shape = dataset_shape(set);
    size_t count = shape_count(shape);
    float *one = memory_floats(count), *other = memory_floats(count);
    int n = dataset_count(set), at = 0;
    assert_int_equal(dataset_count(read), n);
    assert_true(shape_equal(dataset_shape(read), shape));
    for (int class = 0; class < (by_class ? 3 : 1); class ++)
        for (int i = class; i < n; i += by_class ? 3 : 1, at++) {
            dataset_fill(set, i, 1, 1, one);
            dataset_fill(read, at, 1, 1, other);
            assert_memory_equal(one, other, count * sizeof *one);
            assert_int_equal(dataset_labels(read)[at], dataset_labels(set)[i]);
        }
    free(one);
    free(other);
}

static void each_form_holds_the_same_set(void **state)
{
    (void)state;
    static const struct {
        const char *out, *other; /* the second file; NULL: none */
        bool of_cifar, by_class;
    } forms[] = {{"a.h5", NULL, false, false}, {"a.npz", NULL, false, false},
        {"x_valid.npy", "y_valid.npy", false, false}, {"p.npy,q.npy", "q.npy", false, false},
        {"t-images-idx3-ubyte", "t-labels-idx1-ubyte", false, false},
        {"data_batch_7.bin", NULL, true, false}, {"pictures/", NULL, false, true}};
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
        for (int channels = 1; channels <= 3; channels += 2) {
            struct error err = {0};
            if (forms[f].of_cifar && channels == 1)
                continue;
            clear(NULL);
            struct dataset *set =
                forms[f].of_cifar ? make_set(N, 32, 32, 3) : make_set(N, H, W, channels);
            assert_true(write_as(set, forms[f].out, false, &err));
            assert_true(!forms[f].other || access(forms[f].other, F_OK) == 0);
            struct dataset *again = read_again(forms[f].out);
            check_same(again, set, forms[f].by_class);
            dataset_unref(again);
            assert_false(write_as(set, forms[f].out, false, &err));
            assert_int_equal(err.class, ERROR_OUTPUT);
            err = (struct error){0};
            assert_int_equal(write_as(set, forms[f].out, true, &err), !forms[f].by_class);
            dataset_unref(set);
        }
}

static void refuse(const struct dataset *set, const char *path, const char *says)
{
    struct error err = {0};
    assert_false(write_as(set, path, false, &err));
    if (!strstr(err.text, says))
        print_message("%s: '%s', not '%s'\n", path, err.text, says);
    assert_non_null(strstr(err.text, says));
    assert_true(access(path, F_OK) != 0);
}

static void what_a_form_cannot_hold_is_refused(void **state)
{
    (void)state;
    struct dataset *set = make_set(N, H, W, 3);
    refuse(set, "a.bin", "CIFAR's images are 32x32x3, these are 4x5x3");
    refuse(set, "a.npy", "its labels need a name too");
    refuse(set, "a.png", "name FILE.h5, FILE.npz,");
    refuse(set, "none/x.npy", "none");
    dataset_unref(set);
    set = make_set(N, H, W, 2);
    refuse(set, "two/", "pictures have 1 or 3 channels");
    dataset_unref(set);
    struct stored stored = {.type = H5T_IEEE_F32LE, .odd = 0.5};
    write_images("clean.h5", "data", &stored);
    write_labels("clean.h5", "label", N);
    set = open_set("clean.h5", false);
    refuse(set, "x-images-idx3-ubyte", "holds bytes alone");
    refuse(set, "floats/", "holds bytes alone");
    dataset_unref(set);
    files_write("labels.npy", "mine", 4);
    set = make_set(N, H, W, 1);
    refuse(set, "images.npy", "labels.npy");
    size_t size;
    char *mine = files_read("labels.npy", &size);
    assert_int_equal(size, 4);
    free(mine);
    dataset_unref(set);
}

/* By the formula, value by value. */
static double resized(const float *from, int n, int step, int to, int place)
{
    double scale = (double)n / to, reach = scale > 1 ? scale : 1, sum = 0, total = 0;
    for (int i = 0; i < n; i++) {
        double away = fabs(i + 0.5 - (place + 0.5) * scale) / reach;
        sum += away < 1 ? (1 - away) * (double)from[i * step] : 0;
        total += away < 1 ? 1 - away : 0;
    }
    return sum / total;
}

static void images_come_to_another_size(void **state)
{
    (void)state;
    static const int sizes[][2] = {{H, W}, {1, 1}, {3, 2}, {9, 13}, {2, 31}};
    struct dataset *set = make_set(2, H, W, 3);
    float from[IMAGE], along[H * 31 * C];
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct error err = {0};
        int h = sizes[s][0], w = sizes[s][1];
        struct dataset *to = dataset_resize(set, h, w, &err);
        assert_non_null(to);
        float *image = memory_floats((size_t)(h * w * C));
        dataset_fill(set, 1, 1, 1, from);
        dataset_fill(to, 1, 1, 1, image);
        for (int y = 0; y < H; y++)
            for (int x = 0; x < w; x++)
                for (int c = 0; c < C; c++)
                    along[(y * w + x) * C + c] = (float)resized(from + y * W * C + c, W, C, w, x);
        for (int y = 0; y < h; y++)
            for (int k = 0; k < w * C; k++)
                assert_true(fabs((double)image[y * w * C + k] -
                                 resized(along + k, H, w * C, h, y)) <= 0.5001);
        assert_memory_equal(dataset_labels(to), dataset_labels(set), 2 * sizeof(int32_t));
        free(image);
        dataset_unref(to);
    }
    dataset_unref(set);
}

/* Pictures ------------------------------------------------------------------------------- */

static size_t chunk(uint8_t *to, const char *kind, const void *data, size_t size)
{
    memset(to, 0, 3);
    to[2] = (uint8_t)(size >> 8);
    to[3] = (uint8_t)size;
    memcpy(to + 4, kind, 4);
    memcpy(to + 8, data, size);
    unsigned long sum = crc32(0, to + 4, (unsigned)size + 4);
    for (int k = 0; k < 4; k++)
        to[8 + size + (size_t)k] = (uint8_t)(sum >> (24 - 8 * k));
    return size + 12;
}

static const uint8_t exif[] = {
    'I', 'I', '*', 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0};

/* A grey picture of so many bits a value, which EXIF may want turned. */
static void write_png(const char *path, int width, int height, int bits, bool turned)
{
    uint8_t bytes[1024] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, rows[512] = {0};
    const uint8_t head[13] = {
        0, 0, 0, (uint8_t)width, 0, 0, 0, (uint8_t)height, (uint8_t)bits, 0, 0, 0, 0};
    size_t at = 8, row = 1 + (size_t)(width * bits / 8);
    for (size_t y = 0; y < (size_t)height; y++)
        memset(rows + y * row + 1, 100, row - 1);
    uint8_t packed[512];
    unsigned long size = sizeof packed;
    assert_int_equal(compress(packed, &size, rows, (unsigned long)height * row), Z_OK);
    at += chunk(bytes + at, "IHDR", head, sizeof head);
    if (turned)
        at += chunk(bytes + at, "eXIf", exif, sizeof exif);
    at += chunk(bytes + at, "IDAT", packed, size);
    at += chunk(bytes + at, "IEND", "", 0);
    files_write(path, bytes, at);
}

static void what_pixels_do_not_say_is_told(void **state)
{
    (void)state;
    const struct shape grey = shape_image(H, W, 1);
    mkdir("set", 0700);
    mkdir("set/0", 0700);
    write_png("set/0/a.png", W, H, 16, false);
    write_png("set/0/b.png", W, H, 8, true);
    struct dataset *set = read_again("set");
    assert_non_null(strstr(dataset_said(set), ", 1 of 16 bits, of which the upper 8 are taken"));
    assert_non_null(strstr(dataset_said(set), ", 1 that EXIF wants turned, taken as stored"));
    float image[H * W];
    dataset_fill(set, 0, 1, 1, image);
    assert_float_equal(image[0], 100, 0);
    dataset_unref(set);
    uint8_t pixels[H * W];
    unsigned notes = 0;
    assert_true(picture_read_noted("set/0/b.png", &grey, pixels, &notes, NULL));
    assert_int_equal(notes, PICTURE_TURNED);
    uint8_t jpeg[64] = {0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xe1, 0, 34};
    memcpy(jpeg + 12, "Exif\0\0", 6);
    memcpy(jpeg + 18, exif, sizeof exif);
    struct picture_file file = {.bytes = jpeg, .size = 44};
    assert_int_equal(picture_notes(&file), PICTURE_TURNED);
    jpeg[18 + 18] = 1; /* upright */
    assert_int_equal(picture_notes(&file), 0);
    for (file.size = 0; file.size < 44; file.size++)
        assert_int_equal(picture_notes(&file), 0);
}

static void pictures_of_several_sizes_are_told_or_fitted(void **state)
{
    (void)state;
    struct error err = {0};
    struct dataset_options options = {.n_classes = 0};
    mkdir("set", 0700);
    mkdir("set/0", 0700);
    write_png("set/0/a.png", W, H, 8, false);
    write_png("set/0/b.png", W + 4, H, 8, false);
    assert_false(dataset_shape_find("set", &options, &options.shape, &err));
    assert_non_null(strstr(err.text, "set/0/a.png 5x4, set/0/b.png 9x4 (width x height)"));
    assert_non_null(strstr(err.text, "--size 4x5"));
    err = (struct error){0};
    options.height = 8;
    options.width = 6;
    assert_true(dataset_shape_find("set", &options, &options.shape, &err));
    struct dataset *set = dataset_open("set", &options, &err);
    assert_non_null(set);
    assert_int_equal(dataset_count(set), 2);
    float image[48];
    for (int i = 0; i < 2; i++) {
        dataset_fill(set, i, 1, 1, image);
        for (int k = 0; k < 48; k++)
            assert_float_equal(image[k], 100, 0);
    }
    dataset_unref(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_form_holds_the_same_set, clear),
        cmocka_unit_test_setup(what_a_form_cannot_hold_is_refused, clear),
        cmocka_unit_test_setup(images_come_to_another_size, clear),
        cmocka_unit_test_setup(what_pixels_do_not_say_is_told, clear),
        cmocka_unit_test_setup_teardown(pictures_of_several_sizes_are_told_or_fitted, clear, clear),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
