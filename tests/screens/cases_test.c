/* Small image sets that people really meet, one for each kind: what the program makes of them.
 * Optional: SECATEUR_CASES names the folder, else ../shared/cases beside the sources is tried. */
#include "tests/screens/piped.h"

#include "engine/base/memory.h"

#include "tests/test.h"

#include <unistd.h>

static char *cases_folder(void)
{
    const char *named = getenv("SECATEUR_CASES"), *source = getenv("SECATEUR_SOURCE");
    char *folder =
        named ? memory_string(named) : memory_format("%s/../shared/cases", source ? source : ".");
    char *clean = memory_format("%s/clean.h5", folder);
    bool there = access(clean, R_OK) == 0;
    free(clean);
    if (there)
        return folder;
    print_message("SKIPPED: set SECATEUR_CASES to the folder of small cases\n");
    free(folder);
    return NULL;
}

/* Behind "eval --format FORMAT": names of files are in the folder. */
struct image_case {
    const char *net, *clean, *rest;
    int status;
    const char *says; /* of the output, or (status not 0) of the errors */
};

#define ALL_200 "100.00 %  [98.12, 100.00]      200 of 200"

static const struct image_case cases[] = {
    {"net.h5", "clean.h5", "", 0, ALL_200},
    {"net.h5", "matlab73.mat", "", 0, ALL_200},
    {"net.h5", "matlab73.mat", "", 0, "axes turned (MATLAB)"},
    {"net.h5", "names_x_test.h5", "", 0, ALL_200},
    {"net.h5", "names_x_test.h5", "", 0, "images /x_test, labels /y_test"},
    {"net.h5", "names_images_labels.h5", "", 0, ALL_200},
    {"net.h5", "names_groups.h5", "", 3,
        "test/data with test/target, train/data with train/target"},
    {"net.h5", "names_groups.h5", "--clean-names test/data,test/target", 0, ALL_200},
    {"net.h5", "names_groups.h5", "--data-name train/data --label-name train/target", 0, ALL_200},
    {"net.h5", "images.npz", "", 0, ALL_200},
    {"net.h5", "lzf.h5", "", 0, ALL_200},
    {"net.h5", "label_onehot_bool.h5", "", 0, ALL_200},
    {"net.h5", "soft_link.h5", "", 0, ALL_200},
    {"net.h5", "lfs_pointer.h5", "", 3, "a Git LFS pointer"},
    {"net.h5", "clean_minus_half.h5", "", 0, ALL_200},
    {"net_minus_half.h5", "clean.h5", "", 0, "pixels as x/255 - 0.5"},
    {"net_minus_half.h5", "clean.h5", "", 0, ALL_200},
    {"net_minus_half.h5", "clean.h5", "--scale 1/255 --offset -0.5", 0, ALL_200},
    {"net_minus_half.h5", "clean.h5", "--scale 1/255 --mean 0.5 --std 1", 0, ALL_200},
    {"net_minus_half.h5", "clean_minus_half.h5", "", 0, "pixels x 1\n"},
    {"net_minus_half.h5", "clean_minus_half.h5", "", 0, ALL_200},
};

static void each_case_is_right(void **state)
{
    (void)state;
    char *folder = cases_folder();
    int wrong = 0;
    for (size_t k = 0; folder && k < sizeof cases / sizeof *cases; k++) {
        const struct image_case *c = &cases[k];
        char *arguments =
            memory_format("eval %s/%s -c %s/%s %s", folder, c->net, folder, c->clean, c->rest);
        int status = piped_run(&program, arguments, "");
        bool right = status == c->status &&
                     (status == 0 ? piped_says(&program, c->says) : piped_errs(&program, c->says));
        if (!right)
            print_message("WRONG (status %d): %s\n", status, arguments);
        wrong += !right;
        free(arguments);
    }
    free(folder);
    assert_int_equal(wrong, 0);
}

/* A poisoned file with other names than the clean one. */
static void clean_and_poisoned_names_may_differ(void **state)
{
    (void)state;
    char *folder = cases_folder();
    if (!folder)
        return;
    char *arguments = memory_format(
        "eval %s/net.h5 -c %s/clean.h5 -p %s/poisoned_images_labels.h5", folder, folder, folder);
    assert_int_equal(piped_run(&program, arguments, ""), 0);
    assert_true(piped_says(&program, "poisoned_images_labels.h5"));
    assert_true(piped_says(&program, "images /images, labels /labels"));
    free(arguments);
    free(folder);
}

/* Said by hand and wrong: numbers follow what was said, with a warning of what would fit. */
static void a_wrong_scaling_by_hand_is_warned_of(void **state)
{
    (void)state;
    char *folder = cases_folder();
    if (!folder)
        return;
    char *arguments =
        memory_format("eval %s/net_minus_half.h5 -c %s/clean.h5 --scale 1", folder, folder);
    assert_int_equal(piped_run(&program, arguments, ""), 0);
    assert_true(piped_says(&program, "41 of 200"));
    assert_true(piped_errs(&program, "with the given pixel options"));
    assert_true(piped_errs(&program, "read as x/255 - 0.5 100.0 %"));
    free(arguments);
    arguments = memory_format(
        "eval %s/net_minus_half.h5 -c %s/clean.h5 --scale 1/255 --offset -0.5", folder, folder);
    assert_int_equal(piped_run(&program, arguments, ""), 0);
    assert_false(piped_errs(&program, "given pixel options"));
    free(arguments);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_is_right),
        cmocka_unit_test(clean_and_poisoned_names_may_differ),
        cmocka_unit_test(a_wrong_scaling_by_hand_is_warned_of),
    };
    return cmocka_run_group_tests(tests, piped_set_up, piped_tear_down);
}
