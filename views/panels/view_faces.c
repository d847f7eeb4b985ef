/* Sample images with what the net says of them; zoomed a larger grid, or one in every pixel. */
#include "views/facts/faces.h"

#include "engine/base/memory.h"
#include "views/cells/picture.h"
#include "views/panels/face_detail.h"
#include "views/cells/panel.h"

#include <stdio.h>
#include <stdlib.h>

/* How faces are laid out: tiles of a picture and captions below. */
struct tiles {
    int columns, rows;   /* of the picture, cells */
    int wide, high;      /* of a tile with captions and gap */
    int across, down;    /* tiles */
    int captions, below; /* rows under a picture, under all */
};

static struct tiles sized(const struct snapshot *s, struct area inside, int down)
{
    struct tiles t = {.below = inside.rows >= 16, .captions = inside.rows >= 9 ? 2 : 1};
    int rows = (inside.rows - t.below) / down - t.captions;
    struct area room = {0, 0, inside.columns, rows}; /* small images are zoomed into it */
    struct area fit = picture_fit(room, s->width, s->height);
    t.columns = fit.columns;
    t.rows = fit.rows;
    t.wide = (fit.columns > 13 ? fit.columns : 13) + 1;
    t.high = fit.rows + t.captions;
    t.across = (inside.columns + 1) / t.wide;
    int apart = t.across > 0 ? (inside.columns + 1) / t.across : t.wide;
    t.wide = apart < t.wide + 6 ? apart : t.wide + 6; /* what is left over lies between them */
    t.down = t.high > 0 ? (inside.rows - t.below) / t.high : 0;
    return t;
}

/* Few and small ones for a slow line. */
static struct tiles lean_tiles(const struct snapshot *s, struct area inside)
{
    enum { ROWS = 12, MOST = 8 };
    struct tiles t = {.below = inside.rows >= 16, .captions = inside.rows >= 9 ? 2 : 1};
    int rows = inside.rows - t.below - t.captions;
    struct area fit = picture_fit(
        (struct area){0, 0, inside.columns, rows < ROWS ? rows : ROWS}, s->width, s->height);
    t.columns = fit.columns;
    t.rows = fit.rows;
    t.wide = (fit.columns > 13 ? fit.columns : 13) + 1;
    t.high = fit.rows + t.captions;
    t.across = (inside.columns + 1) / t.wide;
    t.across = t.across < MOST ? t.across : MOST;
    t.wide = t.across > 0 ? (inside.columns + 1) / t.across : t.wide;
    t.down = t.across > 0 ? (inside.rows - t.below) / t.high : 0;
    while (t.down > 1 && t.across * t.down > MOST)
        t.down--;
    return t;
}

/* The largest faces of which six are seen, but not below seven rows. */
static struct tiles fit_tiles(const struct snapshot *s, struct area inside, bool lean)
{
    if (lean)
        return lean_tiles(s, inside);
    struct tiles best = sized(s, inside, 1);
    for (int down = 2; best.across * best.down < 6; down++) {
        struct tiles smaller = sized(s, inside, down);
        if (smaller.rows < 7 || smaller.columns < 8)
            break;
        best = smaller;
    }
    return best;
}

/* The set, the number and what happened, within the tile: the set's name goes first where all do
 * not fit, because the colour says it too. */
static void draw_fate(
    const struct pane *pane, const struct tiles *t, struct face face, const char *fate)
{
    static const char *const sets[] = {"clean", "poisoned"}, *const brief[] = {"clean", "pois."};
    enum role role = face.set == SET_CLEAN ? ROLE_CLEAN : ROLE_ATTACK;
    char text[64], fitting[64];
    snprintf(text, sizeof text, "%s #%d %s", (*fate ? sets : brief)[face.set], face.index, fate);
    if (cells_width(text) >= t->wide && *fate)
        snprintf(text, sizeof text, "#%d %s", face.index, fate);
    pane_text(pane, 0, t->rows + 1, role, cells_elide(text, t->wide - 1, fitting, sizeof fitting));
}

static void draw_captions(const struct pane *pane, const struct view_input *input,
    const struct faces *faces, int place, const struct tiles *t)
{
    bool wide = t->wide > 24;
    struct face face = faces->face[place];
    enum fate fate = faces_fate(input->snapshot, faces->round, face);
    enum role role;
    char text[64];
    const char *mark = faces_mark(fate, &role);
    bool cursor = place == input->view_state->face && (input->focused || input->zoomed);
    faces_caption(input->snapshot, faces->round, face, text, sizeof text);
    int at = pane_printf(pane, 0, t->rows, role, "%s %s", mark, text);
    if (faces_pinned(input->view_state, face))
        pane_text(pane, at + 1, t->rows, ROLE_KEY, "■");
    if (cursor) {
        struct pane line = pane_part(pane, (struct area){0, 0, t->wide - 1, t->rows + 1});
        pane_row(&line, t->rows, ROLE_CURSOR);
    }
    if (cursor && input->focused) {
        pane->cells->cursor_column = pane->column;
        pane->cells->cursor_row = pane->row + t->rows;
    }
    if (t->captions > 1)
        draw_fate(pane, t, face, wide ? faces_word(fate) : "");
}

static void draw_tiles(
    const struct pane *pane, const struct view_input *input, const struct faces *faces)
{
    const struct snapshot *s = input->snapshot;
    struct area inside = {0, 0, pane->columns, pane->rows};
    struct tiles t = fit_tiles(s, inside, input->view_state->lean);
    int page = t.across * t.down;
    if (page < 1)
        return;
    int first = input->view_state->face / page * page;
    uint8_t *rgb = memory_array((size_t)s->width * (size_t)s->height, 3);
    for (int i = 0; i < page && first + i < faces->n; i++) {
        struct face face = faces->face[first + i];
        struct area tile = {i % t.across * t.wide, i / t.across * t.high, t.wide, t.high};
        struct pane part = pane_part(pane, tile);
        snapshot_image(s, face.set, face.index, rgb);
        picture_draw(&part, (struct area){0, 0, t.columns, t.rows}, rgb, s->width, s->height);
        draw_captions(&part, input, faces, first + i, &t);
    }
    free(rgb);
}

static void draw_below(
    const struct pane *pane, const struct view_input *input, const struct faces *faces)
{
    const struct snapshot *s = input->snapshot;
    const struct round *round = s->rounds[faces->round];
    int row = pane->rows - 1, at = 0;
    at = pane_printf(pane, at, row, ROLE_FAINT, "round %d: ", faces->round);
    at = pane_printf(
        pane, at, row, panel_count_role(round->broken, ROLE_BAD), "✗ %d broken  ", round->broken);
    at = pane_printf(pane, at, row, panel_count_role(round->recovered, ROLE_GOOD),
        "↺ %d recovered  ", round->recovered);
    bool right = panel_rescued_role(round) != ROLE_WARNING;
    at = pane_printf(pane, at, row, panel_rescued_role(round), "%s %d %s  ",
        panel_rescued_mark(round), round->rescued, right ? "rescued" : "no longer the target");
    at = pane_printf(pane, at, row, panel_count_role(round->reinfected, ROLE_BAD), "! %d hit again",
        round->reinfected);
    char place[32];
    snprintf(place, sizeof place, "%d of %d", input->view_state->face + 1, faces->n);
    if (at + 2 + cells_width(place) <= pane->columns)
        pane_right(pane, pane->columns, row, ROLE_FAINT, "%s", place);
}

static void draw_list(
    const struct pane *pane, const struct view_input *input, const struct faces *faces)
{
    for (int i = 0; i < pane->rows && input->view_state->face + i < faces->n; i++) {
        enum role role;
        char text[64];
        struct face face = faces->face[input->view_state->face + i];
        enum fate fate = faces_fate(input->snapshot, faces->round, face);
        const char *mark = faces_mark(fate, &role);
        faces_caption(input->snapshot, faces->round, face, text, sizeof text);
        pane_printf(pane, 0, i, role, "%s %s %s", mark, text, faces_word(fate));
    }
}

static void draw(const struct view_input *input, struct cells *cells, struct area inside)
{
    struct pane pane = pane_of(input, cells, inside);
    const struct snapshot *s = input->snapshot;
    if (s->n_rounds == 0 || s->width < 1 || s->height < 1) {
        panel_waiting(&pane, input, "faces appear once the images are read");
        return;
    }
    struct view_state view_state = *input->view_state;
    struct view_input shown = *input;
    struct faces faces;
    faces_init(&faces, s, &view_state);
    view_state.face = view_state.face < faces.n ? view_state.face : faces.n - 1;
    view_state.face = view_state.face > 0 ? view_state.face : 0;
    shown.view_state = &view_state;
    if (faces.n == 0)
        pane_text(&pane, 0, 0, ROLE_FAINT, "no image passes this filter");
    else if (input->zoomed && view_state.detail && pane.columns >= 40 && pane.rows >= 10)
        face_detail_draw(&pane, &shown, faces.face[view_state.face], faces.round);
    else if (pane.rows < 5 || pane.columns < 10)
        draw_list(&pane, &shown, &faces);
    else
        draw_tiles(&pane, &shown, &faces);
    if (faces.n > 0 && pane.rows >= 16 && !(input->zoomed && view_state.detail))
        draw_below(&pane, &shown, &faces);
    faces_finish(&faces);
}

static void note(const struct view_input *input, char *text, int size)
{
    static const char *const sides[] = {"clean and poisoned", "clean", "poisoned"};
    struct faces faces;
    *text = '\0';
    if (input->snapshot->n_rounds == 0)
        return;
    faces_init(&faces, input->snapshot, input->view_state);
    bool still = input->view_state->playing || input->view_state->sliding;
    bool none = faces.filter != input->view_state->face_filter && faces.round > 0 && !still;
    int used = snprintf(text, (size_t)size, "%s%s in round %d, %s, %d",
        none ? "none changed: " : "", faces_filter_name(faces.filter), faces.round,
        sides[input->view_state->face_side], faces.n);
    if (input->view_state->only_class > 0 && used < size)
        used += snprintf(
            text + used, (size_t)(size - used), ", class %d", input->view_state->only_class - 1);
    if (faces.n_pinned > 0 && used < size)
        used += snprintf(text + used, (size_t)(size - used), ", %d pinned", faces.n_pinned);
    if (faces.round != view_shown_round(input) && used < size)
        snprintf(text + used, (size_t)(size - used), "; this panel's key shows round %d",
            view_shown_round(input));
    faces_finish(&faces);
}

static void move(
    const struct snapshot *s, struct view_state *view_state, enum view_move way, struct area inside)
{
    struct tiles t = fit_tiles(s, inside, view_state->lean);
    struct faces faces;
    if (s->n_rounds == 0 || t.across < 1 || t.down < 1)
        return;
    faces_init(&faces, s, view_state);
    int across = view_state->detail ? 1 : t.across, to = view_state->face;
    if (way == MOVE_UP || way == MOVE_DOWN)
        to += way == MOVE_UP ? -across : across;
    else if (way == MOVE_PAGE_UP || way == MOVE_PAGE_DOWN)
        to += (way == MOVE_PAGE_UP ? -1 : 1) * across * t.down;
    else
        to = panel_moved(to, faces.n, 1, way);
    to = to >= faces.n ? faces.n - 1 : to;
    view_state->face = to > 0 ? to : 0;
    faces_finish(&faces);
}

static bool click(const struct snapshot *s, struct view_state *view_state, int column, int row,
    struct area inside)
{
    struct tiles t = fit_tiles(s, inside, view_state->lean);
    struct faces faces;
    if (s->n_rounds == 0 || view_state->detail || t.across < 1 || t.down < 1)
        return false;
    faces_init(&faces, s, view_state);
    int x = (column - inside.column) / t.wide, y = (row - inside.row) / t.high;
    int page = t.across * t.down, place = view_state->face / page * page + y * t.across + x;
    bool hit = x < t.across && y < t.down && place < faces.n;
    if (hit)
        view_state->face = place;
    faces_finish(&faces);
    return hit;
}

const struct view view_faces = {
    .name = "faces",
    .title = "Faces",
    .help = "images with label and prediction: broken, recovered, rescued, attacked",
    .min_columns = 30,
    .min_rows = 7,
    .place = {[SCREEN_LARGE] = {REGION_BELOW, .share = 0.4, .least = 12, .most = 20},
        [SCREEN_HUGE] = {REGION_BELOW, .share = 0.4, .least = 16, .most = 34}},
    .rank = 2,
    .detail = true,
    .draw = draw,
    .note = note,
    .move = move,
    .click = click,
};
