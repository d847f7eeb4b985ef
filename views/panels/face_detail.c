/* One image and its pair in every pixel, the difference, the rounds that changed it. */
#include "views/panels/face_detail.h"

#include "engine/api/explanation.h"
#include "engine/base/memory.h"
#include "views/cells/picture.h"
#include "views/channel/seen.h"
#include "views/facts/face_pair.h"

#include <stdio.h>
#include <stdlib.h>

enum { SEEN = 8 };                     /* of 255: a change that counts as the trigger's */
enum { STORY = 28, STORY_LEAST = 17 }; /* columns of the story at the right */

/* What was asked for and is known of this face, NULL: not yet. */
static const struct explanation *explanation_of(
    const struct pane *pane, const struct snapshot *s, struct face face, int round)
{
    const struct explanation *found = s->explanation[face.set];
    enum seen seen = pane->view_state->seen;
    bool map = seen == SEEN_MAP;
    if (seen == SEEN_IMAGE || !found || found->image != face.index || found->branch != s->branch ||
        (int)found->method != (int)seen - SEEN_MAP ||
        (map ? found->channel != pane->view_state->channel : found->round != round))
        return NULL;
    return found;
}

/* What lies over the face, in the row below. */
static void tell_explanation(
    const struct pane *pane, int column, int row, const struct explanation *found)
{
    if (!found)
        pane_text(pane, column, row, ROLE_FAINT, "looking …");
    else if (found->method == EXPLANATION_MAP && found->height * found->width == 1)
        pane_printf(pane, column, row, ROLE_KEY, "unit %d: %.3g, no map", found->channel,
            (double)found->heat[0]);
    else if (found->method == EXPLANATION_MAP && found->least >= 0 && found->most <= 0)
        pane_printf(pane, column, row, ROLE_WARNING, "channel %d is dead here", found->channel);
    else if (found->method == EXPLANATION_MAP)
        pane_printf(pane, column, row, ROLE_KEY, "channel %d: %.3g to %.3g", found->channel,
            (double)found->least, (double)found->most);
    else
        pane_printf(pane, column, row, ROLE_KEY,
            pane->columns < 32 ? "%s %d, p %.3f" : "%s of class %d, p %.3f",
            explanation_word(found->method), found->answer, found->share);
}

static void draw_one(const struct pane *pane, const struct snapshot *s, struct face face, int round)
{
    const struct explanation *found = explanation_of(pane, s, face, round);
    bool over = pane->view_state->seen != SEEN_IMAGE;
    static const char *const titles[] = {"clean", "poisoned"};
    uint8_t *rgb = memory_array((size_t)s->width * (size_t)s->height, 3);
    struct area area = {0, 1, pane->columns, pane->rows - 2 - over};
    struct area fit = picture_fit(area, s->width, s->height);
    enum role role;
    char text[64];
    int at = fit.column;
    enum fate fate = faces_fate(s, round, face);
    const char *mark = faces_mark(fate, &role);
    faces_caption(s, round, face, text, sizeof text);
    pane_printf(pane, at, 0, face.set == SET_CLEAN ? ROLE_CLEAN : ROLE_ATTACK, "%s #%d",
        titles[face.set], face.index);
    snapshot_image(s, face.set, face.index, rgb);
    if (found && found->height * found->width > 1)
        seen_lay_over(rgb, s->width, s->height,
            &(struct seen_heat){found->heat, found->height, found->width, found->most});
    picture_draw(pane, area, rgb, s->width, s->height);
    pane_printf(pane, at, fit.row + fit.rows, role, "%s %s %s", mark, text, faces_word(fate));
    if (over)
        tell_explanation(pane, at, fit.row + fit.rows + 1, found);
    free(rgb);
}

/* What the second image has more or less, in place of it, with where and how much. */
static void draw_difference(
    const struct pane *pane, const struct snapshot *s, int clean_index, int poisoned_index)
{
    size_t n = (size_t)s->width * (size_t)s->height;
    uint8_t *clean = memory_array(n, 3), *rgb = memory_array(n, 3);
    int edge[4] = {s->width, s->height, -1, -1}, most = 1;
    double sum = 0;
    snapshot_image(s, SET_CLEAN, clean_index, clean);
    snapshot_image(s, SET_POISONED, poisoned_index, rgb);
    for (size_t i = 0; i < 3 * n; i++) {
        int x = (int)(i / 3) % s->width, y = (int)(i / 3) / s->width;
        int change = abs(rgb[i] - clean[i]);
        rgb[i] = (uint8_t)change;
        sum += change;
        most = change > most ? change : most;
        if (change < SEEN)
            continue;
        edge[0] = x < edge[0] ? x : edge[0];
        edge[1] = y < edge[1] ? y : edge[1];
        edge[2] = x > edge[2] ? x : edge[2];
        edge[3] = y > edge[3] ? y : edge[3];
    }
    for (size_t i = 0; i < 3 * n; i++)
        rgb[i] = (uint8_t)(rgb[i] * 255 / most);
    struct area area = {0, 1, pane->columns, pane->rows - 2};
    struct area fit = picture_fit(area, s->width, s->height);
    pane_printf(pane, fit.column, 0, ROLE_STRONG, "|difference| #%d", poisoned_index);
    picture_draw(pane, area, rgb, s->width, s->height);
    if (edge[2] < 0)
        pane_text(pane, fit.column, fit.row + fit.rows, ROLE_FAINT, "nothing differs");
    else
        pane_printf(pane, fit.column, fit.row + fit.rows, ROLE_TEXT, "x %d-%d y %d-%d mean %.1f",
            edge[0], edge[2], edge[1], edge[3], sum / (3 * (double)n));
    free(clean);
    free(rgb);
}

/* The rounds in which the prediction changed, newest first; returns the row behind. */
static int draw_story(
    const struct pane *pane, const struct snapshot *s, struct face face, int round, int row)
{
    int last = pane->rows / (face.set == SET_CLEAN ? 2 : 1);
    pane_text(pane, 0, row++, face.set == SET_CLEAN ? ROLE_CLEAN : ROLE_ATTACK,
        face.set == SET_CLEAN ? "clean" : "poisoned");
    for (int r = round; r >= 0 && row < last; r--) {
        enum role role;
        char text[64];
        bool news = r == 0 || faces_predicted(s, r, face) != faces_predicted(s, r - 1, face);
        if (!news)
            continue;
        enum fate fate = faces_fate(s, r, face);
        const char *mark = faces_mark(fate, &role);
        faces_caption(s, r, face, text, sizeof text);
        pane_right(pane, 4, row, ROLE_FAINT, "r%d", r);
        const char *word = faces_word(fate);
        bool fits = 8 + cells_width(text) + cells_width(word) <= pane->columns;
        pane_printf(pane, 5, row++, role, "%s %s %s", mark, text, fits ? word : "");
    }
    return row + 1;
}

/* Both images beside each other, or the one asked for; the difference in place of the poisoned
 * one. */
static void draw_pictures(const struct pane *pane, const struct view_input *input,
    struct face first, struct face second, int round, bool beside)
{
    const struct snapshot *s = input->snapshot;
    int wide = beside ? pane->columns / 2 : pane->columns;
    struct pane part = pane_part(pane, (struct area){0, 0, wide - 1, pane->rows});
    bool pair = second.index >= 0, difference = input->view_state->difference && pair;
    if (difference && !beside)
        draw_difference(&part, s, first.index, second.index);
    else
        draw_one(&part, s, first, round);
    if (!beside)
        return;
    part = pane_part(pane, (struct area){wide, 0, wide - 1, pane->rows});
    if (difference)
        draw_difference(&part, s, first.index, second.index);
    else
        draw_one(&part, s, second, round);
}

void face_detail_draw(
    const struct pane *pane, const struct view_input *input, struct face face, int round)
{
    const struct snapshot *s = input->snapshot;
    struct face other = {face.set == SET_CLEAN ? SET_POISONED : SET_CLEAN, face_pair(s, face)};
    bool pair = other.index >= 0;
    int exact = pane->columns - 2 * (s->width + 1); /* left beside a pair in every pixel */
    int story = exact >= STORY_LEAST && exact < STORY ? exact : STORY;
    story = pane->columns >= 60 ? story : 0;
    int room = pane->columns - story;
    bool beside = pair && room >= 48, swap = pair && face.set == SET_POISONED;
    struct face first = swap ? other : face, second = swap ? face : other;
    struct pane part = pane_part(pane, (struct area){0, 0, room, pane->rows});
    if (!beside && !(pair && input->view_state->difference))
        first = face;
    draw_pictures(&part, input, first, second, round, beside);
    if (input->view_state->difference && !pair && !story)
        pane_text(&part, 0, part.rows - 1, ROLE_FAINT, "no matching picture in the other set");
    if (story) {
        part = pane_part(pane, (struct area){room + 1, 0, story - 1, pane->rows});
        int row = draw_story(&part, s, swap ? other : face, round, 0);
        if (pair)
            draw_story(&part, s, second, round, row);
        else if (input->view_state->difference)
            pane_paragraph(&part, row, part.rows - row, ROLE_FAINT,
                "no image of the other set shows the same picture");
    }
}
