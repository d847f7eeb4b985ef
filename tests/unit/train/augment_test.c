/* train: how images are disturbed while a net learns: as much as was asked for, and no more. */
#include "engine/train/augment.h"

#include "tests/nets.h"

#include "tests/test.h"

#include <math.h>

enum { HEIGHT = 9, WIDTH = 7, CHANNELS = 2, VALUES = HEIGHT * WIDTH * CHANNELS, TIMES = 200 };
static const float LOW = -2, HIGH = 6;

/* Values of -1..1; each time another stream. */
static void disturb(const struct augment_options *options, int time, float *before, float *after)
{
    struct shape shape = shape_image(HEIGHT, WIDTH, CHANNELS);
    float scratch[VALUES];
    struct random random;
    random_init(&random, 9, (uint64_t)time);
    test_fill(before, VALUES);
    memcpy(after, before, VALUES * sizeof *after);
    augment_image(options, &random, &shape, after, scratch);
}

static void nothing_asked_for_changes_nothing(void **state)
{
    (void)state;
    struct augment_options none = {.low = LOW, .high = HIGH};
    float before[VALUES], after[VALUES];
    disturb(&none, 1, before, after);
    assert_memory_equal(before, after, sizeof before);
}

static void patches_are_small_squares_at_the_ends(void **state)
{
    (void)state;
    struct augment_options options = {.patch = 3, .low = LOW, .high = HIGH};
    float before[VALUES], after[VALUES];
    int changed = 0, corners = 0;
    for (int time = 0; time < TIMES; time++) {
        int top = HEIGHT, bottom = -1, left = WIDTH, right = -1;
        disturb(&options, time, before, after);
        for (int i = 0; i < VALUES; i++) {
            int y = i / CHANNELS / WIDTH, x = i / CHANNELS % WIDTH;
            if (after[i] == before[i])
                continue;
            assert_true(after[i] == LOW || after[i] == HIGH);
            top = y < top ? y : top;
            bottom = y > bottom ? y : bottom;
            left = x < left ? x : left;
            right = x > right ? x : right;
        }
        assert_true(bottom - top < 3 && right - left < 3);
        changed += bottom >= 0;
        corners += bottom == HEIGHT - 1 && right == WIDTH - 1;
    }
    assert_true(changed > TIMES / 4 && changed < TIMES * 3 / 4 && corners > 0);
}

static void veils_are_faint(void **state)
{
    (void)state;
    struct augment_options options = {.veil = 0.25, .low = LOW, .high = HIGH};
    float before[VALUES], after[VALUES];
    int changed = 0;
    for (int time = 0; time < TIMES; time++) {
        disturb(&options, time, before, after);
        for (int i = 0; i < VALUES; i++) {
            float most = fmaxf(HIGH - before[i], before[i] - LOW);
            assert_true(fabsf(after[i] - before[i]) <= 0.25F * most + 1e-5F);
        }
        changed += memcmp(before, after, sizeof before) != 0;
    }
    assert_true(changed > TIMES / 4 && changed < TIMES * 3 / 4);
}

/* A slope along the rows shows how far places moved. */
static void bends_move_places_a_little(void **state)
{
    (void)state;
    struct augment_options options = {.bend = 0.75, .low = LOW, .high = HIGH};
    struct shape shape = shape_image(HEIGHT, WIDTH, 1);
    float image[HEIGHT * WIDTH], scratch[HEIGHT * WIDTH], most = 0;
    for (int time = 0; time < TIMES; time++) {
        struct random random;
        random_init(&random, 9, (uint64_t)time);
        for (int i = 0; i < HEIGHT * WIDTH; i++)
            image[i] = (float)(i % WIDTH);
        augment_image(&options, &random, &shape, image, scratch);
        for (int i = 0; i < HEIGHT * WIDTH; i++)
            most = fmaxf(most, fabsf(image[i] - (float)(i % WIDTH)));
    }
    assert_true(most > 0.5F && most <= 0.75F + 1e-5F);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_asked_for_changes_nothing),
        cmocka_unit_test(patches_are_small_squares_at_the_ends),
        cmocka_unit_test(veils_are_faint),
        cmocka_unit_test(bends_move_places_a_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
