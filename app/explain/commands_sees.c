/* What a channel sees, why an image is read so, and where images lie. */
#include "app/explain/commands_sees.h"
#include "app/commands/command_line.h"

#include "engine/api/explanation.h"
#include "engine/api/scatter.h"
#include "views/facts/face_pair.h"
#include "views/facts/faces.h"
#include "views/panels/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const sets[] = {"clean", "poisoned"};

static bool shows(const struct ui *ui, const char *view)
{
    return strcmp(views_at(ui->focus)->name, view) == 0;
}

/* Posts it unless the same was asked for last. */
static void ask(struct ui *ui, char *asked, const char *key, const struct command *command)
{
    if (strcmp(asked, key) == 0)
        return;
    snprintf(asked, UI_ASKED, "%s", key);
    ui_post(ui, command->kind, command->number, command->value, command->text);
}

static void ask_face(struct ui *ui, struct face face, int round)
{
    const struct snapshot *s = ui->snapshot;
    enum explanation_method method = (enum explanation_method)(ui->view_state.seen - SEEN_MAP);
    bool map = method == EXPLANATION_MAP;
    int channel = map ? ui->view_state.channel : -1;
    const struct explanation *known = s->explanation[face.set];
    if (face.index < 0 || (map && channel >= s->n_channels))
        return;
    if (known && known->image == face.index && known->method == method &&
        known->branch == s->branch && known->channel == channel && (map || known->round == round))
        return;
    struct command command = {.kind = COMMAND_EXPLAIN, .number = round, .value = channel};
    char key[UI_ASKED];
    snprintf(command.text, sizeof command.text, "%s %d %s", sets[face.set], face.index,
        explanation_word(method));
    snprintf(key, sizeof key, "%.40s %d %d %d", command.text, round, channel, s->branch);
    ask(ui, ui->asked_face[face.set], key, &command);
}

/* The face that is seen large, and its pair beside it. */
static void follow_face(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    struct faces faces;
    if (!ui->zoomed || !ui->view_state.detail || ui->view_state.seen == SEEN_IMAGE ||
        !shows(ui, "faces"))
        return;
    faces_init(&faces, s, &ui->view_state);
    if (ui->view_state.face < faces.n) {
        struct face face = faces.face[ui->view_state.face];
        struct face pair = {face.set == SET_CLEAN ? SET_POISONED : SET_CLEAN, face_pair(s, face)};
        ask_face(ui, face, faces.round);
        if (s->n_images[pair.set] > 0)
            ask_face(ui, pair, faces.round);
    }
    faces_finish(&faces);
}

static void follow_scatter(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    char key[UI_ASKED];
    bool known = s->scatter && s->scatter->round == ui_round(ui) && s->scatter->branch == s->branch;
    if (!shows(ui, "scatter") || known)
        return;
    struct command command = {.kind = COMMAND_SCATTER, .number = ui_round(ui)};
    snprintf(key, sizeof key, "%d %d", command.number, s->branch);
    ask(ui, ui->asked_scatter, key, &command);
}

void commands_sees_follow(struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    bool rests = s->phase == PHASE_PAUSED || s->phase == PHASE_DONE;
    if (!rests || s->n_rounds == 0 || ui->plain)
        return;
    follow_face(ui);
    follow_scatter(ui);
}

/* Zero on every image that is open. */
static bool is_dead(const struct snapshot *s, int channel)
{
    bool dead = s->activations && channel >= 0 && channel < s->n_channels;
    for (int set = 0; set < N_SETS && dead; set++)
        dead = s->n_images[set] == 0 || s->activations[channel].zeros[set] >= 1;
    return dead;
}

static void say_map(struct ui *ui)
{
    int channel = ui->view_state.channel, panel = 0;
    while (views_at(panel + 1) && strcmp(views_at(panel)->name, "channels") != 0)
        panel++;
    if (is_dead(ui->snapshot, channel))
        ui_say(ui, "channel %d is dead on these images: choose another in Channels (%d)", channel,
            (panel + 1) % 10);
    else
        ui_say(ui, "over the face: what channel %d sees of it", channel);
}

static void say_seen(struct ui *ui)
{
    switch (ui->view_state.seen) {
    case SEEN_MAP:
        say_map(ui);
        break;
    case SEEN_GRADIENT:
        ui_say(ui, "over the face: pixels that would change the answer most (gradient)");
        break;
    case SEEN_OCCLUSION:
        ui_say(ui, "over the face: what the answer loses when a patch is hidden (occlusion)");
        break;
    default:
        ui_say(ui, "the face alone");
    }
}

/* "clean 17 gradient [CHANNEL]": asked for by hand, in scripts too. */
static void explain_by_hand(struct ui *ui, const char *argument)
{
    char set[16], method[16];
    int image, channel = ui->view_state.channel;
    struct command command = {.kind = COMMAND_EXPLAIN, .number = ui_round(ui)};
    int n = sscanf(argument, "%15s %d %15s %d", set, &image, method, &channel);
    bool known = n >= 2 && (strcmp(set, sets[0]) == 0 || strcmp(set, sets[1]) == 0);
    if (!known) {
        ui_complain(ui, "use: see map, gradient, occlusion or off; or see clean 17 gradient");
        return;
    }
    if (!ui_ready(ui))
        return;
    command.value = channel;
    snprintf(
        command.text, sizeof command.text, "%s %d %s", set, image, n > 2 ? method : "gradient");
    ui_post(ui, command.kind, command.number, command.value, command.text);
}

static void command_see(struct ui *ui, const char *argument)
{
    static const char *const words[N_SEEN] = {"off", "map", "gradient", "occlusion"};
    struct view_state *state = &ui->view_state;
    if (!argument && shows(ui, "channels")) {
        bool large = ui->zoomed && state->detail;
        state->pictures = !large || !state->pictures;
        if (state->pictures && state->seen == SEEN_IMAGE)
            state->seen = SEEN_MAP;
        if (!large)
            commands_call(ui, "inspect", NULL);
        return;
    }
    int seen = argument ? N_SEEN : (int)(state->seen + 1) % N_SEEN;
    for (int i = 0; argument && i < N_SEEN; i++)
        if (strcmp(argument, words[i]) == 0)
            seen = i;
    if (seen == N_SEEN) {
        explain_by_hand(ui, argument);
        return;
    }
    state->seen = (enum seen)seen;
    if (shows(ui, "channels") && ui->zoomed && state->detail)
        return;
    if (!ui->zoomed || !state->detail || !shows(ui, "faces")) {
        commands_call(ui, "view", "faces");
        ui_focus(ui, ui->focus, true);
        state->detail = true;
    }
    state->difference = false;
    say_seen(ui);
}

static void offer_seen(struct ui *ui, const struct action *action)
{
    static const char *const offers[][2] = {{"map", "what the channel under the cursor sees"},
        {"gradient", "pixels that would change the answer most"},
        {"occlusion", "what the answer loses when a patch is hidden"}, {"off", "the face alone"}};
    char insert[64];
    for (int i = 0; i < 4; i++) {
        snprintf(insert, sizeof insert, "%s %s", action->name, offers[i][0]);
        overlay_add(&ui->overlay, i, offers[i][0], offers[i][1], insert);
    }
}

static void command_scatter(struct ui *ui, const char *argument)
{
    (void)argument;
    if (!ui_ready(ui))
        return;
    if (ui->plain || script_runs(&ui->scripts)) {
        ui_post(ui, COMMAND_SCATTER, ui_round(ui), 0, "");
        return;
    }
    ui->asked_scatter[0] = '\0';
    commands_call(ui, "view", "scatter");
}

const struct action action_see = {
    .name = "see",
    .argument = "[WHAT]",
    .keys = "I",
    .group = COMMANDS_LOOK,
    .help = "what a channel sees; why this class?",
    .run = command_see,
    .offer = offer_seen,
    .hint = "sees",
    .where = "channels faces",
    .rank = 3,
};

const struct action action_scatter = {
    .name = "scatter",
    .keys = "Z",
    .group = COMMANDS_LOOK,
    .help = "images as points: clean, poisoned",
    .run = command_scatter,
};
