/* views: every view at every size and in every mode; colours, ticks, lines and pixels. */
#include "tests/unit/views/views_fixture.h"
#include "views/cells/picture.h"
#include "views/charts/canvas.h"
#include "views/charts/plot_ticks.h"
#include "views/panels/status.h"
#include "views/panels/views.h"

#include "tests/test.h"

/* Draws with a margin of marked cells around and looks whether one was touched. */
static void draw_guarded(
    struct views_fixture *f, const struct view *view, int columns, int rows, bool zoomed)
{
    const struct cell border = {'#', 0x123456, 0x654321, 0x55, 0};
    struct area inside = {3, 2, columns, rows};
    struct cells cells;
    cells_init(&cells, columns + 6, rows + 4);
    cells_fill(&cells, (struct area){0, 0, columns + 6, rows + 4}, border);
    cells_fill(&cells, inside, (struct cell){' ', CELL_DEFAULT, CELL_DEFAULT, 0, 0});
    if (view)
        view->draw(views_input(f, zoomed), &cells, inside);
    else
        status_draw(views_input(f, zoomed), &cells, inside);
    for (int i = 0; i < cells.columns * cells.rows; i++) {
        int x = i % cells.columns - 3, y = i / cells.columns - 2;
        const struct cell *c = &cells.cell[i];
        bool out = x < 0 || y < 0 || x >= columns || y >= rows;
        if (out ? c->glyph != '#' || c->bg != 0x654321 : f->view_state.ascii && c->glyph >= 0x80)
            print_error("%s %dx%d: U+%04x at %d,%d\n", view ? view->name : "status", columns, rows,
                c->glyph, x, y);
        assert_true(out ? c->glyph == '#' && c->bg == 0x654321 && c->fg == 0x123456
                        : !f->view_state.ascii || c->glyph < 0x80);
        assert_true(c->glyph >= 0x20 && c->glyph < 0x10000);
        if (f->view_state.depth == DEPTH_MONO && !out)
            assert_true(c->fg == CELL_DEFAULT && c->bg == CELL_DEFAULT);
    }
    cells_finish(&cells);
}

static void draw_all(struct views_fixture *f, int columns, int rows)
{
    for (int i = 0; views_at(i); i++) {
        draw_guarded(f, views_at(i), columns, rows, false);
        draw_guarded(f, views_at(i), columns, rows, true);
    }
    draw_guarded(f, views_help(), columns, rows, true);
    draw_guarded(f, NULL, columns, rows, false);
}

static void views_stay_inside_at_every_size(void **state)
{
    (void)state;
    static const int columns[] = {1, 2, 5, 9, 20, 26, 39, 46, 78, 118, 198};
    static const int rows[] = {1, 2, 3, 4, 5, 7, 11, 20, 36, 57};
    struct sample_options options = views_finished;
    options.position = 52, options.what_if = true, options.n_branches = 4;
    struct views_fixture f = views_fixture_of(&options);
    for (int mode = 0; mode < 4; mode++) {
        f.view_state.depth = (enum depth)mode;
        f.view_state.ascii = mode % 2 == 0;
        f.view_state.detail = mode == 1;
        for (int x = 0; x < 11; x++)
            for (int y = 0; y < 10; y++)
                draw_all(&f, columns[x], rows[y]);
    }
    views_finish(&f);
}

static void views_stay_inside_in_every_mode(void **state)
{
    (void)state;
    struct sample_options options = views_finished;
    options.position = 52, options.what_if = true, options.n_branches = 4;
    struct views_fixture f = views_fixture_of(&options);
    for (int mode = 0; mode < 4 * 3 * 2 * 2 * N_AXES; mode++) {
        f.view_state.depth = (enum depth)(mode % 4);
        f.view_state.marker = (enum marker)(mode / 4 % 3);
        f.view_state.ascii = mode / 12 % 2;
        f.view_state.detail = mode / 24 % 2;
        f.view_state.axis = (enum axis)(mode / 48);
        f.view_state.viewed = mode % 3 == 0 ? 47 : -1;
        f.view_state.face_filter = (enum face_filter)(mode % N_FACE_FILTERS);
        f.view_state.face_side = (enum face_side)(mode / 3 % N_FACE_SIDES);
        f.view_state.channel_order = (enum channel_order)(mode / 2 % N_CHANNEL_ORDERS);
        draw_all(&f, 78, 20);
        draw_all(&f, 44, 11);
    }
    views_finish(&f);
}

static void views_draw_before_anything_is_known(void **state)
{
    (void)state;
    struct snapshot empty = {.phase = PHASE_LOADING,
        .suggested = -1,
        .site = -1,
        .eta = -1,
        .target = -1,
        .activity = "reading net.h5",
        .done = 3,
        .total = 10};
    struct views_fixture f = {.snapshot = &empty, .view_state = {.viewed = -1}};
    for (int phase = PHASE_LOADING; phase <= PHASE_FAILED; phase++) {
        empty.phase = (enum phase)phase;
        draw_all(&f, 78, 20);
        draw_all(&f, 10, 3);
        for (int i = 0; views_at(i); i++)
            for (int way = MOVE_LEFT; way <= MOVE_LAST && views_at(i)->move; way++)
                views_at(i)->move(
                    &empty, &f.view_state, (enum view_move)way, (struct area){0, 0, 78, 20});
        for (int i = 0; views_at(i); i++)
            if (views_at(i)->click)
                views_at(i)->click(&empty, &f.view_state, 5, 3, (struct area){0, 0, 78, 20});
        char text[256];
        for (int i = 0; views_at(i); i++)
            if (views_at(i)->note)
                views_at(i)->note(views_input(&f, false), text, sizeof text);
    }
    empty.phase = PHASE_LOADING;
    views_assert_shows(&f, "curves", 78, 20, false, "reading net.h5");
    views_assert_shows(&f, "curves", 78, 20, false, "30 %");
    views_assert_shows(&f, "help", 78, 20, false, "run or pause");
}

static void views_draw_without_poisoned_images(void **state)
{
    (void)state;
    struct sample_options options = views_finished;
    options.no_poisoned = true;
    struct views_fixture f = views_fixture_of(&options);
    for (int i = 0; i < 4; i++) {
        f.view_state.depth = (enum depth)i;
        f.view_state.detail = i == 2;
        draw_all(&f, 118, 36);
        draw_all(&f, 40, 8);
    }
    char *text = views_text(&f, "curves", 78, 20, false);
    assert_null(strstr(text, "attack"));
    free(text);
    views_finish(&f);
}

static void drawing_is_pure(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&views_finished);
    for (int i = 0; views_at(i); i++) {
        struct cells a, b;
        cells_init(&a, 100, 30);
        cells_init(&b, 100, 30);
        views_at(i)->draw(views_input(&f, true), &a, (struct area){0, 0, 100, 30});
        views_at(i)->draw(views_input(&f, true), &b, (struct area){0, 0, 100, 30});
        assert_memory_equal(a.cell, b.cell, 3000 * sizeof *a.cell);
        cells_finish(&a);
        cells_finish(&b);
    }
    views_finish(&f);
}

static uint32_t seen(uint32_t colour, uint32_t otherwise)
{
    return colour == CELL_DEFAULT ? otherwise : colour;
}

static void colours_can_be_read(void **state)
{
    (void)state;
    assert_ptr_equal(theme_find("dark"), themes_at(0));
    for (int i = 0; themes_at(i); i++) {
        const struct theme *theme = themes_at(i);
        assert_true(*theme->name && *theme->help);
        for (int role = 0; role < N_ROLES; role++) {
            const struct theme_colour *c = &theme->role[role];
            double contrast = theme_contrast(seen(c->fg, theme->ink), seen(c->bg, theme->ground));
            bool graphics = role == ROLE_GRID || role == ROLE_FRAME || role == ROLE_CLEAN_PAST ||
                            role == ROLE_ATTACK_PAST; /* lines, never words */
            double least = graphics ? 3 : 4.5;
            if (contrast < least)
                print_error("%s: role %d has contrast %.2f\n", theme->name, role, contrast);
            assert_true(contrast >= least);
        }
        double key = theme_contrast(seen(theme->role[ROLE_KEY].fg, theme->ink),
            seen(theme->role[ROLE_BAR].bg, theme->ground));
        assert_true(key >= 4.5); /* in the hint bar */
    }
    for (int role = 0; role < N_ROLES; role++) { /* on paper words are black or grey */
        const struct theme_colour *c = &theme_paper()->role[role];
        bool words = role <= ROLE_FAINT || (role >= ROLE_BAR && role <= ROLE_CURSOR);
        assert_true(theme_contrast(seen(c->fg, 0), seen(c->bg, 0xffffff)) >= (words ? 4.5 : 3));
    }
    assert_int_equal(theme_paper()->role[ROLE_CLEAN].fg, 0x0072b2);
    assert_int_equal(theme_paper()->role[ROLE_ATTACK].fg, 0xd55e00);
    assert_int_equal(theme_activation(0), 0x00204d);
    assert_int_equal(theme_activation(1), 0xffea46);
    assert_int_equal(theme_activation(-3), theme_activation(0));
}

static void ticks_are_round(void **state)
{
    (void)state;
    double ticks[PLOT_TICKS];
    assert_int_equal(plot_ticks(0, 100, 6, ticks), 6);
    assert_float_equal(ticks[1], 20, 1e-12);
    assert_int_equal(plot_ticks(80, 100, 6, ticks), 5);
    assert_float_equal(ticks[0], 80, 1e-12);
    assert_int_equal(plot_ticks(0, 60, 7, ticks), 7);
    assert_int_equal(plot_ticks(-2.6, 2.6, 5, ticks), 3);
    assert_float_equal(ticks[1], 0, 0);
    assert_int_equal(plot_ticks(5, 5, 5, ticks), 0);
    for (int wanted = 1; wanted < 12; wanted++)
        assert_true(plot_ticks(0.1, 7.7, wanted, ticks) <= wanted);
}

/* Where a curve is, read from the dots of the cells: the last column that has one. */
static void a_line_has_no_gaps(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&views_finished);
    for (int marker = 0; marker < 3; marker++) {
        struct cells cells;
        cells_init(&cells, 30, 20);
        f.view_state.marker = (enum marker)marker;
        struct pane pane = pane_of(views_input(&f, false), &cells, (struct area){0, 0, 30, 20});
        struct canvas *canvas = canvas_cells_create(&pane);
        struct canvas_point points[] = {{0.2, 0.2}, {14, 3}, {16, 19.9}, {29.9, 19.9}};
        canvas_polyline(canvas, (struct canvas_style){ROLE_CLEAN, LINE_SOLID, 1}, points, 4);
        for (int i = 0; i < 30 + 20; i++) {
            bool found = false;
            for (int k = 0; k < (i < 30 ? 20 : 30); k++)
                found |= cells_at(&cells, i < 30 ? i : k, i < 30 ? k : i - 30)->glyph != ' ';
            assert_true(found);
        }
        canvas_destroy(canvas);
        cells_finish(&cells);
    }
    views_finish(&f);
}

static void half_blocks_are_pixel_exact(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&views_finished);
    uint8_t rgb[55 * 47 * 3];
    struct cells cells;
    cells_init(&cells, 47, 28);
    struct pane pane = pane_of(views_input(&f, false), &cells, (struct area){0, 0, 47, 28});
    snapshot_image(f.snapshot, SET_POISONED, 7, rgb);
    picture_draw(&pane, (struct area){0, 0, 47, 28}, rgb, 47, 55);
    for (int y = 0; y < 55; y++)
        for (int x = 0; x < 47; x++) {
            const struct cell *cell = cells_at(&cells, x, y / 2);
            const uint8_t *p = rgb + 3 * (y * 47 + x);
            assert_int_equal(cell->glyph, 0x2580);
            assert_int_equal(y % 2 ? cell->bg : cell->fg, p[0] << 16 | p[1] << 8 | p[2]);
        }
    cells_finish(&cells);
    views_finish(&f);
}

static void tables_have_help(void **state)
{
    (void)state;
    for (int i = 0; views_at(i); i++) {
        const struct view *view = views_at(i);
        assert_true(*view->name && *view->title && *view->help && view->draw);
        assert_ptr_equal(views_find(view->name), view);
        assert_true(view->min_columns > 0 && view->min_rows > 0);
    }
    assert_ptr_equal(views_find("help"), views_help());
    assert_null(views_find("nothing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_have_help),
        cmocka_unit_test(views_stay_inside_at_every_size),
        cmocka_unit_test(views_stay_inside_in_every_mode),
        cmocka_unit_test(views_draw_before_anything_is_known),
        cmocka_unit_test(views_draw_without_poisoned_images),
        cmocka_unit_test(drawing_is_pure),
        cmocka_unit_test(colours_can_be_read),
        cmocka_unit_test(ticks_are_round),
        cmocka_unit_test(a_line_has_no_gaps),
        cmocka_unit_test(half_blocks_are_pixel_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
