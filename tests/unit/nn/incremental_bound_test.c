/* What the bound of an incremental state allows for the roundings of a product, against a case in
 * which every addition rounds as far as it can, and the same way. */
#include "engine/base/memory.h"
#include "engine/nn/incremental/incremental_bound.h"

#include "tests/nets.h"
#include "tests/test.h"

#include <math.h>

enum { UNITS = 16, RUNS = 16, VALUES = RUNS * DELTA_RUN };

static const struct test_node nodes[] = {
    {"InputLayer", "site", "batch_input_shape=null,256", ""},
    {"Dense", "hidden", "units=16", NULL},
    {"Dense", "output", "units=3", NULL},
};

/* Runs begin with 1, or a little below -1, so that no unit's runs are those of another; what is
 * added to that is nearly half of its last bit. */
static void make_worst(float *kernel, float *values)
{
    const float little = 0x1p-12F;
    for (int i = 0; i < VALUES; i++) {
        bool first = i % DELTA_RUN == 0;
        values[i] = first ? 1 : little;
        for (int u = 0; u < UNITS; u++) {
            bool odd = __builtin_popcount((unsigned)(i / DELTA_RUN & u)) % 2;
            kernel[i * UNITS + u] = !first ? 0.999F * little : odd ? -1 - 0x1p-23F : 1;
        }
    }
}

/* How far the sums are from what the products add up to. */
static double distance(const float *sums, const float *kernel, const float *values)
{
    double squares = 0;
    for (int u = 0; u < UNITS; u++) {
        double sum = 0;
        for (int i = 0; i < VALUES; i++)
            sum += (double)values[i] * kernel[i * UNITS + u];
        squares += (sums[u] - sum) * (sums[u] - sum);
    }
    return sqrt(squares);
}

static void check_lanes(
    const struct network *network, const struct batched_kernels *batched, float *values)
{
    const bool behind[] = {false, true, false};
    struct delta_plan *plan = delta_plan_create(network, batched, behind, 0, 1);
    assert_non_null(plan);
    const struct delta_stage *stage = &plan->stages[0];
    struct incremental_state incremental = {.plan = plan, .pixels = 1};
    struct incremental_step step = {.kind = INCREMENTAL_COMMIT};
    uint32_t places[VALUES];
    bool touched = false;
    float *changes = memory_floats(stage->padded);
    for (uint32_t i = 0; i < VALUES; i++)
        places[i] = i;
    step.site.removed = (struct delta_list){VALUES, places, values};
    step.site_change = sqrt(incremental_bound_squares(values, VALUES));
    plan->kernels->scatter(changes, &touched, &stage->terms[0], stage->padded, &step.site.removed);
    double away = distance(changes, network->layers[1].weights[0].data, values);
    assert_true(touched && away > 0);
    assert_true(away <= incremental_bound_input(&incremental, &step, 0).lost);
    free(changes);
    delta_plan_destroy(plan);
}

static void roundings_that_agree_are_allowed_for(void **state)
{
    (void)state;
    struct network *network = test_make(nodes, sizeof nodes / sizeof *nodes);
    float values[VALUES];
    const struct batched_kernels *batched;
    make_worst(network->layers[1].weights[0].data, values);
    for (int l = 0; (batched = batched_at(l)); l++)
        check_lanes(network, batched, values);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roundings_that_agree_are_allowed_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
