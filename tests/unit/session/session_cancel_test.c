/* session: work that is stopped anywhere leaves everything as it was, and gives the same when it
 * is done again; snapshots taken anywhere stay what they were. The linker puts our hands between
 * the loops over images and the passes (--wrap), so that a stop falls into every one of them. */
#include "tests/passes.h"
#include "tests/unit/session/session_trial.h"

static atomic_bool stop;
static int countdown; /* passes until the stop, 0: never; one worker alone counts */

void pass_begins(void)
{
    if (countdown > 0 && --countdown == 0)
        atomic_store(&stop, true);
}

static void arm(int passes)
{
    atomic_store(&stop, false);
    countdown = passes;
}

/* Stopped ------------------------------------------------------------------------------ */

/* A command unit by unit; what was shown before the last one goes to *before, malloc'd. */
static bool go(struct session *session, const struct command *command, char **before)
{
    struct error err = {0};
    *before = trial_found(session);
    bool good = session_command(session, command, &err);
    while (good && session_busy(session)) {
        free(*before);
        *before = trial_found(session);
        good = session_step(session, &err);
    }
    assert_int_equal(err.class, good ? ERROR_NONE : ERROR_CANCELLED);
    return good;
}

/* The same but for the phase, which the first line tells. */
static void expect_trace(struct session *session, const char *before)
{
    char *after = trial_found(session);
    assert_string_equal(strchr(after, '\n'), strchr(before, '\n'));
    free(after);
}

/* Rounds at two layers, one of them undone; no tensors are kept for the layer that stands. */
static struct session *prepare(void)
{
    const struct session_hooks hooks = {.stop = &stop};
    struct options options = trial_options();
    options.thresholds[0] = 0.5;
    arm(0);
    struct session *session = trial_open(&options, &hooks);
    trial_do(session, COMMAND_TEST, 0);
    trial_do(session, COMMAND_LAYER, 0);
    trial_do(session, COMMAND_STEP, 4);
    trial_do(session, COMMAND_UNDO, 1);
    trial_do(session, COMMAND_LAYER, 1);
    trial_do(session, COMMAND_STEP, 1);
    trial_do(session, COMMAND_LAYER, 0);
    return session;
}

/* The channel that the order has last. */
static int last_channel(void)
{
    struct session *session = prepare();
    const struct snapshot *s = session_snapshot(session);
    int last = s->ranking[s->n_ranking - 1];
    snapshot_unref(s);
    session_destroy(session);
    return last;
}

static char *outcome(const struct command *command)
{
    struct session *session = prepare();
    char *before;
    assert_true(go(session, command, &before));
    char *found = trial_found(session);
    free(before);
    session_destroy(session);
    return found;
}

/* Stops the command in a pass, then gives it again; whether it came through the first time. */
static bool stop_in(int pass, const struct command *command, const char *expected)
{
    struct session *session = prepare();
    char *before;
    arm(pass);
    bool good = go(session, command, &before);
    arm(0);
    assert_false(session_busy(session));
    if (!good) {
        expect_trace(session, before);
        free(before);
        assert_true(go(session, command, &before));
    }
    free(before);
    trial_expect_found(session, expected);
    session_destroy(session);
    return good;
}

/* In pass 1, 2, 4 and further, until the command comes through; how often it was stopped. How many
 * passes there are is the processor's affair; each of the two sets takes one at least. */
static int stop_everywhere(const struct command *command)
{
    char *expected = outcome(command);
    int stopped = 0;
    for (int pass = 1; !stop_in(pass, command, expected); pass += 1 + pass / 2)
        stopped++;
    free(expected);
    return stopped;
}

static void stopped_work_leaves_no_trace(void **state)
{
    (void)state;
    static const char *const nets[] = {"branch", "sigmoid"};
    for (int n = 0; n < 2; n++) {
        trial_write(trial_net(nets[n]));
        int last = last_channel();
        const struct command commands[] = {
            {.kind = COMMAND_RUN, .number = 5},
            {.kind = COMMAND_PRUNE, .number = last},
            {.kind = COMMAND_WHAT_IF, .number = last},
            {.kind = COMMAND_WHAT_IF, .number = -1},
            {.kind = COMMAND_TEST},
            {.kind = COMMAND_EXAMINE},
        };
        for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
            assert_true(stop_everywhere(&commands[i]) >= 2);
    }
}

static void a_stopped_scan_keeps_what_an_earlier_one_found(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    struct session *session = prepare();
    const struct command scan = {.kind = COMMAND_EXAMINE};
    char *before;
    trial_do(session, COMMAND_EXAMINE, 0);
    char *found = trial_found(session);
    for (int pass = 1; pass < 1000; pass *= 3) {
        arm(pass);
        if (!go(session, &scan, &before))
            trial_expect_found(session, found);
        free(before);
    }
    arm(0);
    free(found);
    session_destroy(session);
}

/* Stops when the test sets are being read. */
static void stop_in_tests(void *context, struct session *session)
{
    (void)context;
    const struct snapshot *s = session_snapshot(session);
    if (strcmp(s->activity, "reading test_clean.h5, test_poisoned.h5") == 0)
        atomic_store(&stop, true);
    snapshot_unref(s);
}

static void stopped_tests_are_not_half_read(void **state)
{
    (void)state;
    const struct options options = trial_options();
    struct session_hooks hooks = {.stop = &stop, .progress = stop_in_tests};
    trial_write(trial_net("branch"));
    arm(0);
    struct session *session = trial_open(&options, &hooks);
    const struct command test = {.kind = COMMAND_TEST};
    char *before, *found = trial_found(session);
    assert_false(go(session, &test, &before));
    trial_expect_found(session, found);
    assert_true(rename("test_poisoned.h5", "other.h5") == 0);
    assert_true(rename("test_clean.h5", "test_poisoned.h5") == 0); /* still to be read */
    arm(0);
    struct error err = {0};
    assert_false(trial_try(session, &test, &err));
    assert_string_equal(err.text, "test_clean.h5: No such file or directory");
    free(before);
    free(found);
    session_destroy(session);
}

static void opening_can_be_stopped(void **state)
{
    (void)state;
    const struct session_hooks hooks = {.stop = &stop};
    struct options options = trial_options();
    options.scale = 0; /* is found, in passes of its own */
    trial_write(trial_net("branch"));
    bool good = false;
    int stopped = 0;
    for (int pass = 1; !good; pass++) {
        struct error err = {0};
        struct session *session = session_create(&options, &hooks);
        arm(pass);
        good = session_open(session, &err);
        assert_int_equal(err.class, good ? ERROR_NONE : ERROR_CANCELLED);
        stopped += !good;
        const struct snapshot *s = session_snapshot(session);
        assert_int_equal(s->phase, good ? PHASE_PAUSED : PHASE_FAILED);
        session_destroy(session);
        free(trial_text(s, TRIAL_ALL));
        snapshot_unref(s);
    }
    assert_true(stopped >= 4); /* two scales tried, two sets measured */
    arm(0);
}

/* Snapshots ------------------------------------------------------------------------------ */

enum { ALBUM = 4000 };

/* Snapshots of all times, with what they showed when they were taken. */
struct album {
    int n;
    const struct snapshot *snapshots[ALBUM];
    char *texts[ALBUM];
    int stop_at; /* the stop comes with this progress, 0: never */
};

static void paste(void *context, struct session *session)
{
    struct album *album = context;
    assert_true(album->n < ALBUM);
    album->snapshots[album->n] = session_snapshot(session);
    album->texts[album->n] = trial_text(album->snapshots[album->n], TRIAL_ALL);
    album->n++;
    if (album->n == album->stop_at)
        atomic_store(&stop, true);
}

/* Every third is given back while the session lives on. */
static void thin_out(struct album *album)
{
    for (int i = 0; i < album->n; i += 3) {
        snapshot_unref(album->snapshots[i]);
        album->snapshots[i] = NULL;
    }
}

static void check_album(struct album *album)
{
    unsigned serial = 0;
    for (int i = 0; i < album->n; i++) {
        char *now = album->snapshots[i] ? trial_text(album->snapshots[i], TRIAL_ALL) : NULL;
        if (now)
            assert_string_equal(now, album->texts[i]);
        assert_true(!now || album->snapshots[i]->serial > serial);
        serial = now ? album->snapshots[i]->serial : serial;
        snapshot_unref(album->snapshots[i]);
        free(album->texts[i]);
        free(now);
    }
}

static void live(struct session *session, struct album *album)
{
    static const enum command_kind kinds[] = {COMMAND_STEP, COMMAND_TEST, COMMAND_WHAT_IF,
        COMMAND_EXAMINE, COMMAND_RUN, COMMAND_SAVE_KEPT, COMMAND_UNDO, COMMAND_LAYER, COMMAND_RUN,
        COMMAND_LAYER, COMMAND_TEST, COMMAND_RESET, COMMAND_STEP, COMMAND_EXAMINE};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct command command = {
            .kind = kinds[i], .number = kinds[i] == COMMAND_WHAT_IF ? -1 : i == 7};
        if (kinds[i] == COMMAND_LAYER)
            strcpy(command.text, "on-top");
        assert_true(session_command(session, &command, NULL));
        paste(album, session);
        while (session_busy(session)) {
            assert_true(session_step(session, NULL));
            paste(album, session);
        }
        session_say(session, false, "after command %zu", i);
    }
}

static void snapshots_stay_what_they_were(void **state)
{
    (void)state;
    struct album *album = memory_array(1, sizeof *album);
    const struct session_hooks hooks = {paste, album, &stop};
    const struct options options = trial_options();
    trial_write(trial_net("branch"));
    arm(0);
    struct session *session = session_create(&options, &hooks);
    paste(album, session); /* before anything is open */
    assert_true(session_open(session, NULL));
    live(session, album);
    bool open = false;
    for (int i = 0; i < album->n; i++) { /* once there are rounds, there always are */
        assert_true(!open || album->snapshots[i]->n_rounds > 0);
        open = open || album->snapshots[i]->n_rounds > 0;
    }
    thin_out(album);
    session_destroy(session);
    assert_true(album->n > 50);
    check_album(album);
    free(album);
}

/* Also those of a session that came to nothing, stopped while it read or measured. */
static void snapshots_of_failed_sessions_stay_too(void **state)
{
    (void)state;
    const struct options options = trial_options();
    trial_write(trial_net("branch"));
    bool good = false;
    for (int stop_at = 1; !good; stop_at++) {
        struct album *album = memory_array(1, sizeof *album);
        const struct session_hooks hooks = {paste, album, &stop};
        struct error err = {0};
        album->stop_at = stop_at;
        arm(0);
        struct session *session = session_create(&options, &hooks);
        good = session_open(session, &err);
        assert_int_equal(err.class, good ? ERROR_NONE : ERROR_CANCELLED);
        paste(album, session);
        session_destroy(session);
        check_album(album);
        free(album);
        assert_true(stop_at > 2 || !good);
    }
    arm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(stopped_work_leaves_no_trace, trial_each),
        cmocka_unit_test_setup(a_stopped_scan_keeps_what_an_earlier_one_found, trial_each),
        cmocka_unit_test_setup(stopped_tests_are_not_half_read, trial_each),
        cmocka_unit_test_setup(opening_can_be_stopped, trial_each),
        cmocka_unit_test_setup(snapshots_stay_what_they_were, trial_each),
        cmocka_unit_test_setup(snapshots_of_failed_sessions_stay_too, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
