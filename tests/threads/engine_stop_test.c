/* The door while work is stopped: pauses that come at once, and a destruction at any time. Made for
 * ThreadSanitizer. */
#include "engine/api/engine.h"
#include "engine/io/images/dataset.h"
#include "engine/prune/ranking/batch_runner.h"

#include "tests/threads/front.h"
#include "tests/threads/gate.h"
#include "tests/unit/session/session_trial.h"

#include <limits.h>
#include <stdatomic.h>
#include <unistd.h>

/* Most passes that may begin once a stop was asked for: a tile of images on each worker, and no
 * pass is for less than one image. */
enum { WORKERS = 2, STOP_PASSES = WORKERS * BATCH_TILE };

/* The clean images again and again, so that a unit of work has many tiles. */
static void write_many(const char *path)
{
    enum { TIMES = 16, HEIGHT = 12, BREADTH = 10, IMAGE = HEIGHT * BREADTH * 3 };
    struct error err = {0};
    const struct shape shape = shape_image(HEIGHT, BREADTH, 3);
    const struct dataset_options options = {.shape = shape};
    struct dataset *few = dataset_open("clean.h5", &options, &err);
    assert_non_null(few);
    int n = dataset_count(few);
    uint8_t *pixels = memory_array((size_t)(TIMES * n), IMAGE);
    int32_t *labels = memory_array((size_t)(TIMES * n), sizeof *labels);
    for (int i = 0; i < TIMES * n; i++) {
        dataset_show(few, i % n, pixels + (size_t)i * IMAGE);
        labels[i] = dataset_labels(few)[i % n];
    }
    struct dataset *many = dataset_from_bytes(path, TIMES * n, &shape, pixels, labels);
    assert_true(dataset_write(many, path, true, &err));
    dataset_unref(many);
    dataset_unref(few);
}

static void await_passes(int goal)
{
    for (int i = 0; i < FRONT_PATIENCE * 1000 && atomic_load(&gate_passes) < goal; i++)
        front_linger(900);
    assert_true(atomic_load(&gate_passes) >= goal);
}

/* The next passes begin and the last of them waits; its number. */
static int shut_after(int n)
{
    int last = atomic_load(&gate_passes) + n;
    atomic_store(&gate_at, last);
    return last;
}

static void a_pause_comes_at_once(void **state)
{
    (void)state;
    static const struct command works[] = {{.kind = COMMAND_RUN}, {.kind = COMMAND_EXAMINE},
        {.kind = COMMAND_WHAT_IF, .number = -1}, {.kind = COMMAND_TEST}};
    struct front front;
    struct options options = trial_options();
    options.threads = WORKERS;
    options.clean = options.test_clean = "many.h5";
    write_many("many.h5");
    front_init(&front);
    struct engine *engine = engine_create(&options, front_wake, &front);
    front_expect(engine, &front, PHASE_PAUSED);
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        front_post(engine, COMMAND_RESET, 0);
        snapshot_unref(front_await_rest(engine, &front));
        int before = shut_after(3);
        assert_true(engine_post(engine, &works[i]));
        await_passes(before);
        front_post(engine, COMMAND_PAUSE, 0);
        atomic_store(&gate_at, INT_MAX);
        front_expect(engine, &front, PHASE_PAUSED);
        assert_true(atomic_load(&gate_passes) - before <= STOP_PASSES);
        front_linger(2000);
        int after = atomic_load(&gate_passes);
        front_linger(2000);
        assert_int_equal(atomic_load(&gate_passes), after); /* and it rests */
    }
    engine_destroy(engine);
    front_finish(&front);
}

/* What a run was stopped in is done again when it goes on. */
static void a_paused_run_ends_like_any_other(void **state)
{
    (void)state;
    struct front front;
    struct options options = trial_options();
    options.threads = WORKERS;
    front_init(&front);
    struct engine *engine = engine_create(&options, front_wake, &front);
    front_expect(engine, &front, PHASE_PAUSED);
    atomic_store(&gate_delay_us, 50);
    for (int i = 0; i < 10; i++) {
        front_post(engine, COMMAND_RUN, 0);
        front_linger(3000);
        front_post(engine, COMMAND_PAUSE, 0);
    }
    atomic_store(&gate_delay_us, 0);
    front_post(engine, COMMAND_RUN, 0);
    const struct snapshot *done = front_await(engine, &front, PHASE_DONE);
    struct session *session = trial_open(&options, NULL);
    trial_do(session, COMMAND_RUN, 0);
    const struct snapshot *expected = session_snapshot(session);
    assert_int_equal(done->n_rounds, expected->n_rounds);
    for (int r = 0; r < done->n_rounds; r++)
        for (int set = 0; set < N_SETS; set++)
            assert_memory_equal(done->rounds[r]->predicted[set],
                expected->rounds[r]->predicted[set],
                (size_t)done->n_images[set] * sizeof(uint16_t));
    snapshot_unref(expected);
    session_destroy(session);
    engine_destroy(engine);
    snapshot_unref(done);
    front_finish(&front);
}

/* Destroys while a command is at work; what was seen last stays. */
static void destroy_while(const struct command *command, bool open_first)
{
    struct front front;
    struct options options = trial_options();
    options.threads = WORKERS;
    options.scale = 0;
    front_init(&front);
    int before = open_first ? 0 : shut_after(2);
    struct engine *engine = engine_create(&options, front_wake, &front);
    if (open_first) {
        front_expect(engine, &front, PHASE_PAUSED);
        front_post(engine, COMMAND_STEP, 3);
        snapshot_unref(front_await_rest(engine, &front));
        before = shut_after(2);
    }
    if (command)
        assert_true(engine_post(engine, command));
    for (int i = 0; i < 20; i++) /* left behind in the queue */
        front_post(engine, COMMAND_THRESHOLD, 0);
    if (command || !open_first)
        await_passes(before);
    const struct snapshot *last = engine_snapshot(engine);
    char *text = trial_text(last, TRIAL_ALL);
    engine_destroy(engine);
    assert_true(atomic_load(&gate_passes) - before <= STOP_PASSES);
    char *later = trial_text(last, TRIAL_ALL);
    assert_string_equal(later, text);
    free(text);
    free(later);
    snapshot_unref(last);
    front_finish(&front);
}

static void an_engine_can_be_destroyed_at_any_time(void **state)
{
    (void)state;
    static const struct command works[] = {{.kind = COMMAND_RUN}, {.kind = COMMAND_EXAMINE},
        {.kind = COMMAND_WHAT_IF, .number = -1}, {.kind = COMMAND_TEST},
        {.kind = COMMAND_LAYER, .number = 2, .text = "on-top"}};
    destroy_while(NULL, false); /* measuring */
    destroy_while(NULL, true);
    for (size_t i = 0; i < sizeof works / sizeof *works; i++)
        destroy_while(&works[i], true);
    for (int us = 0; us < 20000; us = us * 2 + 100) { /* loading, and anything behind it */
        struct front front;
        const struct options options = trial_options();
        front_init(&front);
        struct engine *engine = engine_create(&options, front_wake, &front);
        front_linger(us);
        engine_destroy(engine);
        front_finish(&front);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_pause_comes_at_once, gate_set_up),
        cmocka_unit_test_setup(a_paused_run_ends_like_any_other, gate_set_up),
        cmocka_unit_test_setup(an_engine_can_be_destroyed_at_any_time, gate_set_up),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
