/* io/dataset_alike: which sets lie in one range, with near cases on both sides. */
#include "tests/unit/io/load_sets.h"

#include "engine/io/images/dataset_alike.h"

/* A set whose values run from low to high; of bytes where both are whole numbers in 0..255. */
static struct dataset *set_of(const char *file, double low, double high)
{
    struct error err = {0};
    const double values[] = {low, high, low, high};
    struct dataset_options wanted = options(1, 2, 1);
    unlink(file);
    add_array(file, "data", H5T_IEEE_F64LE, 3, (hsize_t[]){2, 1, 2}, NULL, values);
    write_labels(file, "label", 2);
    struct dataset *set = dataset_open(file, &wanted, &err);
    assert_non_null(set);
    return set;
}

struct pair {
    double clean[2], other[2];
};

static bool alike(const struct pair *pair, bool turned, struct error *err)
{
    struct dataset *clean = set_of("clean.h5", pair->clean[0], pair->clean[1]);
    struct dataset *other = set_of("other.h5", pair->other[0], pair->other[1]);
    bool good = turned ? dataset_alike(other, clean, err) : dataset_alike(clean, other, err);
    dataset_unref(clean);
    dataset_unref(other);
    return good;
}

static void one_range_is_taken(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {{0, 255}, {0, 200}},       /* bytes */
        {{0, 255}, {0, 3}},         /* dark bytes */
        {{0, 255}, {0, 0}},         /* black */
        {{0, 255}, {0.5, 254.5}},   /* bytes that were resized */
        {{0, 255}, {-20.5, 280}},   /* with noise */
        {{0, 0.999}, {0, 0.8}},     /* floats */
        {{0, 0.999}, {0.01, 0.05}}, /* dark */
        {{0, 0.999}, {0, 1}},       /* black and white alone */
        {{0, 0.999}, {-0.2, 1.3}},  /* with noise */
        {{-1, 1}, {-1, 0.4}},       /* x/127.5 - 1 */
        {{-1, 1}, {-1.2, 1.2}},     /* with noise */
        {{-0.5, 0.5}, {-0.5, 0.4}}, /* x/255 - 0.5 */
        {{-2.12, 2.64}, {-1.5, 1}}, /* normalised */
        {{-0.42, 2.82}, {-0.42, 1.9}}, {{-123.68, 151.06}, {-120, 90}}, /* Caffe's */
    };
    for (size_t i = 0; i < 2 * sizeof pairs / sizeof *pairs; i++) {
        struct error err = {0};
        if (!alike(&pairs[i / 2], i % 2, &err))
            print_message("%s\n", err.text);
        assert_int_equal(err.class, ERROR_NONE);
    }
}

static void two_ranges_are_refused(void **state)
{
    (void)state;
    static const double ranges[][2] = {
        {0, 255}, {0, 0.999}, {-1, 1}, {-2.12, 2.64}, {-123.68, 151.06}};
    static const struct pair pairs[] = {
        {{0, 0.999}, {0, 2.1}},
        {{0, 1}, {0, 200}},
        {{0, 0.999}, {-0.42, 2.82}},
        {{0, 255}, {-127.5, 127.5}},
        {{0, 0.999}, {-0.5, 0.5}},
        {{0, 90}, {-2.12, 2.64}},
    };
    enum { RANGES = sizeof ranges / sizeof *ranges };
    for (size_t i = 0; i < 2 * sizeof pairs / sizeof *pairs; i++)
        assert_false(alike(&pairs[i / 2], i % 2, NULL));
    for (size_t a = 0; a < RANGES; a++)
        for (size_t b = 0; b < RANGES; b++) {
            const struct pair pair = {{ranges[a][0], ranges[a][1]}, {ranges[b][0], ranges[b][1]}};
            assert_int_equal(alike(&pair, false, NULL), a == b);
        }
}

static void a_refusal_names_files_and_ranges(void **state)
{
    (void)state;
    struct error err = {0};
    const struct pair unit = {{0, 200}, {0, 0.75}}, signs = {{0, 0.75}, {-2, 2.5}};
    assert_false(alike(&unit, false, &err));
    assert_string_equal(err.text,
        "other.h5: its values are floats 0..0.75, those of clean.h5 bytes 0..200: one rule of "
        "pixels cannot serve both; multiply other.h5 by 255");
    assert_false(alike(&unit, true, &err));
    assert_non_null(strstr(err.text, "multiply other.h5 by 255"));
    assert_false(alike(&signs, false, &err));
    assert_string_equal(err.text,
        "other.h5: its values are floats -2..2.5, those of clean.h5 floats 0..0.75: one rule of "
        "pixels cannot serve both; prepare other.h5 in the same way");
}

static void bytes_become_a_unit(void **state)
{
    (void)state;
    struct error err = {0};
    float values[4];
    struct dataset *bytes = set_of("clean.h5", 51, 255);
    struct dataset *unit = dataset_to_unit(bytes, &err);
    assert_false(dataset_is_unit(bytes));
    assert_true(dataset_is_unit(unit));
    dataset_fill(unit, 0, 2, 1, values);
    assert_true(values[0] == 0.2F && values[1] == 1 && values[2] == 0.2F && values[3] == 1);
    assert_memory_equal(dataset_labels(unit), dataset_labels(bytes), 2 * sizeof(int32_t));
    dataset_unref(bytes);
    dataset_unref(unit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_range_is_taken),
        cmocka_unit_test(two_ranges_are_refused),
        cmocka_unit_test(a_refusal_names_files_and_ranges),
        cmocka_unit_test(bytes_become_a_unit),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
