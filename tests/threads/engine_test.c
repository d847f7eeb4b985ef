/* The door under load: commands from one thread, snapshots read by others, a full queue. Made for
 * ThreadSanitizer. */
#include "engine/api/command_text.h"
#include "engine/api/engine.h"
#include "engine/base/clock.h"

#include "tests/threads/front.h"
#include "tests/threads/gate.h"
#include "tests/unit/session/session_trial.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static void an_engine_opens_works_and_wakes(void **state)
{
    (void)state;
    struct front front;
    struct options options = trial_options();
    options.threads = 2;
    front_init(&front);
    struct engine *engine = engine_create(&options, front_wake, &front);
    const struct snapshot *first = engine_snapshot(engine);
    assert_non_null(first);
    const struct snapshot *open = front_await(engine, &front, PHASE_PAUSED);
    assert_true(open->serial > first->serial && open->n_rounds == 1);
    front_post(engine, COMMAND_RUN, 0);
    const struct snapshot *done = front_await(engine, &front, PHASE_DONE);
    assert_int_equal(done->n_rounds, 7);
    struct network *network = trial_network(trial_net("branch"));
    trial_check_exactly(done, network);
    network_destroy(network);
    assert_true(atomic_load(&front.wakes) > 4);
    pthread_mutex_lock(&front.lock);
    assert_false(pthread_equal(front.waker, pthread_self()));
    pthread_mutex_unlock(&front.lock);
    engine_destroy(engine);
    assert_int_equal(open->n_rounds, 1); /* still there */
    snapshot_unref(first);
    snapshot_unref(open);
    snapshot_unref(done);
    front_finish(&front);
}

/* Six rounds at ten a second take half a second at least; a pause is taken at once. */
static void a_run_has_a_speed(void **state)
{
    (void)state;
    struct front front;
    struct options options = trial_options();
    front_init(&front);
    struct engine *engine = engine_create(&options, front_wake, &front);
    front_expect(engine, &front, PHASE_PAUSED);
    assert_true(engine_post(engine, &(struct command){.kind = COMMAND_SPEED, .value = 10}));
    double begun = clock_seconds();
    front_post(engine, COMMAND_RUN, 0);
    front_expect(engine, &front, PHASE_DONE);
    assert_true(clock_seconds() - begun >= 0.5);
    front_post(engine, COMMAND_JUMP, 0);
    front_post(engine, COMMAND_RESET, 0);
    assert_true(engine_post(engine, &(struct command){.kind = COMMAND_SPEED, .value = 0.001}));
    front_post(engine, COMMAND_RUN, 0);
    front_expect(engine, &front, PHASE_RUNNING);
    front_post(engine, COMMAND_PAUSE, 0); /* not when the next round would come */
    const struct snapshot *s = front_await_rest(engine, &front);
    assert_int_equal(s->phase, PHASE_PAUSED);
    assert_true(s->speed > 0 && s->position < 3);
    snapshot_unref(s);
    assert_true(engine_post(engine, &(struct command){.kind = COMMAND_SPEED, .value = -1}));
    front_await_message(engine, &front, "a speed is 0 to 1000 rounds a second");
    engine_destroy(engine);
    front_finish(&front);
}

static void what_cannot_be_opened_is_told(void **state)
{
    (void)state;
    struct front front;
    struct options options = trial_options();
    options.model = "none.h5";
    front_init(&front);
    struct engine *engine = engine_create(&options, front_wake, &front);
    front_expect(engine, &front, PHASE_FAILED);
    front_await_message(engine, &front, "none.h5: No such file or directory");
    front_post(engine, COMMAND_RUN, 0);
    front_await_message(engine, &front, "nothing is open yet");
    front_post(engine, COMMAND_PAUSE, 0);
    engine_destroy(engine);
    engine_destroy(NULL);
    front_finish(&front);
}

static void an_engine_without_a_thread_says_so(void **state)
{
    (void)state;
    struct front front;
    const struct options options = trial_options();
    const struct command command = {.kind = COMMAND_RUN};
    front_init(&front);
    atomic_store(&gate_no_thread, true);
    struct engine *engine = engine_create(&options, front_wake, &front);
    atomic_store(&gate_no_thread, false);
    front_expect(engine, &front, PHASE_FAILED);
    front_await_message(
        engine, &front, "the engine's thread cannot be started: Resource temporarily unavailable");
    assert_false(engine_post(engine, &command));
    snapshot_unref(front_await_rest(engine, &front));
    engine_destroy(engine);
    front_finish(&front);
}

static void a_full_queue_says_so(void **state)
{
    (void)state;
    struct front front;
    const struct options options = trial_options();
    const struct command command = {.kind = COMMAND_THRESHOLD, .value = 33};
    front_init(&front);
    struct engine *engine = engine_create(&options, front_wake, &front);
    front_expect(engine, &front, PHASE_PAUSED);
    front_set_hold(&front, true);
    assert_true(engine_post(engine, &command));
    front_await_held(&front);
    const struct snapshot *s = engine_snapshot(engine);
    int taken = s->n_thresholds - 3, queued = 1 - taken;
    snapshot_unref(s);
    while (engine_post(engine, &command) && queued < 1000)
        queued++;
    assert_int_equal(queued, 64);
    assert_false(engine_post(engine, &(struct command){.kind = COMMAND_PAUSE}));
    front_set_hold(&front, false);
    front_post(engine, COMMAND_UNDO, 0); /* refused behind all others */
    front_await_message(engine, &front, "nothing to undo");
    s = engine_snapshot(engine);
    assert_int_equal(s->n_thresholds, 3 + (64 + taken) % 2); /* none was lost, none came twice */
    snapshot_unref(s);
    engine_destroy(engine);
    front_finish(&front);
}

/* Readers look at everything that the newest snapshot shows, again and again. */
struct reader {
    struct engine *engine;
    atomic_bool *quit;
    unsigned serial;
    long snapshots;
    bool wrong;
};

static void *read_snapshots(void *context)
{
    struct reader *reader = context;
    while (!atomic_load(reader->quit) || reader->snapshots < 5) {
        const struct snapshot *s = engine_snapshot(reader->engine);
        char *text = trial_text(s, TRIAL_ALL), *again = trial_text(s, TRIAL_ALL);
        reader->wrong = reader->wrong || s->serial < reader->serial || strcmp(text, again) != 0;
        reader->serial = s->serial;
        reader->snapshots++;
        snapshot_unref(s);
        free(text);
        free(again);
    }
    return NULL;
}

static void post_at_random(struct engine *engine, int n)
{
    static const enum command_kind kinds[] = {COMMAND_RUN, COMMAND_PAUSE, COMMAND_STEP,
        COMMAND_UNDO, COMMAND_REDO, COMMAND_JUMP, COMMAND_RESET, COMMAND_PRUNE, COMMAND_WHAT_IF,
        COMMAND_LAYER, COMMAND_BRANCH, COMMAND_THRESHOLD, COMMAND_EXAMINE, COMMAND_TEST};
    struct random random;
    random_init(&random, 9, 0);
    for (int i = 0; i < n; i++) {
        struct command command = {
            .kind = kinds[random_below(&random, sizeof kinds / sizeof *kinds)],
            .number = (int)random_below(&random, 8) - 1,
            .value = (double)random_below(&random, 9)};
        if (!engine_post(engine, &command))
            front_linger(500);
        front_linger((int)random_below(&random, 300));
    }
}

static void a_busy_front_end_breaks_nothing(void **state)
{
    (void)state;
    enum { READERS = 2 };
    struct front front;
    struct options options = trial_options();
    atomic_bool quit = false;
    struct reader readers[READERS];
    pthread_t threads[READERS];
    options.threads = 2;
    front_init(&front);
    struct engine *engine = engine_create(&options, front_wake, &front);
    for (int i = 0; i < READERS; i++) {
        readers[i] = (struct reader){.engine = engine, .quit = &quit};
        assert_int_equal(pthread_create(&threads[i], NULL, read_snapshots, &readers[i]), 0);
    }
    post_at_random(engine, 600);
    front_post(engine, COMMAND_PAUSE, 0);
    front_post(engine, COMMAND_LAYER, 0);
    front_post(engine, COMMAND_SAVE, -1); /* says so when all before it is done */
    front_await_message(engine, &front, "saved as");
    atomic_store(&quit, true);
    for (int i = 0; i < READERS; i++) {
        pthread_join(threads[i], NULL);
        assert_false(readers[i].wrong);
    }
    const struct snapshot *s = engine_snapshot(engine);
    struct network *network = trial_network(trial_net("branch"));
    assert_int_equal(s->site, 0);
    trial_check_exactly(s, network);
    network_destroy(network);
    snapshot_unref(s);
    engine_destroy(engine);
    front_finish(&front);
}

/* What altered the session, as the watcher was told: the engine's thread alone writes. */
struct watched {
    int n;
    enum command_kind kind[64];
    int position[64];
};

static void watch(void *context, const struct command *command, const struct snapshot *snapshot)
{
    struct watched *watched = context;
    if (watched->n == 64)
        return;
    watched->kind[watched->n] = command->kind;
    watched->position[watched->n++] = snapshot->position;
}

static void an_engine_at_rest_has_done_and_told_everything(void **state)
{
    static const struct {
        enum command_kind kind;
        int position;
    } told[] = {{COMMAND_STEP, 1}, {COMMAND_STEP, 2}, {COMMAND_STEP, 3}, {COMMAND_UNDO, 2},
        {COMMAND_STEP, 3}, {COMMAND_STEP, 4}, {COMMAND_LAYER, 4}, {COMMAND_THRESHOLD, 4},
        {COMMAND_RESET, 0}, {COMMAND_PRUNE, 1}};
    static const struct command asked[] = {{.kind = COMMAND_STEP, .number = 3},
        {.kind = COMMAND_UNDO}, {.kind = COMMAND_JUMP, .number = 99},
        {.kind = COMMAND_RUN, .number = 4}, {.kind = COMMAND_WHAT_IF, .number = -1},
        {.kind = COMMAND_LAYER, .number = 0}, {.kind = COMMAND_THRESHOLD, .value = 7},
        {.kind = COMMAND_RESET}, {.kind = COMMAND_PRUNE, .number = 1}};
    struct watched watched = {0};
    struct front front;
    const struct options options = trial_options();
    (void)state;
    front_init(&front);
    struct engine *engine = engine_create(&options, front_wake, &front);
    engine_watch(engine, watch, &watched);
    snapshot_unref(front_await_rest(engine, &front)); /* open */
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        assert_true(engine_post(engine, &asked[i]));
        const struct snapshot *s = front_await_rest(engine, &front);
        assert_true(s->phase == PHASE_PAUSED || s->phase == PHASE_DONE);
        snapshot_unref(s);
    }
    engine_destroy(engine);
    assert_int_equal(watched.n, sizeof told / sizeof *told); /* neither failures nor questions */
    for (int i = 0; i < watched.n; i++) {
        assert_int_equal(watched.kind[i], told[i].kind);
        assert_int_equal(watched.position[i], told[i].position);
    }
    front_finish(&front);
}

static void note_lines(void *context, const struct command *command, const struct snapshot *s)
{
    char **text = context, *line = command_write(command, s);
    char *more = memory_format("%s%s\n", *text, line ? line : "");
    free(line);
    free(*text);
    *text = more;
}

/* A choice goes between branches by itself: the lines that tell of it lead to the same. */
static void a_choice_of_repairs_is_told_as_it_went(void **state)
{
    struct front front;
    const struct options options = trial_options();
    (void)state;
    front_init(&front);
    char *lines = memory_string("");
    struct engine *engine = engine_create(&options, front_wake, &front);
    engine_watch(engine, note_lines, &lines);
    snapshot_unref(front_await_rest(engine, &front)); /* open */
    assert_true(
        engine_post(engine, &(struct command){.kind = COMMAND_REPAIR, .number = 0, .value = 1}));
    const struct snapshot *s = front_await_rest(engine, &front);
    /* pruning, two tries, and the better one learnt once more from all images */
    assert_true(s->n_branches == 4 && *s->repairing.chosen);
    char *told = trial_text(s, TRIAL_FOUND);
    snapshot_unref(s);
    engine_destroy(engine);
    const char tries[] = "repair unlearn 1 0\nstep\nbranch 1\nrepair quiet 1 0\nstep\n";
    assert_memory_equal(lines, tries, strlen(tries));
    struct session *session = trial_open(&options, NULL);
    struct error err = {0};
    char *save;
    for (char *line = strtok_r(lines, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        struct command command = {.kind = N_COMMAND_KINDS};
        s = session_snapshot(session);
        assert_true(command_read(line, s, &command, &err));
        snapshot_unref(s);
        assert_true(trial_try(session, &command, &err));
    }
    trial_expect_found(session, told);
    session_destroy(session);
    free(told);
    free(lines);
    front_finish(&front);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_engine_opens_works_and_wakes, gate_set_up),
        cmocka_unit_test_setup(a_run_has_a_speed, gate_set_up),
        cmocka_unit_test_setup(what_cannot_be_opened_is_told, gate_set_up),
        cmocka_unit_test_setup(an_engine_without_a_thread_says_so, gate_set_up),
        cmocka_unit_test_setup(a_full_queue_says_so, gate_set_up),
        cmocka_unit_test_setup(an_engine_at_rest_has_done_and_told_everything, gate_set_up),
        cmocka_unit_test_setup(a_busy_front_end_breaks_nothing, gate_set_up),
        cmocka_unit_test_setup(a_choice_of_repairs_is_told_as_it_went, gate_set_up),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
