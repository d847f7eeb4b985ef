/* defence: which repair is tried for which evidence, and what held-out images decide. */
#include "engine/defence/repairs/choice.h"

#include "tests/unit/defence/toy_backdoor.h"

#include "tests/test.h"

#include <string.h>

static void a_suspect_is_unlearned_first(void **state)
{
    (void)state;
    struct choice_plan plan;
    const int suspects[] = {TOY_TARGET, 4};
    choice_plan(suspects, 2, false, &plan);
    assert_string_equal(plan.tries[0].repair->name, "unlearn");
    assert_int_equal(plan.tries[0].n_suspects, 2);
    assert_int_equal(plan.tries[0].suspects[0], TOY_TARGET);
    assert_non_null(strstr(plan.why, "class 2"));
    choice_plan(NULL, 0, true, &plan);
    assert_string_equal(plan.tries[0].repair->name, "adversarial");
    assert_non_null(strstr(plan.why, "every class is led to another"));
    choice_plan(NULL, 0, false, &plan);
    assert_true(plan.n > 0 && !plan.tries[0].repair->needs_target);
    assert_int_equal(plan.tries[0].n_suspects, 0);
    assert_non_null(strstr(plan.why, "no class stands out"));
}

static struct choice_row row_of(int right, int own, int turned)
{
    return (struct choice_row){.measure = {.n = 100,
                                   .right = right,
                                   .n_own = 10,
                                   .own = own,
                                   .n_turned = 100,
                                   .turned = turned,
                                   .mask = -1}};
}

/* before, trivial, and the rows so far. */
static struct choice_result result_of(const struct choice_row *rows, int n)
{
    struct choice_result result = {
        .before = row_of(100, 10, 100).measure, .trivial = row_of(97, 0, 0).measure, .n = n};
    for (int i = 0; i < n; i++)
        result.rows[i] = rows[i];
    return result;
}

static void rows_decide(void **state)
{
    (void)state;
    const struct choice_row good = row_of(99, 10, 0), weak = row_of(99, 10, 40),
                            diverged = {.diverged = true};
    const struct {
        struct choice_row rows[2];
        int n, kept;
        bool enough;
        const char *says;
    } cases[] = {
        {{good}, 1, 0, true, "It is good enough, so quiet was not tried."},
        {{weak}, 1, -1, false, "leave the net as it was"},
        {{weak, good}, 2, 1, true, "unlearn was tried too, and is worse."},
        {{weak, row_of(99, 9, 5)}, 2, 1, false, "keep quiet: 99 of 100 right, 5.0 % turned"},
        {{row_of(99, 10, 5), weak}, 2, 0, false, "quiet was tried too, and is worse."},
        {{diverged, good}, 2, 1, true, "keep quiet"},
        {{diverged, weak}, 2, -1, false, "unlearn and quiet are no better"},
        {{row_of(97, 0, 0), weak}, 2, -1, false, "never answering the suspected class"},
        {{good}, 1, 0, true,
            "0.0 % turned by inverted triggers; of all clean images of the suspected class 10 of "
            "10 (before: 100 of 100, 100.0 %; 10 of 10)"},
    };
    struct choice_plan plan;
    const int suspects[] = {TOY_TARGET};
    choice_plan(suspects, 1, false, &plan);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct choice_result result = result_of(cases[i].rows, cases[i].n);
        assert_int_equal(choice_decide(&plan, &result), cases[i].enough);
        assert_int_equal(result.kept, cases[i].kept);
        assert_non_null(strstr(result.why, cases[i].says));
    }
}

struct seen {
    int steps, stop_at;
};

static bool progress(void *context, const struct repair_progress *progress)
{
    struct seen *seen = context;
    assert_non_null(progress->doing);
    return ++seen->steps != seen->stop_at;
}

static struct measuring *measure(struct toy *toy, struct seen *seen, struct error *err)
{
    const int suspects[] = {TOY_TARGET};
    struct repair_job job = toy_job(toy);
    job.progress = progress;
    job.context = seen;
    return measuring_create(&job, suspects, 1, err);
}

static void what_is_kept_lets_go_and_keeps_own_people(void **state)
{
    (void)state;
    struct toy *toy = toy_create(2);
    struct choice_plan plan;
    struct choice_result result = {.n = 1};
    struct seen seen = {0};
    struct error err = {0};
    const int suspects[] = {TOY_TARGET};
    choice_plan(suspects, 1, false, &plan);
    struct measuring *measuring = measure(toy, &seen, &err);
    assert_non_null(measuring);
    assert_int_equal(measuring_learnt(measuring).n + measuring_held(measuring).n, TOY_IMAGES);
    assert_int_equal(measuring_held(measuring).n, TOY_IMAGES / 5);
    assert_true(measuring_net(measuring, toy->original, &result.before, &err));
    measuring_trivial(measuring, &result.trivial);
    assert_true(result.trivial.own == 0 && result.before.own == TOY_IMAGES / TOY_CLASSES);
    struct repair_job job = toy_job(toy);
    job.images = measuring_learnt(measuring);
    assert_true(plan.tries[0].repair->run(&job, &err));
    assert_true(measuring_net(measuring, toy->network, &result.rows[0].measure, &err));
    assert_true(choice_decide(&plan, &result));
    assert_int_equal(result.kept, 0);
    assert_true(result.rows[0].measure.turned < result.before.turned);
    measuring_destroy(measuring);
    toy_destroy(toy);
}

static void measuring_can_be_cancelled(void **state)
{
    (void)state;
    struct toy *toy = toy_create(2);
    struct seen seen = {.stop_at = 1};
    struct error err = {0};
    struct measure found;
    assert_null(measure(toy, &seen, &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    seen.stop_at = 0;
    struct measuring *measuring = measure(toy, &seen, &err);
    assert_non_null(measuring);
    seen.stop_at = seen.steps + 10;
    err = (struct error){0};
    assert_false(measuring_net(measuring, toy->network, &found, &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    measuring_destroy(measuring);
    toy_destroy(toy);
}

static void too_few_images_are_named(void **state)
{
    (void)state;
    struct toy *toy = toy_create(1);
    struct error err = {0};
    struct repair_job job = toy_job(toy);
    job.images.n = 2 * TOY_CLASSES;
    assert_null(measuring_create(&job, NULL, 0, &err));
    assert_true(err.class == ERROR_INPUT && strstr(err.text, "12 clean images"));
    toy_destroy(toy);
}

/* Worse on images that it learnt from: it cannot be better on others. */
static void what_learnt_from_all_must_not_be_worse(void **state)
{
    (void)state;
    const struct choice_row first = row_of(96, 9, 1);
    struct choice_result result = result_of(&first, 1);
    const struct {
        struct choice_again again;
        bool stands;
        const char *says;
    } cases[] = {
        {{.n = 500, .measure = row_of(99, 9, 2).measure}, true, "all 500 images"},
        {{.n = 500, .measure = row_of(93, 9, 0).measure}, false, "worse even on those held out"},
        {{.n = 500, .measure = row_of(99, 8, 0).measure}, false, "worse even on those held out"},
        {{.n = 500, .measure = row_of(99, 9, 3).measure}, false, "worse even on those held out"},
        {{.n = 500, .diverged = true}, false, "it diverged"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char said[CHOICE_AGAIN];
        assert_int_equal(choice_again(&result, &cases[i].again, said), cases[i].stands);
        assert_non_null(strstr(said, cases[i].says));
        assert_int_equal(said[strlen(said) - 1], '.');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_suspect_is_unlearned_first),
        cmocka_unit_test(rows_decide),
        cmocka_unit_test(what_is_kept_lets_go_and_keeps_own_people),
        cmocka_unit_test(measuring_can_be_cancelled),
        cmocka_unit_test(too_few_images_are_named),
        cmocka_unit_test(what_learnt_from_all_must_not_be_worse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
