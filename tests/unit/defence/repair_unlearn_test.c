/* defence: unlearning a suspected class, on a small net whose backdoor the test wrote down. */
#include "engine/defence/repairs/cut.h"
#include "engine/defence/repairs/repair.h"

#include "tests/unit/defence/toy_backdoor.h"

#include "tests/test.h"

#include <string.h>

enum { ROUNDS = 6 };

struct seen {
    int rounds, steps, stop_at;
    bool inverted, tuned;
};

static bool rounded(void *context, const struct repair_report *report)
{
    struct seen *seen = context;
    assert_int_equal(report->round, ++seen->rounds);
    assert_true(report->mask > 0 && report->loss >= 0);
    return true;
}

static bool progress(void *context, const struct repair_progress *progress)
{
    struct seen *seen = context;
    assert_int_equal(progress->round, seen->rounds + 1);
    assert_true(progress->step >= 1 && progress->step <= progress->steps);
    seen->inverted = seen->inverted || progress->trigger;
    seen->tuned = seen->tuned || strcmp(progress->doing, "tuning") == 0;
    return ++seen->steps != seen->stop_at;
}

static bool unlearn(struct toy *toy, struct seen *seen, struct error *err)
{
    struct repair_job job = toy_job(toy);
    job.rounds = ROUNDS;
    job.progress = progress;
    job.round = rounded;
    job.context = seen;
    return repairs_find("unlearn")->run(&job, err);
}

static void the_backdoor_goes_and_its_people_stay(void **state)
{
    (void)state;
    struct toy *toy = toy_create(2);
    struct seen seen = {0};
    struct error err = {0};
    assert_true(toy_asr(toy->network, toy) == 100 && toy_clean(toy->network, toy) == 100);
    assert_true(unlearn(toy, &seen, &err));
    assert_true(seen.rounds == ROUNDS && seen.inverted && seen.tuned);
    assert_true(toy_asr(toy->network, toy) <= 5);
    /* never answering the target reads five classes of six, and none of its own */
    assert_true(toy_clean(toy->network, toy) >= 95);
    assert_true(toy_own(toy->network, toy) >= 90);
    toy_destroy(toy);
}

static void workers_change_nothing(void **state)
{
    (void)state;
    struct network *first = NULL;
    for (int workers = 1; workers <= 3; workers++) {
        struct toy *toy = toy_create(workers);
        struct seen seen = {0};
        struct error err = {0};
        assert_true(unlearn(toy, &seen, &err));
        for (int i = 0; first && i < first->n_layers; i++)
            for (int w = 0; w < first->layers[i].n_weights; w++)
                assert_memory_equal(first->layers[i].weights[w].data,
                    toy->network->layers[i].weights[w].data,
                    first->layers[i].weights[w].count * sizeof(float));
        if (!first)
            first = network_clone(toy->network);
        toy_destroy(toy);
    }
    network_destroy(first);
}

static void a_round_can_be_cancelled_within(void **state)
{
    (void)state;
    const int stops[] = {3, 210, 300}; /* while inverting, while tuning, in the second round */
    for (int i = 0; i < 3; i++) {
        struct toy *toy = toy_create(2);
        struct seen seen = {.stop_at = stops[i]};
        struct error err = {0};
        assert_false(unlearn(toy, &seen, &err));
        assert_int_equal(err.class, ERROR_CANCELLED);
        assert_int_equal(seen.steps, stops[i]);
        toy_destroy(toy);
    }
}

/* The trigger's two pixels at 1 raise one unit, and it alone leads to the target. */
static void what_the_trigger_uses_is_cut(void **state)
{
    (void)state;
    struct toy *toy = toy_create(2);
    struct repair_job job = toy_job(toy);
    float mask[TOY_PIXELS], pattern[TOY_PIXELS];
    for (int i = 0; i < TOY_PIXELS; i++) {
        mask[i] = toy->stamped[i] == toy->pixels[i] ? 0 : 1;
        pattern[i] = toy->stamped[i];
    }
    const struct inversion_trigger trigger = {.mask = mask, .pattern = pattern};
    const struct layer *last = &toy->network->layers[cut_layer(toy->network)];
    uint8_t may_change[8 * TOY_CLASSES];
    memset(may_change, 1, sizeof may_change);
    assert_int_equal(cut_trigger(&job, TOY_TARGET, &trigger, may_change), 1);
    for (int i = 0; i < 8 * TOY_CLASSES; i++)
        assert_int_equal(may_change[i], i != TOY_CLASSES * TOY_CLASSES + TOY_TARGET);
    assert_true(last->weights[0].data[TOY_CLASSES * TOY_CLASSES + TOY_TARGET] == 0);
    assert_true(toy_asr(toy->network, toy) == 0 && toy_clean(toy->network, toy) == 100);
    assert_int_equal(cut_trigger(&job, TOY_TARGET, &trigger, may_change), 0);
    toy_destroy(toy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_backdoor_goes_and_its_people_stay),
        cmocka_unit_test(workers_change_nothing),
        cmocka_unit_test(a_round_can_be_cancelled_within),
        cmocka_unit_test(what_the_trigger_uses_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
