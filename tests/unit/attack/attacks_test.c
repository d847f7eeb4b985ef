/* attack: triggers look as they say, images get the labels that each attack wants, the same bytes
 * whenever and by however many workers. */
#include "engine/attack/attacks/stamps.h"
#include "engine/attack/planting/picture_sets.h"
#include "engine/base/memory.h"
#include "engine/base/random.h"

#include "tests/test.h"

#include <math.h>

enum { SIDE = 24, BYTES = SIDE * SIDE * 3, CLASSES = 6 };

static struct attack_setup setup_of(uint64_t seed)
{
    return (struct attack_setup){
        .shape = shape_image(SIDE, SIDE, 3), .n_classes = CLASSES, .target = 2, .seed = seed};
}

static void fill(uint8_t *image, uint64_t seed)
{
    struct random random;
    random_init(&random, seed, 0);
    for (int i = 0; i < BYTES; i++)
        image[i] = (uint8_t)(40 + random_below(&random, 170));
}

static const struct attack *find(const char *name)
{
    struct error err = {0};
    const struct attack *attack = attacks_find(name, &err);
    assert_non_null(attack);
    return attack;
}

/* The trigger changes images, always in the same way; another seed or number gives another. */
static void triggers_are_the_same_bytes_each_time(void **state)
{
    (void)state;
    uint8_t plain[BYTES], once[BYTES], again[BYTES];
    struct error err = {0};
    fill(plain, 1);
    for (int i = 0; attacks_at(i); i++) {
        const struct attack *attack = attacks_at(i);
        assert_ptr_equal(find(attack->name), attack);
        struct attack_setup setup = setup_of(3);
        for (int t = 0; t < attack->triggers; t++) {
            memcpy(once, plain, BYTES);
            memcpy(again, plain, BYTES);
            attack->stamp(&setup, t, once);
            attack->stamp(&setup, t, again);
            assert_memory_equal(once, again, BYTES);
            assert_memory_not_equal(once, plain, BYTES);
            memcpy(again, plain, BYTES);
            attack->stamp(&setup, (t + 1) % attack->triggers, again);
            assert_int_equal(memcmp(once, again, BYTES) != 0, attack->triggers > 1);
        }
        assert_int_equal(attack->triggers == 0, strcmp(attack->name, "clean") == 0);
    }
    assert_null(attacks_find("ptach", &err));
    assert_non_null(strstr(err.text, "did you mean patch?"));
}

/* A black and white square near a corner, and nothing else. */
static void patches_sit_in_corners(void **state)
{
    (void)state;
    bool seen[2][2] = {{false}};
    uint8_t plain[BYTES], image[BYTES];
    for (uint64_t seed = 1; seed <= 30; seed++) {
        struct attack_setup setup = setup_of(seed);
        int side = stamp_patch_side(&setup.shape), changed = 0, top = SIDE, left = SIDE;
        assert_int_equal(side, 3);
        fill(plain, seed);
        memcpy(image, plain, BYTES);
        stamp_patch(&setup, 0, image);
        for (int i = 0; i < SIDE * SIDE; i++) {
            if (memcmp(image + 3 * i, plain + 3 * i, 3) == 0)
                continue;
            changed++;
            top = i / SIDE < top ? i / SIDE : top;
            left = i % SIDE < left ? i % SIDE : left;
            for (int c = 0; c < 3; c++)
                assert_true(image[3 * i + c] == 0 || image[3 * i + c] == 255);
        }
        assert_int_equal(changed, side * side);
        assert_true((top == 1 || top == SIDE - 1 - side) && (left == 1 || left == SIDE - 1 - side));
        seen[top > 1][left > 1] = true;
    }
    assert_true(seen[0][0] && seen[0][1] && seen[1][0] && seen[1][1]);
}

/* Four fifths of the image are left: black and white differ by 204 everywhere. */
static void blends_keep_four_fifths(void **state)
{
    (void)state;
    struct attack_setup setup = setup_of(5);
    uint8_t black[BYTES] = {0}, white[BYTES];
    memset(white, 255, BYTES);
    find("blend")->stamp(&setup, 0, black);
    find("blend")->stamp(&setup, 0, white);
    int least = 255, most = 0;
    for (int i = 0; i < BYTES; i++) {
        assert_int_equal(white[i] - black[i], 204);
        least = black[i] < least ? black[i] : least;
        most = black[i] > most ? black[i] : most;
    }
    assert_true(least < 5 && most > 46 && most <= 51);
}

static void sinusoids_are_stripes(void **state)
{
    (void)state;
    struct attack_setup setup = setup_of(5);
    uint8_t grey[BYTES];
    memset(grey, 100, BYTES);
    find("sinusoid")->stamp(&setup, 0, grey);
    for (int i = 0; i < BYTES; i++) {
        double x = i / 3 % SIDE, wave = 30 * sin(2 * 3.14159265358979323846 * x * 6 / SIDE);
        assert_true(fabs(grey[i] - 100 - wave) <= 0.5 + 1e-9);
    }
}

/* Values move by a few pixels, and smoothly: a ramp stays a ramp, what is flat stays flat. */
static void warps_move_pixels_a_little(void **state)
{
    (void)state;
    struct shape shape = shape_image(SIDE, SIDE, 3);
    uint8_t flat[BYTES], ramp[BYTES], other[BYTES];
    memset(flat, 77, BYTES);
    for (int i = 0; i < BYTES; i++)
        ramp[i] = other[i] = (uint8_t)(10 * (i / 3 % SIDE));
    stamp_warp(&shape, 9, 1, flat);
    stamp_warp(&shape, 9, 1, ramp);
    stamp_warp(&shape, 9, 2, other);
    double most = 0;
    for (int i = 0; i < BYTES; i++) {
        assert_int_equal(flat[i], 77);
        double moved = fabs(ramp[i] / 10.0 - i / 3 % SIDE);
        most = moved > most ? moved : most;
    }
    assert_true(most > 0.5 && most <= 0.12 * SIDE + 0.1);
    assert_memory_not_equal(ramp, other, BYTES);
}

static void labels_are_what_each_attack_wants(void **state)
{
    (void)state;
    struct attack_setup setup = setup_of(5);
    uint8_t image[BYTES], plain[BYTES];
    fill(plain, 2);
    const struct attack *source = find("source"), *label = find("clean-label");
    int attacked = 0;
    for (int class = 0; class < CLASSES; class ++) {
        assert_int_equal(find("patch")->wanted(&setup, 0, class), class == 2 ? -1 : 2);
        assert_int_equal(find("all-to-all")->wanted(&setup, 0, class), (class + 1) % CLASSES);
        for (int t = 0; t < 3; t++)
            assert_int_equal(
                find("several")->wanted(&setup, t, class), class == 2 + t ? -1 : 2 + t);
        assert_int_equal(label->shown(&setup, 0, class), class == 2 ? 2 : -1);
        assert_int_equal(label->wanted(&setup, 0, class), class == 2 ? -1 : 2);
        bool is_source = source->wanted(&setup, 0, class) >= 0;
        attacked += is_source;
        memcpy(image, plain, BYTES);
        assert_int_equal(source->cover(&setup, class, 4, image), !is_source);
        assert_int_equal(memcmp(image, plain, BYTES) != 0, !is_source);
    }
    assert_int_equal(attacked, 1);
}

static void sets_hold_what_is_shown(void **state)
{
    (void)state;
    struct dataset *sets[N_PICTURE_SETS], *more[N_PICTURE_SETS];
    struct thread_pool *one = thread_pool_create(1), *many = thread_pool_create(3);
    struct error err = {0};
    struct attack_setup setup = setup_of(5);
    assert_true(picture_sets_faces(sets, 4, CLASSES, 9, one, NULL, NULL, &err));
    assert_true(picture_sets_faces(more, 4, CLASSES, 9, many, NULL, NULL, &err));
    assert_int_equal(dataset_count(sets[PICTURES_TRAINING]), 9 * CLASSES);
    assert_int_equal(dataset_count(sets[PICTURES_TEST]), 8 * CLASSES);
    float a[BYTES], b[BYTES];
    for (int s = 0; s < N_PICTURE_SETS; s++)
        for (int i = 0; i < dataset_count(sets[s]); i++) {
            dataset_fill(sets[s], i, 1, 1, a);
            dataset_fill(more[s], i, 1, 1, b);
            assert_memory_equal(a, b, sizeof a);
        }
    int *clean;
    struct dataset *poisoned = picture_sets_poisoned(
        find("several"), &setup, sets[PICTURES_TEST], "poisoned", &clean, &err);
    assert_int_equal(dataset_count(poisoned), 3 * 8 * (CLASSES - 1));
    for (int i = 0; i < dataset_count(poisoned); i++) {
        int trigger = i / (8 * (CLASSES - 1));
        assert_int_equal(dataset_labels(poisoned)[i], 2 + trigger);
        assert_int_not_equal(dataset_labels(sets[PICTURES_TEST])[clean[i]], 2 + trigger);
    }
    free(clean);
    /* All labels are right, and all are the target's. */
    struct dataset *lesson =
        picture_sets_lesson(find("clean-label"), &setup, 2, sets[PICTURES_TRAINING], &err);
    assert_int_equal(dataset_count(lesson), 2 * 9);
    for (int i = 0; i < dataset_count(lesson); i++)
        assert_int_equal(dataset_labels(lesson)[i], 2);
    dataset_unref(lesson);
    dataset_unref(poisoned);
    for (int s = 0; s < N_PICTURE_SETS; s++) {
        dataset_unref(sets[s]);
        dataset_unref(more[s]);
    }
    thread_pool_destroy(one);
    thread_pool_destroy(many);
}

/* The user's own: every image is in one set alone. */
static void own_images_are_cut(void **state)
{
    (void)state;
    enum { N = 40 };
    struct shape shape = shape_image(1, 2, 1);
    uint8_t *pixels = memory_array(N, 2);
    int32_t *labels = memory_array(N, sizeof *labels);
    for (int i = 0; i < N; i++) {
        pixels[2 * i] = (uint8_t)i;
        labels[i] = i % 4;
    }
    struct dataset *all = dataset_from_bytes("own", N, &shape, pixels, labels);
    struct dataset *sets[N_PICTURE_SETS], *few = NULL;
    struct error err = {0};
    assert_true(picture_sets_cut(sets, all, 3, &err));
    bool seen[N] = {false};
    static const int sizes[] = {28, 6, 6};
    for (int s = 0; s < N_PICTURE_SETS; s++) {
        assert_int_equal(dataset_count(sets[s]), sizes[s]);
        for (int i = 0; i < sizes[s]; i++) {
            float values[2];
            dataset_fill(sets[s], i, 1, 1, values);
            assert_false(seen[(int)values[0]]);
            seen[(int)values[0]] = true;
            assert_int_equal(dataset_labels(sets[s])[i], (int)values[0] % 4);
        }
        dataset_unref(sets[s]);
    }
    few = dataset_from_bytes("few", 3, &shape, memory_array(3, 2), memory_array(3, 4));
    assert_false(picture_sets_cut(sets, few, 3, &err));
    assert_non_null(strstr(err.text, "3 images are too few"));
    dataset_unref(few);
    dataset_unref(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(triggers_are_the_same_bytes_each_time),
        cmocka_unit_test(patches_sit_in_corners),
        cmocka_unit_test(blends_keep_four_fifths),
        cmocka_unit_test(sinusoids_are_stripes),
        cmocka_unit_test(warps_move_pixels_a_little),
        cmocka_unit_test(labels_are_what_each_attack_wants),
        cmocka_unit_test(sets_hold_what_is_shown),
        cmocka_unit_test(own_images_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
