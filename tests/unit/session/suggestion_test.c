/* What a scan's findings come to, rule by rule, on findings that are made up. */
#include "engine/api/snapshot.h"
#include "engine/measures/verdict.h"
#include "engine/session/state/suggestion.h"
#include "tests/test.h"

#include <string.h>

/* Of 1,000 clean images 100 are of the target class; the trivial defence reads none of those. */
static const struct suggestion found = {.poisoned = true,
    .worth = {.before = {988, 900, 90, 0},
        .after = {942, 0, 80, 600},
        .of = {1000, 900, 100, 1000},
        .trivial = {890, 0, 0, 500},
        .target = 0},
    .never_active_layer = "conv_3",
    .never_active = 31.0 / 60,
    .n_never_active_of = 60,
    .layer = "activation_1",
    .criterion = "target-weight",
    .n_channels = 160,
    .n_pruned = 7};

static void says(const struct suggestion *what, const char *expected)
{
    char text[SUGGESTION_TEXT];
    suggestion_say(what, text, sizeof text);
    if (!strstr(text, expected))
        print_error("%s\n  does not say %s\n", text, expected);
    assert_non_null(strstr(text, expected));
}

static void verdicts(void **state)
{
    (void)state;
    assert_int_equal(verdict_of(100, 0, 0), VERDICT_UNKNOWN);
    assert_int_equal(verdict_of(9.9, 0, 50), VERDICT_NO_ATTACK);
    assert_int_equal(verdict_of(100, 0, 1), VERDICT_GONE);
    assert_int_equal(verdict_of(10, 5, 50), VERDICT_NEARLY);
    assert_int_equal(verdict_of(100, 5.01, 50), VERDICT_WEAKENED);
    assert_int_equal(verdict_of(100, 50, 50), VERDICT_WEAKENED);
    assert_int_equal(verdict_of(100, 50.1, 50), VERDICT_STANDS);
    assert_int_equal(verdict_of(60, 100, 50), VERDICT_STANDS);
    assert_true(verdict_repaired(VERDICT_GONE) && verdict_repaired(VERDICT_NEARLY));
    assert_false(verdict_repaired(VERDICT_WEAKENED) || verdict_repaired(VERDICT_UNKNOWN));
    assert_false(verdict_repaired(VERDICT_NO_ATTACK) || verdict_enough(19));
    assert_true(verdict_enough(20));
}

static void without_poisoned_images_nothing_is_suggested(void **state)
{
    (void)state;
    struct suggestion none = found;
    none.poisoned = false;
    none.worth.of.attack = 0;
    none.criterion = NULL;
    assert_false(suggestion_has_evidence(&none) || suggestion_has_repair(&none));
    says(&none, "none: without poisoned images nobody can tell which layer holds a backdoor");
    says(&none, "most channels that are never active: conv_3, 31 of 60");
    none.never_active = 0;
    says(&none, "no layer has a channel that is never active");
    none = found; /* no image counts: the target is not known */
    none.worth.of.attack = none.worth.before.attack = 0;
    assert_false(suggestion_has_evidence(&none) || suggestion_has_repair(&none));
    says(&none, "none: the target of the poisoned images is not known");
}

static void without_an_attack_there_is_nothing_to_repair(void **state)
{
    (void)state;
    struct suggestion clean = found;
    clean.worth.before.attack = 36;
    assert_true(suggestion_has_evidence(&clean));
    assert_false(suggestion_has_attack(&clean) || suggestion_has_repair(&clean));
    says(&clean, "none: the attack succeeds on only 4.0 % of the poisoned images");
}

static void a_repair_says_what_it_does(void **state)
{
    (void)state;
    struct suggestion repair = found;
    assert_true(suggestion_has_repair(&repair));
    says(&repair,
        "activation_1: 7 of 160 channels by target-weight leave ASR 0.0 % (before 100.0 "
        "%) at 94.2 % clean accuracy (before 98.8 %): the attack is gone on these images "
        "(oracle: chosen with poisoned images); gets 80 of class 0's own 100 images right "
        "(90 before); gets the true class of 600 of 1000 poisoned images (0 before); "
        "is better than never answering class 0 (clean accuracy 89.0 %, ASR 0.0 %, true class of "
        "500 poisoned images)");
    repair.worth.after.own = 0;
    says(&repair, "loses all of class 0's own images (90 of 100 correct before, 0 after)");
    says(&repair, "is not better than never answering class 0");
    repair.worth.after.attack = 378;
    assert_true(suggestion_has_repair(&repair));
    says(&repair, "the attack is weakened, not gone");
    repair.n_clean = 2000;
    says(&repair, "poisoned images; a sample of 1000 of 2000 clean images)");
    repair.worth.after.attack = 890;
    says(&repair, "the attack still works");
    says(&repair, "none: no repair removes the attack; at best activation_1: 7 of 160 channels");
    assert_false(suggestion_has_repair(&repair)); /* nor is it done, or marked as one */
    repair.worth.after.attack = 900;              /* and what lowers nothing is none */
    assert_false(suggestion_has_repair(&repair));
    says(&repair, "none: no criterion lowers the ASR of 100.0 %");
    repair = found;
    repair.criterion = NULL;
    assert_false(suggestion_has_repair(&repair));
    repair = found;
    repair.worth.of.attack = repair.worth.before.attack = 1;
    says(&repair, "but n = 1 is too few to be sure)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts),
        cmocka_unit_test(without_poisoned_images_nothing_is_suggested),
        cmocka_unit_test(without_an_attack_there_is_nothing_to_repair),
        cmocka_unit_test(a_repair_says_what_it_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
