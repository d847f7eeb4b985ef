/* base: one memory budget, and the file for what goes beyond it. */
#include "engine/base/arena.h"
#include "engine/base/memory.h"
#include "engine/base/spill_rows.h"
#include "engine/base/thread_pool.h"

#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

enum { KILO = 1024, SLAB = 256 * KILO, ROW = 1000, ROWS = 2000 }; /* 8 slabs */

static unsigned char byte_at(size_t row, size_t at)
{
    return (unsigned char)(row * 37 + at * 11 + row / 256);
}

static struct spill_rows *make_spill_rows(struct memory_budget *budget, size_t rows)
{
    struct error err = {0};
    unsigned char row[ROW];
    struct spill_rows *spill_rows = spill_rows_create(budget, ROW);
    for (size_t r = 0; r < rows; r++) {
        for (size_t i = 0; i < ROW; i++)
            row[i] = byte_at(r, i);
        assert_true(spill_rows_append(spill_rows, row, 1, &err));
    }
    return spill_rows;
}

static bool row_is_right(const struct spill_rows *spill_rows, size_t row)
{
    unsigned char scratch[ROW];
    bool right = true;
    spill_rows_hold(spill_rows);
    const unsigned char *whole = spill_rows_view(spill_rows, row, 0, ROW, scratch);
    for (size_t i = 0; i < ROW && right; i++)
        right = whole[i] == byte_at(row, i);
    const unsigned char *part = spill_rows_view(spill_rows, row, 900, 100, scratch);
    right = right && part[0] == byte_at(row, 900) && part[99] == byte_at(row, 999);
    spill_rows_release(spill_rows);
    return right;
}

static void check_spill_rows(const struct spill_rows *spill_rows, size_t rows)
{
    struct error err = {0};
    for (size_t r = 0; r < rows; r++)
        assert_true(row_is_right(spill_rows, r));
    assert_true(spill_rows_check(spill_rows, &err));
}

/* Whatever fits the budget makes no file; the rest goes there. */
static void rows_beyond_the_budget_lie_in_the_file(void **state)
{
    (void)state;
    const size_t slabs[] = {100, 8, 3, 0};
    for (size_t i = 0; i < sizeof slabs / sizeof *slabs; i++) {
        struct memory_budget *budget = memory_budget_create(slabs[i] * SLAB + 5, "/tmp");
        struct spill_rows *spill_rows = make_spill_rows(budget, ROWS);
        size_t kept = slabs[i] < 8 ? slabs[i] : 8;
        assert_int_equal(memory_budget_in_memory(budget), kept * SLAB);
        assert_int_equal(memory_budget_in_file(budget), (8 - kept) * SLAB);
        check_spill_rows(spill_rows, ROWS);
        memory_budget_unref(budget); /* the spill_rows still holds it */
        check_spill_rows(spill_rows, ROWS);
        spill_rows_destroy(spill_rows);
    }
}

/* Blocks push rows out of memory, then lie in the file themselves; all keep what they hold. */
static void blocks_come_before_rows(void **state)
{
    (void)state;
    enum { BLOCK = 100 * KILO, BLOCKS = 12 }; /* two in a slab */
    struct error err = {0};
    struct memory_budget *budget = memory_budget_create(4 * SLAB, "/tmp");
    struct spill_rows *first = make_spill_rows(budget, ROWS / 4),
                      *second = make_spill_rows(budget, ROWS / 2);
    struct arena *arena = arena_create(budget);
    unsigned char *blocks[BLOCKS];
    assert_int_equal(memory_budget_in_memory(budget), 4 * SLAB);
    for (int b = 0; b < BLOCKS; b++) {
        blocks[b] = arena_take(arena, BLOCK, &err);
        assert_non_null(blocks[b]);
        assert_int_equal((uintptr_t)blocks[b] % 16, 0);
        memset(blocks[b], b + 1, BLOCK);
        assert_true(memory_budget_in_memory(budget) <= 4 * SLAB);
        check_spill_rows(first, ROWS / 4);
        check_spill_rows(second, ROWS / 2);
    }
    assert_int_equal(arena_bytes(arena), BLOCKS * BLOCK);
    assert_int_equal(memory_budget_in_memory(budget), 4 * SLAB);
    assert_int_equal(
        memory_budget_in_file(budget), (2 + 4 + 2) * SLAB); /* all rows, two of six slabs */
    for (int b = 0; b < BLOCKS; b++)
        for (int i = 0; i < BLOCK; i += 511)
            assert_int_equal(blocks[b][i], b + 1);
    arena_destroy(arena);
    assert_int_equal(memory_budget_in_memory(budget), 0);
    spill_rows_destroy(first);
    spill_rows_destroy(second);
    assert_int_equal(memory_budget_in_file(budget), 0);
    memory_budget_unref(budget);
}

static void large_blocks_are_whole(void **state)
{
    (void)state;
    struct error err = {0};
    struct memory_budget *budget = memory_budget_create(SLAB, "/tmp");
    struct arena *arena = arena_create(budget);
    for (size_t size = 1; size < 3000000; size = size * 3 + 1) {
        unsigned char *block = arena_take(arena, size, &err);
        assert_non_null(block);
        block[0] = block[size - 1] = 1;
    }
    arena_destroy(arena);
    struct spill_rows *spill_rows =
        spill_rows_create(budget, 3 * SLAB); /* a row larger than the budget */
    unsigned char *row = memory_array(3 * SLAB, 1), *scratch = memory_array(3 * SLAB, 1);
    memset(row, 7, 3 * SLAB);
    assert_true(spill_rows_append(spill_rows, row, 1, &err));
    assert_true(spill_rows_append(spill_rows, row, 1, &err));
    spill_rows_hold(spill_rows);
    assert_memory_equal(spill_rows_view(spill_rows, 1, 0, 3 * SLAB, scratch), row, 3 * SLAB);
    spill_rows_release(spill_rows);
    spill_rows_destroy(spill_rows);
    memory_budget_unref(budget);
    free(row);
    free(scratch);
}

/* What was given back is used again: a session that changes its site often needs no more disk. */
static void the_file_does_not_grow_without_end(void **state)
{
    (void)state;
    struct error err = {0};
    struct memory_budget *budget = memory_budget_create(0, "/tmp");
    struct rlimit old, tight = {4 * SLAB, RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &old);
    tight.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    for (int i = 0; i < 50; i++) {
        struct arena *arena = arena_create(budget);
        for (int b = 0; b < 8; b++)
            assert_non_null(arena_take(arena, 100 * KILO, &err));
        arena_destroy(arena);
    }
    setrlimit(RLIMIT_FSIZE, &old);
    memory_budget_unref(budget);
}

/* Bad folders ---------------------------------------------------------------------------- */

static void expect_refusal(struct memory_budget *budget, const char *message)
{
    struct error err = {0};
    struct arena *arena = arena_create(budget);
    struct spill_rows *spill_rows = spill_rows_create(budget, ROW);
    unsigned char row[ROW] = {0};
    assert_null(arena_take(arena, 10, &err));
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, ERROR_OUTPUT);
    memset(&err, 0, sizeof err);
    assert_false(spill_rows_append(spill_rows, row, 1, &err));
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, ERROR_OUTPUT);
    assert_int_equal(memory_budget_in_file(budget), 0);
    arena_destroy(arena);
    spill_rows_destroy(spill_rows);
    memory_budget_unref(budget);
}

static void a_bad_folder_is_named(void **state)
{
    (void)state;
    expect_refusal(memory_budget_create(0, "/tmp/no\nsuch"),
        "/tmp/no\\x0asuch: the temporary file for what exceeds --memory cannot be written: No such "
        "file or directory");
    expect_refusal(memory_budget_create(0, "/dev/null"),
        "/dev/null: the temporary file for what exceeds "
        "--memory cannot be written: Not a directory");
    char folder[] = "/tmp/secateur-store-XXXXXX";
    assert_non_null(mkdtemp(folder));
    chmod(folder, 0500);
    if (access(folder, W_OK) == 0) {
        print_message("SKIPPED: root may write to any folder\n");
    } else {
        char message[200];
        snprintf(message, sizeof message,
            "%s: the temporary file for what exceeds --memory cannot be written: Permission denied",
            folder);
        expect_refusal(memory_budget_create(0, folder), message);
    }
    rmdir(folder);
}

/* In a folder that is not there, or where it becomes full. */
static void a_soft_budget_is_given_up(void **state)
{
    (void)state;
    struct error err = {0};
    struct rlimit old, tight;
    getrlimit(RLIMIT_FSIZE, &old);
    tight = (struct rlimit){SLAB, old.rlim_max};
    for (int full = 0; full < 2; full++) {
        struct memory_budget *budget =
            memory_budget_create(3 * SLAB, full ? "/tmp" : "/tmp/secateur-is-not-there");
        memory_budget_soften(budget);
        setrlimit(RLIMIT_FSIZE, &tight);
        struct spill_rows *spill_rows = make_spill_rows(budget, ROWS);
        struct arena *arena = arena_create(budget);
        for (int b = 0; b < 4; b++)
            assert_non_null(memset(arena_take(arena, SLAB, &err), b, SLAB));
        setrlimit(RLIMIT_FSIZE, &old);
        assert_int_equal(memory_budget_in_file(budget), full * SLAB);
        assert_int_equal(memory_budget_in_memory(budget), (12 - full) * SLAB);
        assert_int_equal(err.class, ERROR_NONE);
        check_spill_rows(spill_rows, ROWS);
        arena_destroy(arena);
        spill_rows_destroy(spill_rows);
        memory_budget_unref(budget);
    }
}

/* Rows are in memory first, and there is no file to make room in. */
static void blocks_find_room_without_a_file(void **state)
{
    (void)state;
    struct error err = {0};
    struct memory_budget *budget = memory_budget_create(8 * SLAB, "/tmp/secateur-is-not-there");
    memory_budget_soften(budget);
    struct spill_rows *spill_rows = make_spill_rows(budget, ROWS);
    struct arena *arena = arena_create(budget);
    assert_int_equal(memory_budget_in_memory(budget), 8 * SLAB);
    assert_non_null(arena_take(arena, SLAB, &err));
    assert_non_null(arena_take(arena, 20 * SLAB, &err));
    assert_int_equal(memory_budget_in_memory(budget), 29 * SLAB);
    check_spill_rows(spill_rows, ROWS);
    arena_destroy(arena);
    spill_rows_destroy(spill_rows);
    memory_budget_unref(budget);
}

static void the_folder_comes_from_the_environment(void **state)
{
    (void)state;
    char *old = memory_string(getenv("TMPDIR"));
    setenv("TMPDIR", "/tmp/secateur-is-not-there", 1);
    expect_refusal(memory_budget_create(0, NULL),
        "/tmp/secateur-is-not-there: the temporary file for what exceeds --memory cannot be "
        "written: No such file or directory");
    unsetenv("TMPDIR");
    struct memory_budget *budget = memory_budget_create(0, NULL);
    spill_rows_destroy(make_spill_rows(budget, 3));
    memory_budget_unref(budget);
    if (old)
        setenv("TMPDIR", old, 1);
    free(old);
}

/* A limit on files stands for a full disk; what was there before stays good. */
static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    const char *message =
        "/tmp: the temporary file for what exceeds --memory cannot be written: File too large";
    struct error err = {0};
    struct rlimit old, tight;
    struct memory_budget *budget = memory_budget_create(2 * SLAB, "/tmp");
    struct spill_rows *spill_rows =
        make_spill_rows(budget, ROWS / 2); /* two slabs here, two there */
    struct arena *arena = arena_create(budget);
    getrlimit(RLIMIT_FSIZE, &old);
    tight = (struct rlimit){2 * SLAB + KILO, old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    assert_null(arena_take(arena, KILO, &err)); /* the rows cannot make room */
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, ERROR_OUTPUT);
    assert_null(arena_take(arena, 3 * SLAB, &err)); /* more than the budget: no rows move */
    assert_string_equal(err.text, message);
    assert_int_equal(memory_budget_in_memory(budget), 2 * SLAB);
    assert_int_equal(memory_budget_in_file(budget), 2 * SLAB);
    check_spill_rows(spill_rows, ROWS / 2);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_non_null(arena_take(arena, KILO, &err));
    check_spill_rows(spill_rows, ROWS / 2);
    arena_destroy(arena);
    spill_rows_destroy(spill_rows);
    memory_budget_unref(budget);
}

/* Threads -------------------------------------------------------------------------------- */

struct busy {
    struct arena *arena;
    const struct spill_rows *spill_rows;
    unsigned char *blocks[ROWS];
    atomic_int wrong;
};

static void take_and_read(void *context, int index, int worker)
{
    (void)worker;
    struct busy *busy = context;
    struct error err;
    size_t size = 200 + (size_t)index % 700;
    unsigned char *block = busy->blocks[index] = arena_take(busy->arena, size, &err);
    if (block)
        memset(block, index, size);
    if (!block || !row_is_right(busy->spill_rows, (size_t)index))
        atomic_fetch_add(&busy->wrong, 1);
}

static void threads_share_a_budget(void **state)
{
    (void)state;
    struct memory_budget *budget = memory_budget_create(3 * SLAB, "/tmp");
    struct spill_rows *spill_rows = make_spill_rows(budget, ROWS);
    struct thread_pool *pool = thread_pool_create(4);
    for (int times = 0; times < 3; times++) {
        struct busy *busy = memory_array(1, sizeof *busy);
        busy->arena = arena_create(budget);
        busy->spill_rows = spill_rows;
        thread_pool_run(pool, ROWS, take_and_read, busy);
        assert_int_equal(busy->wrong, 0);
        for (int i = 0; i < ROWS; i++)
            for (size_t k = 0; k < 200 + (size_t)i % 700; k += 50)
                assert_int_equal(busy->blocks[i][k], (unsigned char)i);
        assert_true(memory_budget_in_memory(budget) <= 3 * SLAB);
        arena_destroy(busy->arena);
        free(busy);
    }
    thread_pool_destroy(pool);
    spill_rows_destroy(spill_rows);
    memory_budget_unref(budget);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_beyond_the_budget_lie_in_the_file),
        cmocka_unit_test(blocks_come_before_rows),
        cmocka_unit_test(large_blocks_are_whole),
        cmocka_unit_test(the_file_does_not_grow_without_end),
        cmocka_unit_test(a_bad_folder_is_named),
        cmocka_unit_test(a_soft_budget_is_given_up),
        cmocka_unit_test(blocks_find_room_without_a_file),
        cmocka_unit_test(the_folder_comes_from_the_environment),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(threads_share_a_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
