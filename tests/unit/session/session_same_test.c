/* session: the same rounds whatever the number of workers, the memory and the kernels. */
#include "engine/nn/forward/batched.h"

#include "tests/unit/session/session_trial.h"

/* Everything that can be found out about a net, as text. */
static char *find_all(const struct options *options)
{
    struct session *session = trial_open(options, NULL);
    const struct snapshot *s = session_snapshot(session);
    char *text = NULL;
    for (int site = 0; site < s->n_sites; site++) {
        trial_do(session, COMMAND_LAYER, site);
        trial_do(session, COMMAND_STEP, 2);
        trial_do(session, COMMAND_WHAT_IF, -1);
        char *asked = trial_found(session);
        trial_do(session, COMMAND_RUN, 0);
        trial_do(session, COMMAND_TEST, 0);
        if (site + 1 == s->n_sites)
            trial_do(session, COMMAND_EXAMINE, 0);
        char *found = trial_found(session);
        char *longer = memory_format("%s%s%s", text ? text : "", asked, found);
        free(asked);
        free(found);
        free(text);
        text = longer;
    }
    snapshot_unref(s);
    session_destroy(session);
    return text;
}

static void expect_all(const struct options *options, const char *expected)
{
    char *found = find_all(options);
    assert_string_equal(found, expected);
    free(found);
}

static void workers_change_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < trial_n_nets; i++) {
        struct options options = trial_options();
        trial_write(&trial_nets[i]);
        char *one = find_all(&options);
        for (options.threads = 2; options.threads <= 3; options.threads++)
            expect_all(&options, one);
        free(one);
    }
}

/* Tensors and pixels that do not fit lie in a file. */
static void memory_changes_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < trial_n_nets; i++) {
        struct options options = trial_options();
        trial_write(&trial_nets[i]);
        char *kept = find_all(&options);
        for (options.memory = 1 << 16; options.memory <= 1 << 20; options.memory *= 16)
            expect_all(&options, kept);
        free(kept);
    }
}

/* Order and predictions of all rounds; sums may differ in their last bits. */
static void expect_rounds(struct session *session, const struct snapshot *expected)
{
    const struct snapshot *s = session_snapshot(session);
    assert_int_equal(s->n_rounds, expected->n_rounds);
    for (int r = 0; r < s->n_rounds; r++)
        for (int set = 0; set < N_SETS; set++) {
            assert_int_equal(s->rounds[r]->channel, expected->rounds[r]->channel);
            assert_memory_equal(s->rounds[r]->predicted[set], expected->rounds[r]->predicted[set],
                (size_t)s->n_images[set] * sizeof(uint16_t));
        }
    snapshot_unref(s);
}

static void kernels_change_no_prediction(void **state)
{
    (void)state;
    const struct batched_kernels *batched;
    const struct options options = trial_options();
    for (int i = 0; i < trial_n_nets; i++) {
        const struct snapshot *first = NULL;
        trial_write(&trial_nets[i]);
        for (int k = 0; (batched = batched_at(k)); k++) {
            setenv("SECATEUR_KERNELS", batched->name, 1);
            assert_ptr_equal(batched_get(), batched);
            struct session *session = trial_open(&options, NULL);
            trial_do(session, COMMAND_RUN, 0);
            first = first ? first : session_snapshot(session);
            expect_rounds(session, first);
            session_destroy(session);
        }
        snapshot_unref(first);
    }
    unsetenv("SECATEUR_KERNELS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(workers_change_nothing, trial_each),
        cmocka_unit_test_setup(memory_changes_nothing, trial_each),
        cmocka_unit_test_setup(kernels_change_no_prediction, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
