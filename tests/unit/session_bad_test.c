/* session: what cannot be opened is told in one line, and the session stays closed. */
#include "engine/load/dataset.h"
#include "engine/load/model.h"

#include "tests/unit/session_trial.h"

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
    expect_refused(&o, "net.h5: no layer nowhere whose channels can be pruned");
    o.layer = "output";
    expect_refused(&o, "net.h5: no layer output whose channels can be pruned");
    o = trial_options();
    o.criterion = "beauty";
    expect_refused(&o, "no criterion beauty");
    o.criterion = "target-weight";
    expect_refused(&o, "criterion target-weight: layer conv_1 does not feed the last Dense layer");
    o = trial_options();
    o.order = "order";
    expect_refused(&o, "order: line 1: channel 9 is not in 0..5");
    o.order = "nowhere";
    expect_refused(&o, "nowhere: No such file or directory");
    o = trial_options();
    o.target = 7;
    expect_refused(&o, "target 7: the net has 7 classes");
    o = trial_options();
    o.thresholds[1] = -4;
    expect_refused(&o, "threshold -4: must be above 0 and at most 100 points");
    o = trial_options();
    o.memory = 1;
    expect_refused(&o, "--memory: 1 bytes are less than one batch takes: 61440 at layer conv_1 of "
                       "net.h5");
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

/* A net of one Dense, and one that reads no image. */
static void some_nets_cannot_be_pruned(void **state)
{
    (void)state;
    static const struct test_node nodes[] = {
        {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
        {"Flatten", "flat", "", NULL},
        {"Dense", "output", "units=4 activation=softmax", NULL},
    };
    const struct options options = trial_options();
    trial_write(&(struct trial_net){"flat", nodes, 3, 1});
    expect_refused(&options, "net.h5: no layer has channels that can be pruned");
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
    struct network *network = model_network_from_json(units, "units", &err);
    assert_true(model_write(network, units, "net.h5", true, &err));
    network_destroy(network);
    expect_refused(&options, "net.h5: the input is no image");
}

/* Weights so large that sums overflow to both sides. */
static void outputs_must_be_numbers(void **state)
{
    (void)state;
    static const struct test_node nodes[] = {
        {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
        {"Conv2D", "conv", "filters=4 kernel_size=3,3", NULL},
        {"Flatten", "flat", "", NULL},
        {"Dense", "output", "units=4 activation=softmax", NULL},
    };
    struct error err = {0};
    trial_write(&(struct trial_net){"large", nodes, 4, 1});
    struct model *model = model_open("net.h5", NULL, &err);
    struct network *network = network_clone(model->network);
    for (int layer = 1; layer < 4; layer += 2)
        for (size_t k = 0; k < network->layers[layer].weights[0].count; k++)
            network->layers[layer].weights[0].data[k] = k % 2 ? 3e38F : -3e38F;
    assert_true(model_save(model, network, "large.h5", false, &err));
    network_destroy(network);
    model_destroy(model);
    struct options options = trial_options();
    options.model = "large.h5";
    expect_refused(&options, "clean.h5: image 0: layer conv gives a value that is not finite");
}

/* No error: fewer images, a target that was said, a scale that is found. */
static void options_are_heeded(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct options o = trial_options();
    o.limit = 33;
    o.target = 3;
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
        cmocka_unit_test_setup(files_must_be_there, trial_each),
        cmocka_unit_test_setup(files_must_fit, trial_each),
        cmocka_unit_test_setup(some_nets_cannot_be_pruned, trial_each),
        cmocka_unit_test_setup(outputs_must_be_numbers, trial_each),
        cmocka_unit_test_setup(options_are_heeded, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
