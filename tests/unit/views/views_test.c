/* views: every view in every mode and size, what it says, how it moves. */
#include "engine/base/memory.h"
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "views/cells/picture.h"
#include "views/panels/views.h"
#include "views/charts/canvas.h"
#include "views/charts/plot.h"
#include "views/facts/branches.h"
#include "views/facts/faces.h"
#include "views/facts/goodnet.h"
#include "views/panels/status.h"

#include "tests/test.h"

static const struct help_line help[] = {
    {"run", "Space", "run", "run or pause"},
    {"look", "a", "axis", "axis of the curves"},
};

struct fixture {
    struct snapshot *snapshot;
    struct view_state view_state;
    struct view_input input;
};

static const struct sample_options finished = {
    .n_images = 300, .n_rounds = 61, .position = 60, .scanned = true, .phase = PHASE_DONE};

static struct fixture fixture_of(const struct sample_options *options)
{
    struct fixture f = {.snapshot = sample_create(options)};
    f.view_state = (struct view_state){.depth = DEPTH_TRUE, .viewed = -1, .channel = 38, .site = 2};
    return f;
}

static void finish(struct fixture *f)
{
    sample_destroy(f->snapshot);
}

static const struct view_input *input_of(struct fixture *f, bool zoomed)
{
    f->input = (struct view_input){.snapshot = f->snapshot,
        .view_state = &f->view_state,
        .theme = theme_find(f->view_state.depth == DEPTH_MONO ? "mono" : "dark"),
        .focused = true,
        .zoomed = zoomed,
        .help = help,
        .n_help = 2,
        .version = "0.1.0"};
    return &f->input;
}

/* The text of a view of that size; the caller frees. */
static char *text_of(struct fixture *f, const char *name, int columns, int rows, bool zoomed)
{
    struct cells cells;
    cells_init(&cells, columns, rows);
    views_find(name)->draw(input_of(f, zoomed), &cells, (struct area){0, 0, columns, rows});
    char *text = picture_of_cells_text(&cells);
    cells_finish(&cells);
    return text;
}

static void assert_shows(
    struct fixture *f, const char *name, int columns, int rows, bool zoomed, const char *wanted)
{
    char *text = text_of(f, name, columns, rows, zoomed);
    if (!strstr(text, wanted))
        print_error("%s %dx%d lacks \"%s\":\n%s", name, columns, rows, wanted, text);
    assert_non_null(strstr(text, wanted));
    free(text);
}

/* Draws with a margin of marked cells around and looks whether one was touched. */
static void draw_guarded(
    struct fixture *f, const struct view *view, int columns, int rows, bool zoomed)
{
    const struct cell border = {'#', 0x123456, 0x654321, 0x55, 0};
    struct area inside = {3, 2, columns, rows};
    struct cells cells;
    cells_init(&cells, columns + 6, rows + 4);
    cells_fill(&cells, (struct area){0, 0, columns + 6, rows + 4}, border);
    cells_fill(&cells, inside, (struct cell){' ', CELL_DEFAULT, CELL_DEFAULT, 0, 0});
    if (view)
        view->draw(input_of(f, zoomed), &cells, inside);
    else
        status_draw(input_of(f, zoomed), &cells, inside);
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

static void draw_all(struct fixture *f, int columns, int rows)
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
    struct sample_options options = finished;
    options.position = 52, options.what_if = true, options.n_branches = 4;
    struct fixture f = fixture_of(&options);
    for (int mode = 0; mode < 4; mode++) {
        f.view_state.depth = (enum depth)mode;
        f.view_state.ascii = mode % 2 == 0;
        f.view_state.detail = mode == 1;
        for (int x = 0; x < 11; x++)
            for (int y = 0; y < 10; y++)
                draw_all(&f, columns[x], rows[y]);
    }
    finish(&f);
}

static void views_stay_inside_in_every_mode(void **state)
{
    (void)state;
    struct sample_options options = finished;
    options.position = 52, options.what_if = true, options.n_branches = 4;
    struct fixture f = fixture_of(&options);
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
    finish(&f);
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
    struct fixture f = {.snapshot = &empty, .view_state = {.viewed = -1}};
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
                views_at(i)->note(input_of(&f, false), text, sizeof text);
    }
    empty.phase = PHASE_LOADING;
    assert_shows(&f, "curves", 78, 20, false, "reading net.h5");
    assert_shows(&f, "curves", 78, 20, false, "30 %");
    assert_shows(&f, "help", 78, 20, false, "run or pause");
}

static void views_draw_without_poisoned_images(void **state)
{
    (void)state;
    struct sample_options options = finished;
    options.no_poisoned = true;
    struct fixture f = fixture_of(&options);
    for (int i = 0; i < 4; i++) {
        f.view_state.depth = (enum depth)i;
        f.view_state.detail = i == 2;
        draw_all(&f, 118, 36);
        draw_all(&f, 40, 8);
    }
    char *text = text_of(&f, "curves", 78, 20, false);
    assert_null(strstr(text, "attack"));
    free(text);
    finish(&f);
}

static void facts_are_written_out(void **state)
{
    (void)state;
    struct sample_options options = finished;
    options.n_rounds = 48, options.position = 47, options.phase = PHASE_RUNNING;
    options.n_images = 11547;
    struct fixture f = fixture_of(&options);
    char clean[32], asr[32], broken[64];
    const struct round *round = f.snapshot->rounds[47];
    snprintf(clean, sizeof clean, "%.2f", snapshot_clean_accuracy(f.snapshot, 47));
    snprintf(asr, sizeof asr, "%.2f", snapshot_asr(f.snapshot, 47));
    snprintf(broken, sizeof broken, "✗ broken %d", round->broken);
    assert_shows(&f, "curves", 52, 12, false, clean);
    assert_shows(&f, "curves", 52, 12, false, asr);
    assert_shows(&f, "curves", 52, 12, false, "●");
    assert_shows(&f, "round", 44, 8, false, broken);
    assert_shows(&f, "round", 44, 8, false, "next ch");
    snprintf(broken, sizeof broken, "   %s ", clean);
    assert_shows(&f, "round", 78, 19, true, broken);
    assert_shows(&f, "round", 78, 19, true, "round    ch");
    assert_shows(&f, "thresholds", 26, 8, false, "✓    2");
    assert_shows(&f, "thresholds", 26, 8, false, "≤88.65");
    assert_shows(&f, "thresholds", 118, 20, true, "_loss2.h5");
    assert_shows(&f, "channels", 78, 5, false, "▸");
    assert_shows(&f, "channels", 78, 5, false, "×");
    assert_shows(&f, "layers", 118, 20, true, "9 ch 93.1/4.8");
    assert_shows(&f, "layers", 118, 20, true, "oracle");
    assert_shows(&f, "log", 78, 3, false, "round 45");
    f.view_state.depth = DEPTH_MONO;
    assert_shows(&f, "faces", 78, 20, false, "✗");
    finish(&f);
}

static const struct sample_options asked = {
    .n_images = 11547, .n_rounds = 48, .position = 47, .phase = PHASE_PAUSED, .what_if = true};

static void what_ifs_are_shown_where_they_were_asked(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&asked);
    assert_shows(&f, "channels", 78, 19, true, "what if: clean");
    f.view_state.channel_order = ORDER_WHAT_IF;
    assert_shows(&f, "channels", 78, 19, true, "▸  38");
    assert_shows(&f, "channels", 78, 19, true, " −1.92 −60.99\n");
    f.view_state.channel = 1; /* not asked */
    assert_shows(&f, "channels", 78, 19, true, "51                      —      —");
    f.view_state.channel = 41; /* gone */
    assert_shows(&f, "channels", 78, 19, true, " 31     31\n");
    assert_shows(&f, "round", 40, 20, true, "→ clean −1.75, ASR ±0.00 pp");
    f.view_state.viewed = 46; /* what stands is another round */
    char *text = text_of(&f, "round", 40, 20, true);
    assert_null(strstr(text, "→ clean"));
    free(text);
    finish(&f);
}

static void the_inspector_compares_with_the_next(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&asked);
    f.view_state.detail = true;
    assert_shows(&f, "channels", 78, 19, true, "pruned now, as round 48");
    assert_shows(&f, "channels", 78, 19, true, "94.25     92.33     −1.92");
    assert_shows(&f, "channels", 78, 19, true, "38.11 … 39.89"); /* 4503 of 11547, Wilson */
    assert_shows(&f, "channels", 78, 19, true, "~ no longer hit 7043");
    assert_shows(&f, "channels", 78, 19, true, "threshold of 10 pp not crossed, 3.68 pp left");
    assert_shows(&f, "channels", 78, 19, true, "next, ch 10: clean −1.75, ASR ±0.00 pp");
    f.view_state.channel = 10;
    assert_shows(&f, "channels", 78, 19, true, "the order prunes this channel next");
    f.view_state.channel = 1;
    assert_shows(&f, "channels", 78, 19, true, "not computed in this round");
    f.view_state.channel = 41;
    char *text = text_of(&f, "channels", 78, 19, true);
    assert_null(strstr(text, "what if"));
    free(text);
    finish(&f);
}

static struct sample_options with_branches(void)
{
    struct sample_options options = finished;
    options.n_branches = 4;
    return options;
}

static void branches_stand_side_by_side(void **state)
{
    (void)state;
    struct sample_options options = with_branches();
    struct fixture f = fixture_of(&options);
    assert_shows(&f, "curves", 78, 20, true, "1 conv_2 mean-activation ↑");
    assert_shows(&f, "curves", 78, 20, true, "2 activation_1 difference ↓ on top of 44");
    f.view_state.axis = AXIS_TRADE;
    assert_shows(&f, "curves", 78, 20, true, "3 conv_3 mean-activation ↑");
    assert_shows(&f, "layers", 78, 19, true, "▸ 3 conv_3");
    assert_shows(&f, "layers", 78, 19, true, "2 activation_1    difference ↓        on top of 44");
    assert_shows(&f, "layers", 78, 19, true, "the unpruned net");
    f.snapshot->branch = 1; /* losses count from the unpruned net, not from its own round 0 */
    const struct branch_line *second = &f.snapshot->branches[1];
    f.snapshot->rounds = second->rounds;
    f.snapshot->n_rounds = 5, f.snapshot->position = 0;
    f.view_state.axis = AXIS_AUTO;
    char lost[32];
    snprintf(lost, sizeof lost, "lost %.2f pp",
        (f.snapshot->branches[0].rounds[0]->clean_correct - second->rounds[0]->clean_correct) /
            3.0);
    assert_string_not_equal(lost, "lost 0.00 pp");
    assert_shows(&f, "curves", 78, 20, true, lost);
    assert_shows(&f, "round", 40, 20, true, "the net with 44 pruned elsewhere");
    snprintf(lost, sizeof lost, "B         %6.2f", branches_unpruned_clean(f.snapshot));
    assert_shows(&f, "thresholds", 40, 12, false, lost);
    finish(&f);
}

/* Solid, dashed; long dashes and dots. */
static void branches_are_told_apart_without_colour(void **state)
{
    (void)state;
    struct sample_options options = with_branches();
    struct fixture f = fixture_of(&options);
    f.view_state.depth = DEPTH_MONO;
    assert_shows(&f, "curves", 78, 20, true, "⠤⠄⠤⠄⠤⠄⠤ attack success");
    assert_shows(&f, "curves", 78, 20, true, "⠤⠤⠤⠤⠤⠤⠤ clean accuracy");
    assert_shows(&f, "curves", 78, 20, true, "  ⠤⠤  ⠄ ⠄ 1 conv_2");
    f.view_state.ascii = true;
    assert_shows(&f, "curves", 78, 20, true, "--- ~   1 conv_2 mean-activation ^");
    finish(&f);
}

static void work_and_repairs_are_told(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&finished);
    char text[64];
    f.view_state.viewed = 47;
    snprintf(
        text, sizeof text, "of these up to the last layer: %d", f.snapshot->rounds[47]->finished);
    assert_shows(&f, "round", 118, 30, true, text);
    assert_shows(&f, "layers", 118, 30, true, "first 9 channels by difference leaves ASR 4.8 %");
    finish(&f);
}

static void status_says_where_we_are(void **state)
{
    (void)state;
    struct sample_options options = finished;
    options.n_rounds = 48, options.position = 47, options.phase = PHASE_RUNNING;
    struct fixture f = fixture_of(&options);
    char *text, title[256];
    struct cells cells;
    cells_init(&cells, 80, 2);
    status_draw(input_of(&f, false), &cells, (struct area){0, 0, 80, 2});
    text = picture_of_cells_text(&cells);
    assert_non_null(strstr(text, "► RUN"));
    assert_non_null(strstr(text, "ETA 0:21"));
    assert_non_null(strstr(text, "round 47/60"));
    assert_non_null(strstr(text, "conv_3"));
    free(text);
    f.view_state.viewed = 45;
    status_title(input_of(&f, false), title, sizeof title);
    assert_non_null(strstr(title, "45/60"));
    assert_non_null(strstr(title, "VIEWING 45 of 47"));
    cells_clear(&cells);
    status_draw(input_of(&f, false), &cells, (struct area){0, 0, 80, 1});
    text = picture_of_cells_text(&cells);
    assert_non_null(strstr(text, "45/60 "));
    free(text);
    cells_finish(&cells);
    finish(&f);
}

static void drawing_is_pure(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&finished);
    for (int i = 0; views_at(i); i++) {
        struct cells a, b;
        cells_init(&a, 100, 30);
        cells_init(&b, 100, 30);
        views_at(i)->draw(input_of(&f, true), &a, (struct area){0, 0, 100, 30});
        views_at(i)->draw(input_of(&f, true), &b, (struct area){0, 0, 100, 30});
        assert_memory_equal(a.cell, b.cell, 3000 * sizeof *a.cell);
        cells_finish(&a);
        cells_finish(&b);
    }
    finish(&f);
}

static void moves_stay_in_range(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&finished);
    struct area inside = {0, 0, 78, 20};
    for (int i = 0; views_at(i); i++)
        for (int step = 0; step < 400 && views_at(i)->move; step++) {
            views_at(i)->move(f.snapshot, &f.view_state, (enum view_move)(step * 7 % 8), inside);
            assert_true(f.view_state.channel >= 0 && f.view_state.channel < 60);
            assert_true(f.view_state.viewed >= -1 && f.view_state.viewed <= 60);
            assert_true(f.view_state.site >= 0 && f.view_state.site < 5);
            assert_true(f.view_state.threshold >= 0 && f.view_state.threshold < 3);
            assert_true(f.view_state.scroll >= 0 && f.view_state.face >= 0);
        }
    f.view_state.viewed = -1;
    views_find("curves")->move(f.snapshot, &f.view_state, MOVE_LEFT, inside);
    assert_int_equal(f.view_state.viewed, 59);
    views_find("curves")->move(f.snapshot, &f.view_state, MOVE_RIGHT, inside);
    assert_int_equal(f.view_state.viewed, -1);
    assert_true(views_find("curves")->click(f.snapshot, &f.view_state, 40, 5, inside));
    assert_true(f.view_state.viewed > 25 && f.view_state.viewed < 35);
    assert_true(views_find("channels")
                    ->click(f.snapshot, &f.view_state, 10 + 17, 1, (struct area){0, 0, 78, 5}));
    assert_int_equal(f.view_state.channel, 17);
    finish(&f);
}

static void faces_are_those_that_changed(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&finished);
    struct faces faces;
    f.view_state.viewed = 52;
    faces_init(&faces, f.snapshot, &f.view_state);
    const struct round *round = f.snapshot->rounds[52];
    assert_int_equal(
        faces.n, round->broken + round->recovered + round->rescued + round->reinfected);
    for (int i = 0; i < faces.n; i++) {
        enum fate fate = faces_fate(f.snapshot, 52, faces.face[i]);
        assert_true(fate == FATE_BROKEN || fate == FATE_RECOVERED || fate == FATE_RESCUED ||
                    fate == FATE_REINFECTED);
    }
    faces_finish(&faces);
    f.view_state.viewed = 3; /* nothing changes there: all are shown */
    faces_init(&faces, f.snapshot, &f.view_state);
    assert_int_equal(faces.filter, FACES_ALL);
    assert_int_equal(faces.n, 600);
    faces_finish(&faces);
    finish(&f);
}

static void goodnet_is_counted_image_by_image(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&finished);
    struct goodnet g;
    assert_true(goodnet_count(f.snapshot, 0, &g));
    assert_int_equal(g.flagged[SET_CLEAN], 0);
    assert_int_equal(g.labelled[SET_CLEAN], f.snapshot->rounds[0]->clean_correct);
    assert_true(goodnet_count(f.snapshot, 60, &g));
    assert_true(g.flagged[SET_POISONED] == 300 && g.labelled[SET_POISONED] == 0);
    assert_false(goodnet_count(f.snapshot, -1, &g));
    finish(&f);
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
    struct fixture f = fixture_of(&finished);
    for (int marker = 0; marker < 3; marker++) {
        struct cells cells;
        cells_init(&cells, 30, 20);
        f.view_state.marker = (enum marker)marker;
        struct pane pane = pane_of(input_of(&f, false), &cells, (struct area){0, 0, 30, 20});
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
    finish(&f);
}

static void half_blocks_are_pixel_exact(void **state)
{
    (void)state;
    struct fixture f = fixture_of(&finished);
    uint8_t rgb[55 * 47 * 3];
    struct cells cells;
    cells_init(&cells, 47, 28);
    struct pane pane = pane_of(input_of(&f, false), &cells, (struct area){0, 0, 47, 28});
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
    finish(&f);
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
        cmocka_unit_test(facts_are_written_out),
        cmocka_unit_test(what_ifs_are_shown_where_they_were_asked),
        cmocka_unit_test(the_inspector_compares_with_the_next),
        cmocka_unit_test(branches_stand_side_by_side),
        cmocka_unit_test(branches_are_told_apart_without_colour),
        cmocka_unit_test(work_and_repairs_are_told),
        cmocka_unit_test(status_says_where_we_are),
        cmocka_unit_test(drawing_is_pure),
        cmocka_unit_test(moves_stay_in_range),
        cmocka_unit_test(faces_are_those_that_changed),
        cmocka_unit_test(goodnet_is_counted_image_by_image),
        cmocka_unit_test(colours_can_be_read),
        cmocka_unit_test(ticks_are_round),
        cmocka_unit_test(a_line_has_no_gaps),
        cmocka_unit_test(half_blocks_are_pixel_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
