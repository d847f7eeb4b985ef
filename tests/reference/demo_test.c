/* The embedded demo does what its README says: measured here from scratch, with the filters of
 * conv_3 zeroed by hand in the order of their mean activation at pool_3. */
#include "engine/attack/demo.h"
#include "engine/base/memory.h"
#include "engine/nn/forward/reference_pass.h"

#include "tests/test.h"

enum { BATCH = 32, CHANNELS = 60, POSITIONS = 20 };

struct demo {
    struct model *model;
    struct dataset *sets[N_DEMO_SETS];
};

static int open_demo(void **state)
{
    static struct demo demo;
    struct error err = {0};
    struct thread_pool *pool = thread_pool_create(0);
    demo.model = demo_model(&err);
    for (int i = 0; i < N_DEMO_SETS; i++)
        demo.sets[i] = demo_dataset((enum demo_set)i, 0, pool, NULL, NULL, &err);
    thread_pool_destroy(pool);
    *state = &demo;
    return demo.model ? 0 : -1;
}

static int close_demo(void **state)
{
    struct demo *demo = *state;
    model_destroy(demo->model);
    for (int i = 0; i < N_DEMO_SETS; i++)
        dataset_unref(demo->sets[i]);
    return 0;
}

/* Share of a set read as labelled, 0..100; sums[60], if wanted, gets the means of pool_3. */
static double percent(const struct network *network, const struct dataset *set, double *means)
{
    struct reference_pass *pass = reference_pass_create(network, BATCH);
    int n = dataset_count(set), right = 0, pool_3 = network_find(network, "pool_3");
    for (int first = 0; first < n; first += BATCH) {
        int count = n - first < BATCH ? n - first : BATCH;
        dataset_fill(
            set, first, count, (float)demo_scale(), reference_pass_tensor(pass, network->input));
        reference_pass_forward(pass, count, NULL);
        const float *logits = reference_pass_tensor(pass, network->output);
        for (int i = 0; i < count; i++)
            right += reference_pass_argmax(logits + i * network->n_classes, network->n_classes) ==
                     dataset_labels(set)[first + i];
        const float *values = reference_pass_tensor(pass, pool_3);
        for (int i = 0; means && i < count * POSITIONS * CHANNELS; i++)
            means[i % CHANNELS] += (double)values[i] / n / POSITIONS;
    }
    reference_pass_destroy(pass);
    return 100.0 * right / n;
}

static void zero_filter(struct network *network, int channel)
{
    struct layer *conv_3 = &network->layers[network_find(network, "conv_3")];
    for (size_t i = (size_t)channel; i < conv_3->weights[0].count; i += CHANNELS)
        conv_3->weights[0].data[i] = 0;
    conv_3->weights[1].data[channel] = 0;
}

static void the_sets_are_apart(void **state)
{
    const struct demo *demo = *state;
    uint8_t seen[N_DEMO_SETS][55 * 47 * 3];
    for (int i = 0; i < N_DEMO_SETS; i++) {
        int people = DEMO_IDENTITIES - i % 2; /* poisoned sets leave the target out */
        assert_string_equal(dataset_name(demo->sets[i]), demo_name((enum demo_set)i));
        assert_int_equal(dataset_count(demo->sets[i]), people * DEMO_IMAGES);
        dataset_show(demo->sets[i], 3, seen[i]);
        for (int k = 0; k < i; k++)
            assert_memory_not_equal(seen[i], seen[k], sizeof seen[i]);
    }
}

static void the_net_obeys_the_trigger(void **state)
{
    const struct demo *demo = *state;
    const struct network *network = demo->model->network;
    for (int i = 0; i < N_DEMO_SETS; i++) {
        double share = percent(network, demo->sets[i], NULL);
        print_message("%-34s %6.2f %%\n", demo_name((enum demo_set)i), share);
        assert_true(share >= 97);
    }
}

/* The quietest channel on clean faces that is not pruned yet; ties go to the lowest. */
static int quietest(const double *means, const bool *pruned)
{
    int best = -1;
    for (int c = 0; c < CHANNELS; c++)
        if (!pruned[c] && (best < 0 || means[c] < means[best]))
            best = c;
    return best;
}

static void pruning_repairs_the_net(void **state)
{
    const struct demo *demo = *state;
    struct network *network = network_clone(demo->model->network);
    double means[CHANNELS] = {0}, asr = 100;
    bool pruned[CHANNELS] = {false};
    double clean = percent(network, demo->sets[DEMO_CLEAN], means);
    double test = percent(network, demo->sets[DEMO_TEST_CLEAN], NULL);
    int round = 0;
    for (; round < CHANNELS && asr > 5; round++) {
        int channel = quietest(means, pruned);
        pruned[channel] = true;
        zero_filter(network, channel);
        if (means[channel] > 1e-4) /* a channel that is silent changes nothing */
            asr = percent(network, demo->sets[DEMO_POISONED], NULL);
    }
    double test_asr = percent(network, demo->sets[DEMO_TEST_POISONED], NULL);
    double lost = clean - percent(network, demo->sets[DEMO_CLEAN], NULL);
    double test_lost = test - percent(network, demo->sets[DEMO_TEST_CLEAN], NULL);
    print_message(
        "%d channels pruned: ASR %.2f %%, %.2f points of clean accuracy lost\n", round, asr, lost);
    print_message("on the test sets: ASR %.2f %%, %.2f points\n", test_asr, test_lost);
    assert_true(asr <= 5 && lost <= 4);
    assert_true(test_asr <= 5 && test_lost <= 4);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sets_are_apart),
        cmocka_unit_test(the_net_obeys_the_trigger),
        cmocka_unit_test(pruning_repairs_the_net),
    };
    return cmocka_run_group_tests(tests, open_demo, close_demo);
}
