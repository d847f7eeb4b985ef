/* The mouse over every panel: a click chooses what it is on, a double click opens that and nothing
 * else, wherever the list has moved to; nothing anywhere goes wrong. */
#include "app/shell/ui_events.h"
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "tests/screens/whole.h"

#include "tests/test.h"

static struct snapshot *snapshot;
static struct command posted;

static bool note(void *context, const struct command *command)
{
    (void)context;
    posted = *command;
    return true;
}

static int set_up(void **state)
{
    (void)state;
    snapshot = sample_create(&(struct sample_options){.n_images = 60,
        .n_rounds = 61,
        .position = 47,
        .phase = PHASE_PAUSED,
        .scanned = true,
        .what_if = true,
        .suspects = true,
        .compared = true,
        .n_branches = 4});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sample_destroy(snapshot);
    return 0;
}

static void point(struct ui *ui, int key, int column, int row)
{
    struct event event = {.key = key, .column = column, .row = row};
    ui_event(ui, &event);
}

static void begin(struct ui *ui, const char *road, int columns, int rows)
{
    whole_init(ui, snapshot);
    ui->post = note;
    ui_resize(ui, columns, rows);
    whole_press(ui, road);
    posted.kind = N_COMMAND_KINDS;
}

/* The row that shows the words, at 80x24. */
static int row_of(struct ui *ui, const char *words)
{
    struct cells cells = whole_draw(ui, 80, 24);
    char *text = picture_of_cells_text(&cells), *found = strstr(text, words);
    int row = 0;
    for (const char *at = text; found && at < found; at++)
        row += *at == '\n';
    if (!found)
        print_error("no '%s' in\n%s", words, text);
    free(text);
    cells_finish(&cells);
    return found ? row : -1;
}

static void a_double_click_opens_what_was_clicked(void **state)
{
    (void)state;
    struct ui ui;
    begin(&ui, "@thresholds", 80, 24);
    int row = row_of(&ui, "  10 ");
    point(&ui, PRESS_CLICK, 10, row);
    assert_int_equal(ui.view_state.threshold, 2);
    point(&ui, PRESS_DOUBLE_CLICK, 10, row);
    assert_int_equal(ui.view_state.viewed, snapshot->thresholds[2].round);
    whole_finish(&ui);
    begin(&ui, "@goodnet", 80, 24);
    row = row_of(&ui, "B′(4)");
    point(&ui, PRESS_CLICK, 10, row);
    assert_int_equal(ui.view_state.good, 1);
    whole_finish(&ui);
    begin(&ui, "@layers Home", 80, 24); /* it scrolls: the second click is on another row's layer */
    for (int y = 5; y < 12; y++) {
        ui.view_state.site = 0;
        point(&ui, PRESS_CLICK, 10, y);
        int site = ui.view_state.site;
        posted.kind = N_COMMAND_KINDS;
        point(&ui, PRESS_DOUBLE_CLICK, 10, y);
        assert_int_equal(ui.view_state.site, site);
        assert_true(posted.kind == N_COMMAND_KINDS || posted.number == site);
        whole_press(&ui, "Esc @layers");
    }
    whole_finish(&ui);
}

/* Every place, with all that a mouse does. */
static void no_place_goes_wrong(void **state)
{
    static const int sizes[][2] = {{80, 24}, {200, 60}, {30, 8}, {20, 4}};
    static const int keys[] = {PRESS_CLICK, PRESS_DOUBLE_CLICK, PRESS_DRAG, PRESS_WHEEL_UP,
        PRESS_WHEEL_DOWN, PRESS_RELEASE};
    (void)state;
    for (int z = 0; z < 4; z++)
        for (int view = -1; view < 0 || views_at(view); view++) {
            struct ui ui;
            int columns = sizes[z][0], rows = sizes[z][1];
            begin(&ui, "", columns, rows);
            if (view >= 0)
                ui_focus(&ui, view, true);
            for (int i = 0; i < columns * rows; i += 7)
                for (int k = 0; k < 6; k++) {
                    bool bars = i / columns >= rows - 3; /* hints would leave */
                    if (!bars || k > 1)
                        point(&ui, keys[k], i % columns, i / columns);
                    if (overlay_is_open(&ui.overlay))
                        whole_press(&ui, "Esc");
                }
            struct cells cells = whole_draw(&ui, columns, rows);
            assert_non_null(views_at(ui.focus));
            assert_in_range(ui.view_state.channel, 0, snapshot->n_channels - 1);
            assert_in_range(ui.view_state.threshold, 0, snapshot->n_thresholds - 1);
            cells_finish(&cells);
            whole_finish(&ui);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_double_click_opens_what_was_clicked),
        cmocka_unit_test(no_place_goes_wrong),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
