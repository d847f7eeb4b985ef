/* views: the curves' axes, the ranges that are narrower, and lines that leave them. */
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "views/charts/canvas.h"
#include "views/charts/curves.h"
#include "views/charts/plot.h"

#include "tests/test.h"
#include "views/panels/views.h"

#include <math.h>

static const struct sample_options finished = {
    .n_images = 11547, .n_rounds = 61, .position = 60, .phase = PHASE_DONE};

/* Each range holds the clean accuracy of the round that is seen, and is narrower. */
static void ranges_come_closer(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&finished);
    for (int axis = 0; axis < N_AXES; axis++)
        for (int viewed = 0; viewed <= 60; viewed += 12) {
            struct view_state view_state = {.axis = (enum axis)axis, .viewed = viewed};
            int most = curves_closer(s, &view_state);
            assert_int_equal(most > 0, axis == AXIS_AUTO || axis == AXIS_FULL);
            double last = 1000;
            for (view_state.closer = 0; view_state.closer <= most; view_state.closer++) {
                struct curves curves;
                curves_init(&curves, s, &view_state, false);
                const struct plot *plot = &curves.plot;
                double clean = snapshot_clean_accuracy(s, viewed);
                assert_true(plot->log || (plot->y_high <= 100 && plot->y_low >= 0));
                if (view_state.closer > 0)
                    assert_true(plot->y_low <= clean && clean <= plot->y_high);
                assert_true(plot->y_high - plot->y_low < last);
                last = plot->y_high - plot->y_low;
                curves_finish(&curves);
            }
        }
    sample_destroy(s);
}

/* The last column of cells in a row that the line touches, -1: none. */
static int end_of(const struct cells *cells, int row)
{
    int end = -1;
    for (int x = 0; x < cells->columns; x++)
        if (cells->cell[row * cells->columns + x].glyph != ' ')
            end = x;
    return end;
}

/* A fall from the top to far below leaves at the place where it does, not at the next point. */
static void lines_leave_where_they_do(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&finished);
    for (int marker = 0; marker < 3; marker++) {
        struct view_state view_state = {
            .depth = DEPTH_TRUE, .marker = (enum marker)marker, .viewed = -1};
        const struct view_input input = {
            .snapshot = s, .view_state = &view_state, .theme = themes_at(0)};
        struct cells cells;
        cells_init(&cells, 40, 10);
        struct pane pane = pane_of(&input, &cells, (struct area){0, 0, 40, 10});
        struct canvas *canvas = canvas_cells_create(&pane);
        struct canvas_point fall[] = {{0.5, 0.5}, {39.5, 100}}, gone[] = {{0, -5}, {39, -40}};
        canvas_polyline(canvas, (struct canvas_style){ROLE_CLEAN, LINE_SOLID, 1}, fall, 2);
        canvas_polyline(canvas, (struct canvas_style){ROLE_ATTACK, LINE_SOLID, 1}, gone, 2);
        assert_in_range(end_of(&cells, 9), 3, 5);
        assert_in_range(end_of(&cells, 0), 0, 1);
        canvas_destroy(canvas);
        cells_finish(&cells);
    }
    sample_destroy(s);
}

/* Both curves in one cell have a colour of their own; earlier ways of pruning stand behind. */
static void shared_cells_are_told(void **state)
{
    (void)state;
    struct sample_options options = finished;
    options.n_branches = 4;
    struct snapshot *s = sample_create(&options);
    struct view_state view_state = {.depth = DEPTH_TRUE, .axis = AXIS_FULL, .viewed = 30};
    const struct view_input input = {
        .snapshot = s, .view_state = &view_state, .theme = theme_find("dark"), .zoomed = true};
    struct cells cells;
    cells_init(&cells, 118, 36);
    views_find("curves")->draw(&input, &cells, (struct area){0, 0, 118, 36});
    int both = 0, past = 0, cursor = 0;
    for (int i = 0; i < cells.columns * cells.rows; i++) {
        uint32_t fg = cells.cell[i].fg;
        both += fg == theme_cell(input.theme, ROLE_BOTH).fg;
        past += fg == theme_cell(input.theme, ROLE_CLEAN_PAST).fg;
        cursor += cells.cell[i].glyph == 0x250a; /* the round that is seen */
    }
    assert_true(both > 40);
    assert_true(past > 10);
    assert_true(cursor > 15);
    cells_finish(&cells);
    sample_destroy(s);
}

/* The number of an earlier way that leaves at the right stands beside the names of levels. */
static void tags_leave_levels_readable(void **state)
{
    (void)state;
    struct canvas_point points[41];
    for (int i = 0; i <= 40; i++)
        points[i] = (struct canvas_point){i, 90};
    struct plot plot = {.x_high = 20, .y_low = 55, .y_high = 100, .cursor = NAN};
    plot.series[plot.n_series++] = (struct plot_series){
        .points = points, .n = 41, .style = {ROLE_CLEAN_PAST, LINE_DASHED, 1}, .tag = "1"};
    plot.levels[plot.n_levels++] =
        (struct plot_level){.value = 90, .label = "−10", .crossed_x = NAN};
    struct view_state view_state = {.depth = DEPTH_TRUE, .viewed = -1};
    const struct view_input input = {.view_state = &view_state, .theme = themes_at(0)};
    struct cells cells;
    cells_init(&cells, 48, 12);
    struct pane pane = pane_of(&input, &cells, (struct area){0, 0, 48, 12});
    struct canvas *canvas = canvas_cells_create(&pane);
    plot_draw(canvas, &plot, (struct canvas_box){0, 0, 48, 12});
    canvas_destroy(canvas);
    char *text = picture_of_cells_text(&cells);
    assert_non_null(strstr(text, "−10\n"));
    assert_non_null(strchr(strstr(text, " 90┤"), '1'));
    free(text);
    cells_finish(&cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_come_closer),
        cmocka_unit_test(lines_leave_where_they_do),
        cmocka_unit_test(shared_cells_are_told),
        cmocka_unit_test(tags_leave_levels_readable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
