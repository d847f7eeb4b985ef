/* session: what is saved is the net of its round, in a file of its own. */
#include "engine/io/nets/model.h"
#include "engine/prune/sites/prune_site.h"

#include "tests/unit/session/session_trial.h"

#include <sys/stat.h>
#include <unistd.h>

static struct session *open_on(const char *name, const char *out, bool force)
{
    struct options options = trial_options();
    options.out = out;
    options.force = force;
    trial_write(trial_net(name));
    return trial_open(&options, NULL);
}

static void save(struct session *session, const char *path)
{
    trial_say(session, COMMAND_SAVE, path);
}

/* The predictions of a round, made anew by a session that opens the file. */
static void expect_saved(struct session *session, int round, const char *path)
{
    struct options options = trial_options();
    options.model = path;
    struct session *again = trial_open(&options, NULL);
    const struct snapshot *expected = session_snapshot(session), *s = session_snapshot(again);
    assert_int_equal(s->rounds[0]->clean_correct, expected->rounds[round]->clean_correct);
    assert_int_equal(s->rounds[0]->attack_hits, expected->rounds[round]->attack_hits);
    for (int set = 0; set < N_SETS; set++)
        assert_memory_equal(s->rounds[0]->predicted[set], expected->rounds[round]->predicted[set],
            (size_t)s->n_images[set] * sizeof(uint16_t));
    snapshot_unref(expected);
    snapshot_unref(s);
    session_destroy(again);
}

static void expect_weights(const struct network *network, const struct network *expected)
{
    for (int i = 0; i < expected->n_layers; i++)
        for (int w = 0; w < expected->layers[i].n_weights; w++)
            assert_memory_equal(network->layers[i].weights[w].data,
                expected->layers[i].weights[w].data,
                expected->layers[i].weights[w].count * sizeof(float));
}

/* Pruned weights are zero, all others keep their bits. */
static void expect_zeroed(struct session *session, int round, const char *path, const char *net)
{
    struct error err = {0};
    struct model *model = model_open(path, NULL, &err);
    assert_non_null(model);
    const struct snapshot *s = session_snapshot(session);
    struct network *network = trial_network(trial_net(net));
    struct network *zeroed = trial_zeroed(network, s, round);
    expect_weights(model->network, zeroed);
    network_destroy(zeroed);
    network_destroy(network);
    snapshot_unref(s);
    model_destroy(model);
}

static void the_standing_net_is_saved(void **state)
{
    (void)state;
    for (int i = 0; i < trial_n_nets; i++) {
        struct session *session = open_on(trial_nets[i].name, NULL, false);
        save(session, "whole.h5");
        trial_do(session, COMMAND_STEP, 4);
        trial_do(session, COMMAND_UNDO, 1);
        char *before = trial_found(session);
        save(session, "pruned.h5");
        expect_saved(session, 0, "whole.h5");
        expect_saved(session, 3, "pruned.h5");
        expect_zeroed(session, 0, "whole.h5", trial_nets[i].name);
        expect_zeroed(session, 3, "pruned.h5", trial_nets[i].name);
        trial_expect_found(session, before);
        free(before);
        session_destroy(session);
        trial_each(NULL);
    }
}

static const char *newest(const struct snapshot *s)
{
    return s->messages[s->n_messages - 1].text;
}

static void files_get_names(void **state)
{
    (void)state;
    struct session *session = open_on("branch", NULL, false);
    trial_do(session, COMMAND_STEP, 2);
    save(session, "");
    expect_saved(session, 2, "secateur-out/net_conv_1_round2.h5");
    const struct snapshot *s = session_snapshot(session);
    assert_string_equal(newest(s), "round 2 saved as secateur-out/net_conv_1_round2.h5");
    snapshot_unref(s);
    trial_refuse(session, &(struct command){.kind = COMMAND_SAVE},
        "secateur-out/net_conv_1_round2.h5: already exists");
    trial_do(session, COMMAND_UNDO, 1);
    trial_refuse(session, &(struct command){.kind = COMMAND_SAVE, .text = "net.h5"},
        "net.h5: is the net's own file, which is never overwritten");
    trial_refuse(session, &(struct command){.kind = COMMAND_SAVE, .text = "no/where.h5"},
        "no/where.h5: cannot be written: No such file or directory");
    session_destroy(session);
}

/* A name says when poisoned images chose what is in the file. */
static void names_say_what_was_read(void **state)
{
    (void)state;
    struct session *session = open_on("branch", NULL, false);
    trial_say(session, COMMAND_CRITERION, "difference");
    trial_do(session, COMMAND_STEP, 1);
    save(session, "");
    expect_saved(session, 1, "secateur-out/net_conv_1_round1_oracle.h5");
    session_destroy(session);
}

/* Who names a channel also says how many, wherever that leaves the accuracy. */
static void by_hand_is_counted_at_any_threshold(void **state)
{
    (void)state;
    struct session *session = open_on("branch", NULL, false);
    trial_do(session, COMMAND_RUN, 0);
    const struct snapshot *s = session_snapshot(session);
    int first = s->thresholds[0].round, other = s->ranking[s->n_ranking - 1];
    snapshot_unref(s);
    trial_do(session, COMMAND_JUMP, first - 1);
    trial_do(session, COMMAND_PRUNE, other);
    s = session_snapshot(session);
    assert_true(s->known.by_hand && s->known.counted);
    snapshot_unref(s);
    session_destroy(session);
}

static void slashes_in_names_are_no_folders(void **state)
{
    (void)state;
    static const struct test_node nodes[] = {
        {"InputLayer", "input", "batch_input_shape=null,8,8,1", ""},
        {"Conv2D", "block_1/conv", "filters=5 kernel_size=3,3 activation=relu", NULL},
        {"Flatten", "flat", "", NULL},
        {"Dense", "output", "units=4 activation=softmax", NULL},
    };
    const struct trial_net net = {"slash", nodes, 4, 5};
    const struct options options = trial_options();
    trial_write(&net);
    struct session *session = trial_open(&options, NULL);
    trial_do(session, COMMAND_STEP, 2);
    save(session, "");
    expect_saved(session, 2, "secateur-out/net_block_1-conv_round2.h5");
    session_destroy(session);
}

static void crossed_nets_are_kept(void **state)
{
    (void)state;
    struct session *session = open_on("branch", NULL, false);
    trial_do(session, COMMAND_RUN, 0);
    trial_do(session, COMMAND_JUMP, 1);
    trial_threshold(session, 100);
    trial_do(session, COMMAND_SAVE_KEPT, 0);
    const struct snapshot *s = session_snapshot(session);
    for (int i = 0; i < 3; i++) {
        char *path = memory_format(
            "secateur-out/net_conv_1_mean-activation_%gpt.h5", s->thresholds[i].points);
        assert_string_equal(s->thresholds[i].saved, path);
        expect_saved(session, s->thresholds[i].round, path);
        free(path);
    }
    assert_string_equal(s->thresholds[3].saved, "");
    trial_do(session, COMMAND_SAVE_KEPT, 0); /* nothing is left to do */
    const struct snapshot *later = session_snapshot(session);
    assert_int_equal(later->n_messages, s->n_messages);
    snapshot_unref(later);
    trial_threshold(session, 4);
    trial_threshold(session, 4); /* away and back: the file is still known */
    later = session_snapshot(session);
    assert_string_equal(later->thresholds[1].saved, s->thresholds[1].saved);
    snapshot_unref(later);
    snapshot_unref(s);
    session_destroy(session);
}

static void expect_unsaved(struct session *session)
{
    const struct snapshot *s = session_snapshot(session);
    for (int i = 0; i < s->n_thresholds; i++)
        assert_string_equal(s->thresholds[i].saved, "");
    snapshot_unref(s);
}

/* A file is that of one net: not of another layer's, nor of another path's. */
static void files_stay_with_their_nets(void **state)
{
    (void)state;
    struct session *session = open_on("branch", NULL, false);
    trial_do(session, COMMAND_RUN, 0);
    trial_do(session, COMMAND_SAVE_KEPT, 0);
    char *kept = trial_found(session);
    trial_do(session, COMMAND_LAYER, 1);
    expect_unsaved(session);
    trial_do(session, COMMAND_RUN, 0);
    expect_unsaved(session);
    trial_do(session, COMMAND_SAVE_KEPT, 0);
    const struct snapshot *s = session_snapshot(session);
    assert_non_null(strstr(s->thresholds[0].saved, "net_conv_2_"));
    expect_saved(session, s->thresholds[0].round, s->thresholds[0].saved);
    snapshot_unref(s);
    trial_do(session, COMMAND_LAYER, 0);
    trial_expect_found(session, kept);
    s = session_snapshot(session);
    int first = s->thresholds[0].round, other = s->ranking[5];
    snapshot_unref(s);
    trial_do(session, COMMAND_JUMP, first - 1);
    trial_do(session, COMMAND_PRUNE, other);
    expect_unsaved(session);
    trial_do(session, COMMAND_SAVE_KEPT, 0); /* by hand is said in its name */
    s = session_snapshot(session);
    assert_string_equal(
        s->thresholds[0].saved, "secateur-out/net_conv_1_mean-activation_oracle_by-hand_2pt.h5");
    int another = s->ranking[4];
    snapshot_unref(s);
    trial_do(session, COMMAND_JUMP, first - 1);
    trial_do(session, COMMAND_PRUNE, another);
    trial_refuse(session, &(struct command){.kind = COMMAND_SAVE_KEPT},
        "secateur-out/net_conv_1_mean-activation_oracle_by-hand_2pt.h5: already exists");
    free(kept);
    session_destroy(session);
}

static void a_branch_is_saved_with_its_base(void **state)
{
    (void)state;
    struct session *session = open_on("branch", NULL, false);
    struct network *network = trial_network(trial_net("branch"));
    const struct command on_top = {.kind = COMMAND_LAYER, .number = 2, .text = "on-top"};
    struct error err = {0};
    trial_do(session, COMMAND_STEP, 2);
    const struct snapshot *s = session_snapshot(session);
    struct network *base = trial_zeroed(network, s, 2);
    snapshot_unref(s);
    assert_true(trial_try(session, &on_top, &err));
    trial_do(session, COMMAND_RUN, 0);
    trial_do(session, COMMAND_SAVE_KEPT, 0);
    save(session, "top.h5");
    s = session_snapshot(session);
    struct network *all = trial_zeroed(base, s, s->position);
    struct model *model = model_open("top.h5", NULL, &err);
    expect_weights(model->network, all);
    model_destroy(model);
    assert_true(s->thresholds[0].round >= 0);
    expect_saved(session, s->thresholds[0].round, s->thresholds[0].saved);
    assert_string_equal(
        s->thresholds[0].saved, "secateur-out/net_relu_branch1_mean-activation_2pt.h5");
    snapshot_unref(s);
    trial_do(session, COMMAND_BRANCH, 0);
    trial_do(session, COMMAND_LAYER, 2); /* the same layer on top of nothing has other files */
    trial_do(session, COMMAND_RUN, 0);
    trial_do(session, COMMAND_SAVE_KEPT, 0);
    network_destroy(all);
    network_destroy(base);
    network_destroy(network);
    session_destroy(session);
}

static void with_a_folder_crossed_nets_are_kept_at_once(void **state)
{
    (void)state;
    struct session *session = open_on("branch", "kept", false);
    int crossed = 0;
    for (int r = 1; r <= 6; r++) {
        trial_do(session, COMMAND_STEP, 1);
        const struct snapshot *s = session_snapshot(session);
        for (int i = 0; i < s->n_thresholds; i++) {
            assert_int_equal(s->thresholds[i].saved[0] != '\0', s->thresholds[i].round > 0);
            if (s->thresholds[i].round != r)
                continue;
            crossed++;
            expect_saved(session, r, s->thresholds[i].saved);
            assert_int_equal(strncmp(s->thresholds[i].saved, "kept/", 5), 0);
        }
        snapshot_unref(s);
    }
    assert_int_equal(crossed, 3);
    const struct snapshot *s = session_snapshot(session);
    assert_non_null(strstr(newest(s), ": B' saved as kept/net_conv_1_mean-activation_10pt.h5"));
    snapshot_unref(s);
    session_destroy(session);
}

static int errors_in(const struct snapshot *s, const char *text)
{
    int n = 0;
    for (int i = 0; i < s->n_messages; i++)
        n += s->messages[i].error && strcmp(s->messages[i].text, text) == 0;
    return n;
}

/* The run goes on, and says each time what could not be kept. */
static void a_folder_that_cannot_be_made_ends_nothing(void **state)
{
    (void)state;
    trial_write_text("taken", "");
    static const struct {
        const char *out, *message;
    } cases[] = {
        {"taken", "taken: File exists"},
        {"no/where", "no/where: No such file or directory"},
    };
    for (int i = 0; i < 2; i++) {
        struct session *session = open_on("branch", cases[i].out, false);
        trial_do(session, COMMAND_RUN, 0);
        const struct snapshot *s = session_snapshot(session);
        assert_int_equal(s->n_rounds, 7);
        assert_int_equal(errors_in(s, cases[i].message), 3);
        snapshot_unref(s);
        expect_unsaved(session);
        session_destroy(session);
    }
}

static void force_overwrites(void **state)
{
    (void)state;
    struct session *session = open_on("branch", "kept", true);
    trial_do(session, COMMAND_RUN, 0);
    trial_do(session, COMMAND_RESET, 0);
    trial_do(session, COMMAND_RUN, 4); /* saves the same names once more */
    const struct snapshot *s = session_snapshot(session);
    for (int i = 0; i < 3; i++)
        assert_true(s->thresholds[i].round < 0 || s->thresholds[i].saved[0]);
    for (int i = 0; i < s->n_messages; i++)
        assert_false(s->messages[i].error);
    snapshot_unref(s);
    save(session, "some.h5");
    trial_do(session, COMMAND_JUMP, 1);
    save(session, "some.h5");
    expect_saved(session, 1, "some.h5");
    trial_refuse(session, &(struct command){.kind = COMMAND_SAVE, .text = "net.h5"},
        "net.h5: is the net's own file, which is never overwritten");
    session_destroy(session);
}

/* The file that the net came from is gone, or another one: nothing is saved, the rest goes on. */
static void a_lost_file_is_one_line(void **state)
{
    (void)state;
    struct session *session = open_on("branch", NULL, false);
    const struct command command = {.kind = COMMAND_SAVE, .text = "copy.h5"};
    struct error err = {0};
    trial_do(session, COMMAND_STEP, 2);
    unlink("net.h5");
    trial_refuse(session, &command, "net.h5: No such file or directory");
    trial_write_text("net.h5", "no net");
    assert_false(session_command(session, &command, &err));
    assert_true(strncmp(err.text, "net.h5: ", 8) == 0 && !strchr(err.text, '\n'));
    unlink("net.h5");
    trial_write(trial_net("dense")); /* no layer has its name */
    assert_false(session_command(session, &command, &err));
    assert_true(strncmp(err.text, "net.h5: ", 8) == 0 && !strchr(err.text, '\n'));
    assert_int_not_equal(access("copy.h5", F_OK), 0);
    trial_do(session, COMMAND_RUN, 0);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_standing_net_is_saved, trial_each),
        cmocka_unit_test_setup(files_get_names, trial_each),
        cmocka_unit_test_setup(names_say_what_was_read, trial_each),
        cmocka_unit_test_setup(by_hand_is_counted_at_any_threshold, trial_each),
        cmocka_unit_test_setup(slashes_in_names_are_no_folders, trial_each),
        cmocka_unit_test_setup(crossed_nets_are_kept, trial_each),
        cmocka_unit_test_setup(files_stay_with_their_nets, trial_each),
        cmocka_unit_test_setup(a_branch_is_saved_with_its_base, trial_each),
        cmocka_unit_test_setup(with_a_folder_crossed_nets_are_kept_at_once, trial_each),
        cmocka_unit_test_setup(a_folder_that_cannot_be_made_ends_nothing, trial_each),
        cmocka_unit_test_setup(force_overwrites, trial_each),
        cmocka_unit_test_setup(a_lost_file_is_one_line, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
