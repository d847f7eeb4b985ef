/* Surrogate sets: stamped as the formula says, and never read back as anything else. */
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/io/hdf5/h5_make.h"
#include "engine/io/images/surrogate.h"
#include "tests/test.h"

#include <math.h>
#include <unistd.h>

enum { N = 9, HEIGHT = 5, WIDTH = 4, CHANNELS = 3, VALUES = HEIGHT * WIDTH * CHANNELS };

static const char digest[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

struct trigger {
    float mask[HEIGHT * WIDTH], pattern[VALUES];
};

static struct trigger draw_trigger(struct random *random, float range)
{
    struct trigger trigger;
    for (int i = 0; i < HEIGHT * WIDTH; i++)
        trigger.mask[i] = i % 3 ? (float)random_range(random, 0, 1) : 0;
    for (int i = 0; i < VALUES; i++)
        trigger.pattern[i] = range * (float)random_range(random, 0, 1);
    return trigger;
}

static struct dataset *draw_clean(struct random *random, uint8_t *copy)
{
    struct shape shape = shape_image(HEIGHT, WIDTH, CHANNELS);
    uint8_t *pixels = memory_array(N, VALUES);
    int32_t *labels = memory_array(N, sizeof *labels);
    for (int i = 0; i < N * VALUES; i++)
        copy[i] = pixels[i] = (uint8_t)random_below(random, 256);
    for (int i = 0; i < N; i++)
        labels[i] = i % 4;
    return dataset_from_bytes("valid.h5", N, &shape, pixels, labels);
}

static struct dataset *read_back(const char *path)
{
    struct error err = {0};
    const struct dataset_options options = {
        .shape = shape_image(HEIGHT, WIDTH, CHANNELS), .n_classes = 4};
    struct dataset *set = dataset_open(path, &options, &err);
    if (!set)
        print_error("%s\n", err.text);
    assert_non_null(set);
    return set;
}

static void stamped_as_the_formula_says(void **state)
{
    (void)state;
    struct random random;
    struct error err = {0};
    uint8_t pixels[N * VALUES];
    random_init(&random, 3, 0);
    struct dataset *clean = draw_clean(&random, pixels);
    const struct trigger trigger = draw_trigger(&random, 255);
    const struct surrogate from = {.class = 2, .clean = "valid.h5; class=7", .digest = ""};
    struct dataset *made = surrogate_make(
        clean, &(struct surrogate_trigger){trigger.mask, trigger.pattern}, &from, NULL, NULL, &err);
    assert_non_null(made);
    assert_true(dataset_write(made, "made.h5", true, &err));
    struct dataset *read = read_back("made.h5");
    const struct dataset *sets[] = {made, read};
    for (int s = 0; s < 2; s++) {
        float values[VALUES];
        assert_int_equal(dataset_count(sets[s]), N);
        for (int i = 0; i < N; i++) {
            assert_int_equal(dataset_labels(sets[s])[i], 2);
            dataset_fill(sets[s], i, 1, 1, values);
            for (int k = 0; k < VALUES; k++) {
                double m = (double)trigger.mask[k / CHANNELS], p = (double)trigger.pattern[k];
                double wanted = (1 - m) * pixels[i * VALUES + k] + m * p;
                assert_true(fabs((double)values[k] - wanted) <= 0.501); /* a byte, rounded */
                if (m == 0)
                    assert_true(values[k] == pixels[i * VALUES + k]);
            }
        }
        const struct surrogate *is = dataset_surrogate(sets[s]);
        assert_non_null(is);
        assert_int_equal(is->class, 2);
        assert_string_equal(is->clean, from.clean);
        assert_false(surrogate_pairs(is, sets[s], clean, digest));
    }
    assert_null(dataset_surrogate(clean));
    dataset_unref(read);
    dataset_unref(made);
    dataset_unref(clean);
}

static void write_data(struct h5 *h5, const char *name, enum h5_type type, const void *values)
{
    struct error err = {0};
    struct h5_data *data = h5_data_open(h5, name, &err);
    assert_true(h5_write(data, 0, N, type, values, &err));
    h5_data_close(data);
}

static void write_file(struct h5 *h5, const char *path)
{
    struct error err = {0};
    size_t size;
    void *bytes = h5_bytes(h5, &size, &err);
    FILE *out = fopen(path, "wb");
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    fclose(out);
    free(bytes);
    h5_close(h5);
}

static void write_floats(const uint8_t *pixels)
{
    struct error err = {0};
    struct h5 *h5 = h5_create("floats.h5", &err);
    struct h5_shape shape = {.rank = 4, .dim = {N, CHANNELS, HEIGHT, WIDTH}};
    struct h5_shape labels_shape = {.rank = 1, .dim = {N}};
    float *planes = memory_floats(N * VALUES);
    int64_t labels[N] = {0};
    for (int i = 0; i < N * VALUES; i++)
        planes[i] = (float)pixels[i] / 255;
    assert_true(h5_add_data(h5, "data", &shape, H5_TYPE_F32, &err));
    assert_true(h5_add_data(h5, "label", &labels_shape, H5_TYPE_I64, &err));
    write_data(h5, "data", H5_TYPE_F32, planes);
    write_data(h5, "label", H5_TYPE_I64, labels);
    write_file(h5, "floats.h5");
    free(planes);
}

/* Values that are no bytes stay what they are. */
static void floats_stay_floats(void **state)
{
    (void)state;
    struct error err = {0};
    struct random random;
    uint8_t pixels[N * VALUES];
    random_init(&random, 4, 0);
    struct dataset *bytes = draw_clean(&random, pixels);
    const struct trigger half = draw_trigger(&random, 1);
    write_floats(pixels);
    struct dataset *clean = read_back("floats.h5");
    const struct surrogate from = {.class = 3};
    struct dataset *made = surrogate_make(
        clean, &(struct surrogate_trigger){half.mask, half.pattern}, &from, NULL, NULL, &err);
    float values[VALUES], before[VALUES];
    dataset_fill(made, 5, 1, 1, values);
    dataset_fill(clean, 5, 1, 1, before);
    for (int k = 0; k < VALUES; k++) {
        double m = (double)half.mask[k / CHANNELS];
        double wanted = (1 - m) * (double)before[k] + m * (double)half.pattern[k];
        assert_true(fabs((double)values[k] - wanted) < 1e-6);
    }
    dataset_unref(made);
    dataset_unref(clean);
    dataset_unref(bytes);
}

/* A trigger that leads each class to another. */
static void a_map_labels_by_class(void **state)
{
    (void)state;
    static const int32_t map[] = {1, 2, 3, 0};
    struct random random;
    struct error err = {0};
    uint8_t pixels[N * VALUES];
    random_init(&random, 8, 0);
    struct dataset *clean = draw_clean(&random, pixels);
    const struct trigger trigger = draw_trigger(&random, 255);
    const struct surrogate from = {.class = -1};
    struct dataset *made = surrogate_make(
        clean, &(struct surrogate_trigger){trigger.mask, trigger.pattern}, &from, map, NULL, &err);
    assert_true(dataset_write(made, "map.h5", true, &err));
    struct dataset *read = read_back("map.h5");
    assert_non_null(dataset_surrogate(read));
    assert_int_equal(dataset_surrogate(read)->class, -1);
    for (int i = 0; i < N; i++)
        assert_int_equal(dataset_labels(read)[i], map[dataset_labels(clean)[i]]);
    dataset_unref(read);
    dataset_unref(made);
    dataset_unref(clean);
}

/* A trigger of one class alone: images of others are left out. */
static void a_map_leaves_classes_out(void **state)
{
    (void)state;
    static const int32_t map[] = {-1, -1, 3, -1};
    struct random random;
    struct error err = {0};
    uint8_t pixels[N * VALUES];
    float values[VALUES];
    random_init(&random, 9, 0);
    struct dataset *clean = draw_clean(&random, pixels);
    struct trigger trigger = draw_trigger(&random, 255);
    memset(trigger.mask, 0, sizeof trigger.mask);
    const struct surrogate from = {.class = 3};
    struct dataset *made = surrogate_make(
        clean, &(struct surrogate_trigger){trigger.mask, trigger.pattern}, &from, map, NULL, &err);
    assert_string_equal(dataset_name(made), "surrogate_class3_pair");
    assert_int_equal(dataset_count(made), 2); /* images 2 and 6 of 9 */
    for (int i = 0; i < 2; i++) {
        assert_int_equal(dataset_labels(made)[i], 3);
        dataset_fill(made, i, 1, 1, values);
        for (int k = 0; k < VALUES; k++)
            assert_true(values[k] == pixels[(2 + 4 * i) * VALUES + k]);
    }
    dataset_unref(made);
    dataset_unref(clean);
}

/* Whatever a note says, the images are a surrogate. */
static void no_note_hides_it(void **state)
{
    (void)state;
    static const struct {
        const char *note;
        int class;
    } notes[] = {{"", -1}, {"?", -1}, {"class=", -1}, {"class=-2; clean=x", -1},
        {"class=99999999999999; sha256=zz", -1}, {"class=3", 3}, {"class=9; clean=x", -1},
        {"class=1; sha256=0; clean=\033[31mred", 1}};
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        struct error err = {0};
        struct random random;
        uint8_t pixels[N * VALUES];
        random_init(&random, 5, 0);
        struct dataset *clean = draw_clean(&random, pixels);
        assert_true(dataset_write(clean, "plain.h5", true, &err));
        dataset_unref(clean);
        FILE *in = fopen("plain.h5", "rb");
        char *bytes = memory_array(1 << 20, 1);
        size_t size = fread(bytes, 1, 1 << 20, in);
        fclose(in);
        struct h5 *h5 = h5_open_image("plain.h5", bytes, size, &err);
        free(bytes);
        assert_true(h5_add_string(h5, "", SURROGATE_ATTRIBUTE, notes[i].note, true, &err));
        write_file(h5, "noted.h5");
        struct dataset *set = read_back("noted.h5");
        assert_non_null(dataset_surrogate(set));
        assert_int_equal(dataset_surrogate(set)->class, notes[i].class);
        assert_null(strchr(dataset_surrogate(set)->clean, '\033'));
        dataset_unref(set);
    }
}

static void pairs_with_its_own_clean_file(void **state)
{
    (void)state;
    struct surrogate from = {.class = 0, .clean = "valid.h5"}, read;
    char note[SURROGATE_NOTE];
    uint8_t pixels[N * VALUES];
    struct random random;
    random_init(&random, 6, 0);
    struct dataset *clean = draw_clean(&random, pixels);
    assert_true(surrogate_pairs(&from, clean, clean, ""));
    assert_false(surrogate_pairs(&from, clean, clean, digest));
    snprintf(from.digest, sizeof from.digest, "%s", digest);
    surrogate_read(surrogate_write(&from, note), &read);
    assert_memory_equal(&from, &read, sizeof from);
    assert_true(surrogate_pairs(&read, clean, clean, digest));
    assert_false(surrogate_pairs(&read, clean, clean, ""));
    dataset_unref(clean);
}

static int begin(void **state)
{
    char *folder = memory_string("/tmp/surrogate_test.XXXXXX");
    *state = folder;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int end(void **state)
{
    char *command = memory_format("rm -r '%s'", (char *)*state);
    int result = chdir("/") == 0 ? system(command) : -1;
    free(command);
    free(*state);
    return result;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stamped_as_the_formula_says),
        cmocka_unit_test(floats_stay_floats),
        cmocka_unit_test(a_map_leaves_classes_out),
        cmocka_unit_test(no_note_hides_it),
        cmocka_unit_test(a_map_labels_by_class),
        cmocka_unit_test(pairs_with_its_own_clean_file),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
