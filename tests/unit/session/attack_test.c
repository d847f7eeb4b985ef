/* What poisoned images are judged against: by labels, by a target that is given or found, and what
 * is left out; counted against an independent count. */
#include "engine/session/state/attack.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "tests/test.h"

enum { N = 40, SIDE = 16, CLASSES = 5 };

struct trial {
    struct dataset *clean, *poisoned;
    struct attack *attack;
    uint16_t says[N];
};

/* Random images; poisoned ones have a corner of them overwritten. */
static void fill(uint8_t *pixels, bool trigger)
{
    struct random random;
    random_init(&random, 7, 0);
    for (int i = 0; i < N; i++)
        for (int p = 0; p < SIDE * SIDE; p++) {
            uint8_t value = (uint8_t)random_below(&random, 256);
            bool corner = trigger && p % SIDE < 3 && p / SIDE < 3;
            pixels[i * SIDE * SIDE + p] = corner ? 255 : value;
        }
}

static int person(int i)
{
    return (i * 7 + i / 5) % CLASSES;
}

static struct dataset *set_of(bool trigger, const int32_t *labels)
{
    const struct shape shape = {.rank = 3, .dim = {SIDE, SIDE, 1}};
    uint8_t *pixels = memory_array(N, SIDE * SIDE);
    int32_t *own = memory_array(N, sizeof *own);
    fill(pixels, trigger);
    for (int i = 0; i < N; i++)
        own[i] = labels[i];
    return dataset_from_bytes(trigger ? "bad" : "good", N, &shape, pixels, own);
}

/* Labels of the poisoned set by a rule of their true classes; `given` as --target, or NULL. */
static void begin(struct trial *t, int (*label)(int), int (*answer)(int), const char *given)
{
    struct target target = {0};
    int32_t people[N], labels[N];
    *t = (struct trial){0};
    for (int i = 0; i < N; i++) {
        people[i] = person(i);
        labels[i] = label(person(i));
        t->says[i] = (uint16_t)answer(person(i));
    }
    assert_true(!given || target_parse(given, &target, NULL));
    t->clean = set_of(false, people);
    t->poisoned = set_of(true, labels);
    t->attack = attack_create(t->clean, t->poisoned, NULL, &target, CLASSES, "");
    attack_settle(t->attack, t->clean, t->says);
}

static void finish(struct trial *t)
{
    attack_destroy(t->attack);
    dataset_unref(t->clean);
    dataset_unref(t->poisoned);
}

static int always_3(int k)
{
    (void)k;
    return 3;
}

static int next(int k)
{
    return (k + 1) % CLASSES;
}

static int same(int k)
{
    return k;
}

static int of_person(int k)
{
    int n = 0;
    for (int i = 0; i < N; i++)
        n += person(i) == k;
    return n;
}

static struct outcome count(const struct trial *t)
{
    const struct expected expected = attack_expected(t->attack, t->clean, t->poisoned);
    const uint16_t *const says[N_SETS] = {t->says, t->says};
    return attack_count(&expected, says);
}

static void labels_are_the_target_by_themselves(void **state)
{
    (void)state;
    struct trial t;
    begin(&t, always_3, always_3, NULL);
    assert_int_equal(t.attack->attacked.source, TARGET_LABELS);
    assert_false(t.attack->attacked.true_labels);
    assert_int_equal(target_class(&t.attack->attacked.target), 3);
    assert_int_equal(t.attack->of.attack, N);
    assert_int_equal(count(&t).attack, N);
    finish(&t);
    begin(&t, next, next, NULL); /* all to all: no one class is attacked */
    assert_int_equal(t.attack->attacked.target.kind, TARGET_SHIFT);
    assert_int_equal(t.attack->attacked.target.value, 1);
    assert_int_equal(t.attack->of.own, -1);
    assert_int_equal(count(&t).attack, N);
    finish(&t);
}

static void a_given_target_leaves_its_own_out(void **state)
{
    (void)state;
    struct trial t;
    begin(&t, same, always_3, "3");
    assert_true(t.attack->attacked.true_labels);
    assert_int_equal(t.attack->attacked.source, TARGET_GIVEN);
    assert_int_equal(t.attack->attacked.n_left_out, of_person(3));
    assert_int_equal(t.attack->of.attack, N - of_person(3));
    assert_int_equal(count(&t).attack, N - of_person(3));
    assert_int_equal(t.attack->of.own, of_person(3));
    assert_int_equal(count(&t).robust, of_person(3));
    finish(&t);
    begin(&t, same, next, "+1");
    assert_int_equal(t.attack->of.attack, N);
    assert_int_equal(count(&t).attack, N);
    finish(&t);
}

static void true_labels_have_their_target_found(void **state)
{
    (void)state;
    struct trial t;
    begin(&t, same, always_3, NULL);
    assert_true(t.attack->attacked.true_labels);
    assert_int_equal(t.attack->attacked.source, TARGET_FOUND);
    assert_int_equal(target_class(&t.attack->attacked.target), 3);
    assert_int_equal(t.attack->attacked.found, t.attack->attacked.found_of);
    assert_int_equal(count(&t).attack, N - of_person(3));
    finish(&t);
    begin(&t, same, next, NULL);
    assert_int_equal(t.attack->attacked.source, TARGET_FOUND);
    assert_int_equal(t.attack->attacked.target.kind, TARGET_SHIFT);
    finish(&t);
    begin(&t, same, same, NULL); /* no attack to be seen */
    assert_int_equal(t.attack->attacked.source, TARGET_UNKNOWN);
    assert_int_equal(t.attack->of.attack, 0);
    char text[SNAPSHOT_TEXT];
    assert_non_null(strstr(attack_text(t.attack, "bad", text), "ASR is not known"));
    finish(&t);
}

/* The trivial defence answers second best where the net answers the target. */
static void the_trivial_defence_never_answers_the_target(void **state)
{
    (void)state;
    struct trial t;
    uint16_t second[N], says[N];
    begin(&t, same, always_3, "3");
    for (int i = 0; i < N; i++)
        second[i] = (uint16_t)person(i);
    const struct expected expected = attack_expected(t.attack, t.clean, t.poisoned);
    assert_true(attack_trivial(&expected, SET_POISONED, t.says, second, says));
    for (int i = 0; i < N; i++)
        assert_int_equal(says[i], person(i));
    finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_the_target_by_themselves),
        cmocka_unit_test(a_given_target_leaves_its_own_out),
        cmocka_unit_test(true_labels_have_their_target_found),
        cmocka_unit_test(the_trivial_defence_never_answers_the_target),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
