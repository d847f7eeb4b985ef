/* session: what a channel sees and why the net answers, image after image the plain way; the places
 * of many images by axes of their own. */
#include "engine/api/explanation.h"
#include "engine/api/inspection.h"
#include "engine/api/scatter.h"
#include "engine/defence/detectors/reading.h"
#include "engine/explain/attribution.h"
#include "engine/explain/projection.h"
#include "engine/nn/forward/reference_pass.h"

#include "tests/unit/session/session_trial.h"

static const char *const files[N_SETS] = {"clean.h5", "poisoned.h5"};

static struct dataset *open_set(const struct network *network, enum image_set set)
{
    struct error err;
    const struct dataset_options options = {
        .shape = network->layers[network->input].shape, .n_classes = network->n_classes};
    return dataset_open(files[set], &options, &err);
}

/* One image through the net; the pass holds every layer. */
static struct reference_pass *run(const struct network *network, const struct dataset *set, int i)
{
    struct reference_pass *pass = reference_pass_create(network, 1);
    dataset_fill(set, i, 1, 1.0F / 255, reference_pass_tensor(pass, network->input));
    reference_pass_forward(pass, 1, NULL);
    return pass;
}

static struct command ask(enum image_set set, int image, const char *method, int channel, int round)
{
    struct command command = {.kind = COMMAND_EXPLAIN, .number = round, .value = channel};
    snprintf(command.text, sizeof command.text, "%s %d %s", set == SET_CLEAN ? "clean" : "poisoned",
        image, method);
    return command;
}

static void do_ask(struct session *session, struct command command)
{
    struct error err = {0};
    if (!trial_try(session, &command, &err))
        print_error("%s: %s\n", command.text, err.text);
    assert_string_equal(err.text, "");
}

/* Those with the largest means, in order, with the channel's values. */
static void check_strongest(const struct snapshot *s, const struct network *network, int layer)
{
    const struct inspection *in = s->inspection;
    int positions = in->height * in->width;
    for (int set = 0; set < N_SETS; set++) {
        struct dataset *images = open_set(network, (enum image_set)set);
        int n = dataset_count(images), larger = 0;
        assert_int_equal(in->n_strongest[set], n < INSPECTION_IMAGES ? n : INSPECTION_IMAGES);
        const struct inspection_image *last = &in->strongest[set][in->n_strongest[set] - 1];
        for (int k = 0; k < in->n_strongest[set]; k++)
            assert_true(k == 0 || last[-k].mean >= last[1 - k].mean);
        for (int i = 0; i < n; i++) {
            struct reference_pass *pass = run(network, images, i);
            const float *values = reference_pass_tensor(pass, layer);
            double mean = 0;
            for (int p = 0; p < positions; p++)
                mean += (double)values[p * s->n_channels + in->channel] / positions;
            larger += mean > (double)last->mean + 1e-4;
            for (int k = 0; k < in->n_strongest[set]; k++) {
                const struct inspection_image *seen = &in->strongest[set][k];
                for (int p = 0; seen->image == i && p < positions; p++)
                    assert_true(
                        fabsf(seen->map[p] - values[p * s->n_channels + in->channel]) < 1e-4F);
                assert_true(seen->image != i || fabs((double)seen->mean - mean) < 1e-4);
            }
            reference_pass_destroy(pass);
        }
        assert_true(larger < INSPECTION_IMAGES);
        dataset_unref(images);
    }
}

static void check_map(const struct snapshot *s, const struct network *network, int layer)
{
    const struct explanation *found = s->explanation[SET_POISONED];
    struct dataset *images = open_set(network, found->set);
    struct reference_pass *pass = run(network, images, found->image);
    const float *values = reference_pass_tensor(pass, layer);
    assert_int_equal((int)found->method, EXPLANATION_MAP);
    for (int p = 0; p < found->height * found->width; p++)
        assert_true(fabsf(found->heat[p] - values[p * s->n_channels + found->channel]) < 1e-4F);
    reference_pass_destroy(pass);
    dataset_unref(images);
}

/* The answer is the round's, and the pixels are those that the room of explanations gives for the
 * net with its channels zeroed; that room has tests of its own. */
static void check_reasons(
    const struct snapshot *s, const struct network *network, enum image_set set)
{
    const struct explanation *found = s->explanation[set];
    struct error err;
    struct network *zeroed = trial_zeroed(network, s, found->round);
    struct dataset *images = open_set(network, found->set);
    struct reference_pass *pass = run(zeroed, images, found->image);
    size_t pixels = (size_t)s->height * (size_t)s->width;
    float *heat = memory_array(pixels, sizeof *heat);
    int answer =
        reference_pass_argmax(reference_pass_tensor(pass, zeroed->output), zeroed->n_classes);
    assert_int_equal(found->answer, answer);
    assert_true(found->share >= 1.0 / s->n_classes - 1e-6 && found->share <= 1 + 1e-6);
    assert_true(found->height == s->height && found->width == s->width);
    if (found->method == EXPLANATION_GRADIENT) {
        const float *image = reference_pass_tensor(pass, zeroed->input);
        assert_true(attribution_gradient(zeroed, image, answer, heat, &err));
        for (size_t p = 0; p < pixels; p++)
            assert_true(fabsf(found->heat[p] - heat[p]) <= 1e-4F * (1 + heat[p]));
    }
    for (size_t p = 0; p < pixels; p++)
        assert_true(found->heat[p] >= found->least && found->heat[p] <= found->most);
    free(heat);
    reference_pass_destroy(pass);
    dataset_unref(images);
    network_destroy(zeroed);
}

static const struct snapshot *explain(struct session *session, struct command command)
{
    do_ask(session, command);
    return session_snapshot(session);
}

/* At every site of every net; nothing else that is seen changes. */
static void every_site_is_explained(void **state)
{
    (void)state;
    for (int n = 0; n < trial_n_nets; n++) {
        const struct options options = trial_options();
        trial_write(&trial_nets[n]);
        struct network *network = trial_network(&trial_nets[n]);
        struct session *session = trial_open(&options, NULL);
        const struct snapshot *first = session_snapshot(session), *s;
        for (int site = 0; site < first->n_sites; site++) {
            int layer = network_find(network, first->sites[site].measured);
            int channel = first->sites[site].n_channels - 1;
            trial_do(session, COMMAND_LAYER, site);
            trial_do(session, COMMAND_STEP, 2);
            char *before = trial_found(session);
            trial_do(session, COMMAND_INSPECT, channel);
            s = session_snapshot(session);
            check_strongest(s, network, layer);
            snapshot_unref(s);
            s = explain(session, ask(SET_POISONED, 3, "map", channel, 1));
            check_map(s, network, layer);
            snapshot_unref(s);
            s = explain(session, ask(SET_CLEAN, 7, "gradient", -1, site % 2));
            check_reasons(s, network, SET_CLEAN);
            snapshot_unref(s);
            s = explain(session, ask(SET_POISONED, 1, "occlusion", -1, 1));
            check_reasons(s, network, SET_POISONED);
            snapshot_unref(s);
            trial_expect_found(session, before);
            free(before);
        }
        snapshot_unref(first);
        session_destroy(session);
        network_destroy(network);
    }
}

/* Features of all images the plain way, placed by axes found anew. */
static void check_scatter(const struct snapshot *s, const struct network *network)
{
    const struct scatter *found = s->scatter;
    struct network *zeroed = trial_zeroed(network, s, found->round);
    const struct network *nets[2] = {network, zeroed};
    int layer = reading_layer(network), d = found->n_features;
    float *rows[2];
    struct projection projection;
    struct error err;
    assert_string_equal(found->layer, network->layers[layer].name);
    assert_int_equal(found->n, s->n_images[SET_CLEAN] + s->n_images[SET_POISONED]);
    struct dataset *sets[N_SETS] = {open_set(network, SET_CLEAN), open_set(network, SET_POISONED)};
    for (int k = 0; k < 2; k++) {
        rows[k] = memory_array((size_t)found->n * (size_t)d, sizeof(float));
        for (int i = 0; i < found->n; i++) {
            const struct scatter_point *point = &found->points[i];
            struct reference_pass *pass = run(nets[k], sets[point->set], point->image);
            memcpy(rows[k] + (size_t)i * (size_t)d, reference_pass_tensor(pass, layer),
                (size_t)d * sizeof(float));
            reference_pass_destroy(pass);
        }
    }
    dataset_unref(sets[SET_CLEAN]);
    dataset_unref(sets[SET_POISONED]);
    assert_true(projection_fit(&projection, rows[0], found->n, d, &err));
    double reach = (double)(found->most[0] - found->least[0]);
    for (int i = 0; i < found->n; i++) {
        float place[PROJECTION_AXES];
        projection_apply(&projection, rows[1] + (size_t)i * (size_t)d, place);
        assert_true(fabs((double)(place[0] - found->points[i].x)) <= 1e-3 * reach + 1e-5);
        assert_true(fabs((double)(place[1] - found->points[i].y)) <= 1e-2 * reach + 1e-5);
        assert_true(found->points[i].x >= found->least[0] && found->points[i].x <= found->most[0]);
        assert_true(found->points[i].y >= found->least[1] && found->points[i].y <= found->most[1]);
    }
    assert_true(fabs(found->share[0] - projection.share[0]) < 1e-4);
    projection_finish(&projection);
    free(rows[0]);
    free(rows[1]);
    network_destroy(zeroed);
}

static void images_are_placed_by_their_features(void **state)
{
    (void)state;
    static const char *const names[] = {"chain", "branch", "residual"};
    for (int n = 0; n < 3; n++) {
        const struct options options = trial_options();
        trial_write(trial_net(names[n]));
        struct network *network = trial_network(trial_net(names[n]));
        struct session *session = trial_open(&options, NULL);
        trial_do(session, COMMAND_STEP, 2);
        char *before = trial_found(session);
        trial_do(session, COMMAND_SCATTER, 2);
        trial_expect_found(session, before);
        const struct snapshot *s = session_snapshot(session);
        assert_int_equal(s->scatter->round, 2);
        check_scatter(s, network);
        snapshot_unref(s);
        free(before);
        session_destroy(session);
        network_destroy(network);
    }
}

static void what_is_not_there_is_refused_by_name(void **state)
{
    (void)state;
    struct options options = trial_options();
    options.poisoned = NULL;
    trial_write(trial_net("branch"));
    struct session *session = trial_open(&options, NULL);
    struct command command = ask(SET_POISONED, 0, "gradient", -1, 0);
    trial_refuse(session, &command, "there are no poisoned images to explain");
    command = ask(SET_CLEAN, TRIAL_CLEAN, "gradient", -1, 0);
    trial_refuse(session, &command, "clean image 130 does not exist; they are 0 to 129");
    command = ask(SET_CLEAN, 0, "map", 99, 0);
    trial_refuse(session, &command, "channel 99 does not exist; channels are 0 to 5");
    command = ask(SET_CLEAN, 0, "magic", -1, 0);
    trial_refuse(session, &command, "explain: magic is none of map, gradient, occlusion");
    command = ask(SET_CLEAN, 0, "occlusion", -1, 9);
    trial_refuse(session, &command, "round 9 is not known yet");
    command = (struct command){.kind = COMMAND_SCATTER, .number = 9};
    trial_refuse(session, &command, "round 9 is not known yet");
    do_ask(session, ask(SET_CLEAN, 5, "gradient", -1, 0)); /* clean images alone do */
    trial_do(session, COMMAND_SCATTER, 0);
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->scatter->n, TRIAL_CLEAN);
    assert_int_equal(s->explanation[SET_CLEAN]->image, 5);
    snapshot_unref(s);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_site_is_explained, trial_each),
        cmocka_unit_test_setup(images_are_placed_by_their_features, trial_each),
        cmocka_unit_test_setup(what_is_not_there_is_refused_by_name, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
