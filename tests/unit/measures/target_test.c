/* Targets of an attack: what is read from text, what a class becomes, what is written back. */
#include "engine/measures/target.h"
#include "tests/test.h"

static struct target parsed(const char *text)
{
    struct target target;
    struct error err = {0};
    assert_true(target_parse(text, &target, &err));
    return target;
}

static void each_form_says_what_a_class_becomes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int person, goal, one;
    } rows[] = {{"3", 0, 3, 3}, {"3", 3, 3, 3}, {"3", -1, 3, 3}, {"+1", 9, 0, -1}, {"+1", 0, 1, -1},
        {"-1", 0, 9, -1}, {"+1", -1, -1, -1}, {"+12", 9, 1, -1}, {"0:3,4:7", 0, 3, -1},
        {"0:3,4:7", 4, 7, -1}, {"0:3,4:7", 5, -1, -1}, {"0:3,4:3", 4, 3, 3}, {"0:3", -1, -1, 3}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct target target = parsed(rows[i].text);
        char text[TARGET_TEXT];
        assert_int_equal(target_goal(&target, rows[i].person, 10), rows[i].goal);
        assert_int_equal(target_class(&target), rows[i].one);
        assert_string_equal(target_text(&target, text), rows[i].text);
    }
}

static void what_is_no_target_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "+", "-", "x", "3x", "1.5", " 3", "3 ", "0:", ":3",
        "0:3,", "0:3,0:4", "0-3", "++1", "99999999999", "0:99999999999", "3,4"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct target target = {.kind = TARGET_SHIFT, .value = 5};
        struct error err = {0};
        assert_false(target_parse(bad[i], &target, &err));
        assert_int_equal(err.class, ERROR_USAGE);
        assert_non_null(strstr(err.text, "is not a target"));
        assert_int_equal(target.value, 5); /* nothing is half read */
    }
}

static void a_net_must_have_the_classes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } rows[] = {{"9", true}, {"10", false}, {"+1", true}, {"+10", false}, {"+0", false},
        {"0:9", true}, {"0:10", false}, {"10:0", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct target target = parsed(rows[i].text);
        struct error err = {0};
        assert_int_equal(target_check(&target, 10, &err), rows[i].good);
    }
}

static void long_lists_are_cut_where_they_are_shown(void **state)
{
    (void)state;
    struct target target =
        parsed("100:200,101:201,102:202,103:203,104:204,105:205,106:206,107:207");
    char text[TARGET_TEXT];
    assert_int_equal(target.n_pairs, 8);
    assert_string_equal(target_text(&target, text) + strlen(text) - 3, "...");
    assert_int_equal(target_goal(&target, 107, 300), 207);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_says_what_a_class_becomes),
        cmocka_unit_test(what_is_no_target_is_refused),
        cmocka_unit_test(a_net_must_have_the_classes),
        cmocka_unit_test(long_lists_are_cut_where_they_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
