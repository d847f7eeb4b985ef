/* session: what is found about a channel is what the net and the images say. */
#include "engine/api/inspection.h"
#include "engine/io/images/dataset.h"
#include "engine/nn/forward/reference_pass.h"

#include "tests/unit/session/session_trial.h"

static int site_layer(const struct snapshot *s, const struct network *network)
{
    return network_find(network, s->sites[s->site].measured);
}

/* Means and map of one set, image after image the plain way. */
static void check_set(
    const struct snapshot *s, const struct network *network, const char *path, enum image_set set)
{
    struct error err;
    const struct inspection *in = s->inspection;
    int layer = site_layer(s, network), positions = in->height * in->width;
    const struct dataset_options options = {
        .shape = network->layers[network->input].shape, .n_classes = network->n_classes};
    struct dataset *images = dataset_open(path, &options, &err);
    struct reference_pass *pass = reference_pass_create(network, 1);
    double *map = memory_array((size_t)positions, sizeof *map), sum = 0, least = 1e9, most = -1e9;
    int n = dataset_count(images);
    for (int i = 0; i < n; i++) {
        double mean = 0;
        dataset_fill(images, i, 1, 1.0F / 255, reference_pass_tensor(pass, network->input));
        reference_pass_forward(pass, 1, NULL);
        for (int p = 0; p < positions; p++) {
            double value =
                (double)reference_pass_tensor(pass, layer)[p * s->n_channels + in->channel];
            mean += value / positions;
            map[p] += value / n;
        }
        sum += mean;
        least = fmin(least, mean);
        most = fmax(most, mean);
    }
    assert_int_equal(in->n_images[set], n);
    assert_true(fabs(in->mean[set] - sum / n) < 1e-4);
    assert_true(fabs(in->least[set] - least) < 1e-4 && fabs(in->most[set] - most) < 1e-4);
    for (int p = 0; p < positions; p++)
        assert_true(fabs((double)in->map[set][p] - map[p]) < 1e-4);
    int binned = 0;
    for (int b = 0; b < INSPECTION_BINS; b++)
        binned += in->bins[set][b];
    assert_int_equal(binned, n);
    free(map);
    reference_pass_destroy(pass);
    dataset_unref(images);
}

static void check(const struct snapshot *s, const struct network *network, int channel)
{
    const struct inspection *in = s->inspection;
    assert_non_null(in);
    assert_int_equal(in->channel, channel);
    check_set(s, network, "clean.h5", SET_CLEAN);
    check_set(s, network, "poisoned.h5", SET_POISONED);
    assert_true(in->auc >= 0 && in->auc <= 1);
    assert_non_null(in->producer);
    for (int i = 1; i < in->n_links; i++)
        assert_true(in->links[i].norm <= in->links[i - 1].norm);
    double l1 = 0;
    for (int k = 0; k < in->kernel_height * in->kernel_width * in->kernel_inputs; k++)
        l1 += fabs((double)in->kernel[k]);
    assert_true(l1 <= (double)in->kernel_l1 + 1e-3);
}

/* At every site of every net: as the plain way says, and nothing else that is seen changes. */
static void every_site_is_looked_into(void **state)
{
    (void)state;
    for (int n = 0; n < trial_n_nets; n++) {
        const struct options options = trial_options();
        trial_write(&trial_nets[n]);
        struct network *network = trial_network(&trial_nets[n]);
        struct session *session = trial_open(&options, NULL);
        const struct snapshot *first = session_snapshot(session);
        for (int site = 0; site < first->n_sites; site++) {
            trial_do(session, COMMAND_LAYER, site);
            trial_do(session, COMMAND_STEP, 1);
            char *before = trial_found(session);
            int channel = first->sites[site].n_channels - 1 - site % 2;
            trial_do(session, COMMAND_INSPECT, channel);
            trial_expect_found(session, before);
            const struct snapshot *s = session_snapshot(session);
            check(s, network, channel);
            snapshot_unref(s);
            free(before);
            trial_do(session, COMMAND_STEP, 1); /* the net stands as it stood */
            s = session_snapshot(session);
            trial_check_exactly(s, network);
            snapshot_unref(s);
        }
        snapshot_unref(first);
        session_destroy(session);
        network_destroy(network);
    }
}

/* Weights of the hidden units into the classes, by hand. */
static void weights_into_classes_are_the_dense_ones(void **state)
{
    (void)state;
    struct options options = trial_options();
    options.target = (struct target){TARGET_CLASS, .value = 3};
    trial_write(trial_net("branch"));
    struct network *network = trial_network(trial_net("branch"));
    struct session *session = trial_open(&options, NULL);
    const struct snapshot *s = session_snapshot(session);
    int last = s->n_sites - 1, target = s->target;
    snapshot_unref(s);
    trial_do(session, COMMAND_LAYER, last);
    trial_do(session, COMMAND_INSPECT, 4);
    s = session_snapshot(session);
    const struct inspection *in = s->inspection;
    const float *w = network->layers[network_find(network, "output")].weights[0].data;
    assert_true(in->into_classes);
    assert_int_equal(in->n_links, 7);
    for (int i = 0; i < in->n_links; i++) {
        float weight = w[4 * 7 + in->links[i].channel];
        assert_true(in->links[i].sum == weight && in->links[i].norm == fabsf(weight));
    }
    int rank = 1;
    for (int c = 0; target >= 0 && c < 10; c++)
        rank += w[c * 7 + target] > w[4 * 7 + target];
    if (target >= 0)
        assert_int_equal(in->target_rank, rank);
    snapshot_unref(s);
    session_destroy(session);
    network_destroy(network);
}

/* A layer that was left keeps its finding; a channel that is not there is refused. */
static void findings_belong_to_their_branch(void **state)
{
    (void)state;
    const struct options options = trial_options();
    trial_write(trial_net("branch"));
    struct session *session = trial_open(&options, NULL);
    trial_do(session, COMMAND_LAYER, 1);
    trial_do(session, COMMAND_INSPECT, 2);
    trial_do(session, COMMAND_LAYER, 0);
    const struct snapshot *s = session_snapshot(session);
    assert_null(s->inspection);
    snapshot_unref(s);
    trial_do(session, COMMAND_LAYER, 1);
    s = session_snapshot(session);
    assert_int_equal(s->inspection->channel, 2);
    snapshot_unref(s);
    trial_refuse(session, &(struct command){.kind = COMMAND_INSPECT, .number = 8},
        "channel 8 does not exist; channels are 0 to 7");
    session_destroy(session);
}

static atomic_bool stop;

static void stop_at_once(void *context, struct session *session)
{
    (void)context, (void)session;
    atomic_store(&stop, true);
}

static void a_stop_leaves_everything(void **state)
{
    (void)state;
    const struct options options = trial_options();
    struct session_hooks hooks = {.stop = &stop};
    struct error err;
    trial_write(trial_net("branch"));
    atomic_store(&stop, false);
    struct session *session = trial_open(&options, &hooks);
    trial_do(session, COMMAND_STEP, 2);
    trial_do(session, COMMAND_INSPECT, 1);
    char *before = trial_found(session);
    stop_at_once(NULL, session);
    assert_false(
        session_command(session, &(struct command){.kind = COMMAND_INSPECT, .number = 3}, &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    atomic_store(&stop, false);
    trial_expect_found(session, before);
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->inspection->channel, 1);
    snapshot_unref(s);
    free(before);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_site_is_looked_into, trial_each),
        cmocka_unit_test_setup(weights_into_classes_are_the_dense_ones, trial_each),
        cmocka_unit_test_setup(findings_belong_to_their_branch, trial_each),
        cmocka_unit_test_setup(a_stop_leaves_everything, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
