/* The real program sends only what differs: after every step the screen is as if drawn anew. */
#include "tests/screens/harness.h"

#include "tests/test.h"

/* Esc alone waits up to 0.3 s: it may begin the terminal's answer to what it was asked. */
static void settle(struct harness *harness, const char *step)
{
    harness_settle(harness, strcmp(step, "\033") == 0 ? 400 : 120);
}

/* What is seen of both: a blank has no foreground. */
static bool same(const struct cell *a, const struct cell *b)
{
    unsigned seen = CELL_UNDERLINE | CELL_REVERSE;
    if (a->glyph == ' ' && b->glyph == ' ' && !((a->attributes | b->attributes) & seen))
        return a->bg == b->bg;
    return a->glyph == b->glyph && a->fg == b->fg && a->bg == b->bg &&
           a->attributes == b->attributes;
}

/* Ctrl-L sends every cell. */
static void assert_as_drawn_anew(struct harness *harness, const char *step)
{
    settle(harness, step);
    struct cells was = harness_cells(harness);
    harness_keys(harness, "\f");
    settle(harness, "");
    struct cells is = harness_cells(harness);
    int differ = 0;
    for (int i = 0; i < is.columns * (is.rows - 1); i++) /* any key takes the notice away */
        if (!same(&was.cell[i], &is.cell[i]) && differ++ < 5)
            print_error("after '%s' U+%04x was left at %d,%d in place of U+%04x\n", step,
                was.cell[i].glyph, i % is.columns, i / is.columns, is.cell[i].glyph);
    cells_finish(&was);
    cells_finish(&is);
    assert_int_equal(differ, 0);
}

static void nothing_is_left_over(void **state)
{
    static const char *const steps[] = {"3", "z", "j", "\r", "\033", "8", "2", "o", "z", "i",
        "\033", "4", "1", "t", "+", "z", "?", "\033", "L", "\033", "\033[D", "\033[D", ":exp",
        "\033", "T", "m", "\033", "5"};
    static const int sizes[][2] = {{80, 24}, {40, 12}, {20, 4}, {7, 2}, {200, 60}, {120, 40}};
    const struct harness_options options = {.columns = 120, .rows = 40};
    struct harness *harness = harness_start(&options);
    (void)state;
    assert_true(harness_wait(harness, "next ch"));
    harness_keys(harness, ":run 45\r");
    assert_true(harness_wait(harness, "round 45/"));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        harness_keys(harness, steps[i]);
        if (*steps[i] == 'i')
            assert_true(harness_wait(harness, "AUC")); /* the engine rests again */
        assert_as_drawn_anew(harness, steps[i]);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        harness_resize(harness, sizes[i][0], sizes[i][1]);
        assert_as_drawn_anew(harness, "another size");
    }
    harness_stop(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_left_over)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
