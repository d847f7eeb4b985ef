/* session/pixel_search: the common ways to prepare pixels, and which is taken. */
#include "engine/session/state/pixel_search.h"

#include "engine/base/memory.h"

#include "tests/test.h"

#include <math.h>
#include <string.h>

static const struct shape colours = {3, {2, 2, 3}}, grey = {3, {2, 2, 1}};

static void common_ways_are_tried(void **state)
{
    (void)state;
    struct error err = {0};
    struct pixel_trial trials[PIXEL_TRIALS_MAX];
    struct options o = OPTIONS_DEFAULT;
    static const char *const names[] = {"1", "1/255", "x/127.5 - 1", "x/255 - 0.5",
        "ImageNet's mean and deviation", "BGR minus ImageNet's mean (Caffe)"};
    static const double of_255[] = {255, 1, 1, 0.5, (1 - 0.485) / 0.229, 255 - 103.939};
    assert_int_equal(pixel_trials(&o, &colours, NULL, trials, &err), 6);
    for (int i = 0; i < 6; i++) {
        const struct pixel_scaling *scaling = &trials[i].scaling;
        assert_string_equal(scaling->text, names[i]);
        assert_true(fabs(255 * scaling->scale[0] + scaling->offset[0] - of_255[i]) < 1e-9);
        assert_int_equal(scaling->reversed, i == 5);
    }
    assert_int_equal(pixel_trials(&o, &grey, NULL, trials, &err), 4);
}

/* Under --bgr: one that reads reversed images as ImageNet's, and one trained on BGR. */
static void imagenet_is_tried_with_reversed_channels(void **state)
{
    (void)state;
    struct error err = {0};
    struct pixel_trial trials[PIXEL_TRIALS_MAX];
    struct options o = OPTIONS_DEFAULT;
    o.bgr = true;
    assert_int_equal(pixel_trials(&o, &colours, NULL, trials, &err), 4);
    for (int k = 2; k < 4; k++) {
        float pixel[] = {51, 102, 255};
        static const double mean[] = {0.485, 0.456, 0.406}, by[] = {0.229, 0.224, 0.225};
        static const double turned[] = {1, 0.4, 0.2};
        pixel_scaling_apply(&trials[k].scaling, pixel, 1, 3, 1, 1);
        for (int c = 0; c < 3; c++) {
            int at = k == 2 ? c : 2 - c;
            assert_true(fabs((double)pixel[c] - (turned[c] - mean[at]) / by[at]) < 1e-5);
        }
    }
    assert_int_equal(pixel_trials(&o, &grey, NULL, trials, &err), 2);
    o.mean.n = 1;
    assert_int_equal(pixel_trials(&o, &colours, NULL, trials, &err), 2);
}

/* Ways that undo -1..1 must be clearly better than what needs no such guess. */
static void what_undoes_is_taken_where_it_is_clearly_better(void **state)
{
    (void)state;
    static const struct {
        double right[3], loss[3];
        int best;
    } cases[] = {
        {{67, 10, 98}, {1, 2, 0.1}, 2},
        {{98, 10, 99}, {1, 2, 0.1}, 0},
        {{89, 10, 98}, {1, 2, 0.1}, 0},
        {{-1, -1, 50}, {INFINITY, INFINITY, 0.1}, 2},
        {{20, 10, 20}, {1, 2, 0.1}, 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct pixel_trial trials[3] = {{.undoes = false}};
        trials[2].undoes = true;
        for (int i = 0; i < 3; i++) {
            trials[i].scaling = pixel_scaling_of(1);
            trials[i].right = cases[k].right[i];
            trials[i].loss = cases[k].loss[i];
        }
        assert_int_equal(pixel_best(trials, 3), cases[k].best);
    }
}

static void what_is_given_is_taken(void **state)
{
    (void)state;
    struct error err = {0};
    struct pixel_trial trials[PIXEL_TRIALS_MAX];
    struct options o = OPTIONS_DEFAULT;
    o.mean = (struct channel_numbers){3, {0.5, 0.25, 1}};
    o.deviation = (struct channel_numbers){1, {0.5}};
    assert_int_equal(pixel_trials(&o, &colours, NULL, trials, &err), 2); /* of 1 and 1/255 */
    assert_int_equal(pixel_trials(&o, &grey, NULL, trials, &err), 0);
    assert_string_equal(err.text, "--mean: 3 numbers, but the images have 1 channel");
    o.scale = 2;
    assert_int_equal(pixel_trials(&o, &colours, NULL, trials, &err), 1);
    assert_true(trials[0].scaling.scale[2] == 4 && trials[0].scaling.offset[2] == -2);
    o.offset.n = 1;
    assert_int_equal(pixel_trials(&o, &colours, NULL, trials, &err), 0);
    assert_int_equal(err.class, ERROR_USAGE);
}

/* The flags say what is fed, whatever it is. */
static void flags_say_the_same(void **state)
{
    (void)state;
    char text[PIXEL_FLAGS];
    const struct channel_numbers mean = {3, {1, 2, 4}}, deviation = {3, {0.5, 0.25, 1}};
    const struct channel_numbers half = {1, {-0.5}};
    struct pixel_scaling scaling = pixel_scaling_make(0.25, NULL, NULL, &half, false, "");
    assert_string_equal(pixel_scaling_flags(&scaling, text), "--scale 0.25 --offset -0.5");
    scaling = pixel_scaling_make(1, &mean, &deviation, NULL, true, "");
    assert_string_equal(
        pixel_scaling_flags(&scaling, text), "--scale 1 --mean 1,2,4 --std 0.5,0.25,1 --bgr");
    scaling = pixel_scaling_of(1);
    assert_string_equal(pixel_scaling_flags(&scaling, text), "--scale 1");
}

static void the_right_one_is_taken(void **state)
{
    (void)state;
    static const struct {
        double right[4], loss[4];
        int best;
    } cases[] = {
        {{98, 12, 40, 30}, {0.1, 2, 1, 1}, 0},
        {{97.6, 97.4, 50, 50}, {31, 0.1, 5, 5}, 1}, /* alike: the lower loss */
        {{20, 30, 99, 98}, {9, 9, 0.05, 0.09}, 2},
        {{20, 30, 90, 99}, {9, 9, 0.01, 0.3}, 3},    /* more is right, whatever the loss */
        {{98, 97, 98.5, 97}, {0.1, 3, 0.095, 1}, 0}, /* hardly better is not better */
        {{-1, 0, 5, 1}, {INFINITY, 9, 1, 9}, 2},     /* beyond floats */
        {{20, 20, 100, 100}, {9, 9, 0.07, 0.39}, 3}, /* both right: the smaller numbers */
        {{20, 20, 100, 100}, {9, 9, 0.02, 0.9}, 2},  /* unless the net is unsure then */
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct error err = {0};
        struct pixel_trial trials[PIXEL_TRIALS_MAX];
        struct options o = OPTIONS_DEFAULT;
        assert_int_equal(pixel_trials(&o, &grey, NULL, trials, &err), 4);
        for (int i = 0; i < 4; i++) {
            trials[i].right = cases[k].right[i];
            trials[i].loss = cases[k].loss[i];
        }
        assert_int_equal(pixel_best(trials, 4), cases[k].best);
    }
}

static void a_net_that_is_hardly_right_is_noticed(void **state)
{
    (void)state;
    enum { IMAGES = 8 };
    const struct shape shape = grey;
    int32_t *labels = memory_array(IMAGES, sizeof *labels);
    for (int i = 0; i < IMAGES; i++)
        labels[i] = i % 4;
    struct dataset *set =
        dataset_from_bytes("set", IMAGES, &shape, memory_array(IMAGES * 4, 1), labels);
    struct pixel_trial trial = {.right = 25};
    assert_true(pixel_none_fits(&trial, set, 4));
    trial.right = 60;
    assert_false(pixel_none_fits(&trial, set, 4));
    dataset_unref(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_ways_are_tried),
        cmocka_unit_test(imagenet_is_tried_with_reversed_channels),
        cmocka_unit_test(what_undoes_is_taken_where_it_is_clearly_better),
        cmocka_unit_test(what_is_given_is_taken),
        cmocka_unit_test(flags_say_the_same),
        cmocka_unit_test(the_right_one_is_taken),
        cmocka_unit_test(a_net_that_is_hardly_right_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
