/* The report's page: the case before the chapters, a policy that lets nothing in, colours that can
 * be read on either ground, drawings without styles of their own. */
#include "app/report/document.h"
#include "app/report/document_svg.h"
#include "app/report/page_files.h"
#include "app/report/report_theme.h"
#include "engine/base/memory.h"
#include "views/cells/theme.h"

#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

/* WCAG 2: words 4.5, lines and marks 3; grounds and hairlines are no signs. */
static void colours_can_be_read(void **state)
{
    (void)state;
    const struct report_colour *paper = report_theme_at(0), *band = NULL;
    for (int i = 0; report_theme_at(i); i++)
        band = strcmp(report_theme_at(i)->name, "band") == 0 ? report_theme_at(i) : band;
    assert_non_null(band);
    for (int i = 0; report_theme_at(i); i++) {
        const struct report_colour *colour = report_theme_at(i);
        if (!colour->words)
            continue;
        assert_true(theme_contrast(colour->light, paper->light) >= 4.5);
        assert_true(theme_contrast(colour->dark, paper->dark) >= 4.5);
        assert_true(theme_contrast(colour->light, band->light) >= 4.5);
        assert_true(theme_contrast(colour->dark, band->dark) >= 4.5);
    }
    struct report_colour figures[REPORT_FIGURE_COLOURS];
    int n = report_theme_figures(figures);
    assert_true(n > 8 && n < REPORT_FIGURE_COLOURS);
    assert_int_equal(figures[0].dark, paper->dark);
    for (int i = 1; i < n; i++) {
        double least = figures[i].words ? 4.5 : 2.9;
        if (theme_contrast(figures[i].dark, paper->dark) < least)
            print_message("%06x on dark: %06x\n", figures[i].light, figures[i].dark);
        assert_true(theme_contrast(figures[i].dark, paper->dark) >= least);
    }
}

static void drawings_have_attributes_for_styles(void **state)
{
    (void)state;
    static const char svg[] =
        "<?xml version=\"1.0\"?>\n<svg xmlns=\"x\" width=\"5pt\" height=\"4pt\" viewBox=\"0 0 5 "
        "4\">\n"
        "<title>a style=\"b\" rgb(0%,0%,0%)</title><path "
        "style=\"fill:none;stroke:rgb(0%,44.705882%,"
        "69.803922%);stroke-width:0.5;\" d=\"M 0 0\"/><use fill=\"rgb(100%, 100%, 100%)\"/></svg>";
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    document_svg(out, svg, sizeof svg - 1);
    fclose(out);
    assert_string_equal(text,
        "<svg xmlns=\"x\" role=\"img\" viewBox=\"0 0 5 4\">\n"
        "<title>a style=\"b\" rgb(0%,0%,0%)</title><path fill=\"none\" stroke=\"#0072b2\" "
        "stroke-width=\"0.5\" d=\"M 0 0\"/><use fill=\"#ffffff\"/></svg>");
    free(text);
}

static const char *after(const char *text, const char *what)
{
    const char *at = strstr(text, what);
    if (!at)
        print_message("not there, or not in its order: %s\n", what);
    assert_non_null(at);
    return at;
}

static void the_case_comes_first(void **state)
{
    (void)state;
    struct document document;
    document_init(&document, "t");
    document_add(&document, BLOCK_VERDICT, "It is <so>.");
    document_numbers(&document, "Headlines.", "measure|now");
    document_cell(&document, "ASR");
    document_cell(&document, "0.00 %% (0.00–2.20) 0/171");
    document_list(&document);
    document_cell(&document, "all else");
    document_figure(&document, "f.png", "face", (unsigned char *)memory_string("abc"), 3);
    document_end_case(&document);
    document_add(&document, BLOCK_HEADING, "First <chapter>");
    document_table(&document, "More.", "a");
    document_cell(&document, "x");
    char *html = document_html(&document), *csv = document_csv(&document);
    char *markdown = document_markdown(&document);
    const char *at = after(html, "default-src 'none'; img-src data:");
    at = after(at, "<p class=\"verdict\">It is &lt;so&gt;.</p>");
    at = after(at, "<td class=\"one\">0.00 %<small>(0.00–2.20) 0/171</small></td>");
    at = after(at, "<li>all else</li>");
    at = after(at, "<div class=\"faces\">");
    at = after(at, "<a href=\"#chapter-1\">First &lt;chapter&gt;</a>");
    at = after(at, "<h2 id=\"chapter-1\">First &lt;chapter&gt;</h2>");
    after(at, page_script);
    assert_string_equal(csv, "# More.\na\nx\n");
    assert_non_null(strstr(markdown, "- all else\n"));
    free(html);
    free(csv);
    free(markdown);
    document_finish(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_can_be_read),
        cmocka_unit_test(drawings_have_attributes_for_styles),
        cmocka_unit_test(the_case_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
