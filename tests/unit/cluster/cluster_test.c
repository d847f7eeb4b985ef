/* What ranks tell each other: shares, sums in a fixed order, and the end where one fails. */
#include "engine/cluster/cluster.h"

#include "engine/base/memory.h"

#include "tests/unit/cluster/forked_ranks.h"

#include "tests/test.h"

#include <unistd.h>

enum { MOST_RANKS = 3 };

static void one_alone_has_all(void **state)
{
    (void)state;
    struct error err = {0};
    int array[] = {3, 1, 4};
    unsetenv("OMPI_COMM_WORLD_SIZE");
    assert_true(cluster_start(&err));
    assert_int_equal(cluster_expected(), 1);
    assert_int_equal(cluster_rank(), 0);
    assert_int_equal(cluster_ranks(), 1);
    struct cluster_share share = cluster_share(100, 64);
    assert_int_equal(share.first, 0);
    assert_int_equal(share.n, 100);
    assert_true(cluster_collect(array, sizeof *array, 3, 1, &err));
    assert_int_equal(array[2], 4);
    assert_true(cluster_same("a", 1, "it differs", &err));
    assert_false(cluster_ends());
    assert_true(cluster_end(true, &err));
    fail(&err, "net.h5: it is broken");
    assert_false(cluster_end(false, &err));
    assert_string_equal(err.text, "net.h5: it is broken");
    assert_true(cluster_counts().exchanges == 0 && cluster_counts().bytes == 0);
}

static bool shares_meet(void *context)
{
    (void)context;
    bool good = true;
    for (int all = 0; all < 40; all++)
        for (int unit = 1; unit < 20; unit++) {
            int end = 0;
            for (int r = 0; r < cluster_ranks(); r++) {
                struct cluster_share share = cluster_share_of(all, unit, r);
                good = good && share.n >= 0 && (share.n == 0 || share.first == end);
                good = good && (share.n == 0 || share.first % unit == 0);
                end += share.n;
            }
            good = good && end == all;
        }
    return good;
}

/* Slots hold what is short; longer things go behind them. */
static bool collects(void *context)
{
    (void)context;
    struct error err;
    bool good = true;
    for (int n = 0; n < 3000 && good; n = 2 * n + 1)
        for (int unit = 1; unit < 100; unit *= 7) {
            int *array = memory_array((size_t)n + 1, sizeof *array);
            struct cluster_share share = cluster_share(n, unit);
            for (int i = share.first; i < share.first + share.n; i++)
                array[i] = 7 * i + 1;
            good = good && cluster_collect(array, sizeof *array, n, unit, &err);
            for (int i = 0; i < n; i++)
                good = good && array[i] == 7 * i + 1;
            free(array);
        }
    return good && cluster_end(true, &err);
}

static bool gathers(void *context)
{
    (void)context;
    struct error err;
    struct cluster_parts parts;
    char mine[3000];
    size_t sizes[] = {0, 2000, 5};
    memset(mine, 'a' + cluster_rank(), sizeof mine);
    if (!cluster_gather(mine, sizes[cluster_rank()], &parts, &err))
        return false;
    bool good = parts.starts[0] == 0;
    for (int r = 0; r < cluster_ranks(); r++) {
        good = good && parts.starts[r + 1] - parts.starts[r] == sizes[r];
        for (size_t i = parts.starts[r]; i < parts.starts[r + 1]; i++)
            good = good && parts.bytes[i] == 'a' + r;
    }
    cluster_parts_finish(&parts);
    return good && cluster_end(true, &err);
}

enum { VALUES = 1001 };

static float value_at(int i)
{
    return i < VALUES / 2 ? 1e-4f : 1000.0f / (float)(1 + i % 97);
}

static void add_values(void *context, void *total)
{
    const struct cluster_share *share = context;
    float *sum = total;
    for (int i = share->first; i < share->first + share->n; i++)
        *sum += value_at(i);
}

/* Floats: another order gives another sum. */
static bool adds_in_order(void *context)
{
    (void)context;
    struct error err;
    float sum = 0, alone = 0, backwards = 0;
    struct cluster_share share = cluster_share(VALUES, 10);
    for (int i = 0; i < VALUES; i++) {
        alone += value_at(i);
        backwards += value_at(VALUES - 1 - i);
    }
    return cluster_pass_on(&sum, sizeof sum, add_values, &share, &err) &&
           memcmp(&sum, &alone, sizeof sum) == 0 && memcmp(&sum, &backwards, sizeof sum) != 0 &&
           cluster_end(true, &err);
}

static void ranks_get_what_one_would(void **state)
{
    (void)state;
    for (int n = 2; n <= MOST_RANKS; n++) {
        assert_true(forked_ranks(n, shares_meet, NULL));
        assert_true(forked_ranks(n, collects, NULL));
        assert_true(forked_ranks(n, adds_in_order, NULL));
    }
    assert_true(forked_ranks(3, gathers, NULL));
}

/* How one rank ends, the others being in an exchange or at the end. */
struct ending {
    enum error_class class;
    int from;         /* -1: all ranks */
    bool others_work; /* they are in an exchange meanwhile */
    const char *heard;
};

static bool ends_badly(void *context)
{
    const struct ending *ending = context;
    struct error err = {0};
    int array[MOST_RANKS] = {0};
    bool fails = ending->from < 0 || ending->from == cluster_rank();
    bool good = true;
    if (fails)
        good = fail_as(&err, ending->class, "net.h5: it is broken");
    else if (ending->others_work)
        good = cluster_collect(array, sizeof *array, MOST_RANKS, 1, &err);
    if (cluster_end(good, &err) || err.class != ending->class)
        return false;
    char host[64] = "", expected[200];
    gethostname(host, sizeof host - 1);
    snprintf(expected, sizeof expected, ending->heard, host);
    /* and whatever is asked for later is refused with the same */
    struct error again = {0};
    return strcmp(err.text, expected) == 0 &&
           !cluster_collect(array, sizeof *array, MOST_RANKS, 1, &again) &&
           strcmp(again.text, expected) == 0;
}

static void an_error_of_one_is_that_of_all(void **state)
{
    (void)state;
    static const struct ending endings[] = {
        {ERROR_INPUT, 1, true, "rank 1 on %s: net.h5: it is broken"},
        {ERROR_INPUT, 1, false, "rank 1 on %s: net.h5: it is broken"},
        {ERROR_OUTPUT, 0, true, "net.h5: it is broken"},
        {ERROR_INPUT, -1, false, "net.h5: it is broken"},
        {ERROR_CANCELLED, 2, true, "net.h5: it is broken"},
    };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct ending ending = endings[i];
        assert_true(forked_ranks(MOST_RANKS, ends_badly, &ending));
    }
}

/* Rank 1 fails; the others work alone meanwhile, hear of it and stop. */
static bool hears(void *context)
{
    (void)context;
    struct error err = {0};
    if (cluster_rank() == 1)
        return !cluster_end(fail(&err, "net.h5: it is broken"), &err) && err.class == ERROR_INPUT;
    while (!cluster_ends())
        usleep(1000);
    bool good = fail_as(&err, ERROR_CANCELLED, "stopped");
    return !cluster_end(good, &err) && err.class == ERROR_INPUT &&
           strstr(err.text, "net.h5: it is broken") && !cluster_ends();
}

/* Ranks that do different things do not wait for each other. */
static bool parts_ways(void *context)
{
    (void)context;
    struct error err = {0};
    int array[MOST_RANKS] = {0};
    float sum = 0;
    struct cluster_share share = {0, 0};
    bool good = cluster_rank() == 0 ? cluster_collect(array, sizeof *array, MOST_RANKS, 1, &err)
                                    : cluster_pass_on(&sum, sizeof sum, add_values, &share, &err);
    return !good && err.class == ERROR_FAILED && strstr(err.text, "do not do the same") &&
           !cluster_end(false, &err);
}

/* Sums of different lengths have nothing to do with each other. */
static bool sums_differ(void *context)
{
    (void)context;
    struct error err = {0};
    float sums[MOST_RANKS] = {0};
    struct cluster_share share = {0, 0};
    size_t size = (cluster_rank() == 2 ? 2 : 3) * sizeof *sums;
    return !cluster_pass_on(sums, size, add_values, &share, &err) && err.class == ERROR_FAILED &&
           strstr(err.text, "ranks 0 and 2 do not do the same");
}

/* One is done before the others. */
static bool ends_early(void *context)
{
    (void)context;
    struct error err = {0};
    int array[MOST_RANKS] = {0};
    if (cluster_rank() == 2)
        return !cluster_end(true, &err) && err.class == ERROR_FAILED;
    return !cluster_collect(array, sizeof *array, MOST_RANKS, 1, &err);
}

static bool differs(void *context)
{
    (void)context;
    struct error err = {0};
    const char *text = cluster_rank() == 2 ? "two" : "one";
    bool good = cluster_same("same", 4, "it differs", &err);
    return good && !cluster_same(text, 3, "its file differs", &err) && err.class == ERROR_INPUT &&
           strcmp(err.text, "rank 2: its file differs from rank 0's") == 0;
}

static void ranks_never_wait_in_vain(void **state)
{
    (void)state;
    assert_true(forked_ranks(MOST_RANKS, hears, NULL));
    assert_true(forked_ranks(MOST_RANKS, parts_ways, NULL));
    assert_true(forked_ranks(MOST_RANKS, sums_differ, NULL));
    assert_true(forked_ranks(MOST_RANKS, ends_early, NULL));
    assert_true(forked_ranks(MOST_RANKS, differs, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_alone_has_all),
        cmocka_unit_test(ranks_get_what_one_would),
        cmocka_unit_test(an_error_of_one_is_that_of_all),
        cmocka_unit_test(ranks_never_wait_in_vain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
