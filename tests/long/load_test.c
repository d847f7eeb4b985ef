/* What takes long: very many images, channels, steps and commands. The first argument names the
 * part; `growth` and `weights` are short, the others are the suite `long`. Leans on the built
 * program. */
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "tests/bench/lab_file.h"
#include "tests/unit/session/session_trial.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const struct test_node digits[] = {
    {"InputLayer", "input", "batch_input_shape=null,28,28,1", ""},
    {"Conv2D", "conv_1", "filters=8 kernel_size=5,5 activation=relu", NULL},
    {"MaxPooling2D", "pool_1", "", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "fc_1", "units=16 activation=relu", NULL},
    {"Dense", "output", "units=10 activation=softmax", NULL},
};
static const struct trial_net digits_net = {"digits", digits, sizeof digits / sizeof *digits, 3};

static const struct test_node wide[] = {
    {"InputLayer", "input", "batch_input_shape=null,10,10,1", ""},
    {"Conv2D", "conv_1", "filters=2048 kernel_size=3,3 activation=relu", NULL},
    {"MaxPooling2D", "pool_1", "pool_size=4,4 strides=4,4", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "output", "units=5 activation=softmax", NULL},
};
static const struct trial_net wide_net = {"wide", wide, sizeof wide / sizeof *wide, 4};

/* Images ---------------------------------------------------------------------------------- */

enum { KILO = 1024, MEGA = 1 << 20, PIECE = 10000 };

/* n images like digits: a bright patch on black, moved about. */
static void write_digits(const char *path, int n)
{
    const struct shape shape = shape_image(28, 28, 1);
    struct lab_file *file = lab_file_create(path, &shape, n, true);
    struct random random;
    assert_non_null(file);
    random_init(&random, 11, 0);
    uint8_t *pixels = memory_array(PIECE, 28 * 28);
    int32_t *labels = memory_array(PIECE, sizeof *labels);
    for (int done = 0, count; done < n; done += count) {
        count = n - done < PIECE ? n - done : PIECE;
        memset(pixels, 0, (size_t)PIECE * 28 * 28);
        for (int i = 0; i < count; i++) {
            int top = (int)random_below(&random, 16), left = (int)random_below(&random, 16);
            labels[i] = (int32_t)random_below(&random, 10);
            for (int at = 0; at < 12 * 12; at++)
                pixels[(i * 28 + top + at / 12) * 28 + left + at % 12] =
                    (uint8_t)random_below(&random, 256);
        }
        lab_file_add(file, count, pixels, labels);
    }
    assert_true(lab_file_close(file));
    free(pixels);
    free(labels);
}

/* The most memory that the program has for a verb, in bytes. */
static double peak_of(const char *verb, const char *images, const char *memory)
{
    const char *build = getenv("SECATEUR_BUILD");
    char *program = memory_format("%s/secateur", build ? build : "build");
    char *const arguments[] = {program, (char *)(uintptr_t)verb, "net.h5", "--clean",
        (char *)(uintptr_t)images, "--scale", "1/255", "--memory", (char *)(uintptr_t)memory,
        "--threads", "2", NULL};
    posix_spawn_file_actions_t actions;
    struct rusage usage;
    pid_t child;
    int status;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    assert_int_equal(posix_spawn(&child, program, &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    assert_int_equal(wait4(child, &status, 0, &usage), child);
    assert_int_equal(status, 0);
    free(program);
    print_message("%s %s --memory %s: at most %.1f MB\n", verb, images, memory,
        (double)usage.ru_maxrss / KILO);
    return (double)usage.ru_maxrss * KILO;
}

/* What lies outside the budget, as docs/performance.md has it: so many bytes an image. */
enum { BYTES_AN_IMAGE = 64, FIXED_BYTES = 96 * MEGA };

static void memory_beside_the_budget_hardly_grows(void **state)
{
    (void)state;
    enum { FEW = 20000, MORE = 60000 };
    trial_write(&digits_net);
    write_digits("few.h5", FEW);
    write_digits("more.h5", MORE);
    double few = peak_of("sweep", "few.h5", "8M"), more = peak_of("sweep", "more.h5", "8M");
    assert_true(few <= 8 * MEGA + FIXED_BYTES + (double)FEW * BYTES_AN_IMAGE);
    assert_true(more - few <= (double)(MORE - FEW) * BYTES_AN_IMAGE);
}

static const struct test_node heavy[] = {
    {"InputLayer", "input", "batch_input_shape=null,28,28,1", ""},
    {"Conv2D", "conv_1", "filters=64 kernel_size=5,5 strides=6,6 activation=relu", NULL},
    {"Conv2D", "conv_2", "filters=512 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Conv2D", "conv_3", "filters=512 kernel_size=3,3 padding=same activation=relu", NULL},
    {"Conv2D", "conv_4", "filters=512 kernel_size=3,3 padding=same activation=relu", NULL},
    {"GlobalAveragePooling2D", "mean", "", NULL},
    {"Dense", "output", "units=10 activation=softmax", NULL},
};
static const struct trial_net heavy_net = {"heavy", heavy, sizeof heavy / sizeof *heavy, 3};

static void weights_are_in_the_formula(void **state)
{
    (void)state;
    enum { FEW = 8 };
    trial_write(&heavy_net);
    write_digits("eight.h5", FEW);
    struct network *network = trial_network(&heavy_net);
    double net = 0, square = 0;
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            double bytes = (double)network->layers[i].weights[w].count * sizeof(float);
            net += bytes;
            square += i > 1 && w == 0 && strcmp(network->layers[i].class->name, "Conv2D") == 0
                          ? bytes
                          : 0;
        }
    network_destroy(network);
    double most = peak_of("eval", "eight.h5", "8M");
    assert_true(most <= 8 * MEGA + FIXED_BYTES + FEW * BYTES_AN_IMAGE + 2 * net + 3 * square);
}

static void a_million_images_keep_to_the_budget(void **state)
{
    (void)state;
    enum { MANY = 1000000 };
    trial_write(&digits_net);
    write_digits("many.h5", MANY);
    double most = peak_of("sweep", "many.h5", "256M");
    assert_true(most <= 256.0 * MEGA + FIXED_BYTES + (double)MANY * BYTES_AN_IMAGE);
}

/* Sessions -------------------------------------------------------------------------------- */

static void a_layer_may_have_2048_channels(void **state)
{
    (void)state;
    trial_write(&wide_net);
    struct network *network = trial_network(&wide_net);
    struct options options = trial_options();
    options.threads = 2;
    struct session *session = trial_open(&options, NULL);
    trial_do(session, COMMAND_STEP, 20);
    trial_do(session, COMMAND_WHAT_IF, -1);
    trial_do(session, COMMAND_STEP, 3);
    const struct snapshot *snapshot = session_snapshot(session);
    assert_int_equal(snapshot->n_channels, 2048);
    assert_int_equal(snapshot->position, 23);
    trial_check_exactly(snapshot, network);
    snapshot_unref(snapshot);
    session_destroy(session);
    network_destroy(network);
}

/* Pages of the process that are in memory. */
static long resident(void)
{
    long size = 0, pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld %ld", &size, &pages), 2);
    fclose(file);
    return pages;
}

static void ten_thousand_steps_back_and_forth_leave_nothing(void **state)
{
    (void)state;
    enum { TIMES = 10000 };
    trial_write(trial_net("branch"));
    struct options options = trial_options();
    struct session *session = trial_open(&options, NULL);
    trial_do(session, COMMAND_STEP, 5);
    char *before = trial_found(session);
    long pages = 0;
    for (int i = 0; i < TIMES; i++) {
        trial_do(session, COMMAND_UNDO, 1 + i % 5);
        trial_do(session, COMMAND_REDO, 1 + i % 5);
        if (i == TIMES / 10)
            pages = resident();
    }
    trial_expect_found(session, before);
    assert_true(resident() - pages <= 4 * MEGA / sysconf(_SC_PAGESIZE));
    free(before);
    session_destroy(session);
}

/* A command by chance; many make no sense where they come, and must say the same. */
static struct command draw(struct random *random, int n_sites)
{
    static const enum command_kind kinds[] = {COMMAND_STEP, COMMAND_STEP, COMMAND_STEP,
        COMMAND_UNDO, COMMAND_REDO, COMMAND_JUMP, COMMAND_WHAT_IF, COMMAND_PRUNE, COMMAND_LAYER,
        COMMAND_TEST, COMMAND_RESET};
    struct command command = {.kind = kinds[random_below(random, sizeof kinds / sizeof *kinds)]};
    command.number = (int)random_below(random, 6);
    if (command.kind == COMMAND_WHAT_IF)
        command.number -= 1;
    if (command.kind == COMMAND_LAYER)
        command.number = (int)random_below(random, (uint32_t)n_sites);
    return command;
}

static char *run_commands(int threads)
{
    enum { COMMANDS = 1000, EVERY = 50 };
    struct options options = trial_options();
    options.threads = threads;
    struct session *session = trial_open(&options, NULL);
    const struct snapshot *snapshot = session_snapshot(session);
    int n_sites = snapshot->n_sites;
    snapshot_unref(snapshot);
    char *text = memory_string("");
    struct random random;
    random_init(&random, 17, 0);
    for (int i = 0; i < COMMANDS; i++) {
        struct error err = {0};
        const struct command command = draw(&random, n_sites);
        bool good = trial_try(session, &command, &err);
        char *found = (i + 1) % EVERY == 0 ? trial_found(session) : memory_string("");
        char *longer = memory_format("%s%d: %s\n%s", text, i, good ? "done" : err.text, found);
        free(found);
        free(text);
        text = longer;
    }
    session_destroy(session);
    return text;
}

static void a_thousand_commands_do_not_depend_on_workers(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    char *one = run_commands(1);
    const int workers[] = {2, 3, 8};
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        char *more = run_commands(workers[i]);
        assert_string_equal(more, one);
        free(more);
    }
    free(one);
}

int main(int argc, char **argv)
{
    const struct {
        const char *part;
        const struct CMUnitTest test;
    } parts[] = {
        {"growth", cmocka_unit_test(memory_beside_the_budget_hardly_grows)},
        {"weights", cmocka_unit_test(weights_are_in_the_formula)},
        {"images", cmocka_unit_test(a_million_images_keep_to_the_budget)},
        {"channels", cmocka_unit_test(a_layer_may_have_2048_channels)},
        {"steps", cmocka_unit_test(ten_thousand_steps_back_and_forth_leave_nothing)},
        {"commands", cmocka_unit_test(a_thousand_commands_do_not_depend_on_workers)},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (argc == 2 && strcmp(argv[1], parts[i].part) == 0) {
            const struct CMUnitTest test[] = {parts[i].test};
            return cmocka_run_group_tests_name(parts[i].part, test, trial_begin, trial_end);
        }
    fprintf(stderr, "usage: load_test growth|weights|images|channels|steps|commands\n");
    return 2;
}
