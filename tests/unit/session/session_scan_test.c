/* session: scans of all layers, the search for a target class, what-ifs, and work that is replaced
 * or ended. */
#include "tests/unit/session/session_trial.h"

#include "engine/api/suspects.h"

static struct session *open_on(const char *name)
{
    const struct options options = trial_options();
    trial_write(trial_net(name));
    return trial_open(&options, NULL);
}

/* Scans ---------------------------------------------------------------------------------- */

/* What a scan should find at a site, from rounds. */
struct repair {
    const char *criterion;
    int channels;
    bool beats; /* the trivial defence */
    double rating, clean, asr;
};

/* As it is said, not as it is counted: the shares of a round beside those of the trivial net. */
static bool beats(const struct snapshot *s, const struct round *round)
{
    const struct outcome *trivial = &s->trivial, *of = &s->of;
    if (s->target < 0 || trivial->clean < 0 || 100.0 * round->attack_hits > 5.0 * of->attack)
        return false;
    bool own = of->own <= 0 || round->own_correct > trivial->own;
    bool robust = of->robust <= 0 || round->robust_correct >= trivial->robust;
    return round->clean_correct >= trivial->clean && own && robust;
}

static void try_criterion(
    struct session *session, int site, const char *criterion, struct repair *best)
{
    trial_do(session, COMMAND_LAYER, site);
    trial_do(session, COMMAND_RESET, 0);
    trial_say(session, COMMAND_CRITERION, criterion);
    trial_do(session, COMMAND_RUN, 0);
    const struct snapshot *s = session_snapshot(session);
    for (int r = 1; r < s->n_rounds; r++) {
        double lost = snapshot_clean_accuracy(s, 0) - snapshot_clean_accuracy(s, r);
        double won = snapshot_asr(s, 0) - snapshot_asr(s, r);
        double rating = (fmax(0, won) - fmax(0, lost) + 100) / 200;
        if (lost > 10)
            break;
        bool good = beats(s, s->rounds[r]);
        if (rating > 0.5 && (good > best->beats || (good == best->beats && rating > best->rating)))
            *best = (struct repair){
                criterion, r, good, rating, snapshot_clean_accuracy(s, r), snapshot_asr(s, r)};
    }
    snapshot_unref(s);
}

static void check_finding(struct session *session, const struct snapshot *scan, int site)
{
    const struct site_line *line = &scan->sites[site];
    struct repair best = {.rating = 0.5};
    trial_do(session, COMMAND_LAYER, site);
    trial_say(session, COMMAND_CRITERION, "mean-activation");
    const struct snapshot *s = session_snapshot(session);
    for (int i = 0; i < s->n_criteria; i++)
        if (s->criteria[i].available && s->criteria[i].examined)
            try_criterion(session, site, s->criteria[i].name, &best);
    snapshot_unref(s);
    trial_do(session, COMMAND_RESET, 0);
    trial_say(session, COMMAND_CRITERION, "mean-activation");
    trial_do(session, COMMAND_STEP, line->n_channels / 2);
    s = session_snapshot(session);
    int half = line->n_channels / 2;
    assert_true(line->scanned);
    assert_float_equal(
        line->cost, snapshot_clean_accuracy(s, 0) - snapshot_clean_accuracy(s, half), 1e-5);
    snapshot_unref(s);
    assert_int_equal(line->repair_channels, best.channels);
    assert_true(!line->repair_criterion == !best.criterion);
    if (!best.criterion)
        return;
    assert_string_equal(line->repair_criterion, best.criterion);
    assert_float_equal(line->repair_clean, best.clean, 1e-5);
    assert_float_equal(line->repair_asr, best.asr, 1e-5);
}

static void a_scan_finds_what_rounds_show(void **state)
{
    (void)state;
    for (int i = 0; i < trial_n_nets; i++) {
        struct session *session = open_on(trial_nets[i].name);
        trial_do(session, COMMAND_EXAMINE, 0);
        const struct snapshot *scan = session_snapshot(session);
        for (int site = 0; site < scan->n_sites; site++)
            check_finding(session, scan, site);
        assert_true(scan->suggested >= 0 || strncmp(scan->suggestion, "none: ", 6) == 0);
        assert_non_null(strstr(scan->suggestion, "oracle"));
        snapshot_unref(scan);
        session_destroy(session);
    }
}

static void a_scan_leaves_the_rounds_alone(void **state)
{
    (void)state;
    for (int i = 0; i < trial_n_nets; i++) {
        struct session *session = open_on(trial_nets[i].name);
        const struct options options = trial_options();
        struct session *scanned = trial_open(&options, NULL);
        trial_do(scanned, COMMAND_STEP, 2);
        trial_do(scanned, COMMAND_EXAMINE, 0);
        trial_do(scanned, COMMAND_RUN, 0);
        trial_do(session, COMMAND_RUN, 0);
        trial_do(session, COMMAND_EXAMINE, 0);
        char *expected = trial_found(session);
        trial_expect_found(scanned, expected);
        trial_do(scanned, COMMAND_EXAMINE, 0); /* finds the same once more */
        trial_expect_found(scanned, expected);
        free(expected);
        session_destroy(scanned);
        session_destroy(session);
    }
}

static void without_poisoned_images_nothing_is_oracle(void **state)
{
    (void)state;
    struct options options = trial_options();
    options.poisoned = options.test_poisoned = NULL;
    trial_write(trial_net("branch"));
    struct session *session = trial_open(&options, NULL);
    trial_do(session, COMMAND_EXAMINE, 0);
    trial_do(session, COMMAND_RUN, 0);
    trial_do(session, COMMAND_TEST, 0);
    const struct snapshot *s = session_snapshot(session);
    assert_null(strstr(s->suggestion, "oracle"));
    assert_non_null(strstr(s->suggestion, "(clean data only)"));
    assert_int_equal(s->suggested, -1); /* nothing can tell */
    assert_true(s->target == -1 && s->n_images[SET_POISONED] == 0 && !s->labels[SET_POISONED]);
    assert_true(snapshot_asr(s, 3) == 0);
    for (int i = 0; i < s->n_criteria; i++)
        assert_true(s->criteria[i].badge != BADGE_ORACLE || !s->criteria[i].available);
    for (int i = 0; i < s->n_sites; i++) {
        assert_int_equal(s->sites[i].separating_channel, -1);
        assert_null(s->sites[i].repair_criterion);
    }
    struct network *network = trial_network(trial_net("branch"));
    trial_check_plainly(s, network);
    network_destroy(network);
    snapshot_unref(s);
    session_destroy(session);
}

/* What-ifs ------------------------------------------------------------------------------- */

static void what_ifs_come_true(void **state)
{
    (void)state;
    struct session *session = open_on("branch");
    trial_do(session, COMMAND_STEP, 1);
    const struct snapshot *before = session_snapshot(session);
    int pruned = before->rounds[1]->channel;
    assert_null(before->what_if);
    trial_do(session, COMMAND_WHAT_IF, -1);
    const struct snapshot *asked = session_snapshot(session);
    assert_true(asked->position == 1 && asked->n_rounds == 2);
    for (int c = 0; c < asked->n_channels; c++) {
        assert_int_equal(asked->what_if[c].clean_correct < 0, c == pruned);
        if (c == pruned)
            continue;
        trial_do(session, COMMAND_PRUNE, c);
        const struct snapshot *s = session_snapshot(session);
        const struct round *round = s->rounds[2];
        const struct what_if expected = {round->clean_correct, round->attack_hits, round->broken,
            round->recovered, round->rescued, round->reinfected};
        assert_memory_equal(&asked->what_if[c], &expected, sizeof expected);
        assert_null(s->what_if);
        snapshot_unref(s);
        trial_do(session, COMMAND_UNDO, 1);
    }
    trial_do(session, COMMAND_WHAT_IF, (pruned + 1) % 6);
    const struct snapshot *one = session_snapshot(session);
    for (int c = 0; c < one->n_channels; c++)
        assert_int_equal(one->what_if[c].clean_correct >= 0, c == (pruned + 1) % 6);
    char *text = memory_format("channel %d is already pruned", pruned);
    trial_refuse(session, &(struct command){.kind = COMMAND_WHAT_IF, .number = pruned}, text);
    trial_refuse(session, &(struct command){.kind = COMMAND_WHAT_IF, .number = 6},
        "channel 6 does not exist; channels are 0 to 5");
    free(text);
    snapshot_unref(one);
    snapshot_unref(asked);
    snapshot_unref(before);
    session_destroy(session);
}

/* Work ----------------------------------------------------------------------------------- */

static void work_is_paused_before_other_work(void **state)
{
    (void)state;
    struct session *session = open_on("branch");
    struct error err = {0};
    assert_true(session_command(session, &(struct command){.kind = COMMAND_RUN}, &err));
    assert_true(session_step(session, &err) && session_step(session, &err));
    const struct command examine = {.kind = COMMAND_EXAMINE}, step = {.kind = COMMAND_STEP};
    trial_refuse(session, &examine, "a run is under way: p pauses it first");
    trial_do(session, COMMAND_PAUSE, 0);
    assert_true(session_command(session, &examine, &err));
    assert_true(session_step(session, &err));
    trial_refuse(session, &step, "an examination is under way: p pauses it first");
    trial_do(session, COMMAND_PAUSE, 0);
    assert_true(session_command(session, &step, &err));
    trial_do(session, COMMAND_STEP, 1); /* steps add up */
    const struct snapshot *s = session_snapshot(session);
    assert_true(s->position == 4 && s->phase == PHASE_PAUSED && s->suggested == -1);
    assert_true(s->sites[0].scanned && !s->sites[1].scanned);
    snapshot_unref(s);
    assert_true(session_command(session, &(struct command){.kind = COMMAND_RUN}, &err));
    s = session_snapshot(session);
    assert_int_equal(s->phase, PHASE_RUNNING);
    snapshot_unref(s);
    assert_true(session_command(session, &(struct command){.kind = COMMAND_PAUSE}, &err));
    assert_false(session_busy(session));
    assert_true(session_step(session, &err)); /* nothing to do */
    session_destroy(session);
}

/* Suspects ---------------------------------------------------------------------------------- */

/* Opens, searches, and copies what was found; the caller frees. */
static struct suspects search(const struct options *options, struct suspect **rows)
{
    struct session *session = trial_open(options, NULL);
    trial_do(session, COMMAND_SUSPECTS, 0);
    const struct snapshot *s = session_snapshot(session);
    assert_non_null(s->suspects);
    struct suspects found = *s->suspects;
    *rows = memory_array((size_t)found.n, sizeof **rows);
    memcpy(*rows, found.suspect, (size_t)found.n * sizeof **rows);
    assert_int_equal(found.n, s->n_classes);
    snapshot_unref(s);
    session_destroy(session);
    return found;
}

static void assert_same(const struct suspect *a, const struct suspect *b, int n)
{
    for (int i = 0; i < n; i++)
        assert_true(a[i].class == b[i].class && a[i].margin == b[i].margin &&
                    a[i].mask == b[i].mask && a[i].hits == b[i].hits);
}

static void every_class_has_its_row(void **state)
{
    (void)state;
    trial_write(trial_net("chain"));
    struct options options = trial_options();
    struct suspect *rows, *again;
    struct suspects found = search(&options, &rows);
    unsigned long long seen = 0;
    int inverted = 0;
    for (int i = 0; i < found.n; i++) {
        seen |= 1ULL << rows[i].class;
        inverted += rows[i].mask >= 0;
        assert_true(i == 0 || rows[i].outlier <= rows[i - 1].outlier);
        assert_true(rows[i].mask < 0 || (rows[i].hits >= 0 && rows[i].hits <= 1));
    }
    assert_int_equal(seen, (1ULL << found.n) - 1);
    assert_int_equal(found.n_images, TRIAL_CLEAN);
    assert_int_equal(inverted, found.n_inverted);
    assert_true(inverted > 0 && rows[0].mask >= 0);
    assert_true(found.low == 0 && fabsf(found.high - 1) < 1e-6F);
    /* the same without poisoned images, and for any number of workers */
    options.poisoned = options.test_poisoned = NULL;
    options.threads = 3;
    search(&options, &again);
    assert_same(rows, again, found.n);
    free(rows);
    free(again);
}

/* What was seen while triggers formed. */
struct forming {
    int seen, step, target;
};

static void watch_trigger(void *context, struct session *session)
{
    struct forming *forming = context;
    const struct snapshot *s = session_snapshot(session);
    if (s->forming) {
        assert_true(s->forming->target != forming->target || s->forming->step >= forming->step);
        assert_true(s->forming->step >= 1 && s->forming->step <= s->forming->steps);
        forming->target = s->forming->target;
        forming->step = s->forming->step;
        forming->seen++;
    }
    snapshot_unref(s);
}

static void triggers_are_shown_while_they_form(void **state)
{
    (void)state;
    trial_write(trial_net("chain"));
    const struct options options = trial_options();
    struct forming forming = {.target = -1};
    const struct session_hooks hooks = {.progress = watch_trigger, .context = &forming};
    struct session *session = trial_open(&options, &hooks);
    trial_do(session, COMMAND_SUSPECTS, 0);
    const struct snapshot *s = session_snapshot(session);
    assert_true(forming.seen >= s->suspects->n_inverted);
    assert_null(s->forming);
    for (int i = 0; i < s->suspects->n; i++) {
        const struct suspect *suspect = &s->suspects->suspect[i];
        const struct inverted_trigger *trigger = suspect->trigger;
        double size = 0;
        assert_int_equal(trigger != NULL, suspect->mask >= 0);
        if (!trigger)
            continue;
        assert_true(trigger->target == suspect->class && trigger->step == trigger->steps);
        assert_true(trigger->height == s->height && trigger->width == s->width);
        for (int p = 0; p < trigger->height * trigger->width; p++)
            size += (double)trigger->mask[p];
        assert_true(fabs(size - suspect->mask) < 1e-3);
        for (int p = 0; p < trigger->height * trigger->width; p++) { /* 1/255 of what is in files */
            double level = 255 * (double)trigger->pattern[p * trigger->channels];
            assert_true(fabs(level - trigger->rgb[p * 3]) < 0.51);
        }
    }
    snapshot_unref(s);
    session_destroy(session);
}

static void a_net_alone_needs_the_range_of_its_inputs(void **state)
{
    (void)state;
    trial_write(trial_net("chain"));
    const struct options files = trial_options();
    struct options options = {.model = files.model, .net_alone = true, .threads = 2};
    const struct command command = {.kind = COMMAND_SUSPECTS};
    struct session *session = trial_open(&options, NULL);
    struct error err = {0};
    assert_false(trial_try(session, &command, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    assert_string_equal(err.text,
        "net.h5: the range of its inputs is not known; give --scale 1 for 0 to 255, --scale 1/255 "
        "for 0 to 1, or clean images with --clean FILE");
    assert_false(trial_try(session, &(struct command){.kind = COMMAND_STEP}, &err));
    assert_string_equal(err.text, "nothing is open yet");
    session_destroy(session);
    options.scale = 1.0 / 255;
    struct suspect *alone, *with;
    struct suspects found = search(&options, &alone);
    assert_true(found.n_images == 0 && found.n_inverted == 0 && found.other_mask < 0);
    assert_true(alone[0].mask < 0);
    struct suspects both = search(&files, &with);
    for (int i = 0; i < found.n; i++) /* images change nothing in the first part */
        assert_true(alone[i].class == with[i].class && alone[i].margin == with[i].margin);
    assert_true(both.n_images > 0);
    free(alone);
    free(with);
}

static void a_search_can_be_cancelled(void **state)
{
    (void)state;
    trial_write(trial_net("chain"));
    struct options options = trial_options();
    atomic_bool stop = false;
    const struct session_hooks hooks = {.stop = &stop};
    struct session *session = trial_open(&options, &hooks);
    struct error err = {0};
    stop = true;
    assert_false(trial_try(session, &(struct command){.kind = COMMAND_SUSPECTS}, &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    const struct snapshot *s = session_snapshot(session);
    assert_null(s->suspects);
    snapshot_unref(s);
    stop = false;
    trial_do(session, COMMAND_STEP, 1);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_scan_finds_what_rounds_show, trial_each),
        cmocka_unit_test_setup(a_scan_leaves_the_rounds_alone, trial_each),
        cmocka_unit_test_setup(without_poisoned_images_nothing_is_oracle, trial_each),
        cmocka_unit_test_setup(what_ifs_come_true, trial_each),
        cmocka_unit_test_setup(work_is_paused_before_other_work, trial_each),
        cmocka_unit_test_setup(every_class_has_its_row, trial_each),
        cmocka_unit_test_setup(triggers_are_shown_while_they_form, trial_each),
        cmocka_unit_test_setup(a_net_alone_needs_the_range_of_its_inputs, trial_each),
        cmocka_unit_test_setup(a_search_can_be_cancelled, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
