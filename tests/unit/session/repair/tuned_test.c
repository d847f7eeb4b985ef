/* tuned: weights that a repair changed are held once. */
#include "engine/session/state/tuned.h"
#include "engine/base/memory_budget.h"
#include "engine/base/refcount.h"
#include "tests/unit/session/session_trial.h"

static void equal_weights_are_held_once(void **state)
{
    (void)state;
    struct network *original = trial_network(trial_net("chain"));
    struct network *changed = network_clone(original), *back = network_clone(original);
    struct memory_budget *budget = memory_budget_create(1 << 20, NULL);
    struct error err = {0};
    const struct layer *layer = &changed->layers[changed->output];
    layer->weights[0].data[1] += 1;
    const struct tuned *one = tuned_create(original, changed, NULL, false, budget, &err);
    assert_int_equal(tuned_own_bytes(one), layer->weights[0].count * sizeof(float));
    const struct tuned *same = tuned_create(original, changed, one, true, budget, &err);
    assert_int_equal(tuned_own_bytes(same), 0);
    layer->weights[1].data[0] += 1;
    const struct tuned *more = tuned_create(original, changed, same, false, budget, &err);
    assert_int_equal(tuned_own_bytes(more), layer->weights[1].count * sizeof(float));
    refcount_unref(one);
    refcount_unref(same);
    tuned_apply(more, original, back);
    for (int l = 0; l < back->n_layers; l++)
        for (int w = 0; w < back->layers[l].n_weights; w++)
            assert_memory_equal(back->layers[l].weights[w].data, changed->layers[l].weights[w].data,
                back->layers[l].weights[w].count * sizeof(float));
    tuned_apply(NULL, original, back);
    assert_memory_equal(back->layers[back->output].weights[0].data,
        original->layers[back->output].weights[0].data,
        back->layers[back->output].weights[0].count * sizeof(float));
    refcount_unref(more);
    memory_budget_unref(budget);
    network_destroy(original);
    network_destroy(changed);
    network_destroy(back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_weights_are_held_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
