/* io/dataset: pixels as a net and a screen want them, sets that are written. */
#include "tests/unit/io/load_sets.h"

static void images_are_shown_as_levels(void **state)
{
    (void)state;
    struct error err = {0};
    uint8_t rgb[2 * 3];
    static const double unit[] = {0, 0.5, 1, 0.25}, wide[] = {-3, 0.6, 300, 128.5};
    struct dataset_options wanted = options(1, 2, 1);
    add_array("unit.h5", "data", H5T_IEEE_F64LE, 3, (hsize_t[]){2, 1, 2}, NULL, unit);
    write_labels("unit.h5", "label", 2);
    struct dataset *dataset = dataset_open("unit.h5", &wanted, &err);
    dataset_show(dataset, 0, rgb);
    assert_memory_equal(rgb, ((uint8_t[]){0, 0, 0, 128, 128, 128}), 6);
    dataset_unref(dataset);
    add_array("wide.h5", "data", H5T_IEEE_F64LE, 3, (hsize_t[]){2, 1, 2}, NULL, wide);
    write_labels("wide.h5", "label", 2);
    dataset = dataset_open("wide.h5", &wanted, &err);
    dataset_show(dataset, 0, rgb);
    assert_memory_equal(rgb, ((uint8_t[]){0, 0, 0, 1, 1, 1}), 6);
    dataset_show(dataset, 1, rgb);
    assert_memory_equal(rgb, ((uint8_t[]){255, 255, 255, 129, 129, 129}), 6);
    dataset_unref(dataset);
}

static struct dataset *made_set(void)
{
    uint8_t *pixels = memory_array(N * IMAGE, 1);
    int32_t *labels = memory_array(N, sizeof *labels);
    for (int i = 0, at = 0; i < N; i++) {
        labels[i] = i % 3;
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                for (int c = 0; c < C; c++)
                    pixels[at++] = (uint8_t)value_at(i, y, x, c);
    }
    struct shape shape = shape_image(H, W, C);
    return dataset_from_bytes("made", N, &shape, pixels, labels);
}

static void a_written_set_reads_back_equal(void **state)
{
    (void)state;
    struct error err = {0};
    uint8_t rgb[IMAGE];
    struct dataset *dataset = made_set();
    assert_true(dataset_write(dataset, "a.h5", false, &err));
    assert_true(dataset_write(dataset, "b.h5", false, &err));
    assert_true(files_same("a.h5", "b.h5"));
    assert_false(dataset_write(dataset, "a.h5", false, &err));
    assert_string_equal(err.text, "a.h5: already exists");
    struct dataset *again = open_set("a.h5", false);
    check_images(again, N, 0);
    dataset_show(again, 3, rgb);
    assert_int_equal(rgb[IMAGE - 1], value_at(3, H - 1, W - 1, C - 1));
    assert_memory_equal(dataset_labels(again), dataset_labels(dataset), N * sizeof(int32_t));
    dataset_unref(again);
    dataset_unref(dataset_ref(dataset));
    files_full_disk(1000);
    bool written = dataset_write(dataset, "c.h5", false, &err);
    files_full_disk(0);
    assert_false(written);
    assert_string_equal(err.text, "c.h5: cannot be written: File too large");
    assert_int_equal(files_count(), 2);
    dataset_unref(dataset);
}

static void floats_are_written_as_floats(void **state)
{
    (void)state;
    struct error err = {0};
    struct stored stored = {.type = H5T_IEEE_F64LE, .odd = 0.5};
    write_images("set.h5", "data", &stored);
    write_labels("set.h5", "label", N);
    struct dataset *dataset = open_set("set.h5", false);
    assert_true(dataset_write(dataset, "out.h5", false, &err));
    struct dataset *again = open_set("out.h5", false);
    check_images(again, N, 0.5F);
    dataset_unref(again);
    dataset_unref(dataset);
}

/* Whatever the number of images, of lanes, and of values. */
static void lanes_hold_the_images(void **state)
{
    (void)state;
    enum { IMAGES = 40, MOST = 300 };
    for (int pixels = 1; pixels <= MOST; pixels = pixels * 2 + 3) {
        const struct shape shape = shape_image(1, pixels, 1);
        uint8_t *bytes = memory_array(IMAGES, (size_t)pixels);
        for (int i = 0; i < IMAGES * pixels; i++)
            bytes[i] = (uint8_t)(i * 7 + i / 256);
        struct dataset *set =
            dataset_from_bytes("set", IMAGES, &shape, bytes, memory_array(IMAGES, sizeof(int32_t)));
        for (int width = 4; width <= 32; width *= 2)
            for (int n = 1; n <= width; n++) {
                float one[MOST], *batched = memory_floats((size_t)(pixels * width));
                int index[32];
                for (int lane = 0; lane < n; lane++)
                    index[lane] = (lane * 11 + n) % IMAGES;
                dataset_fill_lanes(set, index, n, width, 1 / 3.0F, batched);
                for (int lane = 0; lane < width; lane++) {
                    memset(one, 0, sizeof one);
                    if (lane < n)
                        dataset_fill(set, index[lane], 1, 1 / 3.0F, one);
                    for (int i = 0; i < pixels; i++)
                        assert_true(batched[i * width + lane] == one[i]);
                }
                free(batched);
            }
        dataset_unref(set);
    }
}

/* A scale alone is what it was, to the bit; all else is scale, then offset, of each channel. */
static void pixels_are_fed_as_the_net_wants_them(void **state)
{
    (void)state;
    enum { WIDTH = 8 };
    const struct channel_numbers mean = {3, {1, 2, 4}}, deviation = {3, {2, 4, 8}};
    const struct channel_numbers half = {1, {-0.5}};
    const struct pixel_scaling ways[] = {pixel_scaling_of(1 / 255.0),
        pixel_scaling_make(0.25, NULL, NULL, &half, false, ""),
        pixel_scaling_make(1, &mean, &deviation, NULL, false, ""),
        pixel_scaling_make(1, &mean, NULL, NULL, true, "")};
    struct dataset *dataset = made_set();
    for (int k = 0; k < 4; k++) {
        static float one[IMAGE], batched[IMAGE * WIDTH];
        const int index[] = {4, 0, 6};
        dataset_feed_lanes(dataset, index, 3, WIDTH, &ways[k], batched);
        for (int lane = 0; lane < WIDTH; lane++) {
            memset(one, 0, sizeof one);
            if (lane < 3)
                dataset_feed(dataset, index[lane], 1, &ways[k], one);
            for (int i = 0; i < IMAGE; i++)
                assert_true(batched[i * WIDTH + lane] == one[i]);
        }
        dataset_feed(dataset, 4, 1, &ways[k], one);
        for (int i = 0; i < IMAGE; i++) {
            int c = i % C, from = k == 3 ? C - 1 - c : c;
            float x = (float)value_at(4, i / C / W, i / C % W, from);
            float wanted = k == 0   ? x * (float)(1 / 255.0)
                           : k == 1 ? x * 0.25F - 0.5F
                           : k == 2 ? (x - (float)mean.at[c]) / (float)deviation.at[c]
                                    : x - (float)mean.at[c];
            assert_true(one[i] == wanted); /* powers of two: exact */
        }
    }
    dataset_unref(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(images_are_shown_as_levels, files_each),
        cmocka_unit_test_setup(a_written_set_reads_back_equal, files_each),
        cmocka_unit_test(lanes_hold_the_images),
        cmocka_unit_test(pixels_are_fed_as_the_net_wants_them),
        cmocka_unit_test_setup(floats_are_written_as_floats, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
