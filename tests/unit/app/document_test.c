/* The document's writers: what comes from files stays text. */
#include "app/report/document.h"
#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

static int times(const char *text, const char *part)
{
    int n = 0;
    for (const char *c = strstr(text, part); c; c = strstr(c + 1, part))
        n++;
    return n;
}

static struct document hostile(void)
{
    struct document document;
    document_init(&document, "<script>alert(1)</script>");
    document_add(&document, BLOCK_HEADING, "%s", "a & b\n## c");
    document_add(&document, BLOCK_PARAGRAPH, "%s", "\033[31m[link](javascript:x) `code` *b* _e_");
    document_table(&document, "<caption>", "one|two");
    document_cell(&document, "%s", "a|b");
    document_cell(&document, "%s", "\"><img src=x onerror=y>");
    document_cell(&document, "%s", "\xff\xc0\xaf\xc2\x9b,\xe2\x80\xae");
    document_cell(&document, "%s", "x\n| y");
    return document;
}

static void test_html_escapes(void **state)
{
    (void)state;
    struct document document = hostile();
    char *html = document_html(&document);
    assert_int_equal(times(html, "<script"), 1); /* the page's own, which its policy names */
    assert_int_equal(times(html, "script-src 'sha256-"), 1);
    assert_null(strstr(html, "<img"));
    assert_null(strchr(html, '\033'));
    assert_null(strchr(html, '\xff'));
    assert_null(strstr(html, "\xc2\x9b"));
    assert_null(strstr(html, "\xe2\x80\xae"));
    assert_non_null(strstr(html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_non_null(strstr(html, "&quot;&gt;&lt;img src=x onerror=y&gt;"));
    assert_null(strstr(html, "http:"));
    assert_null(strstr(html, "https"));
    assert_int_equal(times(html, "<tr>"), 3);
    assert_int_equal(times(html, "</tr>"), 3);
    assert_int_equal(times(html, "</td>"), 4);
    free(html);
    document_finish(&document);
}

static void test_markdown_escapes(void **state)
{
    (void)state;
    struct document document = hostile();
    char *text = document_markdown(&document);
    assert_null(strchr(text, '<'));
    assert_null(strstr(text, "\n## c"));
    assert_non_null(strstr(text, "\\[link\\](javascript:x) \\`code\\` \\*b\\* \\_e\\_"));
    assert_non_null(strstr(text, "| one | two |\n|---|---|\n| a\\|b |"));
    assert_non_null(strstr(text, "| x \\| y |\n"));
    free(text);
    document_finish(&document);
}

static void test_csv_quotes(void **state)
{
    (void)state;
    struct document document = hostile();
    char *text = document_csv(&document);
    assert_string_equal(text, "# <caption>\none,two\na|b,\"\"\"><img src=x onerror=y>\"\n"
                              "\"\\xff\\xc0\\xaf\\u009b,\\u202e\",x | y\n");
    free(text);
    document_finish(&document);
}

static void test_figures_are_inside(void **state)
{
    static const char *const base64[] = {"YQ==", "YWI=", "YWJj"};
    (void)state;
    for (size_t n = 1; n <= 3; n++) {
        struct document document;
        document_init(&document, "t");
        document_figure(&document, "f.png", "a \"b\"", (unsigned char *)memory_string("abc"), n);
        char *html = document_html(&document), *text = document_markdown(&document);
        char *want = memory_format(
            "alt=\"a &quot;b&quot;\" src=\"data:image/png;base64,%s\"", base64[n - 1]);
        assert_non_null(strstr(html, want));
        assert_non_null(strstr(text, "![a \"b\"](f.png)"));
        free(want);
        free(html);
        free(text);
        document_finish(&document);
    }
}

/* A drawing becomes part of the page, without what only a file needs. */
static void test_drawings_are_inside(void **state)
{
    (void)state;
    static const char svg[] = "<?xml version=\"1.0\"?>\n<svg xmlns=\"x\" width=\"5pt\" "
                              "height=\"4pt\" viewBox=\"0 0 5 4\"><g/></svg>";
    struct document document;
    document_init(&document, "t");
    document_figure(
        &document, "f.svg", "a < b", (unsigned char *)memory_string(svg), sizeof svg - 1);
    char *html = document_html(&document), *text = document_markdown(&document);
    assert_non_null(strstr(html, "<figure class=\"drawing\"><svg xmlns=\"x\" role=\"img\" "
                                 "viewBox=\"0 0 5 4\"><g/></svg><figcaption>a &lt; b<"));
    assert_non_null(strstr(text, "](f.svg)"));
    free(html);
    free(text);
    document_finish(&document);
}

static void test_latex_escapes(void **state)
{
    (void)state;
    struct document document;
    document_init(&document, "");
    document_table(&document, "50 % of a_b", "net|share|note");
    const char *const cells[] = {"x&y", "12.5", "−", "B′", "—", "{}"};
    for (int i = 0; i < 6; i++)
        document_cell(&document, "%s", cells[i]);
    char *text = document_latex(&document, "mine");
    assert_string_equal(text, "% wants \\usepackage{booktabs}\n"
                              "\\begin{table}\n  \\centering\\small\n  "
                              "\\setlength{\\tabcolsep}{3pt}\n  \\caption{50 \\% of a\\_b}\n"
                              "  \\label{tab:mine}\n  \\begin{tabular}{lrl}\n    \\toprule\n"
                              "    net & share & note \\\\\n    \\midrule\n"
                              "    x\\&y & 12.5 & $-$ \\\\\n    B$'$ & --- & \\{\\} \\\\\n"
                              "    \\bottomrule\n  \\end{tabular}\n\\end{table}\n");
    free(text);
    text = document_markdown(&document);
    assert_int_equal(strncmp(text, "50 % of a", 9), 0); /* no title, no heading */
    free(text);
    document_finish(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_html_escapes),
        cmocka_unit_test(test_markdown_escapes),
        cmocka_unit_test(test_csv_quotes),
        cmocka_unit_test(test_figures_are_inside),
        cmocka_unit_test(test_drawings_are_inside),
        cmocka_unit_test(test_latex_escapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
