/* session/classifier: pictures of the demo's faces are judged as a detection judges the images. */
#include "engine/api/detection.h"
#include "engine/attack/demo.h"
#include "engine/session/state/classifier.h"
#include "tests/unit/session/session_trial.h"

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image_write.h>

enum { FACES = 24, STEP = 40, PRUNED = 44 };

static const char *const names[N_SETS] = {"clean", "poisoned"};
static char paths[N_SETS * FACES][64];
static const char *list[N_SETS * FACES];

/* Every STEP-th test face as a file. */
static void write_pictures(void)
{
    static const enum demo_set sets[N_SETS] = {DEMO_TEST_CLEAN, DEMO_TEST_POISONED};
    struct thread_pool *pool = thread_pool_create(1);
    for (int set = 0; set < N_SETS; set++) {
        struct dataset *faces = demo_dataset(sets[set], 0, pool, NULL, NULL, NULL);
        for (int i = 0; i < FACES; i++) {
            uint8_t rgb[55 * 47 * 3];
            char *path = paths[set * FACES + i];
            snprintf(path, sizeof paths[0], "%s_%d.png", names[set], i);
            dataset_show(faces, i * STEP, rgb);
            assert_true(stbi_write_png(path, 47, 55, 3, rgb, 0));
            list[set * FACES + i] = path;
        }
        dataset_unref(faces);
    }
    thread_pool_destroy(pool);
}

static const struct snapshot *detect(void)
{
    struct options options = OPTIONS_DEFAULT;
    options.threads = 1;
    struct session *session = trial_open(&options, NULL);
    trial_do(session, COMMAND_RUN, PRUNED);
    trial_say(session, COMMAND_SAVE, "fixed.h5");
    trial_do(session, COMMAND_DETECT, 1);
    const struct snapshot *s = session_snapshot(session);
    session_destroy(session);
    return s;
}

static void expect(const struct detection *d, const struct classifier_options *given,
    const struct detection_net *net, const struct detector_result *detector)
{
    struct classified results[N_SETS * FACES];
    struct error err = {0};
    struct classifier *classifier = classifier_create(given, &err);
    assert_non_null(classifier);
    assert_int_equal(classifier_classes(classifier), DEMO_IDENTITIES);
    assert_true(classifier_run(classifier, list, N_SETS * FACES, results, &err));
    int flagged = 0;
    for (int k = 0; k < N_SETS * FACES; k++) {
        int set = k / FACES, i = k % FACES * STEP;
        int b = d->predicted[DATA_TEST][set][i];
        int repaired = net ? net->predicted[DATA_TEST][set][i] : -1;
        bool odd = net && b != repaired;
        if (detector)
            odd = odd || results[k].score > detector->at[1].threshold;
        assert_int_equal(results[k].err.class, ERROR_NONE);
        assert_int_equal(results[k].class, b);
        assert_int_equal(results[k].repaired, repaired);
        assert_int_equal(results[k].flagged, odd);
        flagged += odd;
    }
    assert_true(flagged > FACES / 2);
    if (detector)
        assert_true(fabs(classifier_threshold(classifier) - detector->at[1].threshold) < 1e-12);
    classifier_destroy(classifier);
}

static void pictures_are_judged_as_images_are(void **state)
{
    (void)state;
    struct options options = OPTIONS_DEFAULT;
    struct classifier_options given = {.options = &options, .rate = 5};
    const struct snapshot *s = detect();
    const struct detection *d = s->detection;
    const struct detection_net *net = &d->nets[d->n_nets - 1];
    int alone = 0;
    assert_int_equal(net->index, PRUNED);
    write_pictures();
    options.threads = 2;
    for (int i = 0; d->detectors[i].net < 0; i++, alone++) {
        given.detector = d->detectors[i].name; /* one that reads logits, one that learns */
        if (i == 0 || strcmp(given.detector, "distance") == 0)
            expect(d, &given, NULL, &d->detectors[i]);
    }
    options.n_repaired = 1;
    options.repaired[0] = "fixed.h5";
    given.detector = NULL;
    expect(d, &given, net, NULL);
    given.detector = "agreement";
    expect(d, &given, net, &d->detectors[alone + d->n_nets - 1]);
    snapshot_unref(s);
}

static void refuse(const struct classifier_options *given, const char *says)
{
    struct error err = {0};
    assert_null(classifier_create(given, &err));
    if (!strstr(err.text, says))
        print_message("'%s', not '%s'\n", err.text, says);
    assert_non_null(strstr(err.text, says));
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    struct options options = OPTIONS_DEFAULT;
    struct classifier_options given = {.options = &options, .rate = 5};
    struct error err = {0};
    struct classified results[2];
    refuse(&given, "classify needs --repaired");
    given.detector = "agreement";
    refuse(&given, "classify needs --repaired");
    given.detector = "nose";
    refuse(&given,
        "no detector nose; use logit, margin, strip, distance, nearest, trigger or agreement");
    given.detector = NULL;
    trial_write(trial_net("chain"));
    options.n_repaired = 1;
    options.repaired[0] = "net.h5";
    refuse(&given, "net.h5: ");
    options.n_repaired = 2;
    options.repaired[1] = "two.h5";
    refuse(&given, "one repaired net at a time");
    options = trial_options(); /* MNIST-like: the picture does not fit */
    options.n_repaired = 1;
    options.repaired[0] = "net.h5";
    struct classifier *classifier = classifier_create(&given, &err);
    assert_non_null(classifier);
    options.scale = 1;
    assert_null(classifier_warning(classifier));
    options.scale = 0;
    options.clean = NULL;
    assert_non_null(strstr(classifier_warning(classifier), "the classes may be wrong"));
    const char *wrong[] = {"clean.h5", "missing.png"};
    assert_true(classifier_run(classifier, wrong, 2, results, &err));
    assert_int_equal(results[0].err.class, ERROR_INPUT);
    assert_int_equal(results[1].err.class, ERROR_INPUT);
    assert_non_null(strstr(results[0].err.text, "clean.h5: "));
    classifier_destroy(classifier);
    options.clean = NULL;
    given.detector = "logit";
    refuse(&given, "--detector needs --clean");
}

static double threshold_with(struct classifier_options *given, const char *trigger)
{
    struct error err = {0};
    given->trigger = trigger;
    struct classifier *classifier = classifier_create(given, &err);
    if (!classifier)
        print_message("%s: %s\n", trigger, err.text);
    assert_non_null(classifier);
    double threshold = classifier_threshold(classifier);
    classifier_destroy(classifier);
    return threshold;
}

/* The detector learns from what the trigger does, whatever form it comes in. */
static void a_trigger_comes_in_any_form(void **state)
{
    (void)state;
    static const uint8_t white[4] = {255, 255, 255, 255};
    trial_write(trial_net("residual"));
    struct options options = trial_options();
    struct classifier_options given = {.options = &options, .rate = 5, .detector = "trigger"};
    refuse(&given, "needs --trigger: a picture, a rule");
    assert_true(stbi_write_png("white.png", 1, 1, 4, white, 0));
    double rule = threshold_with(&given, "patch:1x1@right,bottom:white");
    assert_true(threshold_with(&given, "white.png@right,bottom") == rule);
    assert_true(threshold_with(&given, "white.png@0,0") != rule);
    given.trigger = "patch:900x1@0,0:white";
    refuse(&given, "does not fit into images");
    given.trigger = "clean.h5";
    refuse(&given, "clean.h5: holds no trigger");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(pictures_are_judged_as_images_are, trial_each),
        cmocka_unit_test_setup(what_is_missing_is_said, trial_each),
        cmocka_unit_test_setup(a_trigger_comes_in_any_form, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
