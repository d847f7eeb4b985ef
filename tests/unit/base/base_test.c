/* base: errors, memory, random numbers, the worker pool. */
#include "engine/base/error.h"
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/base/spelling.h"
#include "engine/base/thread_pool.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>

#include "tests/test.h"

/* The linker's --wrap=pthread_create puts this in between: so many threads can still be had. */
static int threads_left = INT_MAX;
static int threads_made;

int __real_pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);
int __wrap_pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);

int __wrap_pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    if (threads_made >= threads_left)
        return EAGAIN;
    threads_made++;
    return __real_pthread_create(thread, attributes, start, argument);
}

static void errors_are_one_escaped_line(void **state)
{
    (void)state;
    struct error err = {0};
    assert_false(fail(&err, "layer %s: bad", "a\x1b[2Jb\n"));
    assert_int_equal(err.class, ERROR_INPUT);
    assert_string_equal(err.text, "layer a\\x1b[2Jb\\x0a: bad");
    assert_false(fail_in(&err, "net.h5"));
    assert_string_equal(err.text, "net.h5: layer a\\x1b[2Jb\\x0a: bad");
    assert_false(fail(NULL, "nobody listens"));
}

static void huge_sizes_are_refused(void **state)
{
    (void)state;
    struct error err = {0};
    assert_null(memory_try(SIZE_MAX / 2, 16, "data", &err));
    assert_int_equal(err.class, ERROR_INPUT);
}

static void random_is_pcg32(void **state)
{
    (void)state;
    /* first values of the reference implementation's demo, pcg32_srandom(42, 54) */
    static const uint32_t expected[] = {0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293};
    struct random random;
    random_init(&random, 42, 54);
    for (int i = 0; i < 4; i++)
        assert_int_equal(random_u32(&random), expected[i]);
    double sum = 0, squares = 0;
    for (int i = 0; i < 20000; i++) {
        double x = random_normal(&random);
        sum += x;
        squares += x * x;
    }
    assert_true(sum / 20000 < 0.05 && sum / 20000 > -0.05);
    assert_true(squares / 20000 < 1.05 && squares / 20000 > 0.95);
    sum = squares = 0;
    for (int i = 0; i < 20000; i++) {
        double x = (double)random_noise(&random);
        assert_true(x > -3.47 && x < 3.47);
        sum += x;
        squares += x * x;
    }
    assert_true(sum / 20000 < 0.05 && sum / 20000 > -0.05);
    assert_true(squares / 20000 < 1.05 && squares / 20000 > 0.95);
}

struct counts {
    int seen[1000];
};

static void count_job(void *context, int index, int worker)
{
    struct counts *counts = context;
    counts->seen[index] += 1 + 0 * worker;
}

static void expect_every_job_once(struct thread_pool *pool)
{
    struct counts counts = {{0}};
    thread_pool_run(pool, 1000, count_job, &counts);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(counts.seen[i], 1);
}

static void every_job_runs_once(void **state)
{
    (void)state;
    for (int workers = 1; workers <= 8 && workers <= thread_pool_most(); workers++) {
        struct thread_pool *pool = thread_pool_create(workers);
        assert_int_equal(thread_pool_workers(pool), workers);
        assert_null(thread_pool_shortage(pool));
        for (int repeat = 0; repeat < 50; repeat++)
            expect_every_job_once(pool);
        thread_pool_destroy(pool);
    }
}

/* Nothing is started beyond the most; the wrapper would refuse it. */
static void a_pool_has_a_sane_size(void **state)
{
    (void)state;
    static const int sizes[] = {INT_MAX, 100000, 0, -1};
    int most = thread_pool_most();
    assert_true(most >= 2);
    for (int i = 0; i < 4; i++) {
        threads_made = 0;
        threads_left = most - 1; /* the caller works too */
        struct thread_pool *pool = thread_pool_create(sizes[i]);
        assert_true(thread_pool_workers(pool) == (i < 2 ? most : thread_pool_workers(pool)));
        assert_true(
            thread_pool_workers(pool) >= 1 && threads_made == thread_pool_workers(pool) - 1);
        char *said = memory_format("%d threads are too many: %d are used,", sizes[i], most);
        assert_true(i < 2 ? strncmp(thread_pool_shortage(pool), said, strlen(said)) == 0
                          : !thread_pool_shortage(pool));
        expect_every_job_once(pool);
        thread_pool_destroy(pool);
        free(said);
    }
    threads_made = 0;
    struct thread_pool *pool = thread_pool_create(most); /* is not too many */
    assert_null(thread_pool_shortage(pool));
    thread_pool_destroy(pool);
    threads_left = INT_MAX;
}

static void a_pool_does_with_the_threads_there_are(void **state)
{
    (void)state;
    for (int left = 0; left <= 1; left++) {
        threads_made = 0;
        threads_left = left;
        struct thread_pool *pool = thread_pool_create(3);
        char *said = memory_format("3 threads cannot be started (%s): %d %s used", strerror(EAGAIN),
            left + 1, left ? "are" : "is");
        assert_int_equal(thread_pool_workers(pool), left + 1);
        assert_string_equal(thread_pool_shortage(pool), said);
        expect_every_job_once(pool);
        thread_pool_destroy(pool);
        free(said);
    }
    threads_left = INT_MAX;
}

static void mistyped_words_have_a_neighbour(void **state)
{
    static const char *const words[] = {"mean-activation", "target-weight", "difference"};
    char hint[SPELLING_HINT], many[40][16];
    const char *names[40];
    (void)state;
    assert_string_equal(spelling_hint(hint, "mean", words, 3), "did you mean mean-activation?");
    assert_string_equal(spelling_hint(hint, "differnece", words, 3), "did you mean difference?");
    assert_string_equal(spelling_hint(hint, "beauty", words, 3),
        "use one of: mean-activation, target-weight, difference");
    for (int i = 0; i < 40; i++) {
        snprintf(many[i], sizeof many[i], "conv_%d", i);
        names[i] = many[i];
    }
    spelling_hint(hint, "output", names, 40);
    assert_true(strlen(hint) < SPELLING_HINT);
    assert_string_equal(hint + strlen(hint) - 5, ", ...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_one_escaped_line),
        cmocka_unit_test(huge_sizes_are_refused),
        cmocka_unit_test(random_is_pcg32),
        cmocka_unit_test(every_job_runs_once),
        cmocka_unit_test(a_pool_has_a_sane_size),
        cmocka_unit_test(a_pool_does_with_the_threads_there_are),
        cmocka_unit_test(mistyped_words_have_a_neighbour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
