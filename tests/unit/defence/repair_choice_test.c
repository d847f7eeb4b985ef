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
    choice_plan(suspects, 2, &plan);
    assert_string_equal(plan.tries[0].repair->name, "unlearn");
    assert_int_equal(plan.tries[0].n_suspects, 2);
    assert_int_equal(plan.tries[0].suspects[0], TOY_TARGET);
    assert_non_null(strstr(plan.why, "class 2"));
    choice_plan(NULL, 0, &plan);
    assert_true(plan.n > 0 && !plan.tries[0].repair->needs_target);
    assert_int_equal(plan.tries[0].n_suspects, 0);
    assert_non_null(strstr(plan.why, "no class stands out"));
}

struct seen {
    int begun, rounds, steps, stop_at;
};

static void begin(void *context, int index, const struct choice_try *attempt)
{
    struct seen *seen = context;
    assert_int_equal(index, seen->begun);
    assert_non_null(attempt->repair);
    seen->begun++;
}

static bool rounded(void *context, const struct repair_report *report)
{
    (void)report;
    ((struct seen *)context)->rounds++;
    return true;
}

static bool progress(void *context, const struct repair_progress *progress)
{
    struct seen *seen = context;
    assert_non_null(progress->doing);
    return ++seen->steps != seen->stop_at;
}

static bool choose(
    struct toy *toy, struct seen *seen, struct choice_result *result, struct error *err)
{
    struct choice_plan plan;
    const int suspects[] = {TOY_TARGET};
    choice_plan(suspects, 1, &plan);
    struct choice_job job = {.repair = toy_job(toy), .plan = &plan, .begin = begin};
    job.repair.rounds = 4;
    job.repair.progress = progress;
    job.repair.round = rounded;
    job.repair.context = seen;
    return choice_run(&job, result, err);
}

static void what_is_kept_lets_go_and_keeps_own_people(void **state)
{
    (void)state;
    struct toy *toy = toy_create(2);
    struct choice_result result;
    struct seen seen = {0};
    struct error err = {0};
    assert_true(toy_clean(toy->original, toy) == 100 && toy_asr(toy->original, toy) == 100);
    assert_true(choose(toy, &seen, &result, &err));
    assert_true(result.kept >= 0 && result.n >= 1 && seen.begun == result.n);
    assert_int_equal(result.n_learnt + result.n_held, TOY_IMAGES);
    assert_int_equal(result.n_held, TOY_IMAGES / 5);
    assert_int_equal(
        result.rows[0].rounds + (result.n > 1 ? result.rows[1].rounds : 0), seen.rounds);
    const struct measure *measure = &result.rows[result.kept].measure;
    assert_true(measure->turned < result.before.turned);
    assert_true(measure->own > result.trivial.own && result.trivial.own == 0);
    assert_true(toy_asr(toy->network, toy) <= 5);
    assert_true(toy_clean(toy->network, toy) >= 95 && toy_own(toy->network, toy) >= 90);
    assert_non_null(strstr(result.why, "is kept"));
    toy_destroy(toy);
}

static void a_cancelled_choice_leaves_the_net_as_it_came(void **state)
{
    (void)state;
    const int stops[] = {1, 450, 700}; /* while triggers are inverted, within a round */
    for (int i = 0; i < 3; i++) {
        struct toy *toy = toy_create(2);
        struct choice_result result;
        struct seen seen = {.stop_at = stops[i]};
        struct error err = {0};
        assert_false(choose(toy, &seen, &result, &err));
        assert_int_equal(err.class, ERROR_CANCELLED);
        assert_true(toy_asr(toy->network, toy) == 100);
        toy_destroy(toy);
    }
}

static void too_few_images_are_named(void **state)
{
    (void)state;
    struct toy *toy = toy_create(1);
    struct choice_plan plan;
    struct choice_result result;
    struct error err = {0};
    choice_plan(NULL, 0, &plan);
    struct choice_job job = {.repair = toy_job(toy), .plan = &plan};
    job.repair.images.n = 2 * TOY_CLASSES;
    assert_false(choice_run(&job, &result, &err));
    assert_true(err.class == ERROR_INPUT && strstr(err.text, "12 clean images"));
    toy_destroy(toy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_suspect_is_unlearned_first),
        cmocka_unit_test(what_is_kept_lets_go_and_keeps_own_people),
        cmocka_unit_test(a_cancelled_choice_leaves_the_net_as_it_came),
        cmocka_unit_test(too_few_images_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
