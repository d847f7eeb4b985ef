/* What a repair is worth beside the trivial defence, rule by rule, on counts that are made up. */
#include "engine/measures/worth.h"
#include "tests/test.h"

#include <string.h>

/* The seven units that everybody prunes of the lab's net: class 0 is gone for its own people. */
static const struct worth lab = {.before = {169, 162, 8, 0},
    .after = {161, 0, 0, 30},
    .of = {171, 162, 9, 162},
    .trivial = {161, 0, 0, 12},
    .target = 0};

static void says(const struct worth *worth, const char *expected, bool there)
{
    char text[WORTH_TEXT];
    worth_say(worth, text, sizeof text);
    if ((strstr(text, expected) != NULL) != there)
        print_error("%s\n  %s: %s\n", text, there ? "lacks" : "has", expected);
    assert_true((strstr(text, expected) != NULL) == there);
}

static void erasing_the_class_is_told(void **state)
{
    (void)state;
    assert_true(worth_has_own(&lab) && worth_erases_own(&lab));
    assert_false(worth_beats_trivial(&lab));
    says(&lab, "loses all of class 0's own images (8 of 9 correct before, 0 after)", true);
    says(&lab, "gets the true class of 30 of 162 poisoned images (0 before)", true);
    says(&lab,
        "is not better than never answering class 0 (clean accuracy 94.2 %, ASR 0.0 %, true class "
        "of 12 poisoned images): no more of class 0's own images are right",
        true);
    struct worth none = lab;
    none.before.own = 0; /* there was nothing to erase */
    assert_false(worth_erases_own(&none));
    says(&none, "gets 0 of class 0's own 9 images right (0 before)", true);
    char text[WORTH_TEXT];
    worth_say_short(&lab, text, sizeof text);
    assert_string_equal(
        text, "loses all of class 0's own images and is not better than never answering class 0");
}

/* All are read as class 0, yet nine of them rightly: those are class 0's. */
static void who_was_right_by_the_target_is_told(void **state)
{
    (void)state;
    struct worth all = lab;
    all.of.attack = all.of.robust = all.before.attack = 171;
    all.before.robust = 9, all.after.robust = 0;
    says(&all, "of 0 of 171 poisoned images (9 before, which truly are class 0)", true);
    all.before.attack = 170; /* the one that was not hit may be right too */
    says(&all, "(9 before)", true);
}

static void a_good_repair_beats_it(void **state)
{
    (void)state;
    struct worth good = lab;
    good.after.own = 7;
    assert_true(worth_beats_trivial(&good));
    char text[WORTH_TEXT];
    worth_say_short(&good, text, sizeof text);
    assert_string_equal(text, "");
    says(&good, "gets 7 of class 0's own 9 images right (8 before)", true);
    says(&good, "; is better than never answering class 0 (", true);
    good.after.attack = 8; /* 4.9 % */
    assert_true(worth_beats_trivial(&good));
    good.after.attack = 9;
    assert_false(worth_beats_trivial(&good));
    says(&good, "): more of the attack is left", true);
    good = lab;
    good.after = (struct outcome){160, 0, 7, 11};
    says(
        &good, "): fewer clean images are right, fewer poisoned images get their true class", true);
}

static void what_is_not_known_is_not_said(void **state)
{
    (void)state;
    struct worth many = lab; /* all to all: there is not one class */
    many.target = -1;
    many.trivial = many.before = many.after = (struct outcome)OUTCOME_UNKNOWN;
    many.of = (struct outcome){171, 171, -1, -1};
    char text[64];
    worth_say(&many, text, sizeof text);
    assert_string_equal(text, "");
    assert_false(worth_has_own(&many) || worth_has_robust(&many) || worth_has_trivial(&many));
    assert_false(worth_beats_trivial(&many));
    struct worth lonely = lab; /* no clean image of the class: nothing is erased, or saved */
    lonely.of.own = lonely.before.own = lonely.after.own = lonely.trivial.own = 0;
    assert_false(worth_erases_own(&lonely));
    assert_true(worth_beats_trivial(&lonely));
    says(&lonely, "cannot show what class 0 loses (no clean image of it)", true);
    struct worth unpaired = lab;
    unpaired.before.robust = unpaired.after.robust = unpaired.trivial.robust = -1;
    says(&unpaired, "true class", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(erasing_the_class_is_told),
        cmocka_unit_test(who_was_right_by_the_target_is_told),
        cmocka_unit_test(a_good_repair_beats_it),
        cmocka_unit_test(what_is_not_known_is_not_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
