/* views: the channel inspector, in every mode and at every size. */
#include "engine/api/inspection.h"
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "views/panels/views.h"

#include "tests/test.h"

static const struct sample_options asked = {
    .n_images = 300, .n_rounds = 48, .position = 47, .phase = PHASE_PAUSED, .what_if = true};

/* What a poisoned channel looks like; 1 x 1 is a unit before the classes. */
static void inspect(struct snapshot *s, int channel, int height, int width)
{
    static float map[26 * 22], kernel[3 * 3 * 3];
    static struct inspection in;
    in = (struct inspection){.channel = channel,
        .n_images = {300, 300},
        .high = 2.5,
        .auc = 0.9987,
        .height = height,
        .width = width,
        .map = {map, map},
        .map_most = 1,
        .producer = "conv_1",
        .kernel_height = 3,
        .kernel_width = 3,
        .kernel_inputs = 3,
        .kernel = kernel,
        .kernel_l1 = 4.1F,
        .bias = -0.21F,
        .sees_image = height > 1,
        .n_links = 2,
        .links = {{"conv_2", 7, 1.5F, -1.25F}, {"conv_2", 3, 1.4F, 0.5F}},
        .into_classes = height == 1,
        .target_weight = 0.75F,
        .target_rank = height == 1};
    for (int i = 0; i < 26 * 22; i++)
        map[i] = (float)(i % 7) / 7;
    for (int i = 0; i < 27; i++)
        kernel[i] = (float)(i - 13);
    in.bins[SET_CLEAN][0] = 290, in.bins[SET_CLEAN][5] = 10;
    in.bins[SET_POISONED][40] = 200, in.bins[SET_POISONED][63] = 100;
    s->inspection = &in;
}

static void draw(const struct snapshot *s, const struct view_state *view_state, struct cells *cells,
    struct area inside)
{
    const struct view_input input = {.snapshot = s,
        .view_state = view_state,
        .theme = theme_find(view_state->depth == DEPTH_MONO ? "mono" : "dark"),
        .focused = true,
        .zoomed = true};
    views_find("channels")->draw(&input, cells, inside);
}

/* Nothing outside, no glyph above ASCII and no colour where they were not asked for. */
static void draw_guarded(
    const struct snapshot *s, const struct view_state *view_state, int columns, int rows)
{
    const struct cell border = {'#', 0x123456, 0x654321, 0x55, 0};
    struct cells cells;
    cells_init(&cells, columns + 6, rows + 4);
    cells_fill(&cells, (struct area){0, 0, columns + 6, rows + 4}, border);
    cells_fill(&cells, (struct area){3, 2, columns, rows},
        (struct cell){' ', CELL_DEFAULT, CELL_DEFAULT, 0, 0});
    draw(s, view_state, &cells, (struct area){3, 2, columns, rows});
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

static void the_inspector_stays_inside(void **state)
{
    (void)state;
    static const int columns[] = {1, 5, 39, 40, 41, 52, 66, 68, 78, 100, 118, 198, 398};
    static const int rows[] = {1, 3, 7, 8, 9, 12, 16, 20, 21, 25, 27, 36, 57, 118};
    struct snapshot *s = sample_create(&asked);
    for (int mode = 0; mode < 16; mode++) {
        struct view_state view_state = {
            .viewed = -1, .channel = mode % 4 == 1 ? 41 : 1, .detail = true};
        view_state.depth = (enum depth)(mode % 4);
        view_state.ascii = mode / 4 % 2;
        inspect(s, view_state.channel, mode / 8 ? 26 : 1, mode / 8 ? 22 : 1);
        for (int x = 0; x < 13; x++)
            for (int y = 0; y < 14; y++)
                draw_guarded(s, &view_state, columns[x], rows[y]);
    }
    sample_destroy(s);
}

static void assert_shows(
    const struct snapshot *s, int channel, int columns, int rows, const char *wanted)
{
    struct view_state view_state = {
        .depth = DEPTH_TRUE, .viewed = -1, .channel = channel, .detail = true};
    struct cells cells;
    cells_init(&cells, columns, rows);
    draw(s, &view_state, &cells, (struct area){0, 0, columns, rows});
    char *text = picture_of_cells_text(&cells);
    if (!strstr(text, wanted))
        print_error("%dx%d lacks \"%s\":\n%s", columns, rows, wanted, text);
    assert_non_null(strstr(text, wanted));
    free(text);
    cells_finish(&cells);
}

static void the_inspector_shows_what_was_found(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&asked);
    assert_shows(s, 1, 118, 37, "press i for distributions");
    inspect(s, 2, 26, 22);
    assert_shows(s, 1, 118, 37, "press i for distributions"); /* of another channel */
    inspect(s, 1, 26, 22);
    assert_shows(s, 1, 118, 37, "AUC clean against poisoned 0.9987");
    assert_shows(s, 1, 118, 37, "tells poisoned images from clean ones");
    assert_shows(s, 1, 118, 37, "map 26x22");
    assert_shows(s, 1, 118, 37, "L1 4.1  bias −0.210");
    assert_shows(s, 1, 118, 37, "conv_2 ch 7       norm 1.500  sum −1.250");
    assert_shows(s, 1, 78, 20, "AUC 0.9987");
    assert_shows(s, 1, 78, 20, "what if it were pruned");
    inspect(s, 1, 1, 1);
    assert_shows(s, 1, 118, 37, "into the target class: +0.7500, rank 1");
    assert_shows(s, 1, 118, 37, "class 0007");
    sample_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_inspector_stays_inside),
        cmocka_unit_test(the_inspector_shows_what_was_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
