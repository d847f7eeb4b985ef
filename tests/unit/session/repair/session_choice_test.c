/* session: held-out clean images choose a repair: each try is a branch, and the better one stands;
 * or the net as it was. */
#include "engine/api/command_text.h"
#include "engine/io/images/dataset.h"
#include "engine/io/nets/model.h"
#include "tests/unit/session/session_trial.h"

#include <stdlib.h>

enum { CLASSES = 6, IMAGES = 90, PIXELS = 36, TRIGGER = 20, TARGET = 2, WAYS = 2 };

static const struct command choose = {.kind = COMMAND_REPAIR, .number = TARGET, .value = 1};

static float *weight_of(struct network *network, const char *layer, int in, int out)
{
    struct weight *kernel = &network->layers[network_find(network, layer)].weights[0];
    return &kernel->data[in * kernel->dim[kernel->rank - 1] + out];
}

/* Class k reads two pixels of its own; WAYS units read the trigger's, and lead to TARGET by weights
 * that are too large for a round of unlearning. No clean image goes these ways, so `quiet` finds
 * them. */
static void plant_weights(struct network *network)
{
    for (int l = 0; l < network->n_layers; l++)
        for (int w = 0; w < network->layers[l].n_weights; w++)
            memset(network->layers[l].weights[w].data, 0,
                network->layers[l].weights[w].count * sizeof(float));
    for (int k = 0; k < CLASSES + WAYS; k++) {
        bool way = k >= CLASSES;
        for (int i = 0; i < 2; i++)
            *weight_of(network, "first", way ? TRIGGER + i : 2 * k + i, k) = 1;
        *weight_of(network, "second", k, k) = 1;
        *weight_of(network, "output", k, way ? TARGET : k) = way ? 40 : 4;
    }
}

static void write_images(void)
{
    struct error err = {0};
    const struct shape shape = {.rank = 3, .dim = {6, 6, 1}};
    struct random random;
    random_init(&random, 5, 0);
    uint8_t *pixels = memory_array(IMAGES, PIXELS);
    int32_t *labels = memory_array(IMAGES, sizeof *labels);
    for (int i = 0; i < IMAGES; i++) {
        labels[i] = i % CLASSES;
        for (int p = 0; p < PIXELS; p++) {
            bool own = p / 2 == labels[i], trigger = p / 2 == TRIGGER / 2;
            int value = (int)random_below(&random, own ? 100 : trigger ? 3 : 50);
            pixels[i * PIXELS + p] = (uint8_t)(own ? 150 + value : value);
        }
    }
    struct dataset *set = dataset_from_bytes("clean.h5", IMAGES, &shape, pixels, labels);
    assert_true(dataset_write(set, "clean.h5", true, &err));
    dataset_unref(set);
}

static struct session *open_planted(int threads, const struct session_hooks *hooks)
{
    struct error err = {0};
    struct options options = trial_options();
    trial_write(trial_net("dense"));
    struct model *model = model_open("net.h5", NULL, &err);
    assert_non_null(model);
    struct network *network = network_clone(model->network);
    plant_weights(network);
    assert_true(model_save_known(model, network, NULL, "planted.h5", true, &err));
    network_destroy(network);
    model_destroy(model);
    write_images();
    options.model = "planted.h5";
    options.poisoned = options.test_clean = options.test_poisoned = NULL;
    options.force = true;
    options.threads = threads;
    return trial_open(&options, hooks);
}

static void work_off(struct session *session, const struct command *command)
{
    struct error err = {0};
    assert_true(trial_try(session, command, &err));
}

/* As a journal has it, and as it is read from one. */
static void expect_line(const struct snapshot *s, const char *line, const char *text)
{
    struct error err = {0};
    struct command again = {.kind = N_COMMAND_KINDS};
    char *written = command_write(&choose, s);
    assert_string_equal(written, line);
    assert_true(command_read(written, s, &again, &err));
    assert_string_equal(again.text, text);
    free(written);
}

static void the_better_of_two_stands(void **state)
{
    (void)state;
    char *found[2];
    for (int i = 0; i < 2; i++) {
        struct session *session = open_planted(1 + 2 * i, NULL);
        work_off(session, &choose);
        const struct snapshot *s = session_snapshot(session);
        assert_true(s->n_branches == 4 && s->branch == 3 && s->position == 1);
        assert_string_equal(s->branches[1].repair.name, "unlearn");
        assert_string_equal(s->branches[2].repair.name, "quiet");
        assert_string_equal(s->branches[3].repair.name, "quiet");
        assert_true(s->branches[3].repair.all && !s->branches[2].repair.all);
        assert_int_equal(s->repairing.chosen_branch, 2);
        assert_int_equal(s->branches[2].rounds[1]->held_out_correct, 18);
        assert_int_equal(s->rounds[0]->held_out_correct, 18);
        assert_int_equal(s->rounds[1]->held_out_correct, -1);
        assert_int_equal(s->branches[1].position, 1);
        assert_int_equal(s->branches[2].repair.target, TARGET);
        assert_non_null(strstr(s->repairing.chosen, "keep quiet: 18 of 18 right"));
        assert_non_null(strstr(s->repairing.chosen, "unlearn was tried too, and is worse. It then "
                                                    "learnt once more, from all 90 images"));
        assert_non_null(strstr(s->repairing.chosen, s->messages[s->n_messages - 1].text));
        expect_line(s, "repair quiet 1 all 2", "quiet begin all 2");
        assert_true(!s->repairing.name && s->phase == PHASE_DONE);
        assert_int_equal(s->known.sets, KNOWLEDGE_CLEAN);
        snapshot_unref(s);
        found[i] = trial_found(session);
        session_destroy(session);
    }
    assert_string_equal(found[0], found[1]);
    free(found[0]);
    free(found[1]);
}

/* Other long work does not end it: that is refused until it is paused. */
static void other_work_waits_for_a_repair(void **state)
{
    (void)state;
    static const enum command_kind kinds[] = {COMMAND_COMPARE, COMMAND_SUSPECTS, COMMAND_EXAMINE,
        COMMAND_DETECT, COMMAND_TEST, COMMAND_REPAIR, COMMAND_RUN, COMMAND_STEP, COMMAND_WHAT_IF};
    struct session *session = open_planted(1, NULL);
    struct error err = {0};
    assert_true(session_command(session, &choose, &err));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct command other = {.kind = kinds[i], .number = -1};
        trial_refuse(session, &other, "a repair is under way: p pauses it first");
    }
    while (session_busy(session))
        assert_true(session_step(session, &err));
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->repairing.chosen_branch, 2);
    snapshot_unref(s);
    assert_true(session_command(session, &choose, &err));
    trial_do(session, COMMAND_PAUSE, 0);
    assert_true(session_command(session, &(struct command){.kind = COMMAND_COMPARE}, &err));
    assert_true(session_busy(session));
    session_destroy(session);
}

static void a_repair_half_done_is_saved_as_such(void **state)
{
    (void)state;
    struct session *session = open_planted(1, NULL);
    const struct command begin = {.kind = COMMAND_REPAIR, .text = "unlearn begin 2", .value = 3};
    work_off(session, &begin);
    trial_do(session, COMMAND_STEP, 1);
    trial_say(session, COMMAND_SAVE, "half.h5");
    const struct snapshot *s = session_snapshot(session);
    assert_string_equal(
        s->messages[s->n_messages - 1].text, "that net is unfinished: round 1 of 3 of unlearn");
    snapshot_unref(s);
    session_destroy(session);
}

static void a_good_first_try_is_enough(void **state)
{
    (void)state;
    struct session *session = open_planted(1, NULL);
    work_off(session, &(struct command){.kind = COMMAND_REPAIR, .number = -1, .value = 1});
    const struct snapshot *s = session_snapshot(session);
    assert_true(s->n_branches == 3 && s->branch == 2 && s->position == 1);
    assert_string_equal(s->branches[1].repair.name, "quiet");
    assert_true(s->branches[2].repair.all);
    assert_non_null(strstr(s->repairing.chosen, "so adversarial was not tried."));
    snapshot_unref(s);
    session_destroy(session);
}

/* Where it stood: at round 2 of a layer's pruning. */
static void where_nothing_is_better_the_net_stands_as_it_was(void **state)
{
    (void)state;
    struct options options = trial_options();
    trial_write(trial_net("chain"));
    struct session *session = trial_open(&options, NULL);
    trial_do(session, COMMAND_STEP, 2);
    work_off(session, &(struct command){.kind = COMMAND_REPAIR, .number = 0, .value = 1});
    const struct snapshot *s = session_snapshot(session);
    assert_true(s->n_branches == 3 && s->branch == 0 && s->position == 2);
    assert_non_null(strstr(s->repairing.chosen, "leave the net as it was"));
    snapshot_unref(s);
    session_destroy(session);
}

static void named_repairs_are_not_chosen(void **state)
{
    (void)state;
    struct session *session = open_planted(1, NULL);
    work_off(session, &choose);
    const struct command named = {
        .kind = COMMAND_REPAIR, .number = TARGET, .value = 1, .text = "finetune"};
    work_off(session, &named);
    const struct snapshot *s = session_snapshot(session);
    assert_true(s->n_branches == 5 && s->branch == 4);
    assert_true(!s->branches[4].repair.all);
    assert_int_equal(s->rounds[1]->held_out_correct, -1); /* the net below learnt from them */
    assert_string_equal(s->repairing.chosen, "");
    snapshot_unref(s);
    session_destroy(session);
}

/* Stops work when it says first that it does something. */
struct stopper {
    atomic_bool stop;
    const char *doing;
};

static void stop_there(void *context, struct session *session)
{
    struct stopper *stopper = context;
    const struct snapshot *s = session_snapshot(session);
    if (strncmp(s->activity, stopper->doing, strlen(stopper->doing)) == 0)
        atomic_store(&stopper->stop, true);
    snapshot_unref(s);
}

static void what_is_finished_outlives_a_cancelled_choice(void **state)
{
    (void)state;
    static const struct {
        const char *doing;
        int branch, position;
        bool chosen;
    } cases[] = {{"unlearn, round 2", 1, 1, false}, {"judging the net", 1, 2, false},
        {"judging unlearn", 1, 2, false}, {"quiet, round 2", 2, 1, false},
        {"judging quiet", 2, 2, false}, {"looking whether", 3, 2, true}};
    const struct command twice = {.kind = COMMAND_REPAIR, .number = TARGET, .value = 2};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stopper stopper = {.doing = cases[i].doing};
        const struct session_hooks hooks = {stop_there, &stopper, &stopper.stop};
        struct session *session = open_planted(1, &hooks);
        struct error err = {0};
        char *before = NULL;
        bool good = session_command(session, &twice, &err);
        while (good && session_busy(session)) {
            free(before);
            before = trial_found(session);
            good = session_step(session, &err);
        }
        assert_false(good);
        assert_int_equal(err.class, ERROR_CANCELLED);
        atomic_store(&stopper.stop, false);
        const struct snapshot *s = session_snapshot(session);
        assert_true(!s->repairing.name && !*s->repairing.chosen != cases[i].chosen);
        assert_int_equal(s->n_branches, cases[i].branch + 1);
        assert_int_equal(s->branch, cases[i].branch);
        assert_int_equal(s->position, cases[i].position);
        snapshot_unref(s);
        char *after = trial_found(session); /* but for the phase in the first line */
        assert_string_equal(strchr(after, '\n'), strchr(before, '\n'));
        free(before);
        free(after);
        session_destroy(session);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(other_work_waits_for_a_repair, trial_each),
        cmocka_unit_test_setup(a_repair_half_done_is_saved_as_such, trial_each),
        cmocka_unit_test_setup(the_better_of_two_stands, trial_each),
        cmocka_unit_test_setup(a_good_first_try_is_enough, trial_each),
        cmocka_unit_test_setup(where_nothing_is_better_the_net_stands_as_it_was, trial_each),
        cmocka_unit_test_setup(named_repairs_are_not_chosen, trial_each),
        cmocka_unit_test_setup(what_is_finished_outlives_a_cancelled_choice, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
