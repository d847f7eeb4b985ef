/* Keys and commands, as the application's table has them, what words and marks mean. */
#include "engine/base/memory.h"
#include "views/cells/panel.h"

#include <stdio.h>
#include <stdlib.h>
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

/* A line of the whole help: a heading with a blank in front, a part of an entry, or a mark. */
struct line {
    const char *heading;
    int entry; /* of the help, -1: none */
    int part;  /* of its text, from 0 */
    int mark;  /* of the legend, -1: none */
};

struct lines {
    struct line *line;
    int n;
};

static bool is_word(const struct help_line *line)
{
    return strcmp(line->group, HELP_WORDS) == 0;
}

/* Columns in front of a text; what a word means begins in a line of its own where it is narrow. */
static int indent_of(const struct help_line *line, int columns)
{
    bool wide = columns >= 60;
    return is_word(line) ? wide ? 28 : 2 : wide ? 38 : 10;
}

/* Copies what fits into a row, up to a blank; returns the rest. */
static const char *wrap(const char *text, int columns, char *out, size_t size)
{
    size_t fits = 0;
    for (size_t i = 0;; i++) {
        if (text[i] != ' ' && text[i])
            continue;
        snprintf(out, size, "%.*s", (int)i, text);
        if (fits > 0 && cells_width(out) > columns)
            break;
        fits = i;
        if (!text[i])
            break;
    }
    snprintf(out, size, "%.*s", (int)fits, text);
    return text + fits + strspn(text + fits, " ");
}

static void add(struct lines *lines, struct line line)
{
    lines->line = memory_grow(lines->line, (size_t)lines->n + 1, sizeof *lines->line);
    lines->line[lines->n++] = line;
}

static void add_heading(struct lines *lines, const char *heading)
{
    if (lines->n > 0)
        add(lines, (struct line){NULL, -1, 0, -1});
    add(lines, (struct line){heading, -1, 0, -1});
}

static void add_entry(struct lines *lines, const struct help_line *help, int entry, int columns)
{
    bool apart = is_word(help) && columns < 60;
    char text[512];
    int part = 0;
    if (apart)
        add(lines, (struct line){NULL, entry, part++, -1});
    for (const char *rest = help->help; *rest && is_word(help); part++) {
        rest = wrap(rest, columns - indent_of(help, columns) - 1, text, sizeof text);
        add(lines, (struct line){NULL, entry, part, -1});
    }
    if (!is_word(help))
        add(lines, (struct line){NULL, entry, 0, -1});
}

/* The caller frees lines.line. With a filter the legend is left out. */
static struct lines lines_of(const struct view_input *input, int columns)
{
    struct lines lines = {NULL, 0};
    for (int i = 0; i < input->n_help; i++) {
        if (i == 0 || strcmp(input->help[i].group, input->help[i - 1].group) != 0)
            add_heading(&lines, input->help[i].group);
        add_entry(&lines, &input->help[i], i, columns);
    }
    if (input->help_filtered)
        return lines;
    add_heading(&lines, "marks");
    for (int i = 0; i < N_LEGEND; i++)
        add(&lines, (struct line){NULL, -1, 0, i});
    return lines;
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

static void draw_word(const struct pane *pane, const struct help_line *help, int row, int part)
{
    int indent = indent_of(help, pane->columns);
    bool apart = pane->columns < 60;
    char text[512] = "";
    if (part == 0)
        pane_text(pane, 1, row, ROLE_STRONG,
            pane_elide(pane, help->key, apart ? pane->columns - 1 : indent - 2, text, sizeof text));
    if (apart && part == 0)
        return;
    const char *rest = help->help;
    for (int i = apart ? 1 : 0; i <= part; i++)
        rest = wrap(rest, pane->columns - indent - 1, text, sizeof text);
    pane_text(pane, indent, row, ROLE_TEXT, text);
}

static void draw_entry(const struct pane *pane, const struct help_line *help, int row)
{
    bool wide = pane->columns >= 60;
    draw_keys(pane, row, wide ? 12 : 8, help->key);
    if (wide && help->command[0])
        pane_printf(pane, 14, row, ROLE_CLEAN, ":%s", help->command);
    pane_text(pane, indent_of(help, pane->columns), row, ROLE_TEXT, help->help);
}

static void draw_line(
    const struct pane *pane, const struct view_input *input, int row, const struct line *line)
{
    if (line->heading) {
        char upper[64];
        snprintf(upper, sizeof upper, "%s", line->heading);
        for (char *c = upper; *c; c++)
            *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
        pane_text(pane, 1, row, ROLE_FOCUS, upper);
    } else if (line->entry >= 0 && is_word(&input->help[line->entry])) {
        draw_word(pane, &input->help[line->entry], row, line->part);
    } else if (line->entry >= 0) {
        draw_entry(pane, &input->help[line->entry], row);
    } else if (line->mark >= 0) {
        pane_text(pane, 1, row, legend[line->mark].role, legend[line->mark].mark);
        pane_text(pane, pane->columns >= 60 ? 14 : 10, row, ROLE_TEXT, legend[line->mark].meaning);
    }
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    int blocks = pane.columns >= 150 ? 2 : 1, wide = pane.columns / blocks - (blocks > 1);
    struct lines lines = lines_of(input, wide);
    int most = lines.n - pane.rows * blocks;
    int scroll = input->view_state->scroll, first = scroll < 0 ? most + 1 + scroll : scroll;
    first = first < most ? first : most;
    first = first > 0 ? first : 0;
    for (int block = 0; block < blocks; block++) {
        struct area area = {block * (wide + 1), 0, wide, pane.rows};
        struct pane part = pane_part(&pane, area);
        for (int row = 0; row < part.rows && first + block * pane.rows + row < lines.n; row++)
            draw_line(&part, input, row, &lines.line[first + block * pane.rows + row]);
    }
    if (first < most && pane.columns > 8)
        pane_right(&pane, pane.columns, pane.rows - 1, ROLE_KEY, "  more ↓");
    free(lines.line);
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
