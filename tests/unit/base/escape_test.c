/* escape: what each medium would read as an order is text. */
#include "engine/base/escape.h"

#include "tests/test.h"

static void assert_escaped(
    void (*escape)(FILE *out, const char *text), const char *text, const char *expected)
{
    char *escaped = escape_text(escape, text);
    assert_string_equal(escaped, expected);
    free(escaped);
}

static void no_control_character_reaches_a_terminal(void **state)
{
    (void)state;
    char text[12], name[] = "a\033[2J\x7f";
    assert_escaped(escape_terminal, "a\033[2J\x7f\tü", "a\\x1b[2J\\x7f\\x09ü");
    escape_terminal_copy(text, sizeof text, "12345\0339012345");
    assert_string_equal(text, "12345\\x1b");
    escape_controls(name, '?');
    assert_string_equal(name, "a?[2J?");
}

static void fields_stay_fields(void **state)
{
    (void)state;
    assert_escaped(escape_csv, "conv_1", "conv_1");
    assert_escaped(escape_csv, "", "");
    assert_escaped(escape_csv, "a,b", "\"a,b\"");
    assert_escaped(escape_csv, "a \"b\"\n", "\"a \"\"b\"\"\n\"");
    assert_escaped(escape_csv, "a\rb", "\"a\rb\"");
}

/* OWASP: CSV injection. */
static void formulas_are_text_and_numbers_are_numbers(void **state)
{
    (void)state;
    assert_escaped(escape_csv, "=1+1", "'=1+1");
    assert_escaped(escape_csv, "@SUM(A1)", "'@SUM(A1)");
    assert_escaped(escape_csv, "+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0");
    assert_escaped(escape_csv, "-2+3", "'-2+3");
    assert_escaped(escape_csv, "\t=1", "'\t=1");
    assert_escaped(escape_csv, "=HYPERLINK(\"a\",\"b\")", "\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\"");
    assert_escaped(escape_csv, "-2.5", "-2.5");
    assert_escaped(escape_csv, "+1e-3", "+1e-3");
    assert_escaped(escape_csv, "-", "'-");
}

/* A spreadsheet parts a comment at its commas too. */
static void formulas_in_notes_are_text(void **state)
{
    (void)state;
    assert_escaped(escape_csv_note, "conv_1, mean-activation", "conv_1, mean-activation");
    assert_escaped(escape_csv_note, "net,=cmd|' /C calc'!A0.h5", "net,'=cmd|' /C calc'!A0.h5");
    assert_escaped(escape_csv_note, "net,\"=1+1\"", "net,\"'=1+1\"");
    assert_escaped(escape_csv_note, "a\t@x;+y", "a\t'@x;'+y");
    assert_escaped(escape_csv_note, "secateur --mean 1,-2,-0.5 x", "secateur --mean 1,-2,-0.5 x");
}

static void pages_show_the_same_words(void **state)
{
    (void)state;
    assert_escaped(escape_html, "<a href=\"x\">'&", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    assert_escaped(escape_xml, "<a>\"'&", "&lt;a&gt;\"'&amp;");
    assert_escaped(escape_latex, "50 % of a_b \\y −2", "50 \\% of a\\_b \\textbackslash{}y $-$2");
    assert_escaped(escape_markdown, "# a_b _c_ <d> | *e*", "\\# a_b \\_c\\_ &lt;d> \\| \\*e\\*");
}

static void a_word_of_the_shell_is_one_word(void **state)
{
    (void)state;
    assert_escaped(escape_shell, "a b", "'a b'");
    assert_escaped(escape_shell, "it's $(x)", "'it'\\''s $(x)'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_control_character_reaches_a_terminal),
        cmocka_unit_test(fields_stay_fields),
        cmocka_unit_test(formulas_are_text_and_numbers_are_numbers),
        cmocka_unit_test(formulas_in_notes_are_text),
        cmocka_unit_test(pages_show_the_same_words),
        cmocka_unit_test(a_word_of_the_shell_is_one_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
