/* Rounds: run, pause, undo, go to one; and trying a channel before it is pruned. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"

#include "app/options/options.h"

#include <stdlib.h>
#include <string.h>

/* A whole number of 0 or more; `fallback` without one; -1 and a complaint otherwise. */
static int count(struct ui *ui, const char *argument, int fallback)
{
    char *end;
    if (!argument)
        return fallback;
    long number = strtol(argument, &end, 10);
    if (end != argument && !*end && number >= 0 && number < 1000000)
        return (int)number;
    ui_complain(ui, "%s is not a whole number, 0 or more", argument);
    return -1;
}

static void command_run_pause(struct ui *ui, const char *argument)
{
    if (ui_working(ui) || ui->view_state.playing)
        commands_call(ui, "pause", argument);
    else
        commands_call(ui, "run", argument);
}

/* "drop POINTS", "asr PERCENT"; "d4" and "a5" are short for them. */
static void run_until(struct ui *ui, const char *argument)
{
    static const char *const goals[] = {"drop", "asr"};
    size_t length = strspn(argument, "abcdefghijklmnopqrstuvwxyz");
    for (size_t i = 0; i < sizeof goals / sizeof *goals; i++) {
        char *end;
        if (length == 0 || strncmp(argument, goals[i], length) != 0)
            continue;
        double value = strtod(argument + length, &end);
        if (end == argument + length || *end || !(value >= 0 && value <= 100))
            break;
        ui->view_state.viewed = ui->asked = -1;
        ui_post(ui, COMMAND_RUN, 0, value, goals[i]);
        return;
    }
    ui_complain(ui, "use: run ROUND, run drop POINTS or run asr PERCENT");
}

static void command_run(struct ui *ui, const char *argument)
{
    if (ui->snapshot->phase == PHASE_DONE) {
        ui_say(ui, "every channel is pruned: u undoes a round, g goes to a round");
        return;
    }
    if (argument && strchr("ad", argument[0])) {
        run_until(ui, argument);
        return;
    }
    int round = count(ui, argument, 0);
    if (round >= 0)
        ui_act(ui, COMMAND_RUN, round);
}

static void accept_until(struct ui *ui, const char *text, int value)
{
    (void)value;
    command_run(ui, *text ? text : NULL);
}

static void command_until(struct ui *ui, const char *argument)
{
    (void)argument;
    overlay_prompt(&ui->overlay, "run until (ROUND, drop POINTS or asr PERCENT): ", "");
    ui->accept = accept_until;
}

static void command_pause(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui->view_state.playing)
        ui->view_state.playing = false;
    else
        ui_post(ui, COMMAND_PAUSE, 0, 0, "");
}

static void command_step(struct ui *ui, const char *argument)
{
    int rounds = count(ui, argument, 1);
    if (rounds > 0)
        ui_act(ui, COMMAND_STEP, rounds);
}

static void command_undo(struct ui *ui, const char *argument)
{
    int rounds = count(ui, argument, 1);
    if (rounds > 0)
        ui_act(ui, COMMAND_UNDO, rounds);
}

static void command_redo(struct ui *ui, const char *argument)
{
    int rounds = count(ui, argument, 1);
    if (rounds > 0)
        ui_act(ui, COMMAND_REDO, rounds);
}

static void accept_goto(struct ui *ui, const char *text, int value)
{
    (void)value;
    if (*text)
        commands_call(ui, "goto", text);
}

static void command_goto(struct ui *ui, const char *argument)
{
    if (!argument) {
        overlay_prompt(&ui->overlay, "go to round: ", "");
        ui->accept = accept_goto;
        return;
    }
    int round = count(ui, argument, 0);
    if (round >= 0)
        ui_act(ui, COMMAND_JUMP, round);
}

static void command_rewind(struct ui *ui, const char *argument)
{
    (void)argument;
    int round = ui_round(ui);
    if (round == ui->snapshot->position)
        ui_say(ui, "the net is already at round %d", round);
    else
        ui_act(ui, COMMAND_JUMP, round);
}

static void accept_reset(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value == 'y')
        ui_act(ui, COMMAND_RESET, 0);
}

static void command_reset(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui->snapshot->n_rounds < 2 || !ui_attended(ui)) {
        ui_act(ui, COMMAND_RESET, 0);
        return;
    }
    overlay_question(&ui->overlay, "Delete all rounds of this layer?");
    overlay_add(&ui->overlay, 'n', "no, keep them", NULL, NULL);
    overlay_add(&ui->overlay, 'y', "yes, back to the unpruned net", NULL, NULL);
    ui->accept = accept_reset;
}

/* A channel that is still there: the one named or the one under the cursor; -1: a complaint. */
static int kept_channel(struct ui *ui, const char *argument)
{
    const struct snapshot *s = ui->snapshot;
    int channel = count(ui, argument, ui->view_state.channel);
    if (channel < 0 || !ui_ready(ui))
        return -1;
    int gone = snapshot_pruned_in(s, s->position, channel);
    if (gone == 0)
        return channel;
    ui_complain(ui, "channel %d is already pruned, in round %d", channel, gone);
    return -1;
}

static void command_prune(struct ui *ui, const char *argument)
{
    int channel = kept_channel(ui, argument);
    if (channel >= 0)
        ui_act(ui, COMMAND_PRUNE, channel);
}

static void command_what_if(struct ui *ui, const char *argument)
{
    int channel = kept_channel(ui, argument);
    if (channel < 0)
        return;
    ui->asked = channel;
    ui_act(ui, COMMAND_WHAT_IF, channel);
}

static void command_what_if_all(struct ui *ui, const char *argument)
{
    (void)argument;
    ui->asked = -2;
    ui_act(ui, COMMAND_WHAT_IF, -1);
}

const struct action action_toggle = {
    .name = "toggle",
    .keys = "Space",
    .group = COMMANDS_RUN,
    .help = "run or pause",
    .run = command_run_pause,
    .hint = "run/pause",
    .rank = 1,
    .acts = true,
    .pauses = true,
};

const struct action action_step = {
    .name = "step",
    .argument = "[ROUNDS]",
    .keys = "s .",
    .group = COMMANDS_RUN,
    .help = "prune the next channel",
    .run = command_step,
    .hint = "step",
    .rank = 2,
    .counts = true,
    .acts = true,
};

const struct action action_undo = {
    .name = "undo",
    .argument = "[ROUNDS]",
    .keys = "u ,",
    .group = COMMANDS_RUN,
    .help = "undo the last round",
    .run = command_undo,
    .hint = "undo",
    .rank = 2,
    .counts = true,
    .acts = true,
};

const struct action action_redo = {
    .name = "redo",
    .argument = "[ROUNDS]",
    .keys = "Ctrl-R",
    .group = COMMANDS_RUN,
    .help = "redo the round undone last",
    .run = command_redo,
    .hint = "redo",
    .key = "^R",
    .rank = 5,
    .counts = true,
    .acts = true,
};

const struct action action_run = {
    .name = "run",
    .argument = "[ROUND|drop N|asr N]",
    .keys = "r",
    .group = COMMANDS_RUN,
    .help = "run to the end or to a goal",
    .run = command_run,
    .counts = true,
    .acts = true,
};

const struct action action_until = {
    .name = "until",
    .instead = "run drop 10",
    .keys = "R",
    .group = COMMANDS_RUN,
    .help = "ask how far to run",
    .run = command_until,
    .hint = "run until",
    .rank = 6,
    .screen = true,
    .acts = true,
};

const struct action action_pause = {
    .name = "pause",
    .keys = "p",
    .group = COMMANDS_RUN,
    .help = "pause after the current batch",
    .run = command_pause,
};

const struct action action_prune = {
    .name = "prune",
    .argument = "[CHANNEL]",
    .keys = "x",
    .group = COMMANDS_RUN,
    .help = "prune this channel now",
    .run = command_prune,
    .hint = "prune it",
    .where = "channels",
    .rank = 2,
    .acts = true,
};

const struct action action_what_if = {
    .name = "what-if",
    .argument = "[CHANNEL]",
    .keys = "w",
    .group = COMMANDS_RUN,
    .help = "what pruning this channel would do",
    .run = command_what_if,
    .hint = "what if",
    .where = "channels",
    .rank = 2,
    .acts = true,
};

const struct action action_what_if_all = {
    .name = "what-if-all",
    .keys = "W",
    .group = COMMANDS_RUN,
    .help = "what-if for every channel left",
    .run = command_what_if_all,
    .hint = "all",
    .where = "channels",
    .rank = 3,
    .acts = true,
};

const struct action action_rewind = {
    .name = "rewind",
    .keys = "b",
    .group = COMMANDS_RUN,
    .help = "bring the net to the round shown",
    .run = command_rewind,
    .hint = "rewind here",
    .where = "curves",
    .rank = 4,
};

const struct action action_goto = {
    .name = "goto",
    .argument = "ROUND",
    .keys = "g",
    .group = COMMANDS_RUN,
    .help = "bring the net to a round already run",
    .run = command_goto,
    .counts = true,
};

const struct action action_reset = {
    .name = "reset",
    .keys = "",
    .group = COMMANDS_RUN,
    .help = "back to unpruned, delete the rounds",
    .run = command_reset,
};
