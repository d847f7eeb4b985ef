/* session: a repair is a branch of rounds that have weights of their own; how it was driven does
 * not matter; poisoned images are for judging alone. */
#include "engine/api/command_text.h"
#include "engine/io/nets/model.h"
#include "engine/prune/sites/prune_site.h"
#include "tests/unit/session/session_trial.h"

#include <stdlib.h>

enum { ROUNDS = 3 };

static const struct command finetune = {
    .kind = COMMAND_REPAIR, .number = -1, .value = ROUNDS, .text = "finetune"};

static struct session *open_on(const char *name)
{
    struct options options = trial_options();
    trial_write(trial_net(name));
    options.force = true;
    return trial_open(&options, NULL);
}

static void work_off(struct session *session, const struct command *command)
{
    struct error err = {0};
    bool good = trial_try(session, command, &err);
    if (!good)
        print_error("%s\n", err.text);
    assert_true(good);
}

static char *file_bytes(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = memory_array(*size, 1);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    assert_int_equal(fclose(file), 0);
    return bytes;
}

static bool same_files(const char *a, const char *b)
{
    size_t size_a, size_b;
    char *bytes_a = file_bytes(a, &size_a), *bytes_b = file_bytes(b, &size_b);
    bool same = size_a == size_b && memcmp(bytes_a, bytes_b, size_a) == 0;
    free(bytes_a);
    free(bytes_b);
    return same;
}

/* The net as it stands, saved and opened again, predicts what the round says. */
static void expect_reopened(struct session *session)
{
    trial_say(session, COMMAND_SAVE, "standing.h5");
    struct options options = trial_options();
    options.model = "standing.h5";
    struct session *again = trial_open(&options, NULL);
    const struct snapshot *s = session_snapshot(session), *t = session_snapshot(again);
    for (int set = 0; set < N_SETS; set++)
        assert_memory_equal(t->rounds[0]->predicted[set], s->rounds[s->position]->predicted[set],
            (size_t)s->n_images[set] * sizeof(uint16_t));
    struct knowledge known = s->known;
    assert_true(knowledge_same(&t->rounds[0]->own, &known));
    snapshot_unref(s);
    snapshot_unref(t);
    session_destroy(again);
}

static void check_position(struct session *session, int branch, int position, int n_rounds)
{
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->branch, branch);
    assert_int_equal(s->position, position);
    assert_int_equal(s->n_rounds, n_rounds);
    snapshot_unref(s);
    expect_reopened(session);
}

static void a_repair_is_a_branch(void **state)
{
    (void)state;
    struct session *session = open_on("chain");
    work_off(session, &finetune);
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->n_branches, 2);
    assert_string_equal(s->branches[1].repair.name, "finetune");
    assert_int_equal(s->branches[1].repair.rounds, ROUNDS);
    assert_null(s->branches[0].repair.name);
    assert_null(s->repairing.name);
    assert_true(s->repairing.n_repairs >= 2 && s->phase == PHASE_DONE);
    assert_true(s->n_held_out > 0 && s->n_held_out < s->n_images[SET_CLEAN] / 2);
    for (int r = 1; r < s->n_rounds; r++) {
        const struct round *round = s->rounds[r];
        assert_int_equal(round->channel, -1);
        assert_string_equal(round->repair.name, "finetune");
        assert_true(round->repair.target == -1 && round->repair.loss > 0);
        assert_int_equal(round->known.sets, KNOWLEDGE_CLEAN);
        assert_string_equal(round->known.criterion, "finetune");
        assert_true(round->held_out_correct <= s->n_held_out);
    }
    assert_int_equal(snapshot_next_channel(s), -1);
    snapshot_unref(s);
    check_position(session, 1, ROUNDS, ROUNDS + 1);
    trial_do(session, COMMAND_UNDO, 1);
    check_position(session, 1, ROUNDS - 1, ROUNDS + 1);
    trial_do(session, COMMAND_JUMP, 1);
    check_position(session, 1, 1, ROUNDS + 1);
    trial_do(session, COMMAND_REDO, 1);
    check_position(session, 1, 2, ROUNDS + 1);
    trial_do(session, COMMAND_STEP, 1); /* known */
    check_position(session, 1, ROUNDS, ROUNDS + 1);
    trial_do(session, COMMAND_BRANCH, 0);
    check_position(session, 0, 0, 1);
    trial_do(session, COMMAND_STEP, 2);
    check_position(session, 0, 2, 3);
    trial_do(session, COMMAND_BRANCH, 1);
    check_position(session, 1, ROUNDS, ROUNDS + 1);
    session_destroy(session);
}

/* Undone, looked at from elsewhere, forgotten and begun again: the same bits. */
static void how_it_is_driven_does_not_matter(void **state)
{
    (void)state;
    struct session *session = open_on("residual");
    work_off(session, &finetune);
    trial_say(session, COMMAND_SAVE, "at_once.h5");
    char *at_once = trial_found(session);
    session_destroy(session);
    session = open_on("residual");
    const struct command begin = {
        .kind = COMMAND_REPAIR, .number = -1, .value = ROUNDS, .text = "finetune begin"};
    work_off(session, &begin);
    check_position(session, 1, 0, 1);
    trial_do(session, COMMAND_STEP, 1);
    trial_do(session, COMMAND_BRANCH, 0);
    trial_do(session, COMMAND_STEP, 2); /* the caches of another branch */
    trial_do(session, COMMAND_RESET, 0);
    trial_do(session, COMMAND_BRANCH, 1);
    trial_do(session, COMMAND_STEP, 1);
    trial_do(session, COMMAND_RESET, 0);
    trial_do(session, COMMAND_STEP, 2);
    trial_do(session, COMMAND_UNDO, 2);
    trial_do(session, COMMAND_RUN, 0);
    trial_say(session, COMMAND_SAVE, "in_steps.h5");
    assert_true(same_files("at_once.h5", "in_steps.h5"));
    trial_expect_found(session, at_once);
    free(at_once);
    session_destroy(session);
}

/* Ends work when it is told so for the `left`-th time. */
struct stopper {
    atomic_bool stop;
    int left;
};

static void count_down(void *context, struct session *session)
{
    struct stopper *stopper = context;
    const struct snapshot *s = session_snapshot(session);
    if (s->repairing.name && --stopper->left == 0)
        atomic_store(&stopper->stop, true);
    snapshot_unref(s);
}

static void a_cancelled_round_leaves_no_trace(void **state)
{
    (void)state;
    struct session *session = open_on("chain");
    work_off(session, &finetune);
    trial_say(session, COMMAND_SAVE, "at_once.h5");
    session_destroy(session);
    struct stopper stopper = {.left = -1};
    const struct session_hooks hooks = {count_down, &stopper, &stopper.stop};
    struct options options = trial_options();
    struct error err = {0};
    int stops = 0;
    session = trial_open(&options, &hooks);
    assert_true(session_command(session, &finetune, &err));
    for (int left = 1; session_busy(session); left++) {
        char *before = trial_found(session);
        stopper.left = left;
        bool good = session_step(session, &err);
        atomic_store(&stopper.stop, false);
        if (!good) {
            stops++;
            assert_int_equal(err.class, ERROR_CANCELLED);
            assert_false(session_busy(session));
            const struct snapshot *s = session_snapshot(session);
            assert_true(!s->repairing.name && s->phase == PHASE_PAUSED);
            snapshot_unref(s);
            assert_true(session_command(session, &(struct command){.kind = COMMAND_PAUSE}, &err));
            char *after = trial_found(session); /* but for the phase in the first line */
            assert_string_equal(strchr(after, '\n'), strchr(before, '\n'));
            free(after);
            assert_true(session_command(session, &(struct command){.kind = COMMAND_RUN}, &err));
        }
        free(before);
    }
    assert_true(stops > 0);
    trial_say(session, COMMAND_SAVE, "stopped.h5");
    assert_true(same_files("at_once.h5", "stopped.h5"));
    session_destroy(session);
}

static void pruned_channels_stay_pruned(void **state)
{
    (void)state;
    struct session *session = open_on("residual");
    trial_do(session, COMMAND_PRUNE, 1);
    trial_do(session, COMMAND_PRUNE, 4);
    work_off(session, &finetune);
    const struct snapshot *s = session_snapshot(session);
    assert_true(s->branches[s->branch].n_base == 2 && !s->branches[s->branch].repair.tuned);
    assert_true(s->rounds[1]->known.by_hand);
    snapshot_unref(s);
    trial_say(session, COMMAND_SAVE, "tuned.h5");
    struct error err = {0};
    struct model *model = model_open("tuned.h5", NULL, &err);
    assert_non_null(model);
    struct prune_sites *sites = prune_sites_find(model->network);
    s = session_snapshot(session);
    const struct prune_site *site = &sites->site[s->site];
    for (int p = 0; p < site->n_parts; p++)
        for (int c = 1; c <= 4; c += 3) {
            const struct layer *layer = &model->network->layers[site->parts[p].layer];
            for (int w = 0; w < layer->n_weights && site->parts[p].unit[c] >= 0; w++)
                if (site->parts[p].producer && layer->weights[w].channel_axis >= 0)
                    assert_true(weight_channel_is_zero(&layer->weights[w], site->parts[p].unit[c]));
        }
    snapshot_unref(s);
    prune_sites_destroy(sites);
    model_destroy(model);
    session_destroy(session);
}

/* A branch on top of the repaired net prunes it, by rounds that know its weights. */
static void a_repaired_net_can_be_pruned(void **state)
{
    (void)state;
    static const char *const nets[] = {"chain", "branch", "residual", "sigmoid"};
    for (int n = 0; n < 4; n++) {
        struct session *session = open_on(nets[n]);
        work_off(session, &finetune);
        trial_say(session, COMMAND_SAVE, "tuned.h5");
        work_off(session, &(struct command){.kind = COMMAND_LAYER, .number = 0, .text = "on-top"});
        trial_do(session, COMMAND_STEP, 2);
        const struct snapshot *s = session_snapshot(session);
        assert_true(s->branches[s->branch].repair.tuned && !s->branches[s->branch].repair.name);
        assert_true(s->branches[s->branch].n_base == 0 && s->rounds[2]->channel >= 0);
        assert_non_null(strstr(s->known.criterion, "finetune"));
        struct error err = {0};
        struct model *model = model_open("tuned.h5", NULL, &err);
        assert_non_null(model);
        trial_check_exactly(s, model->network);
        model_destroy(model);
        snapshot_unref(s);
        check_position(session, 2, 2, 3);
        work_off(session, &finetune); /* and tuned again */
        check_position(session, 3, ROUNDS, ROUNDS + 1);
        trial_do(session, COMMAND_BRANCH, 2);
        check_position(session, 2, 2, 3);
        trial_do(session, COMMAND_EXAMINE, 0); /* of the net as it came */
        trial_do(session, COMMAND_INSPECT, 0);
        check_position(session, 2, 2, 3);
        session_destroy(session);
    }
}

static void poisoned_images_are_for_judging(void **state)
{
    (void)state;
    struct session *session = open_on("branch");
    work_off(session, &(struct command){.kind = COMMAND_SUSPECTS});
    const struct command unlearn = {.kind = COMMAND_REPAIR, .number = -1, .value = 2};
    work_off(session, &unlearn);
    const struct snapshot *s = session_snapshot(session);
    assert_string_equal(s->branches[1].repair.name, "unlearn");
    const struct round *round = s->branches[1].rounds[1];
    assert_true(round->repair.target >= 0 && round->repair.mask >= 0);
    assert_true(*s->repairing.chosen);
    snapshot_unref(s);
    trial_say(session, COMMAND_SAVE, "with.h5");
    session_destroy(session);
    struct options options = trial_options();
    options.poisoned = options.test_clean = options.test_poisoned = NULL;
    options.threads = 3;
    session = trial_open(&options, NULL);
    work_off(session, &(struct command){.kind = COMMAND_SUSPECTS});
    work_off(session, &unlearn);
    trial_say(session, COMMAND_SAVE, "without.h5");
    assert_true(same_files("with.h5", "without.h5"));
    session_destroy(session);
}

/* The lines that a journal has of a repair lead to the same net. */
static void a_journal_repeats_it(void **state)
{
    (void)state;
    struct session *session = open_on("chain");
    struct error err = {0};
    const struct command unlearn = {
        .kind = COMMAND_REPAIR, .number = 3, .value = 2, .text = "unlearn"};
    assert_true(session_command(session, &unlearn, &err));
    const struct snapshot *s = session_snapshot(session);
    char *line = command_write(&unlearn, s);
    assert_string_equal(line, "repair unlearn 2 3");
    while (session_busy(session))
        assert_true(session_step(session, &err));
    snapshot_unref(s);
    trial_say(session, COMMAND_SAVE, "first.h5");
    session_destroy(session);
    session = open_on("chain");
    struct command again = {.kind = N_COMMAND_KINDS};
    s = session_snapshot(session);
    assert_true(command_read(line, s, &again, &err));
    snapshot_unref(s);
    free(line);
    assert_true(session_command(session, &again, &err));
    assert_false(session_busy(session));
    trial_do(session, COMMAND_STEP, 0);
    trial_do(session, COMMAND_STEP, 0);
    trial_say(session, COMMAND_SAVE, "again.h5");
    assert_true(same_files("first.h5", "again.h5"));
    session_destroy(session);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    static const char other[] = "rounds of this branch are those of finetune; to prune the net as "
                                "it stands, choose a layer on top of it";
    struct session *session = open_on("chain");
    trial_refuse(session,
        &(struct command){.kind = COMMAND_REPAIR, .number = -1, .text = "unlearn"},
        "unlearn needs a suspected class: search for one first (scan), or name it");
    trial_refuse(session,
        &(struct command){.kind = COMMAND_REPAIR, .number = 99, .text = "unlearn"},
        "there is no class 99; classes are 0 to 4");
    trial_refuse(session, &(struct command){.kind = COMMAND_REPAIR, .text = "finetun"},
        "there is no repair finetun; did you mean finetune?");
    trial_refuse(session,
        &(struct command){.kind = COMMAND_REPAIR, .text = "finetune", .value = 0.5},
        "finetune takes 1 to 10000 rounds");
    work_off(session, &finetune);
    trial_refuse(session, &(struct command){.kind = COMMAND_PRUNE, .number = 1}, other);
    trial_refuse(session, &(struct command){.kind = COMMAND_WHAT_IF, .number = 1}, other);
    trial_refuse(session, &(struct command){.kind = COMMAND_ORDER, .text = "ascending"}, other);
    trial_refuse(
        session, &(struct command){.kind = COMMAND_CRITERION, .text = "difference"}, other);
    trial_refuse(session, &(struct command){.kind = COMMAND_STEP},
        "finetune is done, after round 3; another repair goes on from the net as it stands");
    session_destroy(session);
}

static void save_repaired(uint64_t seed, const char *path)
{
    struct options options = trial_options();
    trial_write(trial_net("dense"));
    options.force = true;
    options.seed = seed;
    struct session *session = trial_open(&options, NULL);
    work_off(session, &finetune);
    trial_say(session, COMMAND_SAVE, path);
    session_destroy(session);
}

/* What is drawn at random, the order of images among it, is drawn from the seed. */
static void the_seed_says_what_a_repair_makes(void **state)
{
    (void)state;
    save_repaired(5, "five.h5");
    save_repaired(5, "again.h5");
    save_repaired(6, "six.h5");
    assert_true(same_files("five.h5", "again.h5"));
    assert_false(same_files("five.h5", "six.h5"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_repair_is_a_branch, trial_each),
        cmocka_unit_test_setup(how_it_is_driven_does_not_matter, trial_each),
        cmocka_unit_test_setup(a_cancelled_round_leaves_no_trace, trial_each),
        cmocka_unit_test_setup(pruned_channels_stay_pruned, trial_each),
        cmocka_unit_test_setup(the_seed_says_what_a_repair_makes, trial_each),
        cmocka_unit_test_setup(a_repaired_net_can_be_pruned, trial_each),
        cmocka_unit_test_setup(poisoned_images_are_for_judging, trial_each),
        cmocka_unit_test_setup(a_journal_repeats_it, trial_each),
        cmocka_unit_test_setup(what_makes_no_sense_is_refused, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
