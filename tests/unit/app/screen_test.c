/* What the screen is made of: layout, a line that is edited, filters, colours, progress. */
#include "app/headless/progress.h"
#include "app/screen/edit.h"
#include "app/screen/glossary.h"
#include "app/screen/layout.h"
#include "app/screen/overlay.h"
#include "app/terminal/colour.h"
#include "app/terminal/keys.h"
#include "engine/base/memory.h"

#include "tests/test.h"

static void assert_sound(const struct layout *layout, int columns, int rows)
{
    char *taken = calloc((size_t)columns * (size_t)rows, 1);
    for (int i = 0; i < layout->n_slots; i++) {
        struct area area = layout->slot[i].area;
        assert_true(area.column >= 0 && area.row >= 0 && area.columns > 0 && area.rows > 0);
        assert_true(area.column + area.columns <= columns && area.row + area.rows <= rows);
        for (int row = area.row; row < area.row + area.rows; row++) {
            for (int column = area.column; column < area.column + area.columns; column++) {
                assert_int_equal(taken[row * columns + column], 0);
                taken[row * columns + column] = 1;
            }
        }
    }
    assert_true(layout->status.rows <= rows && layout->hints.row + layout->hints.rows <= rows);
    free(taken);
}

static void test_layouts_never_overlap(void **state)
{
    (void)state;
    struct layout layout;
    for (int columns = 1; columns <= 300; columns += columns < 30 ? 1 : 7) {
        for (int rows = 1; rows <= 100; rows += rows < 30 ? 1 : 5) {
            for (int zoomed = -1; zoomed < 7; zoomed++) {
                layout_make(&layout, columns, rows, rows > 8 ? rows % 5 : 0, zoomed);
                assert_sound(&layout, columns, rows);
            }
        }
    }
}

static void assert_shown(int columns, int rows, const char *names)
{
    struct layout layout;
    layout_make(&layout, columns, rows, 0, -1);
    for (int i = 0; views_at(i); i++) {
        bool wanted = strstr(names, views_at(i)->name) != NULL;
        assert_int_equal(layout_find(&layout, i) != NULL, wanted);
        const struct slot *slot = layout_find(&layout, i);
        if (slot && columns >= 80)
            assert_true(layout_inside(slot).columns >= views_at(i)->min_columns &&
                        layout_inside(slot).rows >= views_at(i)->min_rows);
    }
}

static void test_layouts_show_by_priority(void **state)
{
    (void)state;
    assert_shown(10, 2, "");
    assert_shown(60, 20, "curves log");
    assert_shown(80, 24, "curves channels thresholds round log");
    assert_shown(120, 40, "curves channels thresholds round log faces");
    assert_shown(200, 60, "curves channels thresholds round log faces layers goodnet");
}

static void test_lines_are_edited(void **state)
{
    (void)state;
    struct edit edit;
    edit_set(&edit, "run drop 4");
    edit_key(&edit, 'W' & 0x1f);
    assert_string_equal(edit.text, "run drop ");
    edit_key(&edit, PRESS_HOME);
    edit_key(&edit, 0xe9); /* é */
    assert_string_equal(edit.text, "\xc3\xa9run drop ");
    assert_int_equal(edit_column(&edit), 1);
    edit_key(&edit, PRESS_RIGHT);
    edit_key(&edit, PRESS_BACKSPACE);
    edit_key(&edit, PRESS_BACKSPACE);
    assert_string_equal(edit.text, "un drop ");
    edit_key(&edit, 'K' & 0x1f);
    assert_string_equal(edit.text, "");
    assert_false(edit_key(&edit, PRESS_F1));
    for (int i = 0; i < 2 * EDIT_TEXT; i++)
        edit_key(&edit, 'x');
    assert_int_equal(edit.length, EDIT_TEXT - 1);
}

static void test_filters_match_words(void **state)
{
    (void)state;
    assert_true(overlay_matches("", "anything"));
    assert_true(overlay_matches("conv 60", "conv_3  60 channels"));
    assert_true(overlay_matches("CONV", "conv_3"));
    assert_false(overlay_matches("conv 80", "conv_3  60 channels"));
    assert_true(overlay_matches("b'", "B′(4)"));
    assert_true(overlay_matches("target’s own", "the target's own people"));
    assert_true(glossary_begins("B'"));
}

/* What stands above a column and says nothing by itself. */
static void test_headings_are_explained(void **state)
{
    (void)state;
    static const char *const headings[] = {"hits", "hits %", "mask px", "trigger px",
        "cost of half", "own people", "judged", "B'", "accepted", "index", "area", "best repair",
        "in ch", "never active", "sep. σ", "held-out", "own", "pp", "FPR", "TPR", "ASR", "sASR",
        "AUC", "DER of G", "N+1", "robust"};
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        bool found = false;
        for (int k = 0; glossary_at(k); k++) {
            char *all = memory_format("%s %s", glossary_at(k)->term, glossary_at(k)->meaning);
            found = found || overlay_matches(headings[i], all);
            free(all);
        }
        if (!found)
            print_error("the help does not explain \"%s\"\n", headings[i]);
        assert_true(found);
    }
}

static enum depth depth_of(
    const char *color, const char *no_color, const char *colorterm, const char *term, int colors)
{
    struct colour_environment environment = {color, no_color, colorterm, term, colors, false};
    return colour_depth(&environment);
}

static void test_colour_depth_is_chosen(void **state)
{
    (void)state;
    assert_int_equal(depth_of("auto", NULL, "truecolor", "xterm-256color", 256), DEPTH_TRUE);
    assert_int_equal(depth_of("auto", "1", "truecolor", "xterm-256color", 256), DEPTH_MONO);
    assert_int_equal(depth_of("auto", "", NULL, "xterm-256color", 256), DEPTH_256);
    assert_int_equal(depth_of("256", "1", "truecolor", "xterm-256color", 256), DEPTH_256);
    assert_int_equal(depth_of("truecolor", NULL, NULL, "xterm-256color", 256), DEPTH_TRUE);
    assert_int_equal(depth_of("256", NULL, NULL, "xterm", 8), DEPTH_16);
    assert_int_equal(depth_of("never", NULL, "truecolor", "xterm", 8), DEPTH_MONO);
    assert_int_equal(depth_of("auto", NULL, "truecolor", "vt100", -1), DEPTH_MONO);
    assert_int_equal(depth_of("auto", NULL, "truecolor", "screen", 8), DEPTH_16);
}

static void test_colours_are_mapped(void **state)
{
    (void)state;
    assert_int_equal(colour_number(DEPTH_TRUE, 1 << 24, CELL_DEFAULT), -1);
    assert_int_equal(colour_number(DEPTH_TRUE, 1 << 24, 0x123456), 0x123456);
    assert_int_equal(colour_number(DEPTH_TRUE, 1 << 24, 3), 8);
    assert_int_equal(colour_number(DEPTH_256, 256, 0xff0000), 196);
    assert_int_equal(colour_number(DEPTH_256, 256, 0x808080), 244);
    assert_int_equal(colour_number(DEPTH_16, 16, 0xffffff), 15);
    assert_int_equal(colour_number(DEPTH_16, 8, 0xfff000), 3);
    for (uint32_t rgb = 0; rgb < 0x1000000; rgb += 4099) {
        assert_in_range(colour_number(DEPTH_256, 256, rgb), 16, 255);
        assert_in_range(colour_number(DEPTH_16, 8, rgb), 0, 7);
    }
}

static void test_progress_fits_its_line(void **state)
{
    (void)state;
    struct progress progress = {.columns = 80, .rate = 3.4, .label = "pruning"};
    char text[512];
    progress_line(&progress, 30, 60, 21, text, sizeof text);
    assert_non_null(strstr(text, "pruning [############            ] 30/60  3.4/s  ETA 0:21"));
    progress.columns = 20;
    progress_line(&progress, 30, 60, 21, text, sizeof text);
    assert_true(strlen(text) < 20);
    progress_line(&progress, 30, 0, -1, text, sizeof text);
    assert_string_equal(text, "pruning");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layouts_never_overlap),
        cmocka_unit_test(test_layouts_show_by_priority),
        cmocka_unit_test(test_lines_are_edited),
        cmocka_unit_test(test_filters_match_words),
        cmocka_unit_test(test_headings_are_explained),
        cmocka_unit_test(test_colour_depth_is_chosen),
        cmocka_unit_test(test_colours_are_mapped),
        cmocka_unit_test(test_progress_fits_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
