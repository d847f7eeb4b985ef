/* io/sandbox: what a reader does stays in its process, and what it sends arrives. */
#include "engine/base/memory.h"
#include "engine/io/files/input.h"
#include "engine/io/sandbox/limits.h"
#include "engine/io/sandbox/sandbox.h"
#include "engine/io/sandbox/shm_ring.h"

#include "tests/test.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool crash(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    (void)work;
    (void)err;
    sandbox_write(pipe, "half", 4);
    raise(SIGSEGV);
    return true;
}

static bool stop(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    (void)work;
    (void)pipe;
    (void)err;
    abort();
}

static bool complain(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    (void)pipe;
    return fail(err, "%s", (const char *)work->parts[0].data);
}

static bool swallow(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    (void)work;
    (void)pipe;
    return memory_try(8, (size_t)1 << 30, "all", err);
}

static bool never_end(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    (void)work;
    (void)pipe;
    (void)err;
    for (volatile unsigned i = 0; i < UINT_MAX; i += i < UINT_MAX - 1)
        ;
    return true;
}

static bool talk(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    (void)work;
    (void)err;
    sandbox_write(pipe, "abcd", 4);
    sandbox_write_block(pipe, "a block", 7);
    return true;
}

static bool echo(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    (void)err;
    for (int i = 0; i < work->n_parts; i++)
        sandbox_write_block(pipe, work->parts[i].data, work->parts[i].size);
    return true;
}

static struct sandbox *open_reader(sandbox_reader *reader, const char *text, struct error *err)
{
    const struct sandbox_part part = {text, strlen(text)};
    const struct sandbox_request request = {
        .name = "x.h5", .reader = reader, .parts = &part, .n_parts = 1};
    return sandbox_open(&request, err);
}

static void assert_sandboxed(sandbox_reader *reader, const char *text, const char *message)
{
    char bytes[4];
    struct error err = {0};
    struct sandbox *sandbox = open_reader(reader, text, &err);
    assert_non_null(sandbox);
    bool good = sandbox_read(sandbox, bytes, sizeof bytes, &err) && sandbox_end(sandbox, &err);
    assert_false(good);
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, ERROR_INPUT);
    sandbox_destroy(sandbox);
}

static void what_a_reader_does_stays_in_its_process(void **state)
{
    (void)state;
    assert_sandboxed(crash, "", "x.h5: is damaged: its reader crashed");
    assert_sandboxed(stop, "", "x.h5: is damaged: its reader crashed");
    assert_sandboxed(complain, "so it is", "so it is");
    assert_sandboxed(complain, "", "x.h5: is damaged: its contents make no sense");
    assert_sandboxed(talk, "", "x.h5: is damaged: its contents make no sense");
    assert_sandboxed(never_end, "", "x.h5: is damaged: reading it does not end");
    if (!LIMITS_SANITIZED) /* those take terabytes */
        assert_sandboxed(swallow, "", "all: no memory for 8 x 1073741824 bytes");
}

static void what_a_reader_sends_arrives(void **state)
{
    (void)state;
    char bytes[4];
    size_t size;
    struct error err = {0};
    for (int most = 6; most < 8; most++) {
        struct sandbox *sandbox = open_reader(talk, "", &err);
        assert_true(sandbox_read(sandbox, bytes, 4, &err));
        assert_memory_equal(bytes, "abcd", 4);
        char *block = sandbox_read_block(sandbox, (size_t)most, &size, &err);
        if (most == 6)
            assert_string_equal(err.text, "x.h5: is too large");
        else
            assert_string_equal(block, "a block");
        assert_int_equal(sandbox_end(sandbox, &err), most == 7);
        sandbox_destroy(sandbox);
        free(block);
    }
    struct sandbox *sandbox = open_reader(never_end, "", &err);
    sandbox_destroy(sandbox); /* does not wait */
}

/* More than the channel holds at once, and nothing at all. */
static void what_a_reader_gets_is_the_request(void **state)
{
    (void)state;
    enum { LARGE = 5 << 20, PARTS = 3 };
    char *large = memory_array(LARGE, 1);
    size_t size;
    struct error err = {0};
    memset(large, 'x', LARGE);
    const struct sandbox_part parts[PARTS] = {{"one", 3}, {large, LARGE}, {NULL, 0}};
    const struct sandbox_request request = {
        .name = "x.h5", .reader = echo, .parts = parts, .n_parts = PARTS};
    struct sandbox *sandbox = sandbox_open(&request, &err);
    for (int i = 0; i < PARTS; i++) {
        char *block = sandbox_read_block(sandbox, LARGE, &size, &err);
        assert_non_null(block);
        assert_int_equal(size, parts[i].size);
        assert_int_equal(size ? memcmp(block, parts[i].data, size) : 0, 0);
        free(block);
    }
    assert_true(sandbox_end(sandbox, &err));
    sandbox_destroy(sandbox);
    free(large);
}

/* Files ----------------------------------------------------------------------------------- */

static bool read_files(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    for (int i = 0; i < work->n_parts; i++) {
        size_t size = 0;
        void *bytes = input_read_all(work->parts[i].data, 100, &size, err);
        if (!bytes)
            return false;
        sandbox_write_block(pipe, bytes, size);
        free(bytes);
    }
    return true;
}

static char *write_file(const char *name, const char *text)
{
    char *path = memory_format("/tmp/sandbox_test_%d_%s", (int)getpid(), name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void files_are_those_handed_over(void **state)
{
    (void)state;
    char *one = write_file("one", "first"), *two = write_file("two", "second");
    const struct sandbox_part parts[] = {
        {two, strlen(two)}, {one, strlen(one)}, {"/etc/passwd", 11}};
    struct sandbox_request request = {
        .name = one, .reader = read_files, .files = {one, two}, .parts = parts, .n_parts = 3};
    size_t size;
    struct error err = {0};
    struct sandbox *sandbox = sandbox_open(&request, &err);
    for (int i = 0; i < 2; i++) {
        char *block = sandbox_read_block(sandbox, 100, &size, &err);
        assert_string_equal(block, i == 0 ? "second" : "first");
        free(block);
    }
    assert_false(sandbox_end(sandbox, &err));
    assert_string_equal(err.text, "/etc/passwd: was not handed over to its reader");
    sandbox_destroy(sandbox);
    unlink(one);
    unlink(two);
    free(one);
    free(two);
}

static void assert_refused(const char *path, const char *reason)
{
    struct error err = {0};
    const struct sandbox_request request = {.name = path, .reader = echo, .files = {path}};
    char *message = memory_format("%s: %s", path, reason);
    assert_null(sandbox_open(&request, &err));
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, ERROR_INPUT);
    free(message);
}

/* None of them hangs: nobody writes into the FIFO. */
static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    char *fifo = memory_format("/tmp/sandbox_test_%d_fifo", (int)getpid());
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_refused(fifo, "is not a regular file");
    assert_refused("/dev/zero", "is not a regular file");
    assert_refused("/tmp", "is not a regular file");
    assert_refused("/tmp/there is no such file", "No such file or directory");
    unlink(fifo);
    free(fifo);
}

/* Slots ----------------------------------------------------------------------------------- */

enum { SLOT = 5000, TURNS = 7 };

/* Fills slots, more than there are, and says so. */
static bool fill(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    (void)work;
    (void)err;
    for (int turn = 0; turn < TURNS; turn++) {
        memset(sandbox_fill(pipe), 'a' + turn, SLOT);
        sandbox_write(pipe, &turn, sizeof turn);
    }
    return true;
}

static bool fill_and_crash(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    fill(work, pipe, err);
    raise(SIGSEGV);
    return true;
}

static struct sandbox *open_ring(sandbox_reader *reader, struct shm_ring *ring, struct error *err)
{
    const struct sandbox_request request = {.name = "x.h5", .reader = reader, .ring = ring};
    return sandbox_open(&request, err);
}

static void check_slots(sandbox_reader *reader, bool ends)
{
    struct error err = {0};
    struct shm_ring *ring = shm_ring_create("x.h5", SLOT, &err);
    struct sandbox *sandbox = open_ring(reader, ring, &err);
    for (int turn = 0, said; turn < TURNS; turn++) {
        assert_true(sandbox_read(sandbox, &said, sizeof said, &err));
        assert_int_equal(said, turn);
        const char *slot = sandbox_view(sandbox);
        for (int i = 0; i < SLOT; i++)
            assert_int_equal(slot[i], 'a' + turn);
        sandbox_empty(sandbox);
    }
    assert_int_equal(sandbox_end(sandbox, &err), ends);
    sandbox_destroy(sandbox);
    shm_ring_destroy(ring);
}

static void slots_come_in_order(void **state)
{
    (void)state;
    check_slots(fill, true);
    check_slots(fill_and_crash, false);
}

/* A reader that waits for a slot is stopped like any other. */
static void slots_nobody_empties(void **state)
{
    (void)state;
    struct error err = {0};
    struct shm_ring *ring = shm_ring_create("x.h5", SLOT, &err);
    struct sandbox *sandbox = open_ring(fill, ring, &err);
    int said;
    assert_true(sandbox_read(sandbox, &said, sizeof said, &err));
    sandbox_destroy(sandbox);
    shm_ring_destroy(ring);
    assert_null(shm_ring_create("x.h5", SIZE_MAX / 4, &err));
    assert_string_equal(
        err.text, "x.h5: cannot be read, as there is no shared memory: File too large");
}

/* In a copy of this process, with a starter of its own, closed standard input and few descriptors.
 */
static int read_with_few(void)
{
    const struct rlimit few = {10, 10};
    struct error err = {0};
    size_t size;
    close(STDIN_FILENO);
    setrlimit(RLIMIT_NOFILE, &few);
    struct sandbox *sandbox = open_reader(echo, "here", &err);
    char *block = sandbox ? sandbox_read_block(sandbox, 10, &size, &err) : NULL;
    bool good = block && strcmp(block, "here") == 0 && sandbox_end(sandbox, &err);
    if (!good)
        print_error("%s\n", err.text);
    sandbox_destroy(sandbox);
    free(block);
    return good ? 0 : 1;
}

static void few_descriptors_are_enough(void **state)
{
    (void)state;
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        exit(read_with_few());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Side by side ----------------------------------------------------------------------------- */

static void *read_often(void *context)
{
    (void)context;
    for (int i = 0; i < 20; i++) {
        struct error err = {0};
        struct sandbox *sandbox = open_reader(echo, "mine", &err);
        size_t size;
        char *block = sandbox ? sandbox_read_block(sandbox, 10, &size, &err) : NULL;
        bool good = block && strcmp(block, "mine") == 0 && sandbox_end(sandbox, &err);
        sandbox_destroy(sandbox);
        free(block);
        if (!good)
            return NULL;
    }
    return "good";
}

static void threads_read_side_by_side(void **state)
{
    (void)state;
    enum { THREADS = 3 };
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_non_null(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_reader_does_stays_in_its_process),
        cmocka_unit_test(what_a_reader_sends_arrives),
        cmocka_unit_test(what_a_reader_gets_is_the_request),
        cmocka_unit_test(files_are_those_handed_over),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(slots_come_in_order),
        cmocka_unit_test(slots_nobody_empties),
        cmocka_unit_test(few_descriptors_are_enough),
        cmocka_unit_test(threads_read_side_by_side),
    };
    sandbox_prepare(NULL); /* a reader is ended with the thread that this is called in */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
