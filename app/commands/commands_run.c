#include "app/commands/commands.h"

#include "app/options/options.h"

#include <stdlib.h>
#include <string.h>

/* Acting goes on at the engine's own round, so panels follow it again. */
static void act(struct ui *ui, enum command_kind kind, int number)
{
    ui->look.viewed = -1;
    if (kind != COMMAND_WHAT_IF)
        ui->asked = -1;
    ui_post(ui, kind, number, 0, "");
}

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

/* Opening the files is no work that a pause ends. */
bool command_working(const struct snapshot *snapshot)
{
    bool busy = snapshot->phase == PHASE_RUNNING || snapshot->phase == PHASE_SCANNING ||
                snapshot->phase == PHASE_MEASURING;
    return busy && snapshot->n_rounds > 0;
}

void command_run_pause(struct ui *ui, const char *argument)
{
    if (command_working(ui->snapshot))
        command_pause(ui, argument);
    else
        command_run(ui, argument);
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
        ui->look.viewed = ui->asked = -1;
        ui_post(ui, COMMAND_RUN, 0, value, goals[i]);
        return;
    }
    ui_complain(ui, "say run ROUND, run drop POINTS or run asr PERCENT");
}

void command_run(struct ui *ui, const char *argument)
{
    if (ui->snapshot->phase == PHASE_DONE) {
        ui_say(ui, "every channel is pruned: u takes rounds back, g goes to one");
        return;
    }
    if (argument && strchr("ad", argument[0])) {
        run_until(ui, argument);
        return;
    }
    int round = count(ui, argument, 0);
    if (round >= 0)
        act(ui, COMMAND_RUN, round);
}

static void accept_until(struct ui *ui, const char *text, int value)
{
    (void)value;
    command_run(ui, *text ? text : NULL);
}

void command_until(struct ui *ui, const char *argument)
{
    (void)argument;
    overlay_prompt(&ui->overlay, "run until (ROUND, drop or d POINTS, asr or a PERCENT): ", "");
    ui->accept = accept_until;
}

void command_pause(struct ui *ui, const char *argument)
{
    (void)argument;
    ui_post(ui, COMMAND_PAUSE, 0, 0, "");
}

void command_step(struct ui *ui, const char *argument)
{
    int rounds = count(ui, argument, 1);
    if (rounds > 0)
        act(ui, COMMAND_STEP, rounds);
}

void command_undo(struct ui *ui, const char *argument)
{
    int rounds = count(ui, argument, 1);
    if (rounds > 0)
        act(ui, COMMAND_UNDO, rounds);
}

void command_redo(struct ui *ui, const char *argument)
{
    int rounds = count(ui, argument, 1);
    if (rounds > 0)
        act(ui, COMMAND_REDO, rounds);
}

static void accept_goto(struct ui *ui, const char *text, int value)
{
    (void)value;
    if (*text)
        command_goto(ui, text);
}

void command_goto(struct ui *ui, const char *argument)
{
    if (!argument) {
        overlay_prompt(&ui->overlay, "go to round: ", "");
        ui->accept = accept_goto;
        return;
    }
    int round = count(ui, argument, 0);
    if (round >= 0)
        act(ui, COMMAND_JUMP, round);
}

void command_rewind(struct ui *ui, const char *argument)
{
    (void)argument;
    int round = ui_round(ui);
    if (round == ui->snapshot->position)
        ui_say(ui, "the net is at round %d already", round);
    else
        act(ui, COMMAND_JUMP, round);
}

static void accept_reset(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value == 'y')
        act(ui, COMMAND_RESET, 0);
}

void command_reset(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui->snapshot->n_rounds < 2 || !ui_attended(ui)) {
        act(ui, COMMAND_RESET, 0);
        return;
    }
    overlay_question(&ui->overlay, "Forget all rounds of this layer?");
    overlay_add(&ui->overlay, 'n', "no, keep them", NULL, NULL);
    overlay_add(&ui->overlay, 'y', "yes, back to the unpruned net", NULL, NULL);
    ui->accept = accept_reset;
}

/* A channel that is still there: the one named or the one under the cursor; -1: a complaint. */
static int kept_channel(struct ui *ui, const char *argument)
{
    const struct snapshot *s = ui->snapshot;
    int channel = count(ui, argument, ui->look.channel);
    if (channel < 0 || !ui_ready(ui))
        return -1;
    int gone = snapshot_pruned_in(s, s->position, channel);
    if (gone == 0)
        return channel;
    ui_complain(ui, "channel %d went in round %d already", channel, gone);
    return -1;
}

void command_prune(struct ui *ui, const char *argument)
{
    int channel = kept_channel(ui, argument);
    if (channel >= 0)
        act(ui, COMMAND_PRUNE, channel);
}

void command_what_if(struct ui *ui, const char *argument)
{
    int channel = kept_channel(ui, argument);
    if (channel < 0)
        return;
    ui->asked = channel;
    act(ui, COMMAND_WHAT_IF, channel);
}

void command_what_if_all(struct ui *ui, const char *argument)
{
    (void)argument;
    ui->asked = -2;
    act(ui, COMMAND_WHAT_IF, -1);
}

void command_scan(struct ui *ui, const char *argument)
{
    (void)argument;
    ui_post(ui, COMMAND_SCAN, 0, 0, "");
}

void command_repair(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui->snapshot->suggested < 0 && ui->snapshot->suggestion[0])
        ui_complain(ui, "no repair is suggested: %s", ui->snapshot->suggestion);
    else if (ui->snapshot->suggested < 0)
        ui_complain(ui, "nothing is suggested yet: A examines the layers");
    else
        act(ui, COMMAND_REPAIR, 0);
}

void command_detect(struct ui *ui, const char *argument)
{
    (void)argument;
    if (!ui_ready(ui))
        return;
    command_view(ui, "goodnet");
    ui_post(ui, COMMAND_DETECT, options_have_tests(&ui->arguments->options), 0, "");
}

void command_test(struct ui *ui, const char *argument)
{
    (void)argument;
    if (!options_have_tests(&ui->arguments->options))
        ui_complain(ui, "there are no test images: start with --test-clean and --test-poisoned");
    else
        ui_post(ui, COMMAND_TEST, 0, 0, "");
}
