/* Whether poisoned images pair with clean ones: only where the pictures say so. */
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/load/overlap.h"
#include "engine/load/pairing.h"
#include "tests/test.h"

enum { N = 40, SIDE = 12, BYTES = SIDE * SIDE * 3 };

/* Noise, or black with noise in the middle, as digits have it. */
static uint8_t *draw(bool framed)
{
    struct random random;
    uint8_t *pixels = memory_array(N, BYTES);
    random_init(&random, 5, 0);
    for (int i = 0; i < N * BYTES; i++) {
        int place = i % BYTES / 3, row = place / SIDE, column = place % SIDE;
        bool middle = row > 2 && row < 9 && column > 2 && column < 9;
        pixels[i] = framed && !middle ? 0 : (uint8_t)random_below(&random, 250);
    }
    return pixels;
}

/* Copies with a white band; `shift` images on, `error` grey levels off. */
static uint8_t *stamp(const uint8_t *pixels, int shift, int error, int band)
{
    uint8_t *stamped = memory_array(N, BYTES);
    for (int i = 0; i < N; i++)
        for (int b = 0; b < BYTES; b++)
            stamped[i * BYTES + b] =
                b / 3 / SIDE < band ? 255 : (uint8_t)(pixels[(i + shift) % N * BYTES + b] + error);
    return stamped;
}

static bool pairs(uint8_t *clean, uint8_t *poisoned, int n)
{
    struct shape shape = shape_image(SIDE, SIDE, 3);
    struct dataset *a = dataset_from_bytes("clean", N, &shape, clean, memory_array(N, 4));
    struct dataset *b = dataset_from_bytes("poisoned", n, &shape, poisoned, memory_array(N, 4));
    bool holds = pairing_holds(a, b);
    dataset_unref(a);
    dataset_unref(b);
    return holds;
}

static void pairs_are_found(void **state)
{
    (void)state;
    for (int framed = 0; framed < 2; framed++) {
        uint8_t *clean = draw(framed);
        uint8_t *exact = stamp(clean, 0, 0, 4), *near = stamp(clean, 0, 1, 4);
        assert_true(pairs(clean, exact, N));
        assert_true(pairs(draw(framed), near, N));
    }
}

static void nothing_is_guessed(void **state)
{
    (void)state;
    uint8_t *clean = draw(false);
    uint8_t *shifted = stamp(clean, 1, 0, 4), *fewer = stamp(clean, 0, 0, 4),
            *covered = stamp(clean, 0, 0, 9), *far = stamp(clean, 0, 3, 4);
    assert_false(pairs(clean, shifted, N)); /* other faces */
    assert_false(pairs(draw(false), fewer, N - 1));
    assert_false(pairs(draw(false), covered, N)); /* a trigger over most of it */
    assert_false(pairs(draw(false), far, N));
    uint8_t *digits = draw(true), *others = stamp(digits, 1, 0, 0);
    assert_false(pairs(digits, others, N)); /* agree outside the middle, where all do */
}

static struct dataset *set_of(uint8_t *pixels, int n)
{
    struct shape shape = shape_image(SIDE, SIDE, 3);
    return dataset_from_bytes("set", n, &shape, pixels, memory_array(N, 4));
}

/* In whatever order and under whatever label, but to the last value. */
static void shared_images_are_counted(void **state)
{
    (void)state;
    struct dataset *seen = set_of(draw(false), N);
    uint8_t *turned = draw(false), *mixed = draw(false);
    for (int i = 0; i < N / 2; i++)
        for (int b = 0; b < BYTES; b++) {
            uint8_t kept = turned[i * BYTES + b];
            turned[i * BYTES + b] = turned[(N - 1 - i) * BYTES + b];
            turned[(N - 1 - i) * BYTES + b] = kept;
        }
    for (int i = 0; i < N; i++)
        mixed[i * BYTES + i] ^= i % 4 == 0; /* a grey level in one place */
    struct dataset *all = set_of(turned, N), *some = set_of(mixed, N),
                   *few = set_of(draw(false), 7);
    struct dataset *none = set_of(draw(true), N);
    assert_int_equal(overlap_count(seen, all), N);
    assert_int_equal(overlap_count(seen, some), N - N / 4);
    assert_int_equal(overlap_count(seen, few), 7);
    assert_int_equal(overlap_count(few, seen), 7);
    assert_int_equal(overlap_count(seen, none), 0);
    dataset_unref(seen);
    dataset_unref(all);
    dataset_unref(some);
    dataset_unref(few);
    dataset_unref(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_found),
        cmocka_unit_test(nothing_is_guessed),
        cmocka_unit_test(shared_images_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
