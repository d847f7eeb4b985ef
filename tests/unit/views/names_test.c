/* Names as people have them, of any script and length, and where words stand beside curves. */
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "views/charts/canvas.h"
#include "views/charts/plot.h"
#include "views/panels/status.h"

#include <math.h>
#include <stdlib.h>

#include "tests/test.h"

/* What a row shows, without blanks at the end. */
static char *drawn(const char *text, int columns, bool ascii)
{
    struct view_state view_state = {.depth = DEPTH_TRUE, .viewed = -1, .ascii = ascii};
    const struct view_input input = {.view_state = &view_state, .theme = themes_at(0)};
    struct cells cells;
    cells_init(&cells, columns + 2, 1);
    struct pane pane = pane_of(&input, &cells, (struct area){0, 0, columns, 1});
    int end = pane_text(&pane, 0, 0, ROLE_TEXT, text);
    assert_int_equal(end, pane_width(&pane, text));
    for (int i = columns; i < columns + 2; i++)
        assert_int_equal(cells.cell[i].glyph, ' '); /* no half of a wide one outside */
    char *shown = picture_of_cells_text(&cells);
    shown[strcspn(shown, "\n")] = '\0';
    cells_finish(&cells);
    return shown;
}

static void assert_drawn(const char *text, int columns, bool ascii, const char *wanted)
{
    char *shown = drawn(text, columns, ascii);
    assert_string_equal(shown, wanted);
    free(shown);
}

static void names_of_all_scripts_are_drawn(void **state)
{
    (void)state;
    assert_int_equal(cells_width("日本語.h5"), 9);
    assert_int_equal(cells_width("e\u0301"), 1);
    assert_int_equal(cells_width("\U0001f60e.h5"), 5);
    assert_int_equal(cells_width("שלום"), 4);
    assert_drawn("日本語.h5", 20, false, "日本語.h5");
    assert_drawn("日本語.h5", 5, false, "日本"); /* half a character is none */
    assert_drawn("日本語.h5", 30, true, "\\u65e5\\u672c\\u8a9e.h5");
    assert_drawn("a\u202egnp.h5\u200bx", 20, false, "a?gnp.h5?x"); /* turns and hides */
    assert_drawn("a\u2066b\u2069\033[m\x80", 20, false, "a?b??[m?");
    assert_drawn("\U0001f60e", 20, true, "\\U0001f60e");
    struct cells cells;
    cells_init(&cells, 8, 1);
    const struct cell style = {.glyph = ' ', .fg = CELL_DEFAULT, .bg = CELL_DEFAULT};
    cells_text(&cells, 0, 0, 8, style, "e\u0301\u0301日\u3099x\u200d");
    assert_int_equal(cells.cell[0].mark, 0x301);
    assert_int_equal(cells.cell[1].glyph, 0x65e5);
    assert_int_equal(cells.cell[1].mark, 0x3099);
    assert_int_equal(cells.cell[2].glyph, CELL_TAIL);
    assert_int_equal(cells.cell[3].glyph, 'x');
    assert_int_equal(cells.cell[3].mark, 0);
    struct cell star = style;
    star.glyph = '*';
    cells_put(&cells, 2, 0, star); /* over the second half */
    assert_int_equal(cells.cell[1].glyph, ' ');
    cells_text(&cells, 4, 0, 4, style, "本");
    cells_put(&cells, 4, 0, star); /* over the first */
    assert_int_equal(cells.cell[5].glyph, ' ');
    cells_finish(&cells);
}

static void long_names_keep_their_end(void **state)
{
    (void)state;
    char out[256];
    assert_string_equal(cells_elide("short.h5", 20, out, sizeof out), "short.h5");
    assert_string_equal(
        cells_elide("a_very_long_name_of_a_net.h5", 12, out, sizeof out), "a_ver…net.h5");
    for (int columns = 0; columns < 40; columns++) {
        cells_elide("日本語のとても長い名前のネット.h5", columns, out, sizeof out);
        assert_true(cells_width(out) <= columns);
        if (columns >= 8)
            assert_string_equal(out + strlen(out) - 3, ".h5");
    }
}

/* Wherever curves run, no legend covers them; it has a place of its own then. */
static void legends_cover_no_curve(void **state)
{
    (void)state;
    for (int kind = 0; kind < 5; kind++) {
        struct canvas_point points[41];
        for (int i = 0; i <= 40; i++)
            points[i] = (struct canvas_point){i, kind == 0   ? 100
                                                 : kind == 1 ? 0
                                                 : kind == 2 ? 100 - 2.5 * i
                                                 : kind == 3 ? (i % 2 ? 100 : 0)
                                                             : 50 + 50 * sin(i)};
        struct plot plot = {.x_high = 40, .y_low = 0, .y_high = 100, .cursor = NAN};
        plot.series[plot.n_series++] = (struct plot_series){
            .label = "the curve", .points = points, .n = 41, .style = {ROLE_CLEAN, LINE_SOLID, 1}};
        struct plot bare = plot;
        bare.series[0].label = NULL;
        struct view_state view_state = {.depth = DEPTH_TRUE, .viewed = -1};
        const struct view_input input = {.view_state = &view_state, .theme = themes_at(0)};
        struct cells with, without;
        cells_init(&with, 60, 16);
        cells_init(&without, 60, 16);
        struct pane pane = pane_of(&input, &with, (struct area){0, 0, 60, 16});
        struct pane other = pane_of(&input, &without, (struct area){0, 0, 60, 16});
        struct canvas *canvas = canvas_cells_create(&pane), *second = canvas_cells_create(&other);
        struct canvas_box box = {0, 0, 60, 16};
        struct canvas_box region = plot_region(canvas, &plot, box);
        plot_draw(canvas, &plot, box);
        box.y = region.y; /* as high as the plot with the legend is */
        box.height -= region.y;
        plot_draw(second, &bare, box);
        int hidden = 0;
        for (int i = 0; i < 60 * 16; i++)
            hidden += without.cell[i].glyph >= 0x2800 && without.cell[i].glyph < 0x2900 &&
                      with.cell[i].glyph != without.cell[i].glyph;
        assert_int_equal(hidden, 0);
        char *text = picture_of_cells_text(&with);
        assert_non_null(strstr(text, "the curve"));
        free(text);
        canvas_destroy(canvas);
        canvas_destroy(second);
        cells_finish(&with);
        cells_finish(&without);
    }
}

/* However long the net's name is, the title row tells its end, the layer and the state. */
static void a_long_name_leaves_room_for_others(void **state)
{
    static const char *const names[] = {"a_net_whose_name_says_all_that_was_ever_done_to_it_and_"
                                        "when_it_was_done_and_why_2026_final.h5",
        "日本語のとても長い名前のネットワークファイル日本語のとても長い名前のネット_final.h5"};
    (void)state;
    for (int i = 0; i < 4; i++) {
        const struct sample_options options = {
            .n_images = 300, .n_rounds = 61, .position = 47, .phase = PHASE_PAUSED};
        struct snapshot *s = sample_create(&options);
        s->model_name = names[i % 2];
        struct view_state view_state = {.depth = DEPTH_TRUE, .viewed = -1};
        const struct view_input input = {
            .snapshot = s, .view_state = &view_state, .theme = themes_at(0)};
        struct cells cells;
        int columns = i < 2 ? 80 : 120;
        cells_init(&cells, columns, 2);
        status_draw(&input, &cells, (struct area){0, 0, columns, 2});
        char *text = picture_of_cells_text(&cells);
        assert_non_null(strstr(text, "…"));
        assert_non_null(strstr(text, "_final.h5"));
        assert_non_null(strstr(text, "conv_3"));
        assert_non_null(strstr(text, "PAUSED"));
        free(text);
        cells_finish(&cells);
        sample_destroy(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_all_scripts_are_drawn),
        cmocka_unit_test(long_names_keep_their_end),
        cmocka_unit_test(a_long_name_leaves_room_for_others),
        cmocka_unit_test(legends_cover_no_curve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
