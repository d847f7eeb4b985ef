/* session: what cannot be opened is told in one line, and the session stays closed. */
#include "engine/io/images/dataset.h"
#include "engine/io/keras/keras_new.h"
#include "engine/io/nets/model.h"
#include "engine/nn/forward/reference_pass.h"

#include <float.h>

#include "tests/unit/session/session_trial.h"

/* Opens, expects the line, and that nothing can be done but look and leave. */
static void expect_refused(const struct options *options, const char *message)
{
    struct error err = {0};
    struct session *session = session_create(options, NULL);
    assert_false(session_open(session, &err));
    if (strcmp(err.text, message) != 0)
        print_error("%s\nexpected %s\n", err.text, message);
    assert_string_equal(err.text, message);
    assert_null(strchr(err.text, '\n'));
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->phase, PHASE_FAILED);
    assert_int_equal(s->site, -1);
    assert_true(s->n_messages > 0 && s->messages[s->n_messages - 1].error);
    assert_string_equal(s->messages[s->n_messages - 1].text, message);
    free(trial_text(s, TRIAL_ALL));
    for (int kind = 0; kind <= COMMAND_SAVE_KEPT + 1; kind++) {
        const struct command command = {.kind = (enum command_kind)kind, .number = 1, .value = 1};
        assert_false(session_command(session, &command, &err));
        assert_string_equal(err.text, "nothing is open yet");
        assert_false(session_busy(session));
    }
    assert_true(session_step(session, &err));
    session_destroy(session);
    snapshot_unref(s); /* lives longer */
}

/* Poisoned images are of one class; clean ones are not. */
static void swapped_sets_are_noticed(void **state)
{
    struct error err;
    (void)state;
    trial_write(trial_net("branch"));
    struct options o = trial_options();
    for (int swap = 0; swap < 2; swap++) {
        struct session *session = session_create(&o, NULL);
        assert_true(session_open(session, &err));
        const struct snapshot *s = session_snapshot(session);
        int n = 0;
        for (int i = 0; i < s->n_messages; i++) {
            const char *text = s->messages[i].text;
            bool pixels = strstr(text, "with the given pixel options") != NULL; /* few are right */
            n += s->messages[i].error && !pixels;
            if (s->messages[i].error && !pixels)
                assert_string_equal(text,
                    "are clean and poisoned swapped? all of poisoned.h5 are labelled 6, those of "
                    "clean.h5 are not");
        }
        if (swap)
            assert_string_equal(s->doubt, "swapped?");
        else
            assert_null(s->doubt);
        assert_int_equal(n, swap);
        snapshot_unref(s);
        session_destroy(session);
        const char *clean = o.clean;
        o.clean = o.poisoned;
        o.poisoned = clean;
    }
}

static void the_same_images_twice_are_noticed(void **state)
{
    struct error err;
    (void)state;
    trial_write(trial_net("branch"));
    struct options o = trial_options();
    o.poisoned = o.clean;
    struct session *session = session_create(&o, NULL);
    assert_true(session_open(session, &err));
    const struct snapshot *s = session_snapshot(session);
    int n = 0;
    for (int i = 0; i < s->n_messages; i++)
        n += strcmp(s->messages[i].text, "clean and poisoned are the same images, those of "
                                         "clean.h5: give others as one of them") == 0;
    assert_int_equal(n, 1);
    assert_string_equal(s->doubt, "same images?");
    snapshot_unref(s);
    session_destroy(session);
}

static void options_are_checked(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    trial_write_text("order", "9\n");
    struct options o = trial_options();
    o.clean = NULL;
    expect_refused(&o, "net.h5 needs clean images: give --clean FILE");
    o = trial_options();
    o.layer = "nowhere";
    expect_refused(&o,
        "net.h5: no layer nowhere whose channels can be pruned; use one of: conv_1, conv_2, relu");
    o.layer = "output";
    expect_refused(&o,
        "net.h5: no layer output whose channels can be pruned; use one of: conv_1, conv_2, relu");
    o = trial_options();
    o.criterion = "varience";
    expect_refused(&o, "no criterion varience; did you mean variance?");
    o.criterion = "target-weight";
    expect_refused(&o, "criterion target-weight: layer conv_1 does not feed the last Dense layer, "
                       "whose input is relu; criterion difference is defined at every layer");
    o = trial_options();
    o.order = "order";
    expect_refused(&o, "order: line 1: channel 9 does not exist; channels are 0 to 5");
    o.order = "nowhere";
    expect_refused(&o, "nowhere: No such file or directory");
    o = trial_options();
    o.target = (struct target){TARGET_CLASS, .value = 7};
    expect_refused(&o, "target 7: the net has 7 classes");
    o = trial_options();
    o.thresholds[1] = -4;
    expect_refused(&o, "threshold -4: must be above 0 and at most 100 points");
    o = trial_options();
    o.memory = 1;
    expect_refused(
        &o, "--memory: 1 bytes are too few: one batch needs 61440 at layer conv_1 of net.h5");
    o = trial_options();
    o.thresholds[1] = (double)NAN;
    expect_refused(&o, "threshold nan: must be above 0 and at most 100 points");
}

static void files_must_be_there(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    const struct options usual = trial_options();
    struct options o = usual;
    o.model = "none.h5";
    expect_refused(&o, "none.h5: No such file or directory");
    o = usual;
    o.clean = "none.h5";
    expect_refused(&o, "none.h5: No such file or directory");
    o = usual;
    o.poisoned = "none.h5";
    expect_refused(&o, "none.h5: No such file or directory");
    o = usual;
    o.data_name = "pixels";
    expect_refused(&o, "clean.h5: /pixels is missing (the file holds: data, label)");
    o = usual;
    o.label_name = "class";
    expect_refused(&o, "clean.h5: /class is missing (the file holds: data, label)");
}

static void files_must_fit(void **state)
{
    (void)state;
    struct options o = trial_options();
    trial_write(trial_net("joined"));
    assert_int_equal(rename("clean.h5", "other.h5"), 0);
    trial_write(trial_net("branch"));
    o.poisoned = "other.h5";
    expect_refused(&o, "other.h5: /data: shape is [130, 1, 9, 9], expected [n, 12, 10, 3] or "
                       "[n, 3, 12, 10]");
    struct error err = {0};
    const struct shape shape = shape_image(12, 10, 3);
    int32_t *labels = memory_array(2, sizeof *labels);
    labels[1] = 7;
    struct dataset *set =
        dataset_from_bytes("high.h5", 2, &shape, memory_array(2, shape_count(&shape)), labels);
    assert_true(dataset_write(set, "high.h5", false, &err));
    dataset_unref(set);
    o = trial_options();
    o.clean = "high.h5";
    expect_refused(&o, "high.h5: /label: label 1 is 7, expected 0..6");
}

/* A net of one Dense is measured, examined and judged like others; and one of flat images. */
static void some_nets_cannot_be_pruned(void **state)
{
    (void)state;
    struct error failure = {0};
    static const struct test_node nodes[] = {
        {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
        {"Flatten", "flat", "", NULL},
        {"Dense", "output", "units=4 activation=softmax", NULL},
    };
    const struct options options = trial_options();
    trial_write(&(struct trial_net){"flat", nodes, 3, 1});
    struct session *session = trial_open(&options, NULL);
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->phase, PHASE_PAUSED);
    assert_int_equal(s->n_channels, 0);
    assert_int_equal(s->rounds[0]->clean_correct, s->n_images[SET_CLEAN]); /* as trial_write says */
    const struct command step = {.kind = COMMAND_STEP, .number = 1},
                         scan = {.kind = COMMAND_EXAMINE};
    assert_false(trial_try(session, &step, &failure));
    assert_string_equal(failure.text, "all channels of the order are already pruned");
    snapshot_unref(s);
    assert_true(trial_try(session, &scan, &failure));
    s = session_snapshot(session);
    assert_string_equal(s->suggestion, "none: nothing can be pruned");
    snapshot_unref(s);
    session_destroy(session);
    static const char units[] =
        "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"layers\": ["
        "{\"class_name\": \"InputLayer\", \"name\": \"in\", \"config\": {\"name\": \"in\", "
        "\"batch_input_shape\": [null, 9]}, \"inbound_nodes\": []}, "
        "{\"class_name\": \"Dense\", \"name\": \"a\", \"config\": {\"name\": \"a\", \"units\": 4}, "
        "\"inbound_nodes\": [[[\"in\", 0, 0, {}]]]}, "
        "{\"class_name\": \"Dense\", \"name\": \"b\", \"config\": {\"name\": \"b\", \"units\": 4}, "
        "\"inbound_nodes\": [[[\"a\", 0, 0, {}]]]}], "
        "\"input_layers\": [[\"in\", 0, 0]], \"output_layers\": [[\"b\", 0, 0]]}}";
    struct error err = {0};
    struct network *network = keras_network(units, "units", &err);
    assert_true(keras_write(network, units, "net.h5", true, &err));
    network_destroy(network);
    expect_refused(&options,
        "clean.h5: /data: shape is [130, 1, 6, 6], expected [n, 3, 3, 1] or [n, 1, 3, 3]");
}

/* Hostile numbers ------------------------------------------------------------------------ */

static const struct test_node numbers[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
    {"Conv2D", "conv", "filters=4 kernel_size=3,3 activation=relu", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=4 activation=relu", NULL},
    {"Dense", "output", "units=4 activation=softmax", NULL},
};
enum { CONV = 1, HIDDEN = 3, OUTPUT = 4, CHANNELS = 4 };

static void write_numbers(const struct network *network)
{
    struct error err = {0};
    struct model *model = model_open("net.h5", NULL, &err);
    assert_true(model_save(model, network, "large.h5", true, &err));
    model_destroy(model);
}

/* Weights so large that sums overflow to both sides. */
static void outputs_must_be_numbers(void **state)
{
    (void)state;
    const struct trial_net net = {"numbers", numbers, 5, 1};
    struct options options = trial_options();
    trial_write(&net);
    options.model = "large.h5";
    for (int layer = CONV; layer <= OUTPUT; layer += OUTPUT - CONV) {
        struct network *network = trial_network(&net);
        struct weight *kernel = &network->layers[layer].weights[0];
        for (size_t k = 0; k < kernel->count; k++)
            kernel->data[k] = k % 2 ? 3e38F : -3e38F;
        for (size_t k = 0; k < network->layers[HIDDEN].weights[1].count; k++)
            network->layers[HIDDEN].weights[1].data[k] = 100;
        write_numbers(network);
        network_destroy(network);
        expect_refused(&options,
            layer == CONV ? "clean.h5: image 0: layer conv gives a value that is not finite"
                          : "clean.h5: image 0: layer output gives a value that is not "
                            "finite");
    }
}

/* What the brightest image of a set gives in channel 0, and which one it is. */
static float brightest(struct network *network, const char *path, int *image)
{
    struct error err = {0};
    const struct dataset_options options = {.shape = network->layers[0].shape, .n_classes = 4};
    struct dataset *set = dataset_open(path, &options, &err);
    struct reference_pass *pass = reference_pass_create(network, 1);
    float most = -1;
    for (int i = 0; i < dataset_count(set); i++) {
        dataset_fill(set, i, 1, 1 / 255.0F, reference_pass_tensor(pass, network->input));
        reference_pass_forward(pass, 1, NULL);
        const float *values = reference_pass_tensor(pass, CONV);
        for (size_t k = 0; k < shape_count(&network->layers[CONV].shape); k += CHANNELS)
            if (values[k] > most) {
                most = values[k];
                *image = i;
            }
    }
    reference_pass_destroy(pass);
    dataset_unref(set);
    return most;
}

static void fill_channel(struct network *network, float weight)
{
    struct weight *kernel = &network->layers[CONV].weights[0];
    for (size_t k = 0; k < kernel->count; k += CHANNELS)
        kernel->data[k] = weight;
    network->layers[CONV].weights[1].data[0] = 0;
}

/* Channel 0 overflows for the brightest images alone, and the next ReLU makes zeros of what is
 * infinite: every logit is a number. */
static void what_is_infinite_cannot_hide(void **state)
{
    (void)state;
    static const char *const paths[] = {"clean.h5", "test_clean.h5"};
    const struct trial_net net = {"numbers", numbers, 5, 1};
    const struct command test = {.kind = COMMAND_TEST};
    struct error err = {0};
    char message[100];
    int image[2];
    trial_write(&net);
    struct network *network = trial_network(&net);
    fill_channel(network, 1);
    float most[2] = {
        brightest(network, paths[0], &image[0]), brightest(network, paths[1], &image[1])};
    int high = most[1] > most[0], low = !high;
    fill_channel(network, FLT_MAX / ((most[0] + most[1]) / 2));
    struct weight *kernel = &network->layers[HIDDEN].weights[0];
    for (size_t k = 0; k < kernel->count; k++)
        if (k / 4 % CHANNELS == 0)
            kernel->data[k] = -1;
    write_numbers(network);
    network_destroy(network);
    snprintf(message, sizeof message, "%s: image %d: layer conv gives a value that is not finite",
        paths[high], image[high]);
    struct options options = trial_options();
    options.model = "large.h5";
    options.poisoned = options.test_poisoned = NULL;
    options.scale = 1 / 255.0;
    options.clean = paths[high];
    expect_refused(&options, message);
    options.clean = paths[low];
    options.test_clean = paths[high];
    struct session *session = trial_open(&options, NULL);
    assert_false(trial_try(session, &test, &err));
    assert_string_equal(err.text, message);
    session_destroy(session);
}

/* Pixels of 0..255 overflow, those of 0..1 do not. */
static void a_scale_that_overflows_is_not_taken(void **state)
{
    (void)state;
    const struct trial_net net = {"numbers", numbers, 5, 1};
    struct options options = trial_options();
    int image;
    trial_write(&net);
    struct network *network = trial_network(&net);
    fill_channel(network, 1);
    fill_channel(network, FLT_MAX / brightest(network, "clean.h5", &image) / 10);
    write_numbers(network);
    network_destroy(network);
    options.model = "large.h5";
    options.poisoned = options.test_poisoned = NULL;
    options.scale = 0;
    struct session *session = trial_open(&options, NULL);
    const struct snapshot *s = session_snapshot(session);
    assert_true(s->scale == 1 / 255.0);
    snapshot_unref(s);
    session_destroy(session);
}

/* No error: fewer images, a target that was said, a scale that is found. */
static void options_are_heeded(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct options o = trial_options();
    o.limit = 33;
    o.target = (struct target){TARGET_CLASS, .value = 3};
    o.scale = 0;
    o.layer = "fc_2";
    o.criterion = "target-weight";
    o.order = "ascending";
    struct session *session = trial_open(&o, NULL);
    const struct snapshot *s = session_snapshot(session);
    assert_true(s->n_images[SET_CLEAN] == 33 && s->n_images[SET_POISONED] == 33);
    assert_int_equal(s->target, 3);
    assert_true(s->scale == 1 / 255.0);
    assert_true(snapshot_clean_accuracy(s, 0) == 100);
    assert_string_equal(s->sites[s->site].producers, "fc_1 + fc_2");
    assert_true(s->scores[s->ranking[0]] < s->scores[s->ranking[9]] && !s->descending);
    snapshot_unref(s);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(options_are_checked, trial_each),
        cmocka_unit_test_setup(swapped_sets_are_noticed, trial_each),
        cmocka_unit_test_setup(the_same_images_twice_are_noticed, trial_each),
        cmocka_unit_test_setup(files_must_be_there, trial_each),
        cmocka_unit_test_setup(files_must_fit, trial_each),
        cmocka_unit_test_setup(some_nets_cannot_be_pruned, trial_each),
        cmocka_unit_test_setup(outputs_must_be_numbers, trial_each),
        cmocka_unit_test_setup(what_is_infinite_cannot_hide, trial_each),
        cmocka_unit_test_setup(a_scale_that_overflows_is_not_taken, trial_each),
        cmocka_unit_test_setup(options_are_heeded, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
