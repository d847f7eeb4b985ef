/* How many bytes cross a slow line; and the painter, against an emulator that gets whole screens.
 */
#include "tests/screens/harness.h"
#include "tests/screens/program.h"

#include "app/terminal/painter.h"
#include "engine/base/random.h"

#include <locale.h>
#include <vterm.h>

#include "tests/test.h"

static size_t sent(struct harness *harness)
{
    size_t n;
    harness_settle(harness, 700);
    harness_bytes(harness, &n);
    return n;
}

/* Of a screen of 200x60, seen over ssh. */
static void test_a_slow_line_is_spared(void **state)
{
    static const char *const over_ssh[] = {"SSH_CONNECTION=10.0.0.1 22 10.0.0.2 22", NULL};
    (void)state;
    struct harness *harness = program_start(200, 60, over_ssh);
    assert_true(harness_wait(harness, "next ch"));
    size_t opened = sent(harness);
    harness_keys(harness, "r");
    assert_true(harness_wait(harness, "round 60/"));
    size_t run = sent(harness);
    harness_keys(harness, "u");
    assert_true(harness_wait(harness, "round 59/"));
    size_t back = sent(harness);
    print_message(
        "opening %zu, sixty rounds %zu, one back %zu bytes\n", opened, run - opened, back - run);
    assert_true(opened <= 60000);
    assert_true(run - opened <= 60000);
    assert_true(back - run <= 8000);
    /* faces stay those of the last run until they are looked at */
    assert_true(harness_sees(harness, "key shows round 59"));
    harness_keys(harness, "3");
    assert_true(harness_wait_gone(harness, "key shows round 59"));
    harness_stop(harness);
}

enum { COLUMNS = 30, ROWS = 8, STEPS = 400 };

static void draw_at_random(struct random *random, struct cells *cells)
{
    static const uint32_t glyphs[] = {'a', 'b', ' ', ' ', ' ', 0x2580, 0x2596, 0x2502, 0x65e5};
    static const uint32_t colours[] = {CELL_DEFAULT, CELL_DEFAULT, 0xff0000, 0x00ff00, 0x123456};
    int n = 1 + (int)random_below(random, 60);
    struct cell cell = {.fg = colours[random_below(random, 5)],
        .bg = colours[random_below(random, 5)],
        .attributes = (uint8_t)random_below(random, 16)};
    for (int i = 0; i < n; i++) {
        int row = (int)random_below(random, ROWS), column = (int)random_below(random, COLUMNS);
        struct cell *at = cells_at(cells, column, row);
        cell.glyph = glyphs[random_below(random, 9)];
        if (random_below(random, 3) == 0)
            cell.fg = colours[random_below(random, 5)];
        bool wide = cell.glyph == 0x65e5;
        if (at->glyph == CELL_TAIL || (column + 1 < COLUMNS && at[1].glyph == CELL_TAIL) ||
            (wide && (column + 2 >= COLUMNS || at[2].glyph == CELL_TAIL)))
            continue;
        *at = cell;
        if (wide) {
            at[1] = cell;
            at[1].glyph = CELL_TAIL;
        }
    }
}

static VTermScreen *emulator(VTerm **vterm)
{
    *vterm = vterm_new(ROWS, COLUMNS);
    vterm_set_utf8(*vterm, 1);
    VTermScreen *screen = vterm_obtain_screen(*vterm);
    vterm_screen_reset(screen, 1);
    return screen;
}

static void assert_alike(VTermScreen *one, VTermScreen *two)
{
    for (int row = 0; row < ROWS; row++)
        for (int column = 0; column < COLUMNS; column++) {
            VTermScreenCell a, b;
            VTermPos at = {row, column};
            vterm_screen_get_cell(one, at, &a);
            vterm_screen_get_cell(two, at, &b);
            bool blank =
                (a.chars[0] == 0 || a.chars[0] == ' ') && !a.attrs.underline && !a.attrs.reverse;
            uint32_t x = a.chars[0] ? a.chars[0] : ' ', y = b.chars[0] ? b.chars[0] : ' ';
            assert_int_equal(x, y);
            if (x == UINT32_MAX) /* the tail of a wide one, which the emulator does not paint */
                continue;
            assert_memory_equal(&a.bg, &b.bg, sizeof a.bg);
            if (!blank)
                assert_memory_equal(&a.fg, &b.fg, sizeof a.fg);
            assert_int_equal(a.attrs.underline, b.attrs.underline);
            assert_int_equal(a.attrs.reverse, b.attrs.reverse);
        }
}

/* What differs, sent step by step, leads to the screen that is sent whole. */
static void test_steps_lead_where_a_whole_screen_does(void **state)
{
    (void)state;
    VTerm *vterms[2];
    VTermScreen *screens[] = {emulator(&vterms[0]), emulator(&vterms[1])};
    struct painter painters[2];
    struct cells wanted, shown[2];
    struct random random;
    random_init(&random, 7, 0);
    cells_init(&wanted, COLUMNS, ROWS);
    for (int i = 0; i < 2; i++) {
        painter_init(&painters[i], DEPTH_256, 256, false);
        cells_init(&shown[i], COLUMNS, ROWS);
    }
    for (int step = 0; step < STEPS; step++) {
        draw_at_random(&random, &wanted);
        for (int i = 0; i < 2; i++) {
            painter_paint(&painters[i], &shown[i], &wanted, i == 1 || step == 0);
            vterm_input_write(vterms[i], painters[i].bytes, painters[i].n);
        }
        assert_alike(screens[0], screens[1]);
    }
    painter_paint(&painters[0], &shown[0], &wanted, false);
    assert_int_equal(painters[0].n, 0); /* nothing differs */
    for (int i = 0; i < 2; i++) {
        painter_finish(&painters[i]);
        cells_finish(&shown[i]);
        vterm_free(vterms[i]);
    }
    cells_finish(&wanted);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_lead_where_a_whole_screen_does),
        cmocka_unit_test(test_a_slow_line_is_spared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
