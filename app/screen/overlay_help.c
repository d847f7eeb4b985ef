/* The help over the panels, with a filter. */
#include "app/screen/overlay_kinds.h"

#include "app/screen/glossary.h"
#include "engine/base/memory.h"
#include "views/panels/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELP_LONGEST = 100000 }; /* lines that keys can go */

static void take(struct help_line *lines, int *n, const char *filter, struct help_line line)
{
    char *all = memory_format("%s %s %s %s", line.group, line.key, line.command, line.help);
    if (overlay_matches(filter, all))
        lines[(*n)++] = line;
    free(all);
}

/* First those that the filter names, then those that only speak of it. */
static void take_words(struct help_line *lines, int *n, const char *filter)
{
    for (int named = 1; named >= 0; named--)
        for (int i = 0; glossary_at(i); i++) {
            const struct glossary_term *word = glossary_at(i);
            if (overlay_matches(filter, word->term) == named)
                take(lines, n, filter,
                    (struct help_line){HELP_WORDS, word->term, "", word->meaning});
        }
}

/* The lines of the help that the filter lets through, malloc'd: words of the glossary behind the
 * commands, and before them where it is a word that is looked for. */
static struct help_line *filtered(
    const struct overlay *overlay, const struct view_input *input, int *n)
{
    const char *filter = overlay->edit.text;
    int terms = 0;
    while (glossary_at(terms))
        terms++;
    struct help_line *lines = memory_array((size_t)(input->n_help + terms), sizeof *lines);
    bool word = glossary_begins(filter);
    *n = 0;
    if (word)
        take_words(lines, n, filter);
    for (int i = 0; i < input->n_help; i++)
        take(lines, n, filter, input->help[i]);
    if (!word)
        take_words(lines, n, filter);
    return lines;
}

/* A word is explained and runs nothing. */
static bool runs_first(const struct help_line *lines, int n)
{
    return n > 0 && strcmp(lines[0].group, HELP_WORDS) != 0;
}

static void draw(const struct overlay *overlay, const struct view_input *input, struct cells *cells)
{
    char title[EDIT_TEXT + 64];
    struct area all = {0, 0, cells->columns, cells->rows};
    struct view_state view_state = *input->view_state;
    struct view_input help = *input;
    snprintf(title, sizeof title, "Help  type to filter: %s", overlay->edit.text);
    struct pane pane = overlay_box(input, cells, all, title);
    struct area inside = {pane.column, pane.row, pane.columns, pane.rows - 1};
    struct help_line *lines = filtered(overlay, input, &help.n_help);
    view_state.scroll = overlay->scroll;
    help.view_state = &view_state;
    help.help = lines;
    help.help_filtered = *overlay->edit.text != '\0';
    help.focused = help.zoomed = true;
    if (inside.rows > 0)
        views_help()->draw(&help, cells, inside);
    pane_text(&pane, 0, pane.rows - 1, ROLE_KEY,
        !*overlay->edit.text ? "Esc closes  arrows scroll  End: what words and marks mean"
        : runs_first(lines, help.n_help) ? "Enter runs the first  Esc closes  arrows scroll"
                                         : "Esc closes  arrows scroll");
    cells->cursor_column =
        3 + cells_width("Help  type to filter: ") + overlay_column(&pane, &overlay->edit);
    cells->cursor_row = 0;
    free(lines);
}

/* The end is where the screen says: from there lines are counted back, -1 is the last. */
static void scroll(struct overlay *overlay, int lines)
{
    bool from_end = overlay->scroll < 0;
    int least = from_end ? -HELP_LONGEST : 0, most = from_end ? -1 : HELP_LONGEST;
    int to = overlay->scroll + lines;
    overlay->scroll = to < least ? least : to > most ? most : to;
}

static enum overlay_answer key(struct overlay *overlay, const struct event *event)
{
    switch (event->key) {
    case PRESS_ESCAPE:
        return OVERLAY_CANCELLED;
    case PRESS_ENTER:
        return *overlay->edit.text ? OVERLAY_ACCEPTED : OVERLAY_CANCELLED;
    case PRESS_UP:
    case PRESS_WHEEL_UP:
        scroll(overlay, -1);
        return OVERLAY_STAYS;
    case PRESS_DOWN:
    case PRESS_WHEEL_DOWN:
        scroll(overlay, 1);
        return OVERLAY_STAYS;
    case PRESS_PAGE_UP:
        scroll(overlay, -10);
        return OVERLAY_STAYS;
    case PRESS_PAGE_DOWN:
        scroll(overlay, 10);
        return OVERLAY_STAYS;
    case PRESS_HOME:
        overlay->scroll = 0;
        return OVERLAY_STAYS;
    case PRESS_END:
        overlay->scroll = -1;
        return OVERLAY_STAYS;
    case '/': /* typing searches anyhow */
        if (overlay->edit.length == 0)
            return OVERLAY_STAYS;
        /* fall through */
    default:
        if (!edit_key(&overlay->edit, event->key))
            return OVERLAY_STAYS;
        overlay->scroll = 0;
        return OVERLAY_CHANGED;
    }
}

void overlay_help(struct overlay *overlay)
{
    static const struct overlay_kind kind = {draw, key, .takes_text = true, .is_help = true};
    overlay_open(overlay, &kind, "Help");
}
