/* io/sandbox: readers that a file has taken over. Whatever they try is refused and told in one
 * line; nothing hangs, nobody is left over. */
#include "engine/base/memory.h"
#include "engine/io/sandbox/limits.h"
#include "engine/io/sandbox/sandbox.h"

#include "tests/test.h"
#include "tests/unit/io/hostile_acts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DESCRIPTORS = 200 };

static char later[32]; /* what the parent learns after the starter was there */

struct order {
    int act;
    pid_t parent;
    const char *token; /* where the parent's environment had it */
};

/* Tries one act; where it comes back, sends how it went. */
static bool act(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const struct order *order = work->parts[0].data;
    (void)err;
    errno = 0;
    long result = hostile_acts[order->act].run(order->parent);
    int32_t said = result < 0 ? errno : 0;
    sandbox_write(pipe, &said, sizeof said);
    return true;
}

static struct sandbox *open_order(
    sandbox_reader *reader, const struct order *order, double most, double quiet)
{
    struct error err = {0};
    const struct sandbox_part part = {order, sizeof *order};
    const struct sandbox_request request = {.name = "x.h5",
        .reader = reader,
        .files = {"/proc/self/exe"},
        .parts = &part,
        .n_parts = 1,
        .most_seconds = most,
        .quiet_seconds = quiet};
    struct sandbox *sandbox = sandbox_open(&request, &err);
    assert_non_null(sandbox);
    return sandbox;
}

/* How an act ended: the errno it says, or -1 with the error's text. */
static int outcome(int number, struct error *err)
{
    const struct order order = {number, getpid(), NULL};
    struct sandbox *sandbox = open_order(act, &order, 0, 0);
    int32_t said = -1;
    bool good = sandbox_read(sandbox, &said, sizeof said, err) && sandbox_end(sandbox, err);
    sandbox_destroy(sandbox);
    return good ? said : -1;
}

static void acts_end_their_reader(void **state)
{
    (void)state;
    if (sandbox_weakness()) {
        print_message("SKIPPED: %s\n", sandbox_weakness());
        skip();
    }
    for (int i = 0; i < n_hostile_acts; i++) {
        struct error err = {0};
        int said = outcome(i, &err);
        if (said >= 0)
            print_error("%s came back with %d\n", hostile_acts[i].name, said);
        assert_int_equal(said, -1);
        assert_string_equal(err.text,
            "x.h5: is damaged or hostile: its reader tried what no reader may do, and was stopped");
        assert_int_equal(err.class, ERROR_INPUT);
    }
    assert_int_equal(access(HOSTILE_FILE, F_OK), -1);
}

/* In a process of its own, which is told that there is no filter of system calls. */
static int without_filter(void)
{
    int wrong = 0;
    setenv("SECATEUR_WITHOUT_SECCOMP", "1", 1);
    wrong += !sandbox_weakness() || !strstr(sandbox_weakness(), "seccomp");
    for (int i = 0; i < n_hostile_acts; i++) {
        struct error err = {0};
        int said = hostile_acts[i].always ? outcome(i, &err) : EPERM;
        if (said <= 0)
            print_error("%s: %d %s\n", hostile_acts[i].name, said, err.text);
        wrong += said <= 0;
    }
    wrong += access(HOSTILE_FILE, F_OK) == 0;
    return wrong;
}

static void other_limits_hold_alone(void **state)
{
    (void)state;
    if (LIMITS_SANITIZED)
        skip();
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        exit(without_filter());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* What a reader holds --------------------------------------------------------------------- */

static bool look_around(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const struct order *order = work->parts[0].data;
    char open[DESCRIPTORS];
    (void)err;
    for (int i = 0; i < DESCRIPTORS; i++)
        open[i] = lseek(i, 0, SEEK_CUR) >= 0 || errno != EBADF;
    sandbox_write(pipe, open, sizeof open);
    sandbox_write(pipe, later, sizeof later);
    sandbox_write(pipe, order->token, 5);
    char *variable = getenv("SECATEUR_TEST_TOKEN");
    bool known = variable != NULL;
    sandbox_write(pipe, &known, sizeof known);
    return true;
}

static void a_reader_holds_nothing_else(void **state)
{
    (void)state;
    if (LIMITS_SANITIZED)
        skip();
    const struct order order = {0, getpid(), getenv("SECATEUR_TEST_TOKEN")};
    char open_ones[DESCRIPTORS], learnt[sizeof later], token[5];
    bool known = true;
    struct error err = {0};
    assert_string_equal(order.token, "token");
    strcpy(later, "swordfish");
    int extra = open("/dev/null", O_RDONLY);
    struct sandbox *sandbox = open_order(look_around, &order, 0, 0);
    assert_true(sandbox_read(sandbox, open_ones, sizeof open_ones, &err));
    assert_true(sandbox_read(sandbox, learnt, sizeof learnt, &err));
    assert_true(sandbox_read(sandbox, token, sizeof token, &err));
    assert_true(sandbox_read(sandbox, &known, sizeof known, &err));
    assert_true(sandbox_end(sandbox, &err));
    sandbox_destroy(sandbox);
    close(extra);
    for (int i = 0; i < DESCRIPTORS; i++)
        assert_int_equal(open_ones[i], i <= 4); /* nowhere three times, the channel, the file */
    assert_string_equal(learnt, "");
    assert_memory_equal(token, "\0\0\0\0\0", 5);
    assert_false(known);
}

/* Too much -------------------------------------------------------------------------------- */

static bool drip(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const struct timespec some = {0, 20000000};
    (void)work;
    (void)err;
    for (clock_t from = clock(); clock() - from < CLOCKS_PER_SEC * 100;) {
        struct timespec now, end;
        clock_gettime(CLOCK_MONOTONIC, &end);
        end.tv_nsec += some.tv_nsec;
        do
            clock_gettime(CLOCK_MONOTONIC, &now);
        while (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec);
        sandbox_write(pipe, "x", 1);
    }
    return true;
}

static bool wait_for_ever(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    (void)work;
    (void)pipe;
    (void)err;
    for (char byte; read(3, &byte, 1) > 0;) /* the channel, where nothing comes */
        ;
    return true;
}

/* A block whose size is said, and never comes. */
static bool promise(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const uint64_t frame[2] = {0x5ec0, UINT64_MAX};
    uint64_t length = UINT64_MAX / 2;
    sandbox_write(pipe, &length, sizeof length);
    sandbox_write(pipe, frame, sizeof frame);
    return wait_for_ever(work, pipe, err);
}

static bool map_much(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    (void)work;
    void *much =
        mmap(NULL, (size_t)1 << 40, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    sandbox_write(pipe, "x", much == MAP_FAILED);
    return much == MAP_FAILED || fail(err, "a terabyte was there");
}

static int dive(volatile int depth)
{
    volatile char frame[4096];
    frame[0] = (char)depth;
    return depth < 0 ? 0 : dive(depth + 1) + frame[0];
}

static bool recurse(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    (void)err;
    sandbox_write(pipe, "x", dive(work->n_parts) != 0);
    return true;
}

static void assert_ends(sandbox_reader *reader, double most, double quiet, const char *message)
{
    const struct order order = {0, getpid(), NULL};
    struct error err = {0};
    char byte;
    struct sandbox *sandbox = open_order(reader, &order, most, quiet);
    while (sandbox_read(sandbox, &byte, 1, &err))
        ;
    assert_string_equal(err.text, message);
    sandbox_destroy(sandbox);
}

static void reading_ends(void **state)
{
    (void)state;
    assert_ends(drip, 0.4, 30, "x.h5: cannot be read: it takes longer than 0 seconds");
    assert_ends(wait_for_ever, 30, 0.25, "x.h5: cannot be read: no data came for 0.25 seconds");
    assert_ends(recurse, 0, 0, "x.h5: is damaged: its reader crashed");
}

static void what_is_said_takes_no_memory(void **state)
{
    (void)state;
    const struct order order = {0, getpid(), NULL};
    struct error err = {0};
    size_t size;
    struct sandbox *sandbox = open_order(promise, &order, 0, 0);
    assert_null(sandbox_read_block(sandbox, 1 << 20, &size, &err));
    assert_string_equal(err.text, "x.h5: is too large");
    sandbox_destroy(sandbox);
}

/* A file of a terabyte that stores nothing gives its reader no memory and no time. */
static void holes_give_nothing(void **state)
{
    (void)state;
    if (LIMITS_SANITIZED)
        skip();
    char *path = memory_format("/tmp/hostile_reader_test_%d", (int)getpid());
    int file = open(path, O_CREAT | O_EXCL | O_RDWR, 0600);
    struct error err = {0};
    char byte;
    assert_int_equal(ftruncate(file, (off_t)1 << 40), 0);
    close(file);
    const struct sandbox_request request = {.name = path, .reader = map_much, .files = {path}};
    struct sandbox *sandbox = sandbox_open(&request, &err);
    assert_non_null(sandbox);
    assert_true(sandbox_read(sandbox, &byte, 1, &err));
    assert_true(sandbox_end(sandbox, &err));
    sandbox_destroy(sandbox);
    unlink(path);
    free(path);
}

static void nobody_is_left(void **state)
{
    (void)state;
    siginfo_t who = {0};
    assert_int_equal(waitid(P_ALL, 0, &who, WEXITED | WNOHANG | WNOWAIT), 0);
    assert_int_equal(who.si_pid, 0); /* the starter lives, and there is no zombie */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acts_end_their_reader),
        cmocka_unit_test(other_limits_hold_alone),
        cmocka_unit_test(a_reader_holds_nothing_else),
        cmocka_unit_test(reading_ends),
        cmocka_unit_test(what_is_said_takes_no_memory),
        cmocka_unit_test(holes_give_nothing),
        cmocka_unit_test(nobody_is_left),
    };
    setenv("SECATEUR_TEST_TOKEN", "token", 1);
    sandbox_prepare(NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
