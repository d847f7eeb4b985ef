/* Which classes a backdoor may lead to, and the trigger of the one under the cursor. */
#include "engine/api/suspects.h"
#include "views/facts/defence_path.h"
#include "views/facts/suspects.h"
#include "views/cells/panel.h"
#include "views/panels/suspects_list.h"
#include "views/panels/suspects_trigger.h"

#include <stdio.h>

enum { LIST = 44, LIST_WIDE = 64, WIDE = 130, BESIDE = 70, BELOW = 12, TEXT = 1024 };

/* Where the parts stand: the list on the left or above, the trigger right or below. */
struct parts {
    struct area list, trigger; /* rows 0: not there */
};

static struct parts parts_of(struct area inside, int head, int n)
{
    struct area all = {0, head, inside.columns, inside.rows - head};
    struct parts p = {.list = all};
    if (all.columns >= BESIDE && all.rows >= 6) {
        p.list.columns = all.columns >= WIDE ? LIST_WIDE : LIST;
        p.trigger = all;
        p.trigger.column = p.list.columns + 2;
        p.trigger.columns -= p.list.columns + 2;
    } else if (all.rows >= 2 * BELOW) {
        p.list.rows = n + 1 < all.rows / 2 ? n + 1 : all.rows / 2;
        p.trigger =
            (struct area){0, head + p.list.rows + 1, all.columns, all.rows - p.list.rows - 1};
    }
    return p;
}

/* What to do while nothing is known. */
static void draw_nothing(const struct pane *pane, const struct view_input *input)
{
    static const char *const words[] = {
        "Nothing was searched yet. A (:scan) searches all classes for the one that a backdoor "
        "leads to; it needs no image. With clean images it inverts triggers too.",
        "Nothing was searched yet. A (:scan) searches all classes for the one that a backdoor "
        "leads to, and inverts triggers on the clean images; poisoned images are not needed.",
        "Nothing was searched yet. F (:scan) searches all classes for the one that a backdoor "
        "leads to; A (:examine) compares layers with the surrogate poisoned set.",
        "Nothing was searched yet. F (:scan) searches all classes for the one that a backdoor "
        "leads to, without the poisoned images; A (:examine) compares layers with them "
        "(oracle)."};
    struct defence_path path;
    defence_path_of(input->snapshot, &path);
    pane_paragraph(pane, 0, pane->rows, ROLE_TEXT, words[path.data]);
}

/* The conclusion; returns rows used, with a blank one behind. */
static int draw_head(const struct pane *pane, const struct snapshot *s)
{
    char text[TEXT];
    if (pane->rows < 10)
        return 0;
    suspects_conclude(s->suspects, text, sizeof text);
    return pane_paragraph(pane, 0, pane->rows / 3, ROLE_TEXT, text) + 1;
}

static int head_rows(const struct snapshot *s, struct area inside)
{
    struct cells cells;
    struct view_state view_state = {0};
    struct view_input input = {.snapshot = s, .view_state = &view_state, .theme = themes_at(0)};
    cells_init(&cells, inside.columns, inside.rows);
    struct pane pane = pane_of(&input, &cells, (struct area){0, 0, inside.columns, inside.rows});
    int rows = draw_head(&pane, s);
    cells_finish(&cells);
    return rows;
}

static const char *no_trigger(const struct snapshot *s)
{
    return s->suspects->n_images > 0
               ? "No trigger was inverted for this class: the first five and some others to "
                 "compare with are."
               : "Triggers are inverted on clean images: start with --clean FILE.";
}

static void draw_all(const struct pane *pane, const struct view_input *input)
{
    const struct snapshot *s = input->snapshot;
    struct area inside = {0, 0, pane->columns, pane->rows};
    const struct inverted_trigger *trigger = suspects_trigger(s, input->view_state);
    if (input->zoomed && input->view_state->detail && trigger) {
        suspects_trigger_draw(pane, s, trigger);
        return;
    }
    int head = draw_head(pane, s);
    struct parts parts = parts_of(inside, head, suspects_listed(s->suspects));
    struct pane list = pane_part(pane, parts.list);
    suspects_list_draw(&list, input);
    if (parts.trigger.rows > 0) {
        struct pane part = pane_part(pane, parts.trigger);
        if (trigger)
            suspects_trigger_draw(&part, s, trigger);
        else
            pane_paragraph(&part, 0, part.rows, ROLE_FAINT, no_trigger(s));
    }
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    const struct snapshot *s = input->snapshot;
    if (s->suspects && suspects_listed(s->suspects) > 0)
        draw_all(&pane, input);
    else if (s->forming)
        suspects_trigger_draw(&pane, s, s->forming);
    else if (s->phase == PHASE_SCANNING || s->n_rounds == 0)
        panel_waiting(&pane, input, "suspects appear once the classes are searched");
    else
        draw_nothing(&pane, input);
}

static void note(const struct view_input *input, char *text, int size)
{
    const struct suspects *suspects = input->snapshot->suspects;
    *text = '\0';
    if (suspects && suspects->n_images > 0)
        snprintf(
            text, (size_t)size, "%d classes, %d clean images", suspects->n, suspects->n_images);
    else if (suspects)
        snprintf(text, (size_t)size, "%d classes, no image", suspects->n);
}

static void move(
    const struct snapshot *s, struct view_state *view_state, enum view_move way, struct area inside)
{
    int n = suspects_listed(s->suspects);
    if (n > 0)
        view_state->suspect = panel_moved(suspects_cursor(s, view_state), n, inside.rows, way);
}

static bool click(const struct snapshot *s, struct view_state *view_state, int column, int row,
    struct area inside)
{
    if (suspects_listed(s->suspects) < 1)
        return false;
    struct parts parts = parts_of(inside, head_rows(s, inside), suspects_listed(s->suspects));
    if (column - inside.column >= parts.list.columns)
        return false;
    int place =
        suspects_list_place(s, view_state, parts.list.rows, row - inside.row - parts.list.row);
    if (place >= 0)
        view_state->suspect = place;
    return place >= 0;
}

const struct view view_suspects = {
    .name = "suspects",
    .brief = "scan",
    .title = "Suspects",
    .help = "the classes that a backdoor may lead to, and the trigger that was inverted",
    .min_columns = 24,
    .min_rows = 3,
    .rank = 9,
    .detail = true,
    .draw = draw,
    .note = note,
    .move = move,
    .click = click,
};
