/* escape: what each medium would read as an order is text. */
#include "engine/base/escape.h"
#include "engine/base/memory.h"

#include "tests/test.h"

static void assert_escaped(
    void (*escape)(FILE *out, const char *text), const char *text, const char *expected)
{
    char *escaped = escape_text(escape, text);
    assert_string_equal(escaped, expected);
    free(escaped);
}

/* Every kind of what text.h calls not plain, through every medium. */
static void nothing_acts_in_any_medium(void **state)
{
    static const struct {
        const char *text, *shown;
    } cases[] = {{"a\033[2J\x7f\tb\n", "a\\x1b[2J\\x7f\\x09b\\x0a"},
        {"\xc2\x9b"
         "31m",
            "\\u009b31m"},
        {"\x9b"
         "31m",
            "\\x9b31m"},
        {"a\u202egnp", "a\\u202egnp"},
        {"\u2066x\u2069\u200e\u061c", "\\u2066x\\u2069\\u200e\\u061c"},
        {"a\u2028b\u2029", "a\\u2028b\\u2029"}, {"\ufeff\u200b", "\\ufeff\\u200b"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"}, {"\xc0\xaf", "\\xc0\\xaf"}};
    void (*const escapes[])(FILE * out, const char *text) = {escape_terminal, escape_csv,
        escape_csv_note, escape_html, escape_xml, escape_latex, escape_markdown};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_escaped(escape_terminal, cases[i].text, cases[i].shown);
        for (size_t k = 0; k < sizeof escapes / sizeof *escapes; k++) {
            char *escaped = escape_text(escapes[k], cases[i].text);
            for (const char *c = escaped; *c; c++)
                assert_true(
                    (*c >= 0x20 && *c < 0x7f) ||
                    (*c == '\n' && (escapes[k] == escape_html || escapes[k] == escape_xml)));
            free(escaped);
        }
    }
}

static void lines_of_a_terminal_are_one(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    (void)state;
    assert_non_null(out);
    escape_line(out, "wrote %s", "a\nsecateur: all is well\r");
    fclose(out);
    assert_string_equal(text, "wrote a\\x0asecateur: all is well\\x0d\n");
    free(text);
}

static void fields_stay_fields(void **state)
{
    (void)state;
    assert_escaped(escape_csv, "conv_1", "conv_1");
    assert_escaped(escape_csv, "", "");
    assert_escaped(escape_csv, "a,b", "\"a,b\"");
    assert_escaped(escape_csv, "a;b", "\"a;b\"");
    assert_escaped(escape_csv, "a \"b\"\n", "\"a \"\"b\"\"\\x0a\"");
    assert_escaped(escape_csv, "a\rb", "a\\x0db");
}

/* OWASP: CSV injection. */
static void formulas_are_text_and_numbers_are_numbers(void **state)
{
    (void)state;
    assert_escaped(escape_csv, "=1+1", "'=1+1");
    assert_escaped(escape_csv, "@SUM(A1)", "'@SUM(A1)");
    assert_escaped(escape_csv, "+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0");
    assert_escaped(escape_csv, "-2+3", "'-2+3");
    assert_escaped(escape_csv, "-2 +cmd|' /C calc'!A0", "'-2 +cmd|' /C calc'!A0");
    assert_escaped(escape_csv, "\t=1", "\\x09=1");
    assert_escaped(escape_csv, "  =1+1", "  '=1+1");
    assert_escaped(escape_csv, "＝1+1", "'＝1+1");
    assert_escaped(escape_csv, "a;=1+1", "\"a;'=1+1\"");
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
    assert_escaped(escape_csv_note, "a\t@x;+y", "a\\x09@x;'+y");
    assert_escaped(escape_csv_note, "a, -2 +cmd|'/C calc'!A0", "a, '-2 +cmd|'/C calc'!A0");
    assert_escaped(escape_csv_note, "secateur --mean 1,-2,-0.5 x", "secateur --mean 1,-2,-0.5 x");
}

static void pages_show_the_same_words(void **state)
{
    (void)state;
    assert_escaped(escape_html, "<a href=\"x\">'&", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    assert_escaped(escape_xml, "<a>\"'&", "&lt;a&gt;\"'&amp;");
    assert_escaped(escape_latex, "50 % of a_b \\y −2", "50 \\% of a\\_b \\textbackslash{}y $-$2");
    assert_escaped(escape_latex, "\\input{x}\n",
        "\\textbackslash{}input\\{x\\}"
        "\\textbackslash{}x0a");
    assert_escaped(escape_markdown, "# a_b _c_ <d> | *e*", "\\# a_b \\_c\\_ &lt;d> \\| \\*e\\*");
    assert_escaped(escape_markdown, "http://x www.y $z$", "http&#58;//x &#119;ww.y \\$z\\$");
    assert_escaped(escape_markdown, "    - a", "\\- a");
    assert_escaped(escape_markdown, "12. a", "12\\. a");
    assert_escaped(escape_markdown, "93.02 -5", "93.02 -5");
    assert_escaped(escape_markdown, "147", "147");
    assert_escaped(escape_markdown, "", "");
    assert_escaped(escape_markdown, "-5", "-5");
    assert_escaped(escape_markdown, "---", "\\---");
}

static void a_word_of_the_shell_is_one_word(void **state)
{
    (void)state;
    assert_escaped(escape_shell, "net-1.h5", "net-1.h5");
    assert_escaped(escape_shell, "", "''");
    assert_escaped(escape_shell, "a b", "'a b'");
    assert_escaped(escape_shell, "`x`", "'`x`'");
    assert_escaped(escape_shell, "it's $(x)", "'it'\\''s $(x)'");
    assert_escaped(escape_shell, "a\n'b\\", "$'a\\012\\047b\\134'");
    assert_escaped(escape_shell, "\u202eü", "$'\\342\\200\\256ü'");
    assert_escaped(escape_shell_path, "-rf", "./-rf");
    assert_escaped(escape_shell_path, "-a b", "./'-a b'");
}

/* What a note of a CSV would put a ' before would be another command. */
static void a_command_in_a_note_stays_itself(void **state)
{
    static const char *const words[] = {
        "a,=$(x)", "a; -$(x)", "1,-2", "=a", "a\t@b", "x,", "|+`y`"};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *word = escape_text(escape_shell, words[i]);
        char *line = memory_format("secateur %s -2 %s =x", word, word);
        assert_escaped(escape_csv_note, line, line);
        free(line);
        free(word);
    }
}

/* Shells read back exactly what was meant. */
static void shells_read_what_was_meant(void **state)
{
    static const char *const words[] = {
        "it's $(touch x)", "a\nb", "\033[2J`y`\\", "a,=$(x)", "\u202e\xff\x9b", "\\'; x", "a\\n"};
    (void)state;
    if (system("command -v bash >/dev/null") != 0)
        skip();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *word = escape_text(escape_shell, words[i]), read[256] = "";
        setenv("WORD", word, 1);
        FILE *pipe = popen("bash -c 'eval \"printf %s $WORD\"'", "r");
        assert_non_null(pipe);
        read[fread(read, 1, sizeof read - 1, pipe)] = '\0';
        pclose(pipe);
        assert_string_equal(read, words[i]);
        free(word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_acts_in_any_medium),
        cmocka_unit_test(lines_of_a_terminal_are_one),
        cmocka_unit_test(fields_stay_fields),
        cmocka_unit_test(formulas_are_text_and_numbers_are_numbers),
        cmocka_unit_test(formulas_in_notes_are_text),
        cmocka_unit_test(pages_show_the_same_words),
        cmocka_unit_test(a_word_of_the_shell_is_one_word),
        cmocka_unit_test(a_command_in_a_note_stays_itself),
        cmocka_unit_test(shells_read_what_was_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
