/* Repairs without a suspect on real nets of digits, judged on digits that they did not learn from,
 * with and without the trigger. The bounds are wide: how good a repair is belongs to the guide's
 * table. */
#include "engine/defence/repairs/repair.h"
#include "engine/io/images/dataset.h"
#include "engine/io/nets/model.h"
#include "engine/nn/forward/reference_pass.h"

#include "tests/reference/expected.h"

#include <stdlib.h>
#include <string.h>

enum { LEARNT = 1000, ROUNDS = 9, BATCH = 50 };

static float *load(const char *file, const struct network *network, int *n, int32_t **labels)
{
    struct error err = {0};
    struct dataset_options options = {
        .shape = network->layers[network->input].shape, .n_classes = network->n_classes};
    char *path = expected_path(file);
    struct dataset *dataset = dataset_open(path, &options, &err);
    assert_non_null(dataset);
    *n = dataset_count(dataset);
    assert_true(*n % BATCH == 0 && *n > LEARNT);
    float *pixels = memory_floats((size_t)*n * shape_count(&options.shape));
    dataset_fill(dataset, 0, *n, 1 / 255.0F, pixels);
    *labels = memory_array((size_t)*n, sizeof **labels);
    memcpy(*labels, dataset_labels(dataset), (size_t)*n * sizeof **labels);
    dataset_unref(dataset);
    free(path);
    return pixels;
}

/* Percent of the images behind LEARNT that are read as `wanted`; those whose digit is what the
 * attack wants are left out where `digits` is given. */
static double percent(const struct network *network, const float *pixels, int n,
    const int32_t *wanted, const int32_t *digits)
{
    struct reference_pass *pass = reference_pass_create(network, BATCH);
    size_t size = shape_count(&network->layers[network->input].shape);
    int counted = 0, right = 0;
    for (int i = LEARNT; i < n; i += BATCH) {
        memcpy(reference_pass_tensor(pass, network->input), pixels + (size_t)i * size,
            BATCH * size * sizeof *pixels);
        reference_pass_forward(pass, BATCH, NULL);
        const float *logits = reference_pass_tensor(pass, network->output);
        for (int k = 0; k < BATCH; k++, logits += network->n_classes) {
            if (digits && digits[i + k] == wanted[i + k])
                continue;
            counted++;
            right += reference_pass_argmax(logits, network->n_classes) == wanted[i + k];
        }
    }
    reference_pass_destroy(pass);
    return 100.0 * right / counted;
}

static void check(const char *net, const char *poisoned_file, const char *repair)
{
    struct error err = {0};
    char *path = expected_path(net);
    struct model *model = model_open(path, NULL, &err);
    assert_non_null(model);
    struct network *repaired = network_clone(model->network);
    int n, n_poisoned;
    int32_t *digits, *wanted;
    float *clean = load("mnist_clean.h5", repaired, &n, &digits);
    float *poisoned = load(poisoned_file, repaired, &n_poisoned, &wanted);
    struct repair_job job = {.original = model->network,
        .network = repaired,
        .pool = thread_pool_create(0),
        .high = 1,
        .images = {LEARNT, clean, digits},
        .target = -1,
        .rounds = ROUNDS,
        .seed = 1};
    double before = percent(repaired, clean, n, digits, NULL);
    assert_true(percent(repaired, poisoned, n_poisoned, wanted, digits) > 95);
    assert_true(repairs_find(repair)->run(&job, &err));
    double after = percent(repaired, clean, n, digits, NULL);
    double asr = percent(repaired, poisoned, n_poisoned, wanted, digits);
    print_message("%s, %s: clean %.1f before, %.1f; ASR %.1f\n", net, repair, before, after, asr);
    assert_true(after >= before - 3 && asr <= 5);
    thread_pool_destroy(job.pool);
    free(clean);
    free(poisoned);
    free(digits);
    free(wanted);
    network_destroy(repaired);
    model_destroy(model);
    free(path);
}

static void six_bright_pixels_are_forgotten(void **state)
{
    (void)state;
    check("family/mnist_pattern_bd_net.h5", "family/mnist_pattern_poisoned.h5", "quiet");
}

static void every_digit_led_to_the_next_comes_back(void **state)
{
    (void)state;
    check("mnist_all_to_all_bd_net.h5", "mnist_poisoned.h5", "quiet");
    check("mnist_all_to_all_bd_net.h5", "mnist_poisoned.h5", "adversarial");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(six_bright_pixels_are_forgotten),
        cmocka_unit_test(every_digit_led_to_the_next_comes_back),
    };
    return test_real_folder() ? cmocka_run_group_tests(tests, NULL, NULL) : TEST_SKIPPED;
}
