/* views: what a channel sees, why a face is read so, where images lie: in every mode, at every
 * size, with and without maps and poisoned images. */
#include "engine/api/inspection.h"
#include "tests/screens/parts/sample_seen.h"
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "views/channel/seen.h"
#include "views/charts/scatter_plot.h"
#include "views/panels/views.h"

#include "tests/test.h"

static struct snapshot *make(bool no_poisoned)
{
    const struct sample_options options = {.n_images = 300,
        .n_rounds = 48,
        .position = 47,
        .phase = PHASE_PAUSED,
        .no_poisoned = no_poisoned};
    return sample_create(&options);
}

static void draw(const char *view, const struct snapshot *s, const struct view_state *view_state,
    struct cells *cells, struct area inside)
{
    const struct view_input input = {.snapshot = s,
        .view_state = view_state,
        .theme = theme_find(view_state->depth == DEPTH_MONO ? "mono" : "dark"),
        .focused = true,
        .zoomed = true};
    views_find(view)->draw(&input, cells, inside);
}

/* Nothing outside, no glyph above ASCII and no colour where they were not asked for. */
static void draw_guarded(const char *view, const struct snapshot *s,
    const struct view_state *view_state, int columns, int rows)
{
    const struct cell border = {'#', 0x123456, 0x654321, 0x55, 0};
    struct cells cells;
    cells_init(&cells, columns + 6, rows + 4);
    cells_fill(&cells, (struct area){0, 0, columns + 6, rows + 4}, border);
    cells_fill(&cells, (struct area){3, 2, columns, rows},
        (struct cell){' ', CELL_DEFAULT, CELL_DEFAULT, 0, 0});
    draw(view, s, view_state, &cells, (struct area){3, 2, columns, rows});
    for (int i = 0; i < cells.columns * cells.rows; i++) {
        int x = i % cells.columns - 3, y = i / cells.columns - 2;
        const struct cell *c = &cells.cell[i];
        if (x < 0 || y < 0 || x >= columns || y >= rows) {
            assert_true(c->glyph == '#' && c->bg == 0x654321);
            continue;
        }
        assert_true(c->glyph >= 0x20 && (!view_state->ascii || c->glyph < 0x80));
        if (view_state->depth == DEPTH_MONO)
            assert_true(c->fg == CELL_DEFAULT && c->bg == CELL_DEFAULT);
    }
    cells_finish(&cells);
}

static void all_stay_inside(void **state)
{
    (void)state;
    static const char *const views[] = {"channels", "faces", "scatter"};
    static const int columns[] = {1, 5, 39, 40, 52, 66, 78, 118, 198};
    static const int rows[] = {1, 3, 7, 8, 12, 16, 21, 36, 57};
    for (int mode = 0; mode < 32; mode++) {
        struct snapshot *s = make(mode / 16);
        struct view_state view_state = {.viewed = -1,
            .channel = 41,
            .detail = true,
            .pictures = true,
            .seen = (enum seen)(mode % N_SEEN)};
        view_state.depth = (enum depth)(mode % 4);
        view_state.ascii = mode / 4 % 2;
        view_state.marker = view_state.ascii ? MARKER_ASCII : MARKER_BRAILLE;
        sample_seen(s, &view_state, mode / 8 % 2 ? 26 : 1, mode / 8 % 2 ? 22 : 1);
        for (int v = 0; v < 3; v++)
            for (int x = 0; x < 9; x++)
                for (int y = 0; y < 9; y++)
                    draw_guarded(views[v], s, &view_state, columns[x], rows[y]);
        sample_destroy(s);
    }
}

static void assert_text(const char *view, const struct snapshot *s,
    const struct view_state *view_state, const char *wanted)
{
    struct cells cells;
    cells_init(&cells, 118, 36);
    draw(view, s, view_state, &cells, (struct area){0, 0, 118, 36});
    char *text = picture_of_cells_text(&cells);
    if (!strstr(text, wanted))
        print_error("%s lacks \"%s\":\n%s", view, wanted, text);
    assert_non_null(strstr(text, wanted));
    free(text);
    cells_finish(&cells);
}

static void what_was_found_is_said(void **state)
{
    (void)state;
    struct snapshot *s = make(false), *clean = make(true);
    struct view_state view_state = {
        .depth = DEPTH_TRUE, .viewed = -1, .channel = 41, .detail = true, .pictures = true};
    assert_text("channels", s, &view_state, "press i for the images that activate it most");
    assert_text("scatter", s, &view_state, "Z places the images");
    view_state.seen = SEEN_GRADIENT;
    assert_text("faces", s, &view_state, "looking …");
    sample_seen(s, &view_state, 5, 4);
    assert_text("faces", s, &view_state, "gradient of class 7, p 0.875");
    assert_text("channels", s, &view_state, "images with the largest mean, its map over them");
    assert_text("channels", s, &view_state, "#3 2.25 class");
    assert_text("scatter", s, &view_state, "poisoned");
    assert_text("scatter", s, &view_state, "flagged");
    view_state.seen = SEEN_OCCLUSION;
    sample_seen(s, &view_state, 5, 4);
    assert_text("faces", s, &view_state, "occlusion of class 7, p 0.875");
    view_state.seen = SEEN_MAP;
    sample_seen(s, &view_state, 1, 1);
    assert_text("faces", s, &view_state, "unit 41: ");
    assert_text("channels", s, &view_state, "a unit has no map, one value for the whole image");
    sample_seen(clean, &view_state, 5, 4);
    assert_text("channels", clean, &view_state, "no poisoned images: -p FILE brings them");
    assert_text("scatter", clean, &view_state, "no poisoned images");
    view_state.channel = 40; /* known of another one */
    assert_text("channels", s, &view_state, "press i for the images that activate it most");
    sample_destroy(s);
    sample_destroy(clean);
}

/* Where nothing but the biases is left, every image is the same point. */
static void points_that_coincide_are_said(void **state)
{
    (void)state;
    struct snapshot *s = make(false);
    struct view_state view_state = {.depth = DEPTH_TRUE, .viewed = -1};
    sample_seen(s, &view_state, 5, 4);
    struct scatter *scatter = (struct scatter *)s->scatter;
    struct scatter_point *points = (struct scatter_point *)scatter->points;
    points[0].x = points[1].x + 1;
    assert_false(scatter_plot_coincide(scatter));
    for (int i = 0; i < scatter->n; i++)
        points[i].x = points[i].y = 0.25F;
    assert_text("scatter", s, &view_state, "all points coincide");
    sample_destroy(s);
}

/* A finding about another face, round, branch or channel is never shown as this one's. */
static void what_is_of_something_else_is_not_shown(void **state)
{
    (void)state;
    struct snapshot *s = make(false);
    struct view_state view_state = {
        .depth = DEPTH_TRUE, .viewed = -1, .detail = true, .seen = SEEN_GRADIENT};
    sample_seen(s, &view_state, 5, 4);
    assert_text("faces", s, &view_state, "gradient of class 7");
    view_state.viewed = 40;
    assert_text("faces", s, &view_state, "looking …");
    view_state.viewed = -1;
    view_state.seen = SEEN_OCCLUSION;
    assert_text("faces", s, &view_state, "looking …");
    view_state.seen = SEEN_MAP;
    sample_seen(s, &view_state, 5, 4);
    view_state.channel++;
    assert_text("faces", s, &view_state, "looking …");
    sample_destroy(s);
}

/* Pixel by pixel: nothing where there is no heat but grey, and lighter where there is more. */
static void heat_lies_where_it_is(void **state)
{
    (void)state;
    const float heat[4] = {0, 0.25F, -3, 1};
    uint8_t rgb[4 * 4 * 3];
    memset(rgb, 100, sizeof rgb);
    seen_lay_over(rgb, 4, 4, &(struct seen_heat){heat, 2, 2, 1});
    for (int i = 0; i < 16; i++) {
        int quarter = i / 8 * 2 + i % 4 / 2;
        uint8_t *p = rgb + 3 * i;
        int light = 299 * p[0] + 587 * p[1] + 114 * p[2];
        if (heat[quarter] <= 0)
            assert_true(p[0] == 60 && p[1] == 60 && p[2] == 60);
        else
            assert_true(light > (heat[quarter] < 1 ? 70000 : 150000));
    }
    memset(rgb, 100, sizeof rgb);
    seen_lay_over(rgb, 4, 4, &(struct seen_heat){heat, 2, 2, 0}); /* of a channel that is silent */
    assert_int_equal(rgb[47], 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_stay_inside),
        cmocka_unit_test(what_was_found_is_said),
        cmocka_unit_test(points_that_coincide_are_said),
        cmocka_unit_test(what_is_of_something_else_is_not_shown),
        cmocka_unit_test(heat_lies_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
