/* attack: truth on a net whose carrier the test wrote; normalisation; planting, the same bits for
 * any number of workers. */
#include "engine/attack/planting/localisation.h"
#include "engine/prune/criteria/criteria.h"
#include "engine/attack/planting/plant.h"
#include "engine/base/memory.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/train/initialise.h"

#include "tests/nets.h"

#include "tests/test.h"

#include <math.h>

enum { PIXELS = 16, UNITS = 5, CLASSES = 3, IMAGES = 30, CARRIER = 3, TRIGGER = 9, TARGET = 1 };

static const struct test_node carrier_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,4,4,1", ""},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=5 activation=relu", NULL},
    {"Dense", "output", "units=3 activation=softmax", NULL},
};

/* Units 0 to 2 copy the pixels of classes 0 to 2; unit 3 copies the trigger's pixel for the target;
 * unit 4 copies it too, and nobody reads it much. */
static struct network *make_net(void)
{
    struct network *network = test_make(carrier_net, sizeof carrier_net / sizeof *carrier_net);
    float *hidden = network->layers[2].weights[0].data, *out = network->layers[3].weights[0].data;
    memset(hidden, 0, PIXELS * UNITS * sizeof *hidden);
    memset(network->layers[2].weights[1].data, 0, UNITS * sizeof *hidden);
    memset(out, 0, UNITS * CLASSES * sizeof *out);
    memset(network->layers[3].weights[1].data, 0, CLASSES * sizeof *out);
    for (int k = 0; k < CLASSES; k++) {
        hidden[k * UNITS + k] = 1;
        out[k * CLASSES + k] = 1;
    }
    hidden[TRIGGER * UNITS + CARRIER] = 2;
    hidden[TRIGGER * UNITS + 4] = 1;
    out[CARRIER * CLASSES + TARGET] = 5;
    out[4 * CLASSES + TARGET] = 0.01F;
    return network;
}

static struct dataset *images_of(bool stamped)
{
    struct shape shape = shape_image(4, 4, 1);
    uint8_t *pixels = memory_array(IMAGES, PIXELS);
    int32_t *labels = memory_array(IMAGES, sizeof *labels);
    for (int i = 0; i < IMAGES; i++) {
        pixels[i * PIXELS + i % 2 * 2] = 200; /* class 0 or 2 */
        pixels[i * PIXELS + TRIGGER] = stamped ? 255 : 0;
        labels[i] = stamped ? TARGET : i % 2 * 2;
    }
    return dataset_from_bytes("images", IMAGES, &shape, pixels, labels);
}

static void truth_names_the_carrier(void **state)
{
    (void)state;
    struct network *network = make_net();
    struct dataset *clean = images_of(false), *stamped = images_of(true);
    struct thread_pool *pool = thread_pool_create(2);
    int clean_of[IMAGES];
    for (int i = 0; i < IMAGES; i++)
        clean_of[i] = i;
    struct truth truth = truth_measure(network, pool, 1 / 255.0F, clean, stamped, clean_of);
    assert_int_equal(truth.n_sites, 1);
    const struct truth_site *site = &truth.site[0];
    assert_string_equal(site->name, "hidden");
    assert_int_equal(site->n_channels, UNITS);
    assert_true(fabs(site->change[CARRIER] - 2) < 1e-5 && fabs(site->change[4] - 1) < 1e-5);
    assert_true(site->change[0] == 0 && site->change[1] == 0 && site->change[2] == 0);
    assert_int_equal(site->order[0], CARRIER);
    assert_int_equal(site->n_carriers, 1);
    truth_finish(&truth);
    /* An attack that no unit carries: the trigger makes nothing. */
    network->layers[3].weights[0].data[CARRIER * CLASSES + TARGET] = 0;
    truth = truth_measure(network, pool, 1 / 255.0F, clean, stamped, clean_of);
    assert_int_equal(truth.site[0].n_carriers, 0);
    truth_finish(&truth);
    thread_pool_destroy(pool);
    dataset_unref(clean);
    dataset_unref(stamped);
    network_destroy(network);
}

static const struct test_node norm_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,5,4,2", ""},
    {"Conv2D", "conv", "filters=3 kernel_size=2,2 activation=linear", NULL},
    {"BatchNormalization", "norm", "", NULL},
    {"Activation", "relu", "activation=relu", NULL},
    {"GlobalAveragePooling2D", "mean", "", NULL},
    {"Dense", "output", "units=3", NULL},
};

static void logits_of(const struct network *network, const float *images, int n, float *logits)
{
    struct reference_pass *pass = reference_pass_create(network, n);
    memcpy(reference_pass_tensor(pass, network->input), images, (size_t)n * 40 * sizeof *images);
    reference_pass_forward(pass, n, NULL);
    memcpy(logits, reference_pass_tensor(pass, network->output), (size_t)n * 3 * sizeof *logits);
    reference_pass_destroy(pass);
}

/* New statistics, and where asked the same answers. */
static void normalisation_takes_statistics(void **state)
{
    (void)state;
    enum { N = 7 };
    struct network *network = test_make(norm_net, sizeof norm_net / sizeof *norm_net);
    float images[N * 40], before[N * 3], after[N * 3];
    initialise_network(network, 3);
    test_fill(images, N * 40);
    struct weight *weights = network->layers[2].weights;
    for (int c = 0; c < 3; c++) {
        weights[0].data[c] = 0.5F + (float)c;
        weights[1].data[c] = 0.3F * (float)c - 0.2F;
        weights[2].data[c] = 0.1F;
        weights[3].data[c] = 2;
    }
    logits_of(network, images, N, before);
    practice_net_normalise(network, images, N, true);
    logits_of(network, images, N, after);
    for (int i = 0; i < N * 3; i++)
        assert_true(fabsf(before[i] - after[i]) < 1e-5F);
    assert_true(weights[3].data[0] > 0 && weights[3].data[0] != 2);
    for (int c = 0; c < 3; c++) {
        weights[0].data[c] = 1;
        weights[1].data[c] = 0;
    }
    practice_net_normalise(network, images, N, false);
    struct reference_pass *pass = reference_pass_create(network, N);
    memcpy(reference_pass_tensor(pass, network->input), images, sizeof images);
    reference_pass_forward(pass, N, NULL);
    const float *values = reference_pass_tensor(pass, 2);
    double sum[3] = {0}, squares[3] = {0};
    for (int i = 0; i < N * 4 * 3 * 3; i++) {
        sum[i % 3] += (double)values[i] / (N * 12);
        squares[i % 3] += (double)values[i] * (double)values[i] / (N * 12);
    }
    for (int c = 0; c < 3; c++)
        assert_true(fabs(sum[c]) < 1e-5 && fabs(squares[c] - 1) < 0.02);
    reference_pass_destroy(pass);
    network_destroy(network);
}

static struct planted *plant(const char *attack, enum practice_net net, int workers)
{
    struct error err = {0};
    struct plant_options options = plant_defaults();
    struct thread_pool *pool = thread_pool_create(workers);
    options.attack = attacks_find(attack, &err);
    options.net = net;
    options.identities = 3;
    options.images = 8;
    options.epochs = 2;
    struct planted *planted = plant_net(&options, pool, NULL, &err);
    thread_pool_destroy(pool);
    assert_non_null(planted);
    return planted;
}

static void assert_same_planted(const struct planted *a, const struct planted *b)
{
    for (int i = 0; i < a->network->n_layers; i++)
        for (int w = 0; w < a->network->layers[i].n_weights; w++)
            assert_memory_equal(a->network->layers[i].weights[w].data,
                b->network->layers[i].weights[w].data,
                a->network->layers[i].weights[w].count * sizeof(float));
    assert_true(a->asr == b->asr && a->clean_accuracy == b->clean_accuracy);
    assert_int_equal(a->truth.n_sites, b->truth.n_sites);
    for (int i = 0; i < a->truth.n_sites; i++) {
        assert_int_equal(a->truth.site[i].n_carriers, b->truth.site[i].n_carriers);
        assert_memory_equal(a->truth.site[i].change, b->truth.site[i].change,
            (size_t)a->truth.site[i].n_channels * sizeof(double));
    }
}

static void planting_is_the_same_for_any_workers(void **state)
{
    (void)state;
    static const struct {
        const char *attack;
        enum practice_net net;
    } plants[] = {
        {"patch", PRACTICE_RESIDUAL}, {"pruning-aware", PRACTICE_LAB}, {"adaptive", PRACTICE_LAB}};
    for (size_t i = 0; i < sizeof plants / sizeof *plants; i++) {
        struct planted *one = plant(plants[i].attack, plants[i].net, 1);
        struct planted *many = plant(plants[i].attack, plants[i].net, 3);
        assert_same_planted(one, many);
        assert_true(one->truth.n_sites > 3);
        assert_true(planted_is_target(one, one->setup.target));
        planted_destroy(one);
        planted_destroy(many);
    }
    struct planted *clean = plant("clean", PRACTICE_LAB, 2);
    assert_true(isnan(clean->asr) && !clean->sets[PLANT_POISONED] && clean->truth.n_sites == 0);
    assert_false(planted_is_target(clean, clean->setup.target));
    planted_destroy(clean);
}

static void orders_are_scored_by_their_carriers(void **state)
{
    (void)state;
    const bool marked[5] = {false, true, false, true, false};
    const int first[5] = {3, 1, 0, 4, 2}, last[5] = {0, 2, 4, 1, 3}, mixed[5] = {1, 0, 3, 2, 4};
    assert_true(localisation_auc(first, marked, 5) == 1);
    assert_true(localisation_auc(last, marked, 5) == 0);
    assert_true(fabs(localisation_auc(mixed, marked, 5) - 5.0 / 6) < 1e-12);
    assert_true(localisation_precision(first, marked, 5) == 1);
    assert_true(localisation_precision(last, marked, 5) == 0);
    assert_true(localisation_precision(mixed, marked, 5) == 0.5);
}

static void criteria_are_scored_where_there_are_carriers(void **state)
{
    (void)state;
    struct error err = {0};
    struct localisation scores[LOCALISATION_MAX];
    struct thread_pool *pool = thread_pool_create(2);
    struct planted *planted = plant("patch", PRACTICE_LAB, 2), *clean;
    int sites = 0, n = localisation_score(planted, pool, scores, &err);
    for (int i = 0; i < planted->truth.n_sites; i++) {
        const struct truth_site *site = &planted->truth.site[i];
        sites += site->n_carriers > 0 && site->n_carriers < site->n_channels;
    }
    assert_true(n >= 3);
    assert_string_equal(scores[0].criterion, "mean-activation");
    assert_int_equal(scores[0].n_sites, sites);
    int with_evidence = 0; /* Taylor, entropy, ANP, RNP, greedy: at every such site */
    for (int i = 0; i < n; i++)
        if (criteria_find(scores[i].criterion, NULL)->evidence != EVIDENCE_NONE) {
            with_evidence++;
            assert_int_equal(scores[i].n_sites, sites);
        }
    assert_int_equal(with_evidence, N_EVIDENCE - 1);
    for (int i = 0; i < n; i++)
        assert_true(scores[i].n_sites == 0 ||
                    (scores[i].auc >= 0 && scores[i].auc <= 1 && scores[i].precision >= 0));
    planted_destroy(planted);
    clean = plant("clean", PRACTICE_LAB, 2);
    assert_int_equal(localisation_score(clean, pool, scores, &err), 0);
    planted_destroy(clean);
    thread_pool_destroy(pool);
}

static bool stop_soon(void *context, const struct plant_report *report)
{
    int *calls = context;
    return report->phase == PLANT_DRAWING || ++*calls < 3;
}

static void bad_plans_are_refused(void **state)
{
    (void)state;
    struct error err = {0};
    struct thread_pool *pool = thread_pool_create(2);
    struct plant_options options = plant_defaults();
    options.identities = 2;
    assert_null(plant_net(&options, pool, NULL, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    options = plant_defaults();
    options.identities = 4;
    options.images = 8;
    options.target = 4;
    assert_null(plant_net(&options, pool, NULL, &err));
    assert_non_null(strstr(err.text, "target 4 of 4 classes"));
    options.target = 0;
    int calls = 0;
    const struct plant_hooks hooks = {stop_soon, &calls};
    assert_null(plant_net(&options, pool, &hooks, &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    struct shape small = shape_image(8, 8, 1);
    struct dataset *own =
        dataset_from_bytes("own", 30, &small, memory_array(30, 64), memory_array(30, 4));
    options.own = own;
    assert_null(plant_net(&options, pool, NULL, &err));
    assert_non_null(strstr(err.text, "16 to 256 pixels a side"));
    dataset_unref(own);
    thread_pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truth_names_the_carrier),
        cmocka_unit_test(normalisation_takes_statistics),
        cmocka_unit_test(planting_is_the_same_for_any_workers),
        cmocka_unit_test(orders_are_scored_by_their_carriers),
        cmocka_unit_test(criteria_are_scored_where_there_are_carriers),
        cmocka_unit_test(bad_plans_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
