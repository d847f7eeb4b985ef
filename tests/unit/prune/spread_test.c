/* Spread and separation of channels where there is little to go by. */
#include "engine/base/memory.h"
#include "engine/prune/ranking/activations.h"
#include "engine/prune/scan/scan.h"
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>

static void separation_is_finite(void **state)
{
    (void)state;
    const struct channel_sums clean[] = {
        {.mean = 1, .max = 2, .spread = 0.5}, {.max = 0, .zeros = 1}, {.mean = -1, .max = -1}};
    const struct channel_sums poisoned[] = {
        {.mean = 2, .max = 3, .spread = 1.5}, {.zeros = 1}, {.mean = -1, .max = -1}};
    const struct channel_sums apart[] = {
        {.mean = 2, .spread = 1.5}, {.mean = 1e-3, .spread = 0}, {.mean = -1}};
    struct separation found;
    scan_separation(clean, poisoned, 3, &found);
    assert_true(fabs(found.largest - 1) < 1e-12 && found.channel == 0);
    assert_true(fabs(found.never_active - 1.0 / 3) < 1e-12); /* never above 0 is not always 0 */
    scan_separation(clean, apart, 3, &found); /* channel 1 has no spread, and moves */
    assert_true(fabs(found.largest - SCAN_APART) < 1e-9 && found.channel == 1);
    scan_separation(clean, NULL, 3, &found);
    assert_true(found.channel == -1 && !(found.largest > 0));
}

/* What rounding leaves of the squares is no spread. */
static void one_image_has_no_spread(void **state)
{
    (void)state;
    const struct shape shape = shape_image(1, 3, 1);
    const struct batched_kernels *batched = batched_get();
    float *values = memory_floats(3 * (size_t)batched->width);
    for (int images = 1; images <= 2; images++) {
        struct activations *activations = activations_create(&shape, images, batched, 1);
        const struct batch batch = {.count = images, .width = batched->width};
        struct channel_sums sums;
        for (int p = 0; p < 3; p++)
            for (int i = 0; i < images; i++)
                values[p * batched->width + i] = 0.1F + 0.3F * (float)p;
        activations_add(activations, &batch, values, NULL);
        activations_total(activations, &sums);
        assert_true(sums.mean > 0.3 && sums.deviation > 0.2 && !(sums.spread > 0));
        activations_destroy(activations);
    }
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(separation_is_finite),
        cmocka_unit_test(one_image_has_no_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
