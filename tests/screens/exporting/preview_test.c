/* Figures over the screen: each of the table, at every size and depth, in pixels and blocks; what
 * closes them, and that nothing of them stays. */
#include "app/commands/command_line.h"
#include "app/graphics/graphics.h"
#include "app/options/arguments.h"
#include "engine/base/memory.h"
#include "tests/screens/parts/sample_comparison.h"
#include "tests/screens/parts/sample_seen.h"
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "tests/screens/whole.h"
#include "views/figures/exports.h"

#include "tests/test.h"

#include <unistd.h>

/* fontconfig keeps its caches until the end. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

static const struct sample_options everything = {.n_images = 300,
    .n_rounds = 61,
    .position = 47,
    .scanned = true,
    .detected = true,
    .suspects = true,
    .n_branches = 4,
    .phase = PHASE_DONE};

static struct snapshot *sample_of_everything(void)
{
    const struct view_state seen = {.viewed = -1};
    struct snapshot *s = sample_create(&everything);
    sample_seen(s, &seen, 5, 4);
    s->compared = sample_comparison();
    return s;
}

static void begin(struct ui *ui, const struct snapshot *s, int columns, int rows)
{
    whole_init(ui, s);
    ui->view_state.channel = 38;
    ui->view_state.face_filter = FACES_ALL;
    ui_resize(ui, columns, rows);
}

static void preview(struct ui *ui, const char *name)
{
    char *line = memory_format("preview %s", name);
    commands_line(ui, line);
    free(line);
}

static bool shows(struct ui *ui, int columns, int rows, const char *words)
{
    struct cells cells = whole_draw(ui, columns, rows);
    char *text = picture_of_cells_text(&cells);
    bool found = strstr(text, words) != NULL;
    free(text);
    cells_finish(&cells);
    return found;
}

static void every_figure_is_seen_at_every_size(void **state)
{
    (void)state;
    static const int sizes[][2] = {{80, 24}, {200, 60}, {31, 9}, {7, 3}, {1, 1}};
    struct snapshot *s = sample_of_everything();
    struct ui ui;
    begin(&ui, s, 80, 24);
    for (int i = 0; exports_at(i); i++)
        for (int depth = DEPTH_MONO; depth <= DEPTH_TRUE; depth++)
            for (int k = 0; k < 5 && (depth == i % 4 || (k == 0 && depth == DEPTH_TRUE)); k++) {
                ui.view_state.depth = (enum depth)depth;
                ui.view_state.ascii = depth == DEPTH_16;
                ui_resize(&ui, sizes[k][0], sizes[k][1]);
                preview(&ui, exports_at(i)->name);
                assert_true(overlay_is_open(&ui.overlay));
                if (k < 2)
                    assert_true(shows(&ui, sizes[k][0], sizes[k][1], exports_at(i)->help));
                assert_true(k == 4 || shows(&ui, sizes[k][0], sizes[k][1], "e"));
                whole_press(&ui, "x");
                assert_false(overlay_is_open(&ui.overlay));
            }
    whole_finish(&ui);
    sample_destroy(s);
}

/* Letters of blocks are the screen's, and stay what they are at another size. */
static void letters_can_be_read(void **state)
{
    (void)state;
    struct snapshot *s = sample_of_everything();
    struct ui ui;
    begin(&ui, s, 80, 24);
    preview(&ui, "curves");
    for (int k = 0; k < 3; k++) {
        int columns = k == 1 ? 200 : 80, rows = k == 1 ? 60 : 24;
        assert_true(shows(&ui, columns, rows, "pruned channels"));
        assert_true(shows(&ui, columns, rows, "attack success rate"));
        assert_true(shows(&ui, columns, rows, "e exports this figure"));
    }
    whole_finish(&ui);
    sample_destroy(s);
}

static void assert_same_cells(const struct cells *a, const struct cells *b)
{
    assert_int_equal(a->n_pictures, b->n_pictures);
    for (int i = 0; i < a->columns * a->rows; i++)
        assert_memory_equal(&a->cell[i], &b->cell[i], sizeof a->cell[i]);
}

static int count(const char *bytes, const char *what)
{
    int n = 0;
    for (const char *at = bytes; (at = strstr(at, what)); at++)
        n++;
    return n;
}

/* In kitty's pixels: one picture of whole cells, taken away and out of the terminal's memory. */
static void pixels_come_and_go(void **state)
{
    (void)state;
    enum { COLUMNS = 200, ROWS = 60 };
    struct snapshot *s = sample_of_everything();
    struct graphics *graphics = graphics_create();
    struct ui ui;
    begin(&ui, s, COLUMNS, ROWS);
    whole_press(&ui, "@curves");
    ui.view_state.pixels = true;
    ui.view_state.cell_width = 9;
    ui.view_state.cell_height = 21;
    graphics_use(graphics, GRAPHICS_KITTY, 9, 21);
    struct cells before = whole_draw(&ui, COLUMNS, ROWS);
    preview(&ui, "channels");
    struct cells cells = whole_draw(&ui, COLUMNS, ROWS);
    assert_int_equal(cells.n_pictures, 1);
    const struct cells_picture *picture = &cells.pictures[0];
    assert_int_equal(picture->width, 9 * picture->area.columns);
    assert_int_equal(picture->height, 21 * picture->area.rows);
    assert_true(picture->area.columns > COLUMNS - 3 || picture->area.rows > ROWS - 5);
    assert_true(picture->area.row > 0 && picture->area.row + picture->area.rows < ROWS);
    graphics_plan(graphics, &cells);
    assert_int_equal(count(graphics_bytes(graphics, false), "\033_Ga=p"), 1);
    cells_finish(&cells);
    whole_press(&ui, "x");
    cells = whole_draw(&ui, COLUMNS, ROWS);
    assert_same_cells(&before, &cells);
    graphics_plan(graphics, &cells);
    const char *bytes = graphics_bytes(graphics, false);
    assert_int_equal(count(bytes, "\033_Ga=d"), 1 + count(bytes, "\033_Ga=d,d=I"));
    assert_int_equal(count(bytes, "\033_Ga=p"), 0);
    cells_finish(&cells);
    cells_finish(&before);
    whole_finish(&ui);
    graphics_destroy(graphics);
    sample_destroy(s);
}

/* The key e writes what is seen, and nothing else. */
static void one_key_exports(void **state)
{
    (void)state;
    struct snapshot *s = sample_of_everything();
    char *folder = memory_string("/tmp/preview_test.XXXXXX");
    assert_non_null(mkdtemp(folder));
    struct ui ui;
    begin(&ui, s, 80, 24);
    ui.arguments->options.out = folder;
    commands_line(&ui, "figure-format svg");
    preview(&ui, "thresholds");
    whole_press(&ui, "e");
    assert_false(overlay_is_open(&ui.overlay));
    assert_non_null(strstr(ui.notice, "wrote "));
    assert_non_null(strstr(ui.notice, "thresholds_"));
    char *command = memory_format("test $(ls '%s' | wc -l) = 3 && rm -r '%s'", folder, folder);
    assert_int_equal(system(command), 0);
    free(command);
    ui.arguments->options.out = NULL;
    whole_finish(&ui);
    free(folder);
    sample_destroy(s);
}

static void what_cannot_be_seen_is_said_in_a_line(void **state)
{
    (void)state;
    const struct sample_options empty = {.phase = PHASE_LOADING};
    struct snapshot *s = sample_create(&empty), *full = sample_create(&everything);
    struct ui ui;
    begin(&ui, s, 80, 24);
    preview(&ui, "curves");
    assert_false(overlay_is_open(&ui.overlay));
    assert_non_null(strstr(ui.notice, "not yet: "));
    whole_finish(&ui);
    begin(&ui, full, 80, 24);
    preview(&ui, "curvs");
    assert_string_equal(ui.notice, "there is no figure curvs; did you mean curves?");
    preview(&ui, "table-layers");
    assert_non_null(strstr(ui.notice, "there is no figure table-layers; use one of: curves, loss"));
    preview(&ui, "scatter");
    assert_false(overlay_is_open(&ui.overlay));
    assert_non_null(strstr(ui.notice, ":scatter"));
    ui.plain = true;
    preview(&ui, "curves");
    assert_false(overlay_is_open(&ui.overlay));
    assert_non_null(strstr(ui.notice, "use: export curves"));
    whole_finish(&ui);
    sample_destroy(s);
    sample_destroy(full);
}

/* Without a name: the figures to choose from, that of the panel in focus first. */
static void a_picker_offers_all(void **state)
{
    (void)state;
    struct snapshot *s = sample_of_everything();
    struct ui ui;
    begin(&ui, s, 80, 24);
    whole_press(&ui, "@thresholds Ctrl-P");
    assert_true(overlay_is_list(&ui.overlay));
    whole_press(&ui, "Enter");
    assert_true(shows(&ui, 80, 24, "e exports this figure"));
    assert_true(shows(&ui, 80, 24, " thresholds "));
    whole_press(&ui, "Esc");
    assert_false(overlay_is_open(&ui.overlay));
    whole_finish(&ui);
    sample_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_figure_is_seen_at_every_size),
        cmocka_unit_test(letters_can_be_read),
        cmocka_unit_test(pixels_come_and_go),
        cmocka_unit_test(one_key_exports),
        cmocka_unit_test(what_cannot_be_seen_is_said_in_a_line),
        cmocka_unit_test(a_picker_offers_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
