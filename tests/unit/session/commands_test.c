/* The table of engine commands: what its entries say is true, and lines of a journal are read back
 * as a closed set. */
#include "engine/api/command_text.h"
#include "engine/api/criteria_comparison.h"
#include "engine/session/commands/commands.h"
#include "tests/unit/session/session_trial.h"

#include <math.h>
#include <stdlib.h>

static struct session *open_trial(void)
{
    struct options options = trial_options();
    options.test_clean = "test_clean.h5";
    options.test_poisoned = "test_poisoned.h5";
    return trial_open(&options, NULL);
}

static void every_kind_has_an_entry(void **state)
{
    (void)state;
    for (int i = 0; i < N_COMMAND_KINDS; i++) {
        const struct engine_command *entry = engine_commands_at((enum command_kind)i);
        assert_non_null(entry);
        assert_true(entry->name && *entry->name && !strchr(entry->name, ' '));
        assert_non_null(entry->run);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(engine_commands_at((enum command_kind)k)->name, entry->name);
        if (entry->alters != ALTERS_NOTHING && i != COMMAND_RUN)
            assert_non_null(entry->write);
    }
    assert_null(engine_commands_at(N_COMMAND_KINDS));
}

static bool same_thresholds(const struct snapshot *a, const struct snapshot *b)
{
    bool same = a->n_thresholds == b->n_thresholds;
    for (int i = 0; i < a->n_thresholds && same; i++)
        same = fabs(a->thresholds[i].points - b->thresholds[i].points) < 1e-12;
    return same;
}

static bool same_order(const struct snapshot *a, const struct snapshot *b)
{
    return strcmp(a->criterion, b->criterion) == 0 && a->n_ranking == b->n_ranking &&
           memcmp(a->ranking, b->ranking, (size_t)a->n_ranking * sizeof *a->ranking) == 0;
}

static unsigned altered(const struct snapshot *a, const struct snapshot *b)
{
    bool other = a->branch != b->branch;
    bool knows = a->seen != b->seen || a->stopped != b->stopped;
    unsigned alters = other ? ALTERS_BRANCH : 0;
    if (!other && (a->position != b->position || a->n_rounds != b->n_rounds))
        alters |= ALTERS_POSITION;
    if (!other && !same_order(a, b))
        alters |= ALTERS_ORDER;
    if (!same_thresholds(a, b))
        alters |= ALTERS_THRESHOLDS;
    return alters | (!other && a->position == b->position && knows ? ALTERS_KNOWLEDGE : 0);
}

static const struct command course[] = {
    {.kind = COMMAND_THRESHOLD, .value = 3.25},
    {.kind = COMMAND_CRITERION, .text = "difference"},
    {.kind = COMMAND_STEP, .number = 2},
    {.kind = COMMAND_INSPECT, .number = 1},
    {.kind = COMMAND_WHAT_IF, .number = -1},
    {.kind = COMMAND_UNDO},
    {.kind = COMMAND_REDO, .number = 5},
    {.kind = COMMAND_JUMP, .number = 1},
    {.kind = COMMAND_ORDER, .text = "ascending"},
    {.kind = COMMAND_STEP},
    {.kind = COMMAND_CRITERION, .text = "mean-activation descending"},
    {.kind = COMMAND_RUN, .number = 3},
    {.kind = COMMAND_RUN, .text = "drop", .value = 0},
    {.kind = COMMAND_PAUSE},
    {.kind = COMMAND_LAYER, .number = 0, .text = "on-top"},
    {.kind = COMMAND_STEP},
    {.kind = COMMAND_LAYERS, .text = "1 0"},
    {.kind = COMMAND_STEP, .number = 3},
    {.kind = COMMAND_UNDO},
    {.kind = COMMAND_INSPECT, .number = 7},
    {.kind = COMMAND_LAYERS, .text = "0 2 on-top"},
    {.kind = COMMAND_STEP, .number = 2},
    {.kind = COMMAND_KNOWN, .number = KNOWLEDGE_CLEAN | KNOWLEDGE_TEST, .text = "here"},
    {.kind = COMMAND_BRANCH, .number = 0},
    {.kind = COMMAND_ORDER, .text = "order of mine.txt"},
    {.kind = COMMAND_STEP},
    {.kind = COMMAND_KNOWN, .number = KNOWLEDGE_POISONED},
    {.kind = COMMAND_DETECT},
    {.kind = COMMAND_SAVE, .text = "saved.h5"},
    {.kind = COMMAND_RESET},
    {.kind = COMMAND_EXAMINE},
    {.kind = COMMAND_TEST},
};
enum { N_COURSE = sizeof course / sizeof *course };

static void entries_say_what_they_alter(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    trial_write_text("order of mine.txt", "2 0 1\n");
    struct session *session = open_trial();
    for (int i = 0; i < N_COURSE; i++) {
        struct error err = {0};
        const struct snapshot *before = session_snapshot(session);
        bool good = session_command(session, &course[i], &err);
        const struct snapshot *after = session_snapshot(session);
        const struct engine_command *entry = engine_commands_at(course[i].kind);
        if (!good || altered(before, after) & ~entry->alters)
            print_message("%d %s: %s\n", i, entry->name, err.text);
        assert_true(good);
        assert_int_equal(altered(before, after) & ~entry->alters, 0);
        snapshot_unref(before);
        snapshot_unref(after);
        while (session_busy(session))
            assert_true(session_step(session, &err));
    }
    session_destroy(session);
}

/* Lines into another session, which knows no file of the first's. */
static void replay(struct session *session, char *lines)
{
    char *rest = NULL;
    for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        struct command command;
        struct error err = {0};
        const struct snapshot *now = session_snapshot(session);
        bool good = command_read(line, now, &command, &err);
        snapshot_unref(now);
        if (!good || !trial_try(session, &command, &err))
            print_message("%s: %s\n", line, err.text);
        assert_string_equal(err.text, "");
    }
}

/* What the watcher of an engine is told: a command that alters, or each round as a step. */
static void follow(struct session *from, struct session *to, const struct command *command)
{
    struct error err = {0};
    assert_true(session_command(from, command, &err));
    const struct snapshot *after = session_snapshot(from);
    char *lines = engine_commands_at(command->kind)->alters ? command_write(command, after) : NULL;
    int position = after->position;
    snapshot_unref(after);
    if (lines)
        replay(to, lines);
    free(lines);
    while (session_busy(from)) {
        assert_true(session_step(from, &err));
        after = session_snapshot(from);
        char step[] = "step";
        if (after->position != position)
            replay(to, step);
        position = after->position;
        snapshot_unref(after);
    }
}

static void lines_lead_to_the_same_session(void **state)
{
    (void)state;
    trial_write(trial_net("branch"));
    trial_write_text("order of mine.txt", "2 0 1\n");
    struct session *one = open_trial(), *two = open_trial();
    for (int i = 0; i < N_COURSE; i++) {
        if (course[i].kind == COMMAND_WHAT_IF || course[i].kind == COMMAND_INSPECT ||
            course[i].kind == COMMAND_EXAMINE || course[i].kind == COMMAND_TEST)
            continue; /* answers, which no line repeats */
        follow(one, two, &course[i]);
        if (strcmp(course[i].text, "order of mine.txt") == 0)
            assert_int_equal(remove(course[i].text), 0);
        const struct snapshot *a = session_snapshot(one), *b = session_snapshot(two);
        assert_int_equal(a->n_branches, b->n_branches);
        assert_int_equal(a->branch, b->branch);
        assert_int_equal(a->known.sets & ~b->known.sets & ~(unsigned)KNOWLEDGE_CLEAN, 0);
        assert_true(same_order(a, b));
        assert_true(same_thresholds(a, b));
        assert_true((a->order_file == NULL) == (b->order_file == NULL));
        if (a->order_file)
            assert_string_equal(a->order_file, b->order_file);
        char *found = trial_found(one);
        trial_expect_found(two, found);
        free(found);
        snapshot_unref(a);
        snapshot_unref(b);
    }
    session_destroy(one);
    session_destroy(two);
}

/* As a journal has it: the surrogate is found again; a comparison is no line, but what it showed
 * was seen, and the steps behind it know. */
static void a_surrogate_is_resumed_behind_a_comparison(void **state)
{
    (void)state;
    struct options options = trial_options();
    options.poisoned = options.test_poisoned = NULL;
    trial_write(trial_net("dense"));
    struct session *one = trial_open(&options, NULL), *two = trial_open(&options, NULL);
    follow(one, two, &(struct command){.kind = COMMAND_SURROGATE, .number = -1});
    follow(one, two, &(struct command){.kind = COMMAND_COMPARE, .text = "l1,difference"});
    const struct snapshot *a = session_snapshot(one), *b;
    assert_int_equal(a->compared->n, 2);
    assert_true(a->seen & KNOWLEDGE_SURROGATE);
    char *seen = command_write(&(struct command){.kind = COMMAND_KNOWN, .number = (int)a->seen}, a);
    replay(two, seen);
    free(seen);
    snapshot_unref(a);
    follow(one, two, &(struct command){.kind = COMMAND_CRITERION, .text = "difference"});
    follow(one, two, &(struct command){.kind = COMMAND_STEP, .number = 2});
    a = session_snapshot(one), b = session_snapshot(two);
    assert_true(a->attacked.surrogate && b->attacked.surrogate && !b->comparing);
    assert_true(same_order(a, b) && a->position == 2 && b->position == 2);
    assert_int_equal(a->known.sets, b->known.sets);
    assert_true(b->known.sets & KNOWLEDGE_SURROGATE);
    assert_int_equal(a->rounds[2]->attack_hits, b->rounds[2]->attack_hits);
    snapshot_unref(a);
    snapshot_unref(b);
    session_destroy(one);
    session_destroy(two);
}

static void all_else_is_no_line(void **state)
{
    (void)state;
    static const char *const lines[] = {"", " ", "#", "# step", " step", "step ", "step 3",
        "step\r", "Step", "save x.h5", "save", "save-kept", "set force", "set force on", "source x",
        "export", "export-all", "bind x save", "quit", "run", "run drop 3", "pause", "scan",
        "examine", "test", "detect", "detect 1", "repair", "what-if 1", "inspect 1",
        "explain clean 1 map", "scatter 1", "undo", "undo -1", "undo 1 2", "undo 1x",
        "undo 99999999999999999999", "goto", "goto -1", "goto 0x1", "goto  1", "reset 1", "prune",
        "prune x", "prune 4294967296", "layer", "layer conv_1", "layer -1", "layer 99",
        "layer 0 on-top ", "layer 0 keep", "layer 0 on-top save", "branch", "branch 0", "branch -1",
        "criterion", "criterion nobody", "criterion difference up", "criterion  difference",
        "criterion difference ascending ", "criterion /etc/passwd", "order", "order up",
        "order /etc/passwd", "order order.txt", "listed", "listed ", "listed a b", "listed a%0",
        "listed a%00", "listed a;b", "channels x", "channels -1", "channels 1,2", "channels + -",
        "threshold", "threshold x", "threshold 0", "threshold -1", "threshold 101", "threshold nan",
        "threshold inf", "threshold 0x10", "threshold 3 4", "threshold 1e999", "known",
        "known nobody", "known here", "known clean,test", "known clean, ", "known here here clean",
        "step\x1b[2J"};
    trial_write(trial_net("chain"));
    struct session *session = open_trial();
    const struct snapshot *now = session_snapshot(session);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct command command;
        struct error err = {0};
        bool read = command_read(lines[i], now, &command, &err);
        if (read)
            print_message("'%s' was read\n", lines[i]);
        assert_false(read);
        assert_true(*err.text != '\0' && err.class == ERROR_INPUT);
    }
    snapshot_unref(now);
    session_destroy(session);
}

static void lists_are_checked(void **state)
{
    (void)state;
    static const char *const lists[] = {"0 0", "99", "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"};
    trial_write(trial_net("chain"));
    struct session *session = open_trial();
    char *before = trial_found(session);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct command list = {.kind = COMMAND_CHANNELS},
                       order = {.kind = COMMAND_LISTED, .text = "mine"};
        struct error err = {0};
        snprintf(list.text, sizeof list.text, "%s", lists[i]);
        assert_false(trial_try(session, &list, &err) && trial_try(session, &order, &err));
        trial_expect_found(session, before);
    }
    free(before);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_an_entry),
        cmocka_unit_test_setup(entries_say_what_they_alter, trial_each),
        cmocka_unit_test_setup(lines_lead_to_the_same_session, trial_each),
        cmocka_unit_test_setup(a_surrogate_is_resumed_behind_a_comparison, trial_each),
        cmocka_unit_test_setup(all_else_is_no_line, trial_each),
        cmocka_unit_test_setup(lists_are_checked, trial_each),
    };
    return cmocka_run_group_tests(tests, trial_begin, trial_end);
}
