/* load/guard: what a reader does in its child stays there, and what it sends arrives. */
#include "engine/base/memory.h"
#include "engine/io/sandbox/sandbox.h"
#include "engine/io/sandbox/shm_ring.h"

#include "tests/test.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static bool crash(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    (void)context;
    (void)err;
    sandbox_write(pipe, "half", 4);
    raise(SIGSEGV);
    return true;
}

static bool complain(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    (void)pipe;
    return fail(err, "%s", (const char *)context);
}

static bool swallow(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    (void)context;
    (void)pipe;
    return memory_try(8, (size_t)1 << 30, "all", err);
}

static bool never_end(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    (void)pipe;
    (void)err;
    for (volatile unsigned *i = context; *i < UINT_MAX; *i += *i < UINT_MAX - 1)
        ;
    return true;
}

static bool talk(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    (void)context;
    (void)err;
    sandbox_write(pipe, "abcd", 4);
    sandbox_write_block(pipe, "a block", 7);
    return true;
}

static void assert_sandboxed(sandbox_job *job, void *context, const char *message)
{
    char bytes[4];
    struct error err = {0};
    struct sandbox *sandbox = sandbox_start("x.h5", job, context, &err);
    assert_non_null(sandbox);
    bool good = sandbox_read(sandbox, bytes, sizeof bytes, &err) && sandbox_end(sandbox, &err);
    assert_false(good);
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, ERROR_INPUT);
    sandbox_destroy(sandbox);
}

static void what_a_reader_does_stays_in_its_child(void **state)
{
    (void)state;
    unsigned count = 0;
    assert_sandboxed(crash, NULL, "x.h5: is damaged: its reader crashed");
    assert_sandboxed(complain, "so it is", "so it is");
    assert_sandboxed(talk, NULL, "x.h5: is damaged: its contents make no sense");
    assert_sandboxed(never_end, &count, "x.h5: is damaged: reading it does not end");
    assert_int_equal(count, 0);
#ifndef __SANITIZE_ADDRESS__ /* aborts instead of giving NULL */
    assert_sandboxed(swallow, NULL, "all: no memory for 8 x 1073741824 bytes");
#else
    (void)swallow;
#endif
}

static void what_a_reader_sends_arrives(void **state)
{
    (void)state;
    char bytes[4];
    size_t size;
    struct error err = {0};
    for (int most = 6; most < 8; most++) {
        struct sandbox *sandbox = sandbox_start("x.h5", talk, NULL, &err);
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
    unsigned count = 0;
    struct sandbox *sandbox = sandbox_start("x.h5", never_end, &count, &err);
    sandbox_destroy(sandbox); /* does not wait */
}

enum { SLOT = 5000, TURNS = 7 };

/* Fills slots, more than there are, and says so. */
static bool fill(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    (void)err;
    for (int turn = 0; turn < TURNS; turn++) {
        memset(shm_ring_fill(context), 'a' + turn, SLOT);
        sandbox_write(pipe, &turn, sizeof turn);
    }
    return true;
}

static bool fill_and_crash(void *context, struct sandbox_pipe *pipe, struct error *err)
{
    fill(context, pipe, err);
    raise(SIGSEGV);
    return true;
}

static void check_slots(sandbox_job *job, bool ends)
{
    struct error err = {0};
    struct shm_ring *ring = shm_ring_create("x.h5", SLOT, &err);
    struct sandbox *sandbox = sandbox_start("x.h5", job, ring, &err);
    shm_ring_close(ring);
    for (int turn = 0, said; turn < TURNS; turn++) {
        assert_true(sandbox_read(sandbox, &said, sizeof said, &err));
        assert_int_equal(said, turn);
        const char *slot = shm_ring_view(ring);
        for (int i = 0; i < SLOT; i++)
            assert_int_equal(slot[i], 'a' + turn);
        shm_ring_empty(ring);
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

/* A child that waits for a slot is stopped like any other. */
static void slots_nobody_empties(void **state)
{
    (void)state;
    struct error err = {0};
    struct shm_ring *ring = shm_ring_create("x.h5", SLOT, &err);
    struct sandbox *sandbox = sandbox_start("x.h5", fill, ring, &err);
    int said;
    assert_true(sandbox_read(sandbox, &said, sizeof said, &err));
    sandbox_destroy(sandbox);
    shm_ring_destroy(ring);
    assert_null(shm_ring_create("x.h5", SIZE_MAX / 4, &err));
    assert_string_equal(
        err.text, "x.h5: cannot be read, as there is no shared memory: Cannot allocate memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_reader_does_stays_in_its_child),
        cmocka_unit_test(what_a_reader_sends_arrives),
        cmocka_unit_test(slots_come_in_order),
        cmocka_unit_test(slots_nobody_empties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
