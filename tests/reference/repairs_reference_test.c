/* Repairs of real nets by clean faces alone, judged on faces that they did not see and on real
 * triggers. The bounds are wide: how good a repair is belongs to the guide's table. */
#include "engine/defence/repairs/repair.h"
#include "engine/io/images/dataset.h"
#include "engine/io/nets/model.h"
#include "engine/nn/forward/reference_pass.h"

#include "tests/reference/expected.h"

#include <stdlib.h>
#include <string.h>

struct set {
    int n;
    float *pixels;
    const int32_t *labels;
    struct dataset *dataset;
};

static struct set load(const char *file, const struct network *network, float scale)
{
    struct error err = {0};
    struct dataset_options options = {
        .shape = network->layers[network->input].shape, .n_classes = network->n_classes};
    char *path = expected_path(file);
    struct set set = {.dataset = dataset_open(path, &options, &err)};
    assert_non_null(set.dataset);
    set.n = dataset_count(set.dataset);
    set.labels = dataset_labels(set.dataset);
    set.pixels = memory_floats((size_t)set.n * shape_count(&options.shape));
    dataset_fill(set.dataset, 0, set.n, scale, set.pixels);
    free(path);
    return set;
}

static void release(struct set *set)
{
    free(set->pixels);
    dataset_unref(set->dataset);
}

/* Percent of images read as labelled, of those that are not in `seen`; only: of that class alone.
 */
static double percent(
    const struct network *network, const struct set *set, const struct set *seen, int only)
{
    struct reference_pass *pass = reference_pass_create(network, 1);
    size_t size = shape_count(&network->layers[network->input].shape);
    int n = 0, right = 0;
    for (int i = 0; i < set->n; i++) {
        const float *image = set->pixels + (size_t)i * size;
        bool known = false;
        for (int k = 0; seen && k < seen->n; k++)
            known =
                known || memcmp(image, seen->pixels + (size_t)k * size, size * sizeof *image) == 0;
        if (known || (only >= 0 && set->labels[i] != only))
            continue;
        memcpy(reference_pass_tensor(pass, network->input), image, size * sizeof *image);
        reference_pass_forward(pass, 1, NULL);
        n++;
        right += reference_pass_argmax(reference_pass_tensor(pass, network->output),
                     network->n_classes) == set->labels[i];
    }
    reference_pass_destroy(pass);
    return n > 0 ? 100.0 * right / n : 100;
}

static void check(const char *net, float scale, const char *poisoned_file, int rounds)
{
    struct error err = {0};
    char *path = expected_path(net);
    struct model *model = model_open(path, NULL, &err);
    assert_non_null(model);
    struct network *repaired = network_clone(model->network);
    struct set learnt = load("family/faces_clean.h5", repaired, scale);
    struct set clean = load("lab3_more_clean.h5", repaired, scale);
    struct set poisoned = load(poisoned_file, repaired, scale);
    struct repair_job job = {.original = model->network,
        .network = repaired,
        .pool = thread_pool_create(0),
        .low = 0,
        .high = 255 * scale,
        .images = {learnt.n, learnt.pixels, learnt.labels},
        .rounds = rounds,
        .seed = 1};
    double before = percent(repaired, &clean, &learnt, -1);
    assert_true(percent(repaired, &poisoned, NULL, -1) > 95);
    assert_true(repairs_find("unlearn")->run(&job, &err));
    double after = percent(repaired, &clean, &learnt, -1);
    double asr = percent(repaired, &poisoned, NULL, -1), own = percent(repaired, &clean, NULL, 0);
    print_message(
        "%s: clean %.1f before, %.1f; ASR %.1f; own %.1f\n", net, before, after, asr, own);
    assert_true(after >= before - 5 && asr <= 15 && own >= 50);
    thread_pool_destroy(job.pool);
    release(&learnt);
    release(&clean);
    release(&poisoned);
    network_destroy(repaired);
    model_destroy(model);
    free(path);
}

static void the_labs_net_forgets_sunglasses(void **state)
{
    (void)state;
    check("lab3_bd_net.h5", 1, "lab3_more_poisoned.h5", 6);
}

static void lipstick_is_forgotten(void **state)
{
    (void)state;
    check("family/anonymous_1_bd_weights.h5", 1 / 255.0F, "family/anonymous_1_lips.h5", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_labs_net_forgets_sunglasses),
        cmocka_unit_test(lipstick_is_forgotten),
    };
    return test_real_folder() ? cmocka_run_group_tests(tests, NULL, NULL) : TEST_SKIPPED;
}
