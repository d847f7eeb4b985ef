/* Images that pass the filter, pinned ones first, and what a round did to each. */
#include "views/facts/faces.h"

#include "engine/base/memory.h"
#include "views/facts/branches.h"
#include "views/facts/face_examples.h"

#include <stdio.h>
#include <stdlib.h>

int faces_predicted(const struct snapshot *s, int round, struct face face)
{
    if (round < 0 || round >= s->n_rounds || !s->rounds[round]->predicted[face.set])
        return -1;
    return s->rounds[round]->predicted[face.set][face.index];
}

static bool as_labelled(const struct snapshot *s, int round, struct face face)
{
    return faces_predicted(s, round, face) == (int)s->labels[face.set][face.index];
}

int faces_person(const struct snapshot *s, struct face face)
{
    if (face.set == SET_CLEAN)
        return (int)s->labels[SET_CLEAN][face.index];
    return s->truth ? (int)s->truth[face.index] : -1;
}

enum fate faces_fate(const struct snapshot *s, int round, struct face face)
{
    bool now = as_labelled(s, round, face);
    bool before = round > 0 ? as_labelled(s, round - 1, face) : now;
    if (face.set == SET_CLEAN)
        return now ? before ? FATE_RIGHT : FATE_RECOVERED : before ? FATE_BROKEN : FATE_WRONG;
    if (now)
        return before ? FATE_HIT : FATE_REINFECTED;
    bool right = !s->truth || faces_predicted(s, round, face) == faces_person(s, face);
    return !before ? FATE_SAFE : right ? FATE_RESCUED : FATE_DIVERTED;
}

static bool changed(const struct snapshot *s, int round, struct face face)
{
    return round > 0 && as_labelled(s, round, face) != as_labelled(s, round - 1, face);
}

bool faces_flagged(const struct snapshot *s, int round, struct face face)
{
    const uint16_t *unpruned = branches_unpruned(s)->predicted[face.set];
    return unpruned && unpruned[face.index] != faces_predicted(s, round, face);
}

static bool passes(const struct snapshot *s, const struct faces *faces, struct face face)
{
    static const enum fate fates[] = {[FACES_BROKEN] = FATE_BROKEN,
        [FACES_RECOVERED] = FATE_RECOVERED,
        [FACES_RESCUED] = FATE_RESCUED,
        [FACES_REINFECTED] = FATE_REINFECTED};
    if (faces->filter == FACES_ALL)
        return true;
    if (faces->filter >= FACES_BROKEN && faces->filter <= FACES_REINFECTED)
        return faces_fate(s, faces->round, face) == fates[faces->filter];
    if (faces->filter == FACES_CHANGED)
        return changed(s, faces->round, face);
    if (faces->filter == FACES_FLAGGED)
        return faces_flagged(s, faces->round, face);
    return as_labelled(s, faces->round, face) == (face.set == SET_POISONED);
}

bool faces_pinned(const struct view_state *view_state, struct face face)
{
    for (int i = 0; i < view_state->n_pinned; i++)
        if (view_state->pinned[i] == 2 * face.index + (int)face.set)
            return true;
    return false;
}

const char *faces_filter_name(enum face_filter filter)
{
    static const char *const names[] = {
        "changed", "broken", "recovered", "rescued", "hit again", "all", "wrong or hit", "flagged"};
    return names[filter];
}

/* Whatever the filter says. */
static void take_pinned(
    struct faces *faces, const struct snapshot *s, const struct view_state *view_state)
{
    faces->n_pinned = 0;
    for (int i = 0; i < view_state->n_pinned; i++) {
        struct face face = {view_state->pinned[i] % 2, view_state->pinned[i] / 2};
        if (s->labels[face.set] && face.index < s->n_images[face.set])
            faces->face[faces->n_pinned++] = face;
    }
    faces->n = faces->n_pinned;
}

/* Pairs in which the attack is seen go before all others. Marks what was taken: taken[2 * index +
 * set]. */
static void take_examples(
    struct faces *faces, const struct snapshot *s, const struct view_state *view_state, bool *taken)
{
    struct face examples[FACE_EXAMPLES];
    bool whole = faces->filter == FACES_ALL && view_state->only_class == 0;
    int n = whole ? face_examples(s, examples) : 0;
    for (int i = 0; i < n; i++) {
        struct face face = examples[i];
        enum image_set other = face.set == SET_CLEAN ? SET_POISONED : SET_CLEAN;
        if (faces_pinned(view_state, face) ||
            view_state->face_side == (other == SET_CLEAN ? FACES_CLEAN : FACES_POISONED))
            continue;
        taken[2 * face.index + (int)face.set] = true;
        faces->face[faces->n++] = face;
    }
}

static void collect(
    struct faces *faces, const struct snapshot *s, const struct view_state *view_state)
{
    enum face_side side = view_state->face_side;
    int only = view_state->only_class - 1;
    int n[N_SETS] = {s->labels[SET_CLEAN] ? s->n_images[SET_CLEAN] : 0,
        s->labels[SET_POISONED] ? s->n_images[SET_POISONED] : 0};
    if (side == FACES_CLEAN)
        n[SET_POISONED] = 0;
    if (side == FACES_POISONED)
        n[SET_CLEAN] = 0;
    int most = n[0] > n[1] ? n[0] : n[1];
    bool *taken = memory_array(2 * (size_t)most + 2, sizeof *taken);
    take_pinned(faces, s, view_state);
    take_examples(faces, s, view_state, taken);
    for (int i = 0; i < most; i++)
        for (int set = 0; set < N_SETS; set++) {
            struct face face = {set, i};
            if (i < n[set] && !taken[2 * i + set] && (only < 0 || s->labels[set][i] == only) &&
                !faces_pinned(view_state, face) && passes(s, faces, face))
                faces->face[faces->n++] = face;
        }
    free(taken);
}

void faces_init(
    struct faces *faces, const struct snapshot *snapshot, const struct view_state *view_state)
{
    size_t most = (size_t)snapshot->n_images[0] + (size_t)snapshot->n_images[1];
    bool moves = view_state->playing || view_state->sliding;
    bool changes = view_state->face_filter == FACES_CHANGED;
    *faces = (struct faces){.filter = moves && changes ? FACES_ALL : view_state->face_filter};
    bool still = view_state->lean && view_state->still >= 0;
    still = still && view_state->still < snapshot->n_rounds;
    faces->round = still ? view_state->still : view_shown_round_of(snapshot, view_state);
    faces->face = memory_array(most + 1, sizeof *faces->face);
    collect(faces, snapshot, view_state);
    if (faces->n == faces->n_pinned && faces->filter == FACES_CHANGED) {
        faces->filter = FACES_ALL;
        collect(faces, snapshot, view_state);
    }
}

void faces_finish(struct faces *faces)
{
    free(faces->face);
}

const char *faces_mark(enum fate fate, enum role *role)
{
    static const struct {
        const char *mark;
        enum role role;
    } marks[] = {
        [FATE_RIGHT] = {"·", ROLE_FAINT},
        [FATE_WRONG] = {"−", ROLE_FAINT},
        [FATE_BROKEN] = {"✗", ROLE_BAD},
        [FATE_RECOVERED] = {"↺", ROLE_GOOD},
        [FATE_SAFE] = {"·", ROLE_FAINT},
        [FATE_HIT] = {"!", ROLE_ATTACK},
        [FATE_RESCUED] = {"✓", ROLE_GOOD},
        [FATE_DIVERTED] = {"~", ROLE_WARNING},
        [FATE_REINFECTED] = {"!", ROLE_BAD},
    };
    *role = marks[fate].role;
    return marks[fate].mark;
}

const char *faces_word(enum fate fate)
{
    static const char *const words[] = {"right", "wrong", "broken", "recovered", "not hit", "hit",
        "rescued", "no longer the target", "hit again"};
    return words[fate];
}

int faces_digits(const struct snapshot *s)
{
    int width = 1;
    for (int most = s->n_classes - 1; most >= 10; most /= 10)
        width++;
    return width;
}

void faces_caption(const struct snapshot *s, int round, struct face face, char *text, int size)
{
    int width = faces_digits(s), predicted = faces_predicted(s, round, face);
    int person = faces_person(s, face), label = (int)s->labels[face.set][face.index];
    int used = snprintf(text, (size_t)size, "%0*d→", width, person < 0 ? label : person);
    if (used > 0 && used < size)
        snprintf(
            text + used, (size_t)(size - used), predicted < 0 ? "?" : "%0*d", width, predicted);
}
