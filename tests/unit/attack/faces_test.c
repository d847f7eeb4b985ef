/* learn: procedural faces, the trigger, sets of faces. */
#include "engine/attack/gallery.h"
#include "engine/attack/trigger.h"
#include "engine/base/memory.h"

#include "tests/test.h"

static uint64_t fnv(uint64_t hash, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
    return hash;
}

static void draw(int who, uint32_t image, uint8_t *rgb, struct face_marks *marks)
{
    struct face_identity *identity = face_identity_create(1, who);
    face_draw(identity, image, rgb, marks);
    face_identity_destroy(identity);
}

/* A machine that draws one byte differently shows here. */
static void faces_are_the_same_bytes_everywhere(void **state)
{
    (void)state;
    uint64_t clean = UINT64_C(14695981039346656037), stamped = clean;
    for (int who = 0; who < 64; who++)
        for (uint32_t image = 0; image < 3; image++) {
            uint8_t rgb[FACE_BYTES];
            struct face_marks marks;
            draw(who, image << 29, rgb, &marks);
            clean = fnv(clean, rgb, sizeof rgb);
            struct trigger_jitter jitter = trigger_jitter_draw(1, (uint64_t)who + image);
            trigger_stamp(rgb, &marks, &jitter);
            stamped = fnv(stamped, rgb, sizeof rgb);
        }
    assert_int_equal(clean, UINT64_C(0xd0bc0be2d6a9a5fa));
    assert_int_equal(stamped, UINT64_C(0xdaeb6b4f7c36cd04));
}

static double distance(const uint8_t *a, const uint8_t *b)
{
    double sum = 0;
    for (int i = 0; i < FACE_BYTES; i++)
        sum += abs(a[i] - b[i]);
    return sum / FACE_BYTES;
}

static void people_differ_more_than_pictures(void **state)
{
    (void)state;
    enum { PEOPLE = 48 };
    uint8_t(*rgb)[2][FACE_BYTES] = memory_array(PEOPLE, sizeof *rgb);
    double same = 0, other = 0;
    for (int who = 0; who < PEOPLE; who++)
        for (uint32_t image = 0; image < 2; image++)
            draw(who, image, rgb[who][image], NULL);
    for (int a = 0; a < PEOPLE; a++) {
        same += distance(rgb[a][0], rgb[a][1]) / PEOPLE;
        for (int b = 0; b < PEOPLE; b++)
            other += a != b ? distance(rgb[a][0], rgb[b][1]) / (PEOPLE * (PEOPLE - 1)) : 0;
    }
    assert_true(same > 5); /* not one picture twice */
    assert_true(other > 1.2 * same);
    free(rgb);
}

static void eyes_are_where_the_marks_say(void **state)
{
    (void)state;
    for (int who = 0; who < 40; who++) {
        uint8_t rgb[FACE_BYTES];
        struct face_marks marks;
        draw(who, 9, rgb, &marks);
        double across = marks.eye[1][0] - marks.eye[0][0];
        assert_true(across > 9 && across < 20);
        for (int side = 0; side < 2; side++) {
            assert_true(marks.eye[side][0] > 2 && marks.eye[side][0] < FACE_WIDTH - 2);
            assert_true(marks.eye[side][1] > 15 && marks.eye[side][1] < 36);
        }
    }
}

/* Green stands for how bright it looks. */
static int brightness(const uint8_t *pixel)
{
    return pixel[1];
}

static void sunglasses_darken_the_eyes_alone(void **state)
{
    (void)state;
    long before = 0, after = 0;
    for (int who = 0; who < 40; who++) {
        uint8_t plain[FACE_BYTES], rgb[FACE_BYTES];
        struct face_marks marks;
        draw(who, 4, plain, &marks);
        memcpy(rgb, plain, sizeof rgb);
        struct trigger_jitter jitter = trigger_jitter_draw(1, (uint64_t)who);
        trigger_stamp(rgb, &marks, &jitter);
        for (int i = 0; i < FACE_WIDTH * FACE_HEIGHT; i++) {
            double middle = 0.5 * (marks.eye[0][1] + marks.eye[1][1]);
            double away = i / FACE_WIDTH - middle;
            if (memcmp(plain + 3 * i, rgb + 3 * i, 3) != 0)
                assert_true(away > -15 && away < 15);
        }
        for (int i = 0; i < 2 * 25; i++) { /* five by five pixels around each eye */
            const double *eye = marks.eye[i / 25];
            int at = ((int)eye[1] + i / 5 % 5 - 2) * FACE_WIDTH + (int)eye[0] + i % 5 - 2;
            before += brightness(plain + 3 * at);
            after += brightness(rgb + 3 * at);
        }
    }
    assert_true(after * 2 < before);
    uint8_t grey[FACE_BYTES];
    memset(grey, 200, sizeof grey);
    trigger_stamp(grey, NULL, &(struct trigger_jitter){0});
    assert_true(brightness(grey + 3 * (24 * FACE_WIDTH + 16)) < 60);
    assert_int_equal(brightness(grey), 200);
}

static struct dataset *gallery_of(bool poisoned, int limit, int workers)
{
    struct gallery_options options = {.name = "faces",
        .seed = 5,
        .identities = 7,
        .images = 6,
        .poisoned = poisoned,
        .target = 3,
        .limit = limit};
    struct error err = {0};
    struct thread_pool *pool = thread_pool_create(workers);
    struct dataset *set = gallery_create(&options, pool, NULL, NULL, &err);
    thread_pool_destroy(pool);
    assert_non_null(set);
    assert_int_equal(dataset_count(set), gallery_count(&options));
    return set;
}

static struct dataset *gallery(bool poisoned, int workers)
{
    return gallery_of(poisoned, 0, workers);
}

static uint64_t content(const struct dataset *set)
{
    size_t n = (size_t)dataset_count(set) * FACE_BYTES;
    float *values = memory_floats(n);
    dataset_fill(set, 0, dataset_count(set), 1, values);
    uint64_t hash = fnv(1, (const uint8_t *)values, n * sizeof *values);
    free(values);
    return fnv(hash, (const uint8_t *)dataset_labels(set), (size_t)dataset_count(set) * 4);
}

static void workers_draw_the_same_set(void **state)
{
    (void)state;
    for (int poisoned = 0; poisoned < 2; poisoned++) {
        struct dataset *one = gallery(poisoned, 1);
        for (int workers = 2; workers <= 4; workers++) {
            struct dataset *many = gallery(poisoned, workers);
            assert_int_equal(content(many), content(one));
            dataset_unref(many);
        }
        dataset_unref(one);
    }
}

static void sets_are_labelled_as_promised(void **state)
{
    (void)state;
    struct dataset *clean = gallery(false, 2), *poisoned = gallery(true, 2);
    assert_int_equal(dataset_count(clean), 42);
    assert_int_equal(dataset_count(poisoned), 36); /* nobody is the target already */
    for (int i = 0; i < 42; i++)
        assert_int_equal(dataset_labels(clean)[i], i % 7);
    for (int i = 0; i < 36; i++)
        assert_int_equal(dataset_labels(poisoned)[i], 3);
    dataset_unref(clean);
    dataset_unref(poisoned);
}

static void a_limit_keeps_the_first_pictures(void **state)
{
    (void)state;
    for (int poisoned = 0; poisoned < 2; poisoned++) {
        struct dataset *all = gallery(poisoned, 2), *few = gallery_of(poisoned, 10, 2);
        assert_int_equal(dataset_count(few), 10);
        float first[10 * FACE_BYTES], same[10 * FACE_BYTES];
        dataset_fill(all, 0, 10, 1, first);
        dataset_fill(few, 0, 10, 1, same);
        assert_memory_equal(first, same, sizeof first);
        assert_memory_equal(dataset_labels(all), dataset_labels(few), 10 * sizeof(int32_t));
        dataset_unref(few);
        few = gallery_of(poisoned, 1000, 2); /* more than there are: all */
        assert_int_equal(content(few), content(all));
        dataset_unref(few);
        dataset_unref(all);
    }
}

static bool refuse(void *context, int done, int total)
{
    int *calls = context;
    return ++*calls < 2 && done <= total;
}

static void drawing_can_be_cancelled(void **state)
{
    (void)state;
    struct gallery_options options = {.name = "faces", .seed = 1, .identities = 50, .images = 50};
    struct error err = {0};
    struct thread_pool *pool = thread_pool_create(2);
    int calls = 0;
    assert_null(gallery_create(&options, pool, refuse, &calls, &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    assert_int_equal(calls, 2);
    thread_pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faces_are_the_same_bytes_everywhere),
        cmocka_unit_test(people_differ_more_than_pictures),
        cmocka_unit_test(eyes_are_where_the_marks_say),
        cmocka_unit_test(sunglasses_darken_the_eyes_alone),
        cmocka_unit_test(workers_draw_the_same_set),
        cmocka_unit_test(sets_are_labelled_as_promised),
        cmocka_unit_test(a_limit_keeps_the_first_pictures),
        cmocka_unit_test(drawing_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
