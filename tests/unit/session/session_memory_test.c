/* session: any memory budget gives the same rounds; budgets and folders that do not do. */
#include "engine/io/images/dataset.h"
#include "engine/prune/evaluate/evaluator.h"
#include "tests/unit/session/session_trial.h"

#include <sys/resource.h>
#include <unistd.h>

enum { SLAB = 256 << 10 };

/* Many images at once -------------------------------------------------------------------- */

enum { MANY = 4000, CHANNELS = 8 };

struct many {
    struct network *network;
    struct prune_sites *sites;
    struct thread_pool *pool;
    uint16_t predicted[1 + CHANNELS][MANY]; /* by round */
};

static struct dataset *many_images(const struct network *network)
{
    struct error err = {0};
    const struct shape *shape = &network->layers[network->input].shape;
    size_t image = shape_count(shape);
    uint8_t *pixels = memory_array(MANY, image);
    struct random random;
    random_init(&random, 5, 0);
    for (size_t i = 0; i < MANY * image; i++)
        pixels[i] = (uint8_t)random_below(&random, 256);
    struct dataset *set =
        dataset_from_bytes("many", MANY, shape, pixels, memory_array(MANY, sizeof(int32_t)));
    assert_true(dataset_write(set, "bytes.h5", true, &err));
    return set;
}

/* All rounds at a site, with pixels and suffix cache in one budget. */
static void run_many(struct many *many, struct dataset *set, const struct prune_site *site,
    struct memory_budget *budget)
{
    const struct batch_runner_hooks hooks = {0};
    struct error err = {0};
    struct evaluator *evaluator =
        evaluator_create(many->network, many->sites, many->pool, &hooks, 1 / 255.0);
    struct suffix_cache *cache =
        evaluator_cache_create(evaluator, site, dataset_count(set), budget);
    const struct evaluator_pass pass = {
        .set = set, .predicted = many->predicted[0], .cache = cache};
    assert_true(evaluator_run(evaluator, &pass, &err));
    assert_true(evaluator_cache_complete(cache));
    evaluator_set_site(evaluator, site);
    for (int c = 0; c < site->n_channels && c < CHANNELS; c++) {
        assert_true(evaluator_commit_channel(evaluator, set, cache, c, many->predicted[c],
                        many->predicted[c + 1], &err) >= 0);
    }
    evaluator_cache_destroy(cache);
    evaluator_destroy(evaluator);
}

static void rounds_do_not_depend_on_the_budget(void **state)
{
    (void)state;
    static struct many first, now;
    const size_t budgets[] = {(size_t)1 << 30, 64 << 20, 1 << 20, SLAB / 2};
    struct error err = {0};
    first.network = trial_network(trial_net("branch"));
    first.sites = prune_sites_find(first.network);
    first.pool = thread_pool_create(3);
    now = first;
    for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
        struct memory_budget *budget = memory_budget_create(budgets[i], ".");
        struct dataset *set = many_images(first.network);
        assert_true(dataset_keep(set, budget, &err));
        for (int s = 0; s < first.sites->n; s++) {
            const struct prune_site *site = &first.sites->site[s];
            struct memory_budget *all = memory_budget_create(SIZE_MAX, ".");
            if (!site->cacheable)
                continue;
            run_many(&first, set, site, all);
            run_many(&now, set, site, budget);
            assert_memory_equal(first.predicted, now.predicted, sizeof first.predicted);
            memory_budget_unref(all);
        }
        assert_true(memory_budget_in_memory(budget) <= budgets[i]);
        assert_int_equal(memory_budget_in_file(budget) > 0, budgets[i] <= 1 << 20);
        dataset_unref(set);
        memory_budget_unref(budget);
    }
    prune_sites_destroy(first.sites);
    network_destroy(first.network);
    thread_pool_destroy(first.pool);
}

/* Pixels --------------------------------------------------------------------------------- */

static void check_same(const struct dataset *a, const struct dataset *b)
{
    enum { WIDTH = 16, LANES = 11 };
    size_t image = shape_count(dataset_shape(a));
    struct error err = {0};
    float *filled[2], *batched[2];
    uint8_t *shown[2];
    for (int k = 0; k < 2; k++) {
        const struct dataset *set = k ? b : a;
        filled[k] = memory_floats(100 * image);
        batched[k] = memory_floats(WIDTH * image);
        shown[k] = memory_array(image, 3);
        int index[LANES];
        for (int i = 0; i < LANES; i++)
            index[i] = (i * 977 + 3) % dataset_count(set);
        dataset_fill(set, dataset_count(set) - 100, 100, 1 / 3.0F, filled[k]);
        dataset_fill_lanes(set, index, LANES, WIDTH, 1 / 7.0F, batched[k]);
        dataset_show(set, dataset_count(set) / 2, shown[k]);
        assert_true(dataset_check(set, &err));
    }
    assert_memory_equal(filled[0], filled[1], 100 * image * sizeof(float));
    assert_memory_equal(batched[0], batched[1], WIDTH * image * sizeof(float));
    assert_memory_equal(shown[0], shown[1], image / 3 * 3);
    assert_int_equal(dataset_bytes(a), dataset_bytes(b));
    for (int k = 0; k < 2; k++) {
        free(filled[k]);
        free(batched[k]);
        free(shown[k]);
    }
}

/* And when they are written from there. */
static void pixels_are_the_same_from_the_file(void **state)
{
    (void)state;
    struct error err = {0};
    struct network *network = trial_network(trial_net("branch"));
    struct dataset_options options = {.shape = network->layers[network->input].shape};
    dataset_unref(many_images(network));
    struct dataset *memory = dataset_open("bytes.h5", &options, &err);
    for (size_t limit = 0; limit <= 2 * SLAB; limit += SLAB) {
        struct memory_budget *budget = options.budget = memory_budget_create(limit, ".");
        struct dataset *file = dataset_open("bytes.h5", &options, &err);
        assert_non_null(file);
        assert_true(memory_budget_in_file(budget) > 0 && memory_budget_in_memory(budget) == limit);
        check_same(memory, file);
        assert_true(dataset_write(file, "again.h5", true, &err));
        struct dataset *again = dataset_open("again.h5", &options, &err);
        memory_budget_unref(budget);
        dataset_unref(file);
        check_same(memory, again);
        dataset_unref(again);
    }
    dataset_unref(memory);
    network_destroy(network);
}

/* Sessions ------------------------------------------------------------------------------- */

/* Everything that is found on the way. */
static char *work(size_t memory)
{
    struct options options = trial_options();
    options.memory = memory;
    options.threads = 2;
    struct session *session = trial_open(&options, NULL);
    trial_do(session, COMMAND_STEP, 3);
    trial_do(session, COMMAND_WHAT_IF, -1);
    trial_do(session, COMMAND_EXAMINE, 0);
    trial_do(session, COMMAND_LAYER, 0);
    trial_do(session, COMMAND_RUN, 0);
    trial_do(session, COMMAND_UNDO, 2);
    trial_do(session, COMMAND_TEST, 0);
    char *found = trial_found(session);
    session_destroy(session);
    return found;
}

static void sessions_do_not_depend_on_the_budget(void **state)
{
    (void)state;
    static const char *const nets[] = {"branch", "chain", "residual"};
    const size_t budgets[] = {64 << 20, 1 << 20, 3 * SLAB, SLAB - 1};
    for (size_t k = 0; k < sizeof nets / sizeof *nets; k++) {
        trial_write(trial_net(nets[k]));
        char *expected = work((size_t)1 << 30);
        for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
            char *found = work(budgets[i]);
            assert_string_equal(found, expected);
            free(found);
        }
        free(expected);
    }
}

static void expect_closed(size_t memory, const char *message, enum error_class class)
{
    struct error err = {0};
    struct options options = trial_options();
    options.memory = memory;
    struct session *session = session_create(&options, NULL);
    assert_false(session_open(session, &err));
    assert_string_equal(err.text, message);
    assert_int_equal(err.class, class);
    session_destroy(session);
}

static void a_budget_below_one_batch_is_refused(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    const size_t batch = 32 * sizeof(float) * 10 * 8 * 6; /* conv_1 */
    char message[200];
    snprintf(message, sizeof message,
        "--memory: %zu bytes are too few: one batch needs %zu at layer conv_1 of net.h5", batch - 1,
        batch);
    expect_closed(batch - 1, message, ERROR_USAGE);
    struct options options = trial_options();
    options.memory = batch;
    session_destroy(trial_open(&options, NULL));
}

static void a_missing_folder_ends_the_opening(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    setenv("TMPDIR", "missing", 1);
    expect_closed(SLAB - 1,
        "missing: the temporary file for what exceeds --memory cannot be written: No such file or "
        "directory",
        ERROR_OUTPUT);
    struct options options = trial_options(); /* nothing goes there */
    session_destroy(trial_open(&options, NULL));
    setenv("TMPDIR", ".", 1);
}

/* Needs more of the disk than there is: an error, and all is as it was. */
static void expect_full(struct session *session, enum command_kind kind)
{
    const struct command command = {.kind = kind};
    struct error err = {0};
    assert_false(trial_try(session, &command, &err));
    assert_string_equal(err.text,
        ".: the temporary file for what exceeds --memory cannot be written: File too large");
    assert_int_equal(err.class, ERROR_OUTPUT);
    assert_false(session_busy(session));
}

static void a_full_disk_leaves_the_session_usable(void **state)
{
    (void)state;
    struct rlimit old;
    getrlimit(RLIMIT_FSIZE, &old);
    struct rlimit none = {0, old.rlim_max}, tight = {6 * SLAB, old.rlim_max};
    trial_write(trial_net("branch"));
    struct options options = trial_options();
    options.memory = SLAB - 1; /* so two sets, two tails and their sums are six slabs of the file */
    setrlimit(RLIMIT_FSIZE, &none);
    expect_closed(SLAB - 1,
        ".: the temporary file for what exceeds --memory cannot be written: File too large",
        ERROR_OUTPUT);
    setrlimit(RLIMIT_FSIZE, &tight);
    struct session *session = trial_open(&options, NULL);
    trial_do(session, COMMAND_STEP, 3);
    char *before = trial_found(session);
    expect_full(session, COMMAND_EXAMINE);
    trial_expect_found(session, before);
    expect_full(session, COMMAND_TEST);
    trial_expect_found(session, before);
    trial_do(session, COMMAND_STEP, 1);
    setrlimit(RLIMIT_FSIZE, &old);
    trial_do(session, COMMAND_EXAMINE, 0);
    trial_do(session, COMMAND_TEST, 0);
    free(before);
    session_destroy(session);
}

static int begin(void **state)
{
    setenv("TMPDIR", ".", 1);
    return trial_begin(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rounds_do_not_depend_on_the_budget, trial_each),
        cmocka_unit_test_setup(pixels_are_the_same_from_the_file, trial_each),
        cmocka_unit_test_setup(sessions_do_not_depend_on_the_budget, trial_each),
        cmocka_unit_test_setup(a_budget_below_one_batch_is_refused, trial_each),
        cmocka_unit_test_setup(a_missing_folder_ends_the_opening, trial_each),
        cmocka_unit_test_setup(a_full_disk_leaves_the_session_usable, trial_each),
    };
    return cmocka_run_group_tests(tests, begin, trial_end);
}
