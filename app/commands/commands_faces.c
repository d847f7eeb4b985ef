/* Which faces are seen, and how. */
#include "app/commands/command_line.h"
#include "app/commands/commands_search.h"

#include "views/facts/faces.h"
#include "views/facts/goodnet.h"

#include <stdlib.h>
#include <string.h>

/* The faces that B and the repaired net under the cursor read differently. */
static void command_flagged(struct ui *ui, const char *argument)
{
    static struct goodnet_line lines[GOODNET_LINES];
    struct view_state *view_state = &ui->view_state;
    (void)argument;
    if (!ui_ready(ui))
        return;
    int n = goodnet_lines(ui->snapshot, ui_round(ui), lines), i = view_state->good;
    if (i >= n) {
        ui_complain(ui, "no net is pruned yet: nothing is flagged");
        return;
    }
    if (lines[i].round < 0) {
        ui_complain(ui, "%s is a file: its faces are counted, not shown", lines[i].name);
        return;
    }
    view_state->viewed = lines[i].round;
    view_state->face_filter = FACES_FLAGGED;
    view_state->face = 0;
    view_state->detail = false;
    commands_call(ui, "view", "faces");
    ui_focus(ui, ui->focus, true);
    ui_say(ui, "faces on which B and round %d disagree: G answers N+1 (flagged)", lines[i].round);
}

static bool changed_anything(const struct round *round)
{
    return round->broken + round->recovered + round->rescued + round->reinfected > 0;
}

/* Faces that changed in the round shown; where there are no more, the next such round. */
static void changed(struct ui *ui, int direction)
{
    const struct snapshot *s = ui->snapshot;
    const struct view *faces = views_find("faces");
    struct area area = {0, 0, ui->columns, ui->rows};
    if (s->n_rounds == 0)
        return;
    if (ui->view_state.face_filter != FACES_CHANGED) {
        ui->view_state.face_filter = FACES_CHANGED;
        ui->view_state.face = 0;
    }
    int now = ui_round(ui), before = ui->view_state.face;
    if (changed_anything(s->rounds[now])) {
        faces->move(s, &ui->view_state, direction > 0 ? MOVE_RIGHT : MOVE_LEFT, area);
        if (ui->view_state.face != before)
            return;
    }
    int round = now + direction;
    while (round > 0 && round < s->n_rounds && !changed_anything(s->rounds[round]))
        round += direction;
    if (round < 1 || round >= s->n_rounds) {
        ui_say(ui, "no round %s this one changed a face", direction > 0 ? "behind" : "before");
        return;
    }
    ui->view_state.viewed = round;
    ui->view_state.face = 0;
    if (direction < 0)
        faces->move(s, &ui->view_state, MOVE_LAST, area);
}

static void command_changed_next(struct ui *ui, const char *argument)
{
    (void)argument;
    if (!commands_search_again(ui, 1))
        changed(ui, 1);
}

static void command_changed_previous(struct ui *ui, const char *argument)
{
    (void)argument;
    if (!commands_search_again(ui, -1))
        changed(ui, -1);
}

static void command_face_filter(struct ui *ui, const char *argument)
{
    (void)argument;
    ui->view_state.face_filter =
        (enum face_filter)((ui->view_state.face_filter + 1) % N_FACE_FILTERS);
    ui->view_state.face = 0;
    ui_say(ui, "faces: %s", faces_filter_name(ui->view_state.face_filter));
}

/* The class of the face under the cursor; -1: there is none. */
static int class_here(const struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    struct faces faces;
    int class = -1;
    faces_init(&faces, s, &ui->view_state);
    if (ui->view_state.face < faces.n) {
        struct face face = faces.face[ui->view_state.face];
        class = s->labels[face.set] ? s->labels[face.set][face.index] : -1;
    }
    faces_finish(&faces);
    return class;
}

/* Without an argument that of the face under the cursor; again: all. */
static void command_face_class(struct ui *ui, const char *argument)
{
    char *end = NULL;
    if (!ui_ready(ui))
        return;
    long class = argument                    ? strtol(argument, &end, 10)
                 : ui->view_state.only_class ? -1
                                             : class_here(ui);
    if (end && (end == argument || *end || class < 0 || class >= ui->snapshot->n_classes)) {
        ui_complain(ui, "use: class CLASS, 0 to %d; class without a number shows all",
            ui->snapshot->n_classes - 1);
        return;
    }
    ui->view_state.only_class = (int)class + 1;
    ui->view_state.face = 0;
    if (class < 0)
        ui_say(ui, "faces of all classes");
    else
        ui_say(ui, "only faces of class %ld; class again shows all", class);
}

/* Pins the face under the cursor, or lets it go. */
static void command_pin(struct ui *ui, const char *argument)
{
    struct view_state *view_state = &ui->view_state;
    struct faces faces;
    (void)argument;
    if (!ui_ready(ui))
        return;
    faces_init(&faces, ui->snapshot, view_state);
    if (view_state->face < faces.n) {
        struct face face = faces.face[view_state->face];
        int code = 2 * face.index + (int)face.set, kept = 0;
        bool gone = faces_pinned(view_state, face);
        for (int i = 0; gone && i < view_state->n_pinned; i++)
            if (view_state->pinned[i] != code)
                view_state->pinned[kept++] = view_state->pinned[i];
        if (gone)
            view_state->n_pinned = kept;
        else if (view_state->n_pinned < LOOK_PINS)
            view_state->pinned[view_state->n_pinned++] = code,
            view_state->face = view_state->n_pinned - 1;
        ui_say(ui, "%s face %d %s", face.set == SET_CLEAN ? "clean" : "poisoned", face.index,
            gone                             ? "is no longer pinned"
            : faces_pinned(view_state, face) ? "is pinned: shown first in every round and filter"
                                             : "is not pinned: at most 24 faces can be");
    }
    faces_finish(&faces);
}

static void command_difference(struct ui *ui, const char *argument)
{
    (void)argument;
    ui->view_state.difference = !ui->view_state.difference;
    bool large = ui->view_state.detail && ui->zoomed && views_at(ui->focus) == views_find("faces");
    ui_say(ui, "%s%s",
        ui->view_state.difference ? "what the trigger changed" : "clean and poisoned images",
        large ? "" : "; Enter enlarges a face to show it");
}

static void command_face_side(struct ui *ui, const char *argument)
{
    static const char *const words[N_FACE_SIDES] = {"clean and poisoned", "clean", "poisoned"};
    (void)argument;
    ui->view_state.face_side = (enum face_side)((ui->view_state.face_side + 1) % N_FACE_SIDES);
    ui->view_state.face = 0;
    ui_say(ui, "faces: %s", words[ui->view_state.face_side]);
}

const struct action action_flagged = {
    .name = "flagged",
    .keys = "Enter",
    .group = COMMANDS_LOOK,
    .help = "faces on which B and B′ disagree",
    .run = command_flagged,
    .view = "goodnet",
    .hint = "flagged faces",
    .where = "goodnet",
    .rank = 2,
    .screen = true,
};

const struct action action_changed = {
    .name = "changed",
    .keys = "n",
    .group = COMMANDS_LOOK,
    .help = "next changed face, round, or match",
    .run = command_changed_next,
    .hint = "changed",
    .where = "faces",
    .key = "n/N",
    .rank = 2,
    .screen = true,
};

const struct action action_changed_back = {
    .name = "changed-back",
    .keys = "N",
    .group = COMMANDS_LOOK,
    .help = "the one before",
    .run = command_changed_previous,
    .screen = true,
};

const struct action action_filter = {
    .name = "filter",
    .keys = "f",
    .group = COMMANDS_LOOK,
    .help = "faces: filter by change, all, wrong",
    .run = command_face_filter,
    .hint = "filter",
    .where = "faces",
    .rank = 3,
    .screen = true,
};

const struct action action_side = {
    .name = "side",
    .keys = "v",
    .group = COMMANDS_LOOK,
    .help = "faces: both, clean, poisoned",
    .run = command_face_side,
    .hint = "side",
    .where = "faces",
    .rank = 3,
    .screen = true,
};

const struct action action_class = {
    .name = "class",
    .argument = "[CLASS]",
    .keys = "C",
    .group = COMMANDS_LOOK,
    .help = "faces of one class, or all again",
    .run = command_face_class,
    .view = "faces",
    .hint = "class",
    .where = "faces",
    .rank = 5,
    .screen = true,
};

const struct action action_pin = {
    .name = "pin",
    .keys = "m",
    .group = COMMANDS_LOOK,
    .help = "faces: pin or unpin this face",
    .run = command_pin,
    .view = "faces",
    .hint = "pin",
    .where = "faces",
    .rank = 3,
    .screen = true,
};

const struct action action_difference = {
    .name = "difference",
    .keys = "d",
    .group = COMMANDS_LOOK,
    .help = "a large face: what the trigger changed",
    .run = command_difference,
    .hint = "difference",
    .where = "faces",
    .rank = 4,
    .screen = true,
};
