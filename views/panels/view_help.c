/* Keys and commands, as the application's table has them, and what the marks mean. */
#include "views/cells/panel.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *mark;
    enum role role;
    const char *meaning;
} legend[] = {
    {"██", ROLE_CLEAN, "clean images, clean accuracy"},
    {"██", ROLE_ATTACK, "poisoned images, attack success rate (ASR)"},
    {"██", ROLE_BOTH, "both curves in one place"},
    {"×", ROLE_PRUNED, "pruned channel"},
    {"▸", ROLE_NEXT, "pruned next; the line under the cursor"},
    {"*", ROLE_WARNING, "pruned by hand, not by the order"},
    {"✗", ROLE_BAD, "clean image broken: right before this round, wrong now"},
    {"↺", ROLE_GOOD, "clean image recovered: wrong before, right now"},
    {"✓", ROLE_GOOD, "poisoned image classified as its true class; threshold crossed"},
    {"~", ROLE_WARNING, "poisoned image no longer the target, not known to be correct"},
    {"!", ROLE_ATTACK, "poisoned image that reaches its target"},
    {"VIEWING", ROLE_WARNING, "an earlier round is shown: a key that changes the net first says"},
    {"", ROLE_WARNING, "which round it will change; press it again to do so"},
    {"N+1", ROLE_STRONG, "flagged: one class more than the net's N; its label is N,"},
    {"", ROLE_STRONG, "since labels begin at 0 (1283 people: 0 to 1282, N+1 is 1283)"},
};
enum { N_LEGEND = sizeof legend / sizeof *legend };

/* Lines: a heading for each group with a blank in front, the entries, then the legend. */
struct line {
    const char *heading;
    int entry; /* of the help, -1: none */
    int mark;  /* of the legend, -1: none */
};

static struct line line_at(const struct view_input *input, int wanted)
{
    int at = 0;
    for (int i = 0; i < input->n_help; i++) {
        const char *group = input->help[i].group;
        if (i == 0 || strcmp(group, input->help[i - 1].group) != 0) {
            at += i > 0;
            if (at++ == wanted)
                return (struct line){group, -1, -1};
        }
        if (at++ == wanted)
            return (struct line){NULL, i, -1};
    }
    at += input->n_help > 0;
    if (wanted == at)
        return (struct line){"marks", -1, -1};
    bool mark = wanted > at && wanted <= at + N_LEGEND;
    return (struct line){NULL, -1, mark ? wanted - at - 1 : -1};
}

static int n_lines(const struct view_input *input)
{
    int groups = 0;
    for (int i = 0; i < input->n_help; i++)
        groups += i == 0 || strcmp(input->help[i].group, input->help[i - 1].group) != 0;
    return input->n_help + 2 * groups + 1 + N_LEGEND;
}

/* Where there is no room for all keys, the first and the last. */
static void draw_keys(const struct pane *pane, int row, int columns, const char *list)
{
    const char *last = strrchr(list, ' ');
    if (cells_width(list) > columns && last)
        pane_printf(pane, 1, row, ROLE_KEY, "%.*s …%s", (int)strcspn(list, " "), list, last);
    else
        pane_text(pane, 1, row, ROLE_KEY, list);
}

static void draw_line(const struct pane *pane, const struct view_input *input, int row, int wanted)
{
    struct line line = line_at(input, wanted);
    if (line.heading) {
        char upper[64];
        snprintf(upper, sizeof upper, "%s", line.heading);
        for (char *c = upper; *c; c++)
            *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
        pane_text(pane, 1, row, ROLE_FOCUS, upper);
    } else if (line.entry >= 0) {
        const struct help_line *help = &input->help[line.entry];
        int keys = pane->columns >= 60 ? 14 : 10, commands = pane->columns >= 60 ? 24 : 0;
        draw_keys(pane, row, keys - 2, help->key);
        if (commands && help->command[0])
            pane_printf(pane, keys, row, ROLE_CLEAN, ":%s", help->command);
        pane_text(pane, keys + commands, row, ROLE_TEXT, help->help);
    } else if (line.mark >= 0) {
        pane_text(pane, 1, row, legend[line.mark].role, legend[line.mark].mark);
        pane_text(pane, pane->columns >= 60 ? 14 : 10, row, ROLE_TEXT, legend[line.mark].meaning);
    }
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    int n = n_lines(input), blocks = pane.columns >= 150 ? 2 : 1;
    int wide = pane.columns / blocks, most = n - pane.rows * blocks;
    int first = input->view_state->scroll < most ? input->view_state->scroll : most;
    first = first > 0 ? first : 0;
    for (int block = 0; block < blocks; block++) {
        struct pane part =
            pane_part(&pane, (struct area){block * wide, 0, wide - (blocks > 1), pane.rows});
        for (int row = 0; row < part.rows; row++)
            draw_line(&part, input, row, first + block * pane.rows + row);
    }
    if (first < most && pane.columns > 8)
        pane_right(&pane, pane.columns, pane.rows - 1, ROLE_KEY, "  more ↓");
}

static void note(const struct view_input *input, char *text, int size)
{
    snprintf(text, (size_t)size, "%s%s", input->version ? "secateur " : "",
        input->version ? input->version : "");
}

static void move(
    const struct snapshot *s, struct view_state *view_state, enum view_move way, struct area inside)
{
    (void)s;
    view_state->scroll = panel_moved(view_state->scroll, 1000, inside.rows, way);
    if (way == MOVE_LAST)
        view_state->scroll = 999;
}

const struct view view_help = {
    .name = "help",
    .title = "Help",
    .help = "keys and commands, and what the marks mean",
    .min_columns = 20,
    .min_rows = 3,
    .draw = draw,
    .note = note,
    .move = move,
};
