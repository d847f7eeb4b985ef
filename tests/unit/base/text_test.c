/* text: what is seen of foreign text. */
#include "engine/base/error.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"

#include "tests/test.h"

static void assert_shown(const char *text, const char *expected)
{
    char *shown = text_shown(text), *again = text_shown(shown);
    assert_string_equal(shown, expected);
    assert_string_equal(again, expected);
    free(shown);
    free(again);
}

static void plain_text_stays(void **state)
{
    (void)state;
    assert_shown("", "");
    assert_shown("block1/conv_3 + fc_1", "block1/conv_3 + fc_1");
    assert_shown("日本語 שלום é e\u0301 B′ −2 \U0001f60e \\x1b",
        "日本語 שלום é e\u0301 B′ −2 \U0001f60e \\x1b");
}

static void what_acts_or_hides_is_seen(void **state)
{
    (void)state;
    for (int c = 1; c < 0x20; c++) {
        char text[] = {(char)c, 'x', '\0'}, expected[8];
        snprintf(expected, sizeof expected, "\\x%02xx", c);
        assert_shown(text, expected);
    }
    for (int c = 0x80; c < 0x100; c++) { /* alone, and as C1 */
        char text[] = {(char)c, '\0'}, pair[] = {'\xc2', (char)c, '\0'}, expected[8];
        snprintf(expected, sizeof expected, "\\x%02x", c);
        assert_shown(text, expected);
        snprintf(expected, sizeof expected, "\\u%04x", c);
        if (c < 0xa0)
            assert_shown(pair, expected);
    }
    assert_shown("\x7f", "\\x7f");
    assert_shown("\u202a\u202b\u202c\u202d\u202e", "\\u202a\\u202b\\u202c\\u202d\\u202e");
    assert_shown("\u2066\u2067\u2068\u2069", "\\u2066\\u2067\\u2068\\u2069");
    assert_shown(
        "\u200b\u200c\u200d\u200e\u200f\u061c", "\\u200b\\u200c\\u200d\\u200e\\u200f\\u061c");
    assert_shown("\u2028\u2029\u2060\ufeff\u00ad", "\\u2028\\u2029\\u2060\\ufeff\\u00ad");
    assert_shown("\U000e0041", "\\U000e0041");
    assert_shown("\xef\xbf\xbf", "\\uffff");
}

/* Overlong forms, lone surrogates, what is cut short, above 0x10ffff. */
static void broken_bytes_are_seen(void **state)
{
    (void)state;
    assert_shown("\xc0\x9b", "\\xc0\\x9b");
    assert_shown("\xe0\x80\x9b", "\\xe0\\x80\\x9b");
    assert_shown("\xf0\x80\x80\x9b", "\\xf0\\x80\\x80\\x9b");
    assert_shown("\xed\xa0\x80\xed\xbf\xbf", "\\xed\\xa0\\x80\\xed\\xbf\\xbf");
    assert_shown("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
    assert_shown("a\xe2\x80", "a\\xe2\\x80");
    assert_shown("\xe2\x1b[m", "\\xe2\\x1b[m");
}

static void marks_stand_on_letters(void **state)
{
    (void)state;
    assert_shown("\u0301\u0302", "\\u0301\\u0302");
    assert_shown("a\u0301\u0302", "a\u0301\u0302");
    char heap[64] = "a";
    for (int i = 0; i < 12; i++)
        strcat(heap, "\u0300");
    char *shown = text_shown(heap);
    assert_non_null(strstr(shown, "\\u0300\\u0300\\u0300\\u0300"));
    free(shown);
}

static void long_text_keeps_its_ends(void **state)
{
    char out[32], *text = memory_array(70000, 1);
    (void)state;
    memset(text, 'x', 65536);
    memcpy(text, "begin", 5);
    strcpy(text + 65530, "\033end");
    assert_string_equal(text_fit(out, sizeof out, text), "beginxxxxxxxxx…xxxxxxx\\x1bend");
    for (size_t size = 8; size < sizeof out; size++) {
        text_fit(out, size, "日本語\033の\u202eとても長い名前");
        assert_true(strlen(out) < size);
        assert_shown(out, out);
    }
    struct error err;
    fail(&err, "net.h5: layer %s: its weights are missing", text);
    assert_non_null(strstr(err.text, "net.h5: layer begin"));
    assert_non_null(strstr(err.text, "\\x1bend: its weights are missing"));
    free(text);
}

static void assert_file(const char *name, const char *expected)
{
    char *file = text_file_name(name);
    assert_string_equal(file, expected);
    free(file);
}

static void names_become_names_of_files(void **state)
{
    (void)state;
    assert_file("net_block/conv_3_4pt.h5", "net_block-conv_3_4pt.h5");
    assert_file("../../etc/passwd", "_.-..-etc-passwd");
    assert_file("-rf", "_rf");
    assert_file("a\033b\n\u202e", "a_x1bb_x0a_u202e");
    char *long_name = memory_array(65537, 1);
    memset(long_name, 'x', 65536);
    char *file = text_file_name(long_name);
    assert_true(strlen(file) <= 200);
    free(file);
    free(long_name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_stays),
        cmocka_unit_test(what_acts_or_hides_is_seen),
        cmocka_unit_test(broken_bytes_are_seen),
        cmocka_unit_test(marks_stand_on_letters),
        cmocka_unit_test(long_text_keeps_its_ends),
        cmocka_unit_test(names_become_names_of_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
