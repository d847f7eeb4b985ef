/* Several layers pruned at once: branches that begin on top of what is pruned elsewhere. */
#include "engine/attack/demo.h"
#include "engine/base/thread_pool.h"
#include "engine/session/driver/session.h"

#include "tests/test.h"

#include <unistd.h>

static char folder[64];

static const char *in_folder(const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", folder, name);
    return path;
}

static void work_off(struct session *session, enum command_kind kind, int number, const char *text)
{
    struct error err = {0};
    struct command command = {.kind = kind, .number = number};
    snprintf(command.text, sizeof command.text, "%s", text);
    if (!session_command(session, &command, &err))
        print_message("%s\n", err.text);
    assert_string_equal(err.text, "");
    while (session_busy(session))
        assert_true(session_step(session, &err));
}

static struct session *open_with(const struct options *options)
{
    struct error err = {0};
    struct session *session = session_create(options, NULL);
    if (!session_open(session, &err))
        print_message("%s\n", err.text);
    assert_string_equal(err.text, "");
    return session;
}

static int site_named(const struct snapshot *snapshot, const char *name)
{
    for (int i = 0; i < snapshot->n_sites; i++)
        if (strcmp(snapshot->sites[i].name, name) == 0)
            return i;
    return -1;
}

struct counts {
    int clean, hits;
};

static struct counts counts_now(struct session *session)
{
    const struct snapshot *snapshot = session_snapshot(session);
    const struct round *round = snapshot->rounds[snapshot->position];
    struct counts counts = {round->clean_correct, round->attack_hits};
    snapshot_unref(snapshot);
    return counts;
}

static void write_images(void)
{
    struct error err = {0};
    char path[128];
    struct thread_pool *pool = thread_pool_create(2);
    const enum demo_set sets[] = {DEMO_CLEAN, DEMO_POISONED};
    const char *const names[] = {"clean.h5", "poisoned.h5"};
    for (int i = 0; i < 2; i++) {
        struct dataset *set = demo_dataset(sets[i], 0, pool, NULL, NULL, &err);
        assert_true(dataset_write(set, in_folder(names[i], path), true, &err));
        dataset_unref(set);
    }
    thread_pool_destroy(pool);
}

/* Channels of the base are not pruned again. */
static void expect_other_channels(struct session *session, int n_rounds, int n_base)
{
    const struct snapshot *snapshot = session_snapshot(session);
    for (int r = 1; r <= n_rounds; r++)
        for (int k = 1; k <= n_base; k++)
            assert_int_not_equal(
                snapshot->rounds[r]->channel, snapshot->branches[0].rounds[k]->channel);
    snapshot_unref(snapshot);
}

static void two_layers_are_pruned_together(void **state)
{
    (void)state;
    struct options options = OPTIONS_DEFAULT;
    char net[128], clean[128], poisoned[128];
    struct session *session = open_with(&options);
    const struct snapshot *snapshot = session_snapshot(session);
    int first = snapshot->site, second = site_named(snapshot, "activation_1");
    snapshot_unref(snapshot);
    work_off(session, COMMAND_STEP, 30, "");
    struct counts before = counts_now(session);
    work_off(session, COMMAND_LAYER, second, "on-top");
    struct counts on_top = counts_now(session);
    assert_int_equal(on_top.clean, before.clean); /* round 0 is what stood */
    assert_int_equal(on_top.hits, before.hits);
    work_off(session, COMMAND_STEP, 60, "");
    struct counts both = counts_now(session);
    snapshot = session_snapshot(session);
    assert_int_equal(snapshot->n_branches, 2);
    assert_int_equal(snapshot->branches[1].n_base, 30);
    assert_int_equal(snapshot->branches[0].position, 30);
    snapshot_unref(snapshot);
    work_off(session, COMMAND_SAVE, 0, in_folder("both.h5", net));
    work_off(session, COMMAND_BRANCH, 0, "");
    assert_int_equal(counts_now(session).clean, before.clean);
    work_off(session, COMMAND_UNDO, 30, "");
    work_off(session, COMMAND_BRANCH, 1, ""); /* its base stays what it was */
    work_off(session, COMMAND_STEP, 1, "");
    work_off(session, COMMAND_UNDO, 1, "");
    assert_int_equal(counts_now(session).clean, both.clean);
    work_off(session, COMMAND_LAYER, first, "on-top"); /* a third, back at the first layer */
    assert_int_equal(counts_now(session).clean, both.clean);
    work_off(session, COMMAND_STEP, 2, "");
    expect_other_channels(session, 2, 30);
    session_destroy(session);
    options.model = net;
    options.clean = in_folder("clean.h5", clean);
    options.poisoned = in_folder("poisoned.h5", poisoned);
    session = open_with(&options);
    assert_int_equal(counts_now(session).clean, both.clean); /* from scratch, from the file */
    assert_int_equal(counts_now(session).hits, both.hits);
    session_destroy(session);
}

/* Rounds that are left behind stay, with the order they were pruned in. */
static void another_way_is_a_branch(void **state)
{
    (void)state;
    struct options options = OPTIONS_DEFAULT;
    struct session *session = open_with(&options);
    work_off(session, COMMAND_STEP, 44, "");
    struct counts first = counts_now(session);
    work_off(session, COMMAND_UNDO, 4, "");
    work_off(session, COMMAND_CRITERION, 0, "difference");
    work_off(session, COMMAND_REDO, 2, ""); /* known rounds are none but their own branch's */
    work_off(session, COMMAND_UNDO, 2, "");
    work_off(session, COMMAND_STEP, 3, "");
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->n_branches, 2);
    assert_int_equal(s->branch, 1);
    assert_int_equal(s->branches[1].parent, 0);
    assert_int_equal(s->branches[1].fork_round, 40);
    assert_int_equal(s->n_rounds, 44);
    for (int r = 0; r <= 40; r++)
        assert_ptr_equal(s->rounds[r], s->branches[0].rounds[r]);
    assert_int_not_equal(s->rounds[41]->channel, s->branches[0].rounds[41]->channel);
    assert_int_equal(s->branches[0].n_rounds, 45);
    assert_string_equal(s->branches[0].criterion, "mean-activation");
    assert_string_equal(s->branches[1].criterion, "difference");
    snapshot_unref(s);
    work_off(session, COMMAND_BRANCH, 0, "");
    work_off(session, COMMAND_REDO, 4, "");
    struct counts again = counts_now(session);
    assert_int_equal(again.clean, first.clean);
    assert_int_equal(again.hits, first.hits);
    session_destroy(session);
}

/* From wherever the net stands, and once more. */
static void a_suggestion_can_be_followed(void **state)
{
    (void)state;
    struct options options = OPTIONS_DEFAULT;
    struct error err = {0};
    struct session *session = open_with(&options);
    const struct command repair = {.kind = COMMAND_REPAIR, .text = "prune"};
    assert_false(session_command(session, &repair, &err));
    assert_string_equal(err.text, "no repair is suggested yet: examine the layers first");
    work_off(session, COMMAND_EXAMINE, 0, "");
    const struct snapshot *scan = session_snapshot(session);
    const struct site_line *site = &scan->sites[scan->suggested];
    assert_true(site->repair_channels > 0);
    int swept = scan->suggested != scan->site; /* the branch that is pruned by another criterion */
    work_off(session, COMMAND_LAYER, scan->suggested, "");
    const char *other =
        strcmp(site->repair_criterion, "difference") == 0 ? "mean-activation" : "difference";
    work_off(session, COMMAND_CRITERION, 0, other);
    work_off(session, COMMAND_RUN, 0, "");
    for (int i = 0; i < 2; i++) {
        work_off(session, COMMAND_REPAIR, 0, "prune");
        const struct snapshot *s = session_snapshot(session);
        assert_int_equal(s->site, scan->suggested);
        assert_string_equal(s->criterion, site->repair_criterion);
        assert_int_equal(s->position, site->repair_channels);
        for (int r = 1; r <= s->position; r++)
            assert_int_equal(s->rounds[r]->channel, s->ranking[r - 1]);
        assert_true(snapshot_clean_accuracy(s, 0) - snapshot_clean_accuracy(s, s->position) < 12);
        assert_true(snapshot_asr(s, s->position) < 20);
        assert_int_equal(s->n_branches, swept + 2);
        assert_string_equal(s->branches[swept].criterion, other);
        snapshot_unref(s);
    }
    snapshot_unref(scan);
    session_destroy(session);
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/secateur-branch-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    write_images();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char path[128];
    const char *const names[] = {"clean.h5", "poisoned.h5", "both.h5"};
    for (int i = 0; i < 3; i++)
        unlink(in_folder(names[i], path));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_layers_are_pruned_together),
        cmocka_unit_test(another_way_is_a_branch),
        cmocka_unit_test(a_suggestion_can_be_followed),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
