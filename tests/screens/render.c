/* Draws one view of the made-up snapshot, for looking at:
 *   render VIEW COLUMNSxROWS OUT [key=value …]      OUT: x.png, x.ansi, x.txt or - for text
 *   render @EXPORT SIZE OUT [key=value …]            a figure in a named size, like column
 * keys: depth marker theme ascii rounds position viewed axis order channel filter side face detail
 *       zoomed panel poisoned scanned phase scroll site what_if branches
 *       suspects suspect repaired compared compared_order */
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "views/figures/exports.h"
#include "views/panels/views.h"
#include "views/files/export.h"
#include "views/panels/status.h"

#include <stdlib.h>
#include <string.h>

static const char *value(int argc, char **argv, const char *key, const char *otherwise)
{
    size_t length = strlen(key);
    for (int i = 4; i < argc; i++)
        if (strncmp(argv[i], key, length) == 0 && argv[i][length] == '=')
            return argv[i] + length + 1;
    return otherwise;
}

static int number(int argc, char **argv, const char *key, int otherwise)
{
    const char *text = value(argc, argv, key, NULL);
    return text ? atoi(text) : otherwise;
}

static const struct help_line help[] = {
    {"run", "Space", "run", "run or pause, always safe"},
    {"run", "s", "step [N]", "one round"},
    {"run", "u", "undo [N]", "one round back"},
    {"look", "←→", "", "look at other rounds"},
    {"look", "a", "axis [NAME]", "axis of the curves"},
    {"keep", "e", "export [NAME]", "write a figure with its CSV"},
    {"keep", "Ctrl-S", "save [FILE]", "save the net as it is now"},
    {"program", "?", "help", "this list"},
    {"program", "q", "quit", "leave"},
};

static void frame(
    struct cells *cells, struct area area, const struct view *view, const struct view_input *input)
{
    struct cell style = theme_cell(input->theme, input->focused ? ROLE_FOCUS : ROLE_FRAME);
    int right = area.column + area.columns - 1, bottom = area.row + area.rows - 1;
    for (int x = area.column; x <= right; x++)
        for (int y = area.row; y <= bottom; y++) {
            bool h = y == area.row || y == bottom, v = x == area.column || x == right;
            style.glyph = input->view_state->ascii ? (h ? v ? '+' : '-' : '|')
                          : h                      ? 0x2500
                                                   : 0x2502;
            if (h && v && !input->view_state->ascii)
                style.glyph = y == area.row ? x == right ? 0x2510 : 0x250c
                              : x == right  ? 0x2518
                                            : 0x2514;
            if (h || v)
                cells_put(cells, x, y, style);
        }
    char note[256] = "";
    if (view->note)
        view->note(input, note, sizeof note);
    for (char *c = note; input->view_state->ascii && *c; c++)
        *c = (unsigned char)*c < 0x80 ? *c : '~';
    cells_printf(cells, area.column + 2, area.row, area.columns, style, " %s ", view->title);
    int width = cells_width(note);
    if (width + 4 + cells_width(view->title) + 4 < area.columns)
        cells_printf(cells, right - width - 2, area.row, width + 2, style, " %s ", note);
}

static int write_figure(const struct export *export, struct snapshot *snapshot,
    const struct view_state *view_state, const char *size, const char *out, int zoom)
{
    struct export_request request = {.snapshot = snapshot,
        .view_state = view_state,
        .path = out,
        .size = size,
        .version = "0.1.0",
        .zoom = zoom,
        .force = true};
    struct error err = {0};
    char path[EXPORT_PATH];
    bool written = exports_write(export, &request, path, &err);
    printf("%s\n", written ? path : err.text);
    sample_destroy(snapshot);
    return !written;
}

int main(int argc, char **argv)
{
    int columns = 80, rows = 24;
    const char *out = argc > 3 ? argv[3] : "-";
    const struct view *view = argc > 1 ? views_find(argv[1]) : NULL;
    const struct export *export = argc > 1 ? exports_find(argv[1] + (*argv[1] == '@')) : NULL;
    bool figure = argc > 3 && *argv[1] == '@' && export;
    if (!figure && (!view || argc < 4 || sscanf(argv[2], "%dx%d", &columns, &rows) != 2))
        return fprintf(stderr, "usage: render VIEW COLUMNSxROWS OUT [key=value ...]\n"), 2;
    int n_rounds = number(argc, argv, "rounds", 61);
    struct sample_options options = {
        .n_images = number(argc, argv, "images", 11547),
        .n_rounds = n_rounds,
        .position = number(argc, argv, "position", n_rounds - 1),
        .no_poisoned = !number(argc, argv, "poisoned", 1),
        .scanned = number(argc, argv, "scanned", 1),
        .phase = (enum phase)number(argc, argv, "phase", PHASE_PAUSED),
        .what_if = number(argc, argv, "what_if", 0),
        .n_branches = number(argc, argv, "branches", 0),
        .suspects = number(argc, argv, "suspects", 1),
        .repaired = number(argc, argv, "repaired", 0),
        .compared = number(argc, argv, "compared", 1),
    };
    struct snapshot *snapshot = sample_create(&options);
    struct view_state view_state = {
        .depth = (enum depth)number(argc, argv, "depth", DEPTH_TRUE),
        .marker = (enum marker)number(argc, argv, "marker", MARKER_BRAILLE),
        .ascii = number(argc, argv, "ascii", 0),
        .viewed = number(argc, argv, "viewed", -1),
        .axis = (enum axis)number(argc, argv, "axis", AXIS_AUTO),
        .channel = number(argc, argv, "channel", 41),
        .channel_order = (enum channel_order)number(argc, argv, "order", ORDER_ID),
        .site = number(argc, argv, "site", 2),
        .face = number(argc, argv, "face", 0),
        .face_filter = (enum face_filter)number(argc, argv, "filter", FACES_CHANGED),
        .face_side = (enum face_side)number(argc, argv, "side", FACES_BOTH),
        .suspect = number(argc, argv, "suspect", 0),
        .compared = number(argc, argv, "compared_order", 0),
        .scroll = number(argc, argv, "scroll", 0),
        .detail = number(argc, argv, "detail", 0),
    };
    if (n_rounds == 0) {
        snapshot->total = 11547, snapshot->done = 4200;
        snprintf(snapshot->activity, sizeof snapshot->activity, "reading clean_validation.h5");
    }
    if (figure)
        return write_figure(
            export, snapshot, &view_state, argv[2], out, number(argc, argv, "zoom", 0));
    const struct theme *theme = theme_find(value(argc, argv, "theme", "dark"));
    if (view_state.depth == DEPTH_MONO)
        theme = theme_find("mono");
    bool panel = number(argc, argv, "panel", 0);
    struct view_input input = {snapshot, &view_state, theme, number(argc, argv, "focused", 1),
        !panel, help, sizeof help / sizeof *help, "0.1.0"};
    struct cells cells;
    cells_init(&cells, columns, rows);
    int status = rows >= 24 && !panel ? 3 : rows >= 8 && !panel ? 2 : 0;
    if (status || view->min_rows > rows)
        status_draw(&input, &cells, (struct area){0, 0, columns, status ? status : 1});
    struct area area = {0, status, columns, rows - status};
    frame(&cells, area, view, &input);
    view->draw(&input, &cells,
        (struct area){area.column + 1, area.row + 1, area.columns - 2, area.rows - 2});
    if (strstr(out, ".png")) {
        int colours = view_state.depth == DEPTH_256 ? 256 : view_state.depth == DEPTH_16 ? 16 : 0;
        picture_of_cells_png(&cells, theme, colours, out);
    } else {
        FILE *file = strcmp(out, "-") == 0 ? stdout : fopen(out, "w");
        char *text = picture_of_cells_text(&cells);
        if (file && strstr(out, ".ansi"))
            picture_of_cells_ansi(&cells, file);
        else if (file)
            fputs(text, file);
        free(text);
    }
    cells_finish(&cells);
    sample_destroy(snapshot);
    return 0;
}
