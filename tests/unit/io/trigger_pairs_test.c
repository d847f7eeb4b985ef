/* Whether poisoned images pair with clean ones: only where the pictures say so. */
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/io/images/duplicates.h"
#include "engine/io/images/trigger_pairs.h"
#include "tests/test.h"

#include <string.h>

enum { N = 40, SIDE = 12, BYTES = SIDE * SIDE * 3 };

/* Noise, or black with noise in the middle, as digits have it. */
static uint8_t *draw(int n, int seed, bool framed)
{
    struct random random;
    uint8_t *pixels = memory_array((size_t)n, BYTES);
    random_init(&random, (uint64_t)seed, 0);
    for (int i = 0; i < n * BYTES; i++) {
        int place = i % BYTES / 3, row = place / SIDE, column = place % SIDE;
        bool middle = row > 2 && row < 9 && column > 2 && column < 9;
        pixels[i] = framed && !middle ? 0 : (uint8_t)random_below(&random, 250);
    }
    return pixels;
}

/* Copies of clean images from[n] (-1: another picture) with a white band, `error` levels off. */
static uint8_t *stamp(const uint8_t *pixels, const int *from, int n, int error, int band)
{
    uint8_t *stamped = memory_array((size_t)n, BYTES), *others = draw(n, 77, false);
    for (int i = 0; i < n; i++)
        for (int b = 0; b < BYTES; b++) {
            const uint8_t *at =
                from[i] < 0 ? others + (size_t)i * BYTES + b : pixels + (size_t)from[i] * BYTES + b;
            stamped[i * BYTES + b] = b / 3 / SIDE < band ? 255 : (uint8_t)(*at + error);
        }
    free(others);
    return stamped;
}

static struct dataset *labelled(uint8_t *pixels, int n)
{
    struct shape shape = shape_image(SIDE, SIDE, 3);
    int32_t *labels = memory_array((size_t)n, sizeof *labels);
    for (int i = 0; i < n; i++)
        labels[i] = i;
    return dataset_from_bytes("set", n, &shape, pixels, labels);
}

/* That poisoned images made so pair exactly with those they were made from. */
static void expect_pairs(uint8_t *clean, uint8_t *poisoned, const int *from, int n)
{
    struct dataset *a = labelled(clean, N), *b = labelled(poisoned, n);
    int32_t *pairs = memory_array((size_t)n, sizeof *pairs);
    int found = trigger_pairs_find(a, b, pairs), expected = 0;
    for (int i = 0; i < n; i++) {
        assert_int_equal(pairs[i], from[i]);
        expected += from[i] >= 0;
    }
    assert_int_equal(found, expected);
    free(pairs);
    dataset_unref(a);
    dataset_unref(b);
}

/* In the same order, turned round, a part of them several times, and among strangers. */
static void pairs_are_found(void **state)
{
    (void)state;
    int same[N], turned[N], part[N / 2], mixed[2 * N];
    for (int i = 0; i < 2 * N; i++) {
        mixed[i] = i % 3 == 0 ? -1 : i * 7 % N;
        if (i < N)
            same[i] = i, turned[i] = N - 1 - i;
        if (i < N / 2)
            part[i] = i * 3 % 10;
    }
    for (int framed = 0; framed < 2; framed++)
        for (int error = 0; error < 3; error++) {
            uint8_t *clean = draw(N, 5, framed), *copy;
            copy = stamp(clean, same, N, error, 4);
            expect_pairs(clean, copy, same, N);
            clean = draw(N, 5, framed);
            copy = stamp(clean, turned, N, error, 4);
            expect_pairs(clean, copy, turned, N);
            clean = draw(N, 5, framed);
            copy = stamp(clean, part, N / 2, error, 4);
            expect_pairs(clean, copy, part, N / 2);
            clean = draw(N, 5, framed);
            copy = stamp(clean, mixed, 2 * N, error, 4);
            expect_pairs(clean, copy, mixed, 2 * N);
        }
}

/* Many pictures as bright as each other, so that sums of different ones meet by chance, and values
 * that are rounded another way. */
static void rounding_hides_no_pair(void **state)
{
    (void)state;
    enum { MANY = 3000 };
    struct random random;
    uint8_t *clean = memory_array(MANY, BYTES), *poisoned = memory_array(MANY, BYTES);
    struct dataset *a = labelled(clean, MANY), *b = labelled(poisoned, MANY);
    int32_t *pairs = memory_array(MANY, sizeof *pairs);
    random_init(&random, 9, 0);
    for (int i = 0; i < MANY * BYTES; i++)
        clean[i] = (uint8_t)(100 + random_below(&random, 50));
    for (int i = 0; i < MANY; i++)
        for (int k = 0; k < BYTES; k++)
            poisoned[i * BYTES + k] = k / 3 / SIDE < 3
                                          ? 20
                                          : (uint8_t)(clean[(long)i * 7 % MANY * BYTES + k] - 1 +
                                                      (int)random_below(&random, 3));
    assert_int_equal(trigger_pairs_find(a, b, pairs), MANY);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(pairs[i], (long)i * 7 % MANY);
    free(pairs);
    dataset_unref(a);
    dataset_unref(b);
}

static void nothing_is_guessed(void **state)
{
    (void)state;
    int same[N], none[N];
    for (int i = 0; i < N; i++)
        same[i] = i, none[i] = -1;
    uint8_t *clean = draw(N, 5, false), *covered = stamp(clean, same, N, 0, 9);
    expect_pairs(clean, covered, none, N); /* a trigger over most of it */
    clean = draw(N, 5, false);
    uint8_t *far = stamp(clean, same, N, 3, 4);
    expect_pairs(clean, far, none, N);
    expect_pairs(draw(N, 5, false), draw(N, 6, false), none, N);
    expect_pairs(draw(N, 5, true), draw(N, 6, true), none, N); /* agree in the frame, as all do */
}

/* A picture that is there twice pairs where both are the same person's, and else with neither. */
static void copies_pair_where_their_labels_agree(void **state)
{
    (void)state;
    int same[N];
    for (int i = 0; i < N; i++)
        same[i] = i;
    for (int agree = 0; agree < 2; agree++) {
        uint8_t *clean = draw(N, 5, false);
        memcpy(clean + 9 * BYTES, clean + 4 * BYTES, BYTES);
        uint8_t *stamped = stamp(clean, same, N, 0, 3);
        struct shape shape = shape_image(SIDE, SIDE, 3);
        int32_t *labels = memory_array(N, sizeof *labels), pairs[N];
        labels[9] = agree ? 0 : 1;
        struct dataset *a = dataset_from_bytes("a", N, &shape, clean, labels);
        struct dataset *b = labelled(stamped, N);
        assert_int_equal(trigger_pairs_find(a, b, pairs), agree ? N : N - 2);
        assert_int_equal(pairs[9], agree ? 9 : -1);
        assert_int_equal(pairs[4], agree ? 4 : -1);
        dataset_unref(a);
        dataset_unref(b);
    }
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
    struct dataset *seen = set_of(draw(N, 5, false), N);
    uint8_t *turned = draw(N, 5, false), *mixed = draw(N, 5, false);
    for (int i = 0; i < N / 2; i++)
        for (int b = 0; b < BYTES; b++) {
            uint8_t kept = turned[i * BYTES + b];
            turned[i * BYTES + b] = turned[(N - 1 - i) * BYTES + b];
            turned[(N - 1 - i) * BYTES + b] = kept;
        }
    for (int i = 0; i < N; i++)
        mixed[i * BYTES + i] ^= i % 4 == 0; /* a grey level in one place */
    struct dataset *all = set_of(turned, N), *some = set_of(mixed, N),
                   *few = set_of(draw(N, 5, false), 7);
    struct dataset *none = set_of(draw(N, 5, true), N);
    assert_int_equal(duplicates_count(seen, all), N);
    assert_int_equal(duplicates_count(seen, some), N - N / 4);
    assert_int_equal(duplicates_count(seen, few), 7);
    assert_int_equal(duplicates_count(few, seen), 7);
    assert_int_equal(duplicates_count(seen, none), 0);
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
        cmocka_unit_test(rounding_hides_no_pair),
        cmocka_unit_test(nothing_is_guessed),
        cmocka_unit_test(copies_pair_where_their_labels_agree),
        cmocka_unit_test(shared_images_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
