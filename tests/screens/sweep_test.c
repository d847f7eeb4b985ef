/* Every panel and every overlay on the whole screen, at sizes from 1x1 to 400x120, in every mode:
 * nothing that a terminal could not show, whatever names files bring along. */
#include "app/commands/command_line.h"
#include "app/guide/tour.h"
#include "app/shell/ui_events.h"
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "tests/screens/whole.h"

#include <locale.h>
#include <wchar.h>

#include "engine/base/wide.h"

#include "tests/test.h"

/* Roads to what can be seen: panels, panels large, one thing large, what lies over them. */
static const char *const roads[] = {"", "@curves", "@channels", "@channels Enter", "@faces",
    "@faces Enter", "@faces Enter d", "@layers", "@round", "@thresholds", "@log", "@goodnet",
    "@suspects", "@suspects Enter", "@comparison", "@comparison Down Down", "?", ":", ": e x p",
    "L", "c", "R", "q", "t", "a a z", "+ + z", "2 m", "m m", "X 3", "G n n", "[ [", "/", "8 z",
    "3 m m Right", "@scatter", "Z", "@channels Enter I", "@faces Enter I", "2 ( ( K", "!open",
    "!data", "!data Enter", "!set", "!tour 3", "!tour 8 Enter Space", "!welcome"};
enum { N_ROADS = sizeof roads / sizeof *roads };

struct state {
    struct sample_options options;
    bool hostile; /* names with control characters, broken UTF-8 and letters two cells wide */
};

static const struct state states[] = {
    {{.n_images = 300, .n_rounds = 48, .position = 47, .phase = PHASE_RUNNING}, false},
    {{.n_images = 300,
         .n_rounds = 61,
         .position = 52,
         .scanned = true,
         .phase = PHASE_PAUSED,
         .what_if = true,
         .suspects = true,
         .compared = true,
         .n_branches = 4},
        true},
    {{.n_images = 300,
         .n_rounds = 20,
         .position = 12,
         .phase = PHASE_RUNNING,
         .no_poisoned = true,
         .suspects = true,
         .repaired = true},
        false},
    {{.n_images = 300, .n_rounds = 61, .position = 60, .phase = PHASE_DONE, .no_poisoned = true},
        false},
    {{.n_images = 300, .n_rounds = 0, .phase = PHASE_LOADING}, true},
    {{.n_images = 300, .n_rounds = 0, .phase = PHASE_FAILED}, true},
    {{.n_images = 3, .n_rounds = 1, .phase = PHASE_PAUSED}, false},
};
enum { N_STATES = sizeof states / sizeof *states };

static const char hostile[] = "\033[31m\a\xff\xc3 \xed\xa0\x80\xf8\xf4\x90\x80\x80 \xe6\xbc\xa2"
                              "\xe5\xad\x97\r\n\tname\x7f\xc2\x9b";

static struct snapshot *create(const struct state *state)
{
    static struct layer_line layers[32];
    struct snapshot *s = sample_create(&state->options);
    if (!state->hostile)
        return s;
    s->model_name = s->set_name[0] = s->set_name[1] = s->criterion = hostile;
    snprintf(s->activity, sizeof s->activity, "reading %s", hostile);
    snprintf(s->suggestion, sizeof s->suggestion, "%s", hostile);
    s->done = 3, s->total = 7;
    memcpy(layers, s->layers, (size_t)s->n_layers * sizeof *layers);
    layers[1].name = layers[2].class_name = hostile;
    s->layers = layers;
    return s;
}

static bool is_glyph(uint32_t glyph, bool ascii, bool own)
{
    bool control = glyph < 0x20 || (glyph >= 0x7f && glyph < 0xa0);
    bool surrogate = glyph >= 0xd800 && glyph < 0xe000;
    if (control || surrogate || glyph > 0x10ffff || (ascii && glyph >= 0x80))
        return false;
    return !own || wcwidth((wchar_t)glyph) == 1;
}

/* A wide glyph with its second half behind it. */
static bool is_head(const struct cells *cells, int i)
{
    return i % cells->columns + 1 < cells->columns && wide_cells(cells->cell[i].glyph) == 2 &&
           cells->cell[i + 1].glyph == CELL_TAIL;
}

static void check(const struct ui *ui, const struct cells *cells, const char *road, bool own)
{
    bool mono = ui->view_state.depth == DEPTH_MONO;
    for (int i = 0; i < cells->columns * cells->rows; i++) {
        const struct cell *cell = &cells->cell[i];
        bool cache = i % cells->columns > 0 && wide_cells(cell[-1].glyph) == 2;
        bool glyph = cache ? cell->glyph == CELL_TAIL && !ui->view_state.ascii
                           : is_glyph(cell->glyph, ui->view_state.ascii, own && !is_head(cells, i));
        bool good = glyph && cell->attributes < 16 &&
                    (cell->fg == CELL_DEFAULT || (cell->fg <= 0xffffff && !mono)) &&
                    (cell->bg == CELL_DEFAULT || (cell->bg <= 0xffffff && !mono));
        if (!good)
            print_error("'%s' at %dx%d, depth %d: U+%04x %06x on %06x at %d,%d\n", road,
                cells->columns, cells->rows, ui->view_state.depth, cell->glyph, cell->fg, cell->bg,
                i % cells->columns, i / cells->columns);
        assert_true(good);
    }
    assert_true(cells->cursor_column < cells->columns && cells->cursor_row < cells->rows);
}

/* "!set Down": a command, or the welcome, then keys. */
static void go(struct ui *ui, const char *road)
{
    char line[32];
    if (*road != '!') {
        whole_press(ui, road);
        return;
    }
    const char *keys = strpbrk(road, "ES");
    snprintf(line, sizeof line, "%.*s", keys ? (int)(keys - road) - 2 : 30, road + 1);
    if (strcmp(line, "welcome") == 0)
        ui->welcoming.state = WELCOME_SHOWS;
    else if (strncmp(line, "tour", 4) == 0 && ui->snapshot->n_rounds > 0)
        tour_start(ui, line[5] - '1', 1);
    else if (strncmp(line, "tour", 4) != 0)
        commands_line(ui, line);
    whole_press(ui, keys ? keys : "");
}

static void draw(const struct snapshot *s, const struct state *state, const char *road, int mode,
    int columns, int rows)
{
    struct ui ui;
    whole_init(&ui, s);
    ui.view_state.depth = (enum depth)(mode % 4);
    ui.view_state.ascii = mode / 4 % 2;
    ui.view_state.marker = ui.view_state.ascii ? MARKER_ASCII : MARKER_BRAILLE;
    ui.theme = themes_at(mode / 2 % 4);
    ui_resize(&ui, columns, rows);
    go(&ui, road);
    struct cells cells = whole_draw(&ui, columns, rows);
    check(&ui, &cells, road, !state->hostile);
    cells_finish(&cells);
    whole_finish(&ui);
}

/* Sizes around every border of the layout; modes and states take turns. */
static void every_size_is_drawn(void **unused)
{
    static const int columns[] = {1, 2, 3, 5, 8, 13, 19, 20, 21, 29, 30, 31, 39, 40, 52, 60, 79, 80,
        81, 99, 100, 120, 159, 160, 200, 256, 320, 400};
    static const int rows[] = {
        1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 23, 24, 25, 33, 34, 40, 44, 45, 60, 90, 120};
    int n_columns = sizeof columns / sizeof *columns, n_rows = sizeof rows / sizeof *rows;
    struct snapshot *s[N_STATES];
    (void)unused;
    for (int i = 0; i < N_STATES; i++)
        s[i] = create(&states[i]);
    for (int i = 0, turn = 0; i < n_columns * n_rows; i++)
        for (int k = i % 4; k < N_ROADS; k += 4, turn++)
            draw(s[turn % N_STATES], &states[turn % N_STATES], roads[k], turn / 5,
                columns[i % n_columns], rows[i / n_columns]);
    for (int i = 0; i < N_STATES; i++)
        sample_destroy(s[i]);
}

/* Everything at the sizes that people have. */
static void every_mode_is_drawn(void **unused)
{
    static const int sizes[][2] = {{20, 4}, {40, 12}, {80, 24}, {120, 40}, {200, 60}};
    (void)unused;
    for (int i = 0; i < N_STATES; i++) {
        struct snapshot *s = create(&states[i]);
        for (int k = 0; k < N_ROADS; k++)
            for (int mode = 0; mode < 8; mode++)
                for (int z = 0; z < 5; z++)
                    if (z < 3 || mode % 4 == (k + z) % 4)
                        draw(s, &states[i], roads[k], mode, sizes[z][0], sizes[z][1]);
        sample_destroy(s);
    }
}

/* A screen keeps its bearings when the terminal changes under it. */
static void sizes_follow_each_other(void **unused)
{
    struct snapshot *s = create(&states[1]);
    struct ui ui;
    (void)unused;
    whole_init(&ui, s);
    for (int i = 0; i < 400; i++) {
        static const char *const keys[] = {
            "Tab", "z", "Right", "Down", "Enter", "Esc", "n", "PgDn"};
        whole_press(&ui, keys[i * 7 % 8]);
        struct cells cells = whole_draw(&ui, 1 + i * 37 % 210, 1 + i * 23 % 70);
        check(&ui, &cells, keys[i * 7 % 8], false);
        assert_non_null(views_at(ui.focus));
        cells_finish(&cells);
    }
    whole_finish(&ui);
    sample_destroy(s);
}

static bool sees(struct ui *ui, const char *words)
{
    struct cells cells = whole_draw(ui, 80, 24);
    char *text = picture_of_cells_text(&cells);
    bool found = strstr(text, words);
    free(text);
    cells_finish(&cells);
    return found;
}

/* What a row cuts is named with its key, and is read in full with it or a click. */
static void messages_are_read_in_full(void **state)
{
    (void)state;
    struct snapshot *s = create(&states[0]);
    struct ui ui;
    for (int way = 0; way < 2; way++) {
        whole_init(&ui, s);
        ui_say(&ui, "a message that is longer than a row of eighty columns, whose end tells what "
                    "to do: it_has_a_second_row");
        assert_false(sees(&ui, "M: all"));
        assert_true(sees(&ui, "it_has_a_second_row"));
        ui_say(&ui, "a message that is much longer than two rows of eighty columns, as a file's "
                    "name in it has many folders, /one/two/three/four/five/six/seven, and whose "
                    "end tells what to do: read_it_to_the_end");
        assert_true(sees(&ui, "… M: all"));
        assert_false(sees(&ui, "read_it_to_the_end"));
        if (way == 0)
            whole_press(&ui, "M");
        else /* on the message, which lies over the hints */
            ui_event(&ui, &(struct event){.key = PRESS_CLICK, .column = 2, .row = 23});
        assert_true(sees(&ui, "Messages"));
        assert_true(sees(&ui, "read_it_to_the_end"));
        whole_press(&ui, "Esc");
        assert_false(sees(&ui, "Messages"));
        ui_say(&ui, "short");
        assert_false(sees(&ui, "M: all"));
        whole_finish(&ui);
    }
    sample_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_is_drawn),
        cmocka_unit_test(every_mode_is_drawn),
        cmocka_unit_test(sizes_follow_each_other),
        cmocka_unit_test(messages_are_read_in_full),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("XDG_STATE_HOME", "/nowhere", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
