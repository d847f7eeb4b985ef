/* What curves of pruning show, on curves that are made up; and the words that the lab says of them.
 */
#include "app/lab/course.h"
#include "app/lab/lab.h"
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 8 };

/* A curve in images of 100 and 100, or of others. */
struct made {
    const char *name;
    int n, n_clean, n_poisoned, clean[MOST], hits[MOST];
    enum course_kind kind;
    int quiet, best, back, lost; /* lost: the first round that lost 10 points */
    const char *says, *never;
};

static const struct made curves[] = {
    {"falls first", 5, 100, 100, {98, 98, 97, 95, 60}, {100, 100, 50, 3, 0}, COURSE_REMOVED, 1, 3,
        -1, 4, "in round 3 the attack succeeds on 3 of 100 poisoned images", "no defence"},
    {"goes at once", 3, 100, 100, {98, 98, 98}, {100, 0, 0}, COURSE_REMOVED, 0, 1, -1, -1,
        "The first round changes counts already.", "does not stay so"},
    {"falls and rises again", 6, 100, 100, {98, 98, 97, 96, 95, 60}, {100, 40, 2, 80, 90, 70},
        COURSE_REMOVED, 0, 2, 4, 5, "in round 4 the attack succeeds on 90.00 % again",
        "no defence"},
    {"halved alone", 5, 100, 100, {98, 98, 97, 95, 60}, {100, 100, 50, 42, 0}, COURSE_WEAKENED, 1,
        3, -1, 4, "weakened, not removed", "backdoor out"},
    {"clean first", 4, 100, 100, {98, 90, 80, 10}, {100, 100, 80, 0}, COURSE_STANDS, 0, 0, -1, 2,
        "Clean accuracy falls first", "weakened"},
    {"clean dips and comes back", 5, 100, 100, {98, 80, 98, 97, 90}, {100, 100, 90, 1, 0},
        COURSE_REMOVED, 0, 4, -1, 1,
        "The attack is removed, but clean accuracy drops on the way: in round 4 the attack "
        "succeeds on "
        "0 of 100",
        "falls first"},
    {"flat", 4, 100, 100, {98, 98, 98, 98}, {100, 100, 100, 100}, COURSE_NEITHER, 3, 0, -1, -1,
        "None of the 3 rounds changes a count.", "first round"},
    {"a little", 3, 100, 100, {98, 98, 95}, {100, 99, 97}, COURSE_NEITHER, 0, 2, -1, -1,
        "Clean accuracy never loses 10 points, and attack success is never halved.", "falls first"},
    {"no attack", 3, 100, 100, {98, 98, 20}, {4, 4, 90}, COURSE_NO_ATTACK, 1, 0, 2, 2,
        "succeeds on only 4.00 % of the poisoned images before any pruning", "falls first"},
    {"nothing pruned", 1, 100, 100, {98}, {100}, COURSE_NO_ROUNDS, 0, 0, -1, -1,
        "Nothing was pruned.", "falls first"},
    {"no poisoned images", 3, 100, 0, {98, 98, 20}, {0, 0, 0}, COURSE_UNKNOWN, 1, 0, -1, 2,
        "There are no poisoned images: nothing here can tell", "ttack success"},
    {"one image", 2, 1, 1, {1, 1}, {1, 0}, COURSE_REMOVED, 0, 1, -1, -1,
        "With 1 clean and 1 poisoned images that is hardly evidence.", "no defence"},
    {"one image, lost", 2, 1, 1, {1, 0}, {1, 0}, COURSE_STANDS, 0, 0, -1, 1, "hardly evidence",
        "Attack success falls first"},
};
enum { N = sizeof curves / sizeof *curves };

static void rules_hold(void **state)
{
    (void)state;
    for (int i = 0; i < N; i++) {
        const struct made *m = &curves[i];
        const struct course c = {m->n, m->n_clean, m->n_poisoned, m->clean, m->hits};
        print_message("%s\n", m->name);
        assert_int_equal(course_kind(&c), m->kind);
        assert_int_equal(course_quiet(&c), m->quiet);
        assert_int_equal(course_best(&c), m->best);
        if (m->best > 0)
            assert_int_equal(course_comes_back(&c, m->best), m->back);
        assert_int_equal(course_first_lost(&c, 10), m->lost);
        assert_int_equal(course_attack_first(&c), m->kind == COURSE_REMOVED && m->lost != 1);
        assert_int_equal(course_enough(&c), m->n_clean >= 20 && m->n_poisoned >= 20);
    }
}

/* The story of a curve in a layer of 60 channels, 31 of them never active; freed by the caller. */
static char *tell(const struct made *m, int n_thresholds)
{
    struct round rounds[MOST] = {{0}};
    const struct round *pointers[MOST];
    const struct site_line site = {.name = "conv_3", .n_channels = 60, .never_active = 31.0 / 60};
    struct threshold thresholds[] = {{.points = 2, .round = -1}, {.points = 10, .round = -1}};
    const struct course c = {m->n, m->n_clean, m->n_poisoned, m->clean, m->hits};
    for (int i = 0; i < m->n; i++) {
        rounds[i].clean_correct = m->clean[i];
        rounds[i].attack_hits = m->hits[i];
        pointers[i] = &rounds[i];
    }
    for (int t = 0; t < n_thresholds; t++)
        thresholds[t].round = course_first_lost(&c, thresholds[t].points);
    const struct snapshot s = {.sites = &site,
        .n_sites = 1,
        .n_channels = 60,
        .n_images = {m->n_clean, m->n_poisoned},
        .of = {m->n_clean, m->n_poisoned, -1, -1},
        .target = -1,
        .n_rounds = m->n,
        .rounds = pointers,
        .n_thresholds = n_thresholds,
        .thresholds = thresholds};
    return lab_story(&s);
}

static void check(const char *story, const char *text, bool there)
{
    if ((strstr(story, text) != NULL) != there)
        print_error("%s\n  %s: %s\n", story, there ? "lacks" : "has", text);
    assert_true((strstr(story, text) != NULL) == there);
}

static void stories_follow_the_rules(void **state)
{
    (void)state;
    for (int i = 0; i < N; i++) {
        char *story = tell(&curves[i], 2);
        check(story, curves[i].says, true);
        check(story, curves[i].never, false);
        check(story, "31 of 60 channels of conv_3 are never active (zero on all clean images).",
            true);
        check(story, "-1", false);
        check(story, "nan", false);
        free(story);
    }
}

/* Nets that clean images choose, beside the one that the poisoned images would. */
static void kept_nets_are_told(void **state)
{
    (void)state;
    static const struct made late = {
        "late", 5, 100, 100, {98, 95, 94, 93, 60}, {100, 80, 70, 0, 42}, 0, 0, 0, 0, 0, "", ""};
    char *story = tell(&late, 2);
    check(story, "in round 3 the attack succeeds on 0 of 100", true);
    check(story,
        "Attack success is 80.00 % in B′(2), 42.00 % in B′(10): the thresholds choose no net "
        "without the attack.",
        true);
    free(story);
    story = tell(&curves[0], 2);
    check(story, "Attack success is 3.00 % in B′(2), 0.00 % in B′(10).", true);
    free(story);
    story = tell(&curves[6], 2);
    check(story, "No threshold is reached.", true);
    free(story);
}

static char *tell_repair(int n, int before, int after)
{
    struct round rounds[] = {
        {.clean_correct = 98, .attack_hits = before, .own_correct = 9, .robust_correct = -1},
        {.clean_correct = 90, .attack_hits = after, .own_correct = 0, .robust_correct = -1}};
    const struct round *pointers[] = {&rounds[0], &rounds[1]};
    const struct site_line site = {.name = "fc", .n_channels = 160};
    const struct snapshot s = {.sites = &site,
        .n_sites = 1,
        .n_channels = 160,
        .criterion = "difference",
        .n_images = {100, n},
        .of = {100, n, 10, -1},
        .trivial = {90, 0, 0, -1},
        .target = 3,
        .n_rounds = 2,
        .rounds = pointers};
    return lab_story_repair(&s, 1);
}

static void repairs_are_judged(void **state)
{
    (void)state;
    static const struct {
        int n, before, after;
        const char *says;
    } cases[] = {{100, 100, 0, "(0 of 100; 95 %: 0.00 to 3.70 %): the attack is gone"},
        {100, 100, 5, "the attack is almost gone"}, {100, 100, 42, "weakened, not gone"},
        {100, 100, 80, "The best that was found, which is no repair, prunes"},
        {100, 5, 0, "there was hardly any attack before"},
        {100, 100, 0, "loses all of class 3's own images (9 of 10 correct before, 0 after)"},
        {100, 100, 0, "is not better than never answering class 3"},
        {1, 1, 0, "(0 of 1; 95 %: 0.00 to 79.35 %)"},
        {3, 3, 0, "With 3 poisoned images that is hardly evidence."}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *story = tell_repair(cases[i].n, cases[i].before, cases[i].after);
        check(story, cases[i].says, true);
        free(story);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_hold),
        cmocka_unit_test(stories_follow_the_rules),
        cmocka_unit_test(kept_nets_are_told),
        cmocka_unit_test(repairs_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
