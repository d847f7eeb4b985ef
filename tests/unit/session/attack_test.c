/* What poisoned images are judged against: by labels, by a target that is given or found, and what
 * is left out; counted against an independent count. */
#include "engine/session/state/attack.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "tests/unit/session/session_trial.h"

#include "engine/api/suspects.h"

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

/* Surrogates in sessions --- */

/* Searched suspects of a net that is small enough. */
static struct session *searched(struct options *options)
{
    trial_write(trial_net("dense"));
    *options = trial_options();
    options->poisoned = options->test_poisoned = NULL;
    options->out = "out";
    struct session *session = trial_open(options, NULL);
    trial_do(session, COMMAND_SUSPECTS, 0);
    return session;
}

static void surrogates_serve_as_poisoned(void **state)
{
    (void)state;
    struct options options;
    struct session *session = searched(&options);
    trial_do(session, COMMAND_SAVE_SURROGATES, 0);
    const struct snapshot *s = session_snapshot(session);
    int class = s->suspects->suspect[0].class, own = 0, n = s->n_images[SET_CLEAN];
    for (int i = 0; i < n; i++)
        own += s->labels[SET_CLEAN][i] == class;
    snapshot_unref(s);
    session_destroy(session);
    char *path = memory_format("out/surrogate_class%d.h5", class);
    options.poisoned = path;
    session = trial_open(&options, NULL);
    s = session_snapshot(session);
    assert_true(s->attacked.surrogate);
    assert_int_equal(s->attacked.source, TARGET_INVERTED);
    assert_int_equal(s->target, class);
    assert_int_equal(s->n_images[SET_POISONED], n);
    assert_int_equal(s->attacked.n_left_out, own);
    assert_int_equal(s->of.attack, n - own);
    assert_string_equal(attack_rate_name(&s->attacked), "surrogate ASR");
    for (int i = 0; i < n; i++)
        assert_int_equal(s->pairs[i], i);
    for (int i = 0; i < s->n_criteria; i++)
        assert_int_not_equal(s->criteria[i].badge, BADGE_ORACLE);
    snapshot_unref(s);
    session_destroy(session);
    options.clean = "test_clean.h5"; /* not those that it was made from */
    options.test_clean = NULL;
    session = trial_open(&options, NULL);
    s = session_snapshot(session);
    assert_true(s->attacked.surrogate);
    assert_int_equal(s->attacked.source, TARGET_INVERTED);
    snapshot_unref(s);
    session_destroy(session);
    free(path);
}

/* A given target is counted; the images stay a surrogate. */
static void a_surrogate_takes_a_target(void **state)
{
    (void)state;
    trial_write(trial_net("dense"));
    trial_write_surrogate(trial_net("dense"));
    struct options options = trial_options();
    options.poisoned = "surrogate.h5";
    options.target = (struct target){TARGET_CLASS, .value = 0};
    struct session *session = trial_open(&options, NULL);
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->attacked.source, TARGET_GIVEN);
    assert_true(s->attacked.surrogate);
    assert_false(s->test_attacked.surrogate); /* real ones stay real */
    snapshot_unref(s);
    session_destroy(session);
}

static void surrogates_are_not_overwritten(void **state)
{
    (void)state;
    trial_write(trial_net("dense"));
    struct options options = trial_options();
    struct session *session = trial_open(&options, NULL);
    trial_refuse(session, &(struct command){.kind = COMMAND_SAVE_SURROGATES},
        "no trigger was inverted: search for suspects first, with clean images");
    session_destroy(session);
    session = searched(&options);
    trial_do(session, COMMAND_SAVE_SURROGATES, 0);
    struct error err = {0};
    assert_false(trial_try(session, &(struct command){.kind = COMMAND_SAVE_SURROGATES}, &err));
    assert_int_equal(err.class, ERROR_OUTPUT); /* they are there already */
    session_destroy(session);
}

/* Taken in a session it measures what its file measures when it is given as poisoned. */
static void a_surrogate_is_measured_anew(void **state)
{
    (void)state;
    struct options options;
    struct session *session = searched(&options), *other;
    trial_do(session, COMMAND_SAVE_SURROGATES, 0);
    trial_do(session, COMMAND_SURROGATE, -1);
    struct error err = {0};
    assert_false(
        trial_try(session, &(struct command){.kind = COMMAND_SURROGATE, .number = -1}, &err));
    assert_non_null(strstr(err.text, "there are poisoned images already: surrogate_class"));
    trial_do(session, COMMAND_RUN, 0);
    const struct snapshot *s = session_snapshot(session);
    char *path = memory_format("out/surrogate_class%d.h5", s->target);
    options.poisoned = path;
    options.out = NULL;
    other = trial_open(&options, NULL);
    trial_do(other, COMMAND_RUN, 0);
    const struct snapshot *o = session_snapshot(other);
    assert_true(s->attacked.surrogate && o->attacked.surrogate);
    assert_int_equal(s->target, o->target);
    assert_int_equal(s->of.attack, o->of.attack);
    assert_int_equal(s->of.robust, o->of.robust);
    assert_int_equal(s->n_rounds, o->n_rounds);
    assert_memory_equal(&s->trivial, &o->trivial, sizeof s->trivial);
    for (int r = 0; r < s->n_rounds; r++) {
        assert_int_equal(s->rounds[r]->channel, o->rounds[r]->channel);
        assert_int_equal(s->rounds[r]->clean_correct, o->rounds[r]->clean_correct);
        assert_int_equal(s->rounds[r]->attack_hits, o->rounds[r]->attack_hits);
        assert_int_equal(s->rounds[r]->known.sets, o->rounds[r]->known.sets);
    }
    snapshot_unref(s);
    snapshot_unref(o);
    session_destroy(session);
    session_destroy(other);
    free(path);
}

static void a_surrogate_comes_first(void **state)
{
    (void)state;
    struct options options;
    struct session *session = searched(&options);
    struct error err = {0};
    const struct command none = {.kind = COMMAND_SURROGATE, .number = 999};
    assert_false(trial_try(session, &none, &err));
    assert_non_null(strstr(err.text, "no trigger was inverted for class 999; there are those of "));
    trial_do(session, COMMAND_STEP, 1);
    trial_refuse(session, &(struct command){.kind = COMMAND_SURROGATE, .number = -1},
        "surrogate: rounds were measured without it; it comes before pruning: start anew");
    session_destroy(session);
    options.criterion = "difference"; /* what needs it waits for it; suspects are searched */
    options.surrogate = "";
    session = trial_open(&options, NULL);
    trial_do(session, COMMAND_SURROGATE, -1);
    const struct snapshot *s = session_snapshot(session);
    assert_string_equal(s->criterion, "difference");
    assert_int_equal(s->badge, BADGE_SURROGATE);
    assert_true(s->attacked.surrogate && s->suspects);
    snapshot_unref(s);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_the_target_by_themselves),
        cmocka_unit_test(a_given_target_leaves_its_own_out),
        cmocka_unit_test(true_labels_have_their_target_found),
        cmocka_unit_test(the_trivial_defence_never_answers_the_target),
        cmocka_unit_test_setup(surrogates_serve_as_poisoned, trial_each),
        cmocka_unit_test_setup(a_surrogate_takes_a_target, trial_each),
        cmocka_unit_test_setup(surrogates_are_not_overwritten, trial_each),
        cmocka_unit_test_setup(a_surrogate_is_measured_anew, trial_each),
        cmocka_unit_test_setup(a_surrogate_comes_first, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
