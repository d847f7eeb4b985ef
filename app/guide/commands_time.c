/* Time: how fast a run goes, and finished rounds seen again. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"

#include "app/guide/playback.h"
#include "app/options/values.h"
#include "engine/base/clock.h"

#include <stdlib.h>
#include <string.h>

/* Rounds a second, from slow to as fast as it goes. */
static const double speeds[] = {1, 2, 5, 10, 20, 50, 0};
enum { N_SPEEDS = sizeof speeds / sizeof *speeds };

static void say_speed(struct ui *ui, double speed)
{
    if (speed > 0)
        ui_say(ui, "a run takes at most %g round%s a second; ) is faster, ( slower", speed,
            speed == 1 ? "" : "s");
    else
        ui_say(ui, "a run goes as fast as it can; ( is slower");
}

static void set_speed(struct ui *ui, double speed)
{
    ui->guiding.speed = speed;
    ui->guiding.told = true;
    ui_post(ui, COMMAND_SPEED, 0, speed, "");
    say_speed(ui, speed);
}

static void command_speed(struct ui *ui, const char *argument)
{
    struct error err;
    double speed;
    if (!argument)
        say_speed(ui, ui->guiding.speed);
    else if (values_speed(&speed, argument, &err))
        set_speed(ui, speed);
    else
        ui_complain(ui, "speed: %s", err.text);
}

static void offer_speeds(struct ui *ui, const struct action *action)
{
    static const char *const words[][2] = {{"speed 2", "two rounds a second"},
        {"speed 5", "five rounds a second"}, {"speed 10", "ten rounds a second"},
        {"speed full", "as fast as it goes"}};
    (void)action;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        overlay_add(&ui->overlay, (int)i, words[i][0] + strlen("speed "), words[i][1], words[i][0]);
}

/* The next slower or faster one of the ladder. */
static void change_speed(struct ui *ui, int step)
{
    double now = ui->guiding.speed; /* the snapshot may not have heard of it yet */
    int at = 0;
    while (at < N_SPEEDS - 1 && (now == 0 || speeds[at] < now))
        at++;
    if (step > 0 && now > 0 && speeds[at] > now) /* between two: the one above is a step */
        step = 0;
    at += step;
    at = at < 0 ? 0 : at >= N_SPEEDS ? N_SPEEDS - 1 : at;
    set_speed(ui, speeds[at]);
}

static void command_slower(struct ui *ui, const char *argument)
{
    (void)argument;
    change_speed(ui, -1);
}

static void command_faster(struct ui *ui, const char *argument)
{
    (void)argument;
    change_speed(ui, 1);
}

static void command_play(struct ui *ui, const char *argument)
{
    (void)argument;
    if (ui->view_state.playing) {
        playback_stop(ui);
        ui_say(ui, "playback paused at round %d; K goes on, Esc shows the net's own round",
            ui_round(ui));
    } else if (ui_ready(ui)) {
        playback_start(ui, clock_seconds());
    }
}

/* Shows a round, from the first to the last that is known. */
static void look(struct ui *ui, const char *argument, int direction)
{
    char *end = NULL;
    long rounds = argument ? strtol(argument, &end, 10) : 1;
    const struct snapshot *s = ui->snapshot;
    if (!ui_ready(ui))
        return;
    if (end && (end == argument || *end || rounds < 0 || rounds > 1000000)) {
        ui_complain(ui, "%s is not a whole number, 0 or more", argument);
        return;
    }
    long round = direction ? ui_round(ui) + direction * rounds : rounds;
    round = round < 0 ? 0 : round >= s->n_rounds ? s->n_rounds - 1 : round;
    playback_stop(ui);
    ui->view_state.viewed = round == s->position ? -1 : (int)round;
}

static void command_look(struct ui *ui, const char *argument)
{
    if (argument)
        look(ui, argument, 0);
    else
        ui_complain(ui, "use: look ROUND; the net stays where it is");
}

static void command_look_back(struct ui *ui, const char *argument)
{
    look(ui, argument, -1);
}

static void command_look_on(struct ui *ui, const char *argument)
{
    look(ui, argument, 1);
}

const struct action action_speed = {
    .name = "speed",
    .argument = "[ROUNDS|full]",
    .keys = "",
    .group = COMMANDS_RUN,
    .help = "how many rounds a second a run takes",
    .run = command_speed,
    .offer = offer_speeds,
};

const struct action action_slower = {
    .name = "slower",
    .keys = "(",
    .group = COMMANDS_RUN,
    .help = "fewer rounds a second",
    .run = command_slower,
};

const struct action action_faster = {
    .name = "faster",
    .keys = ")",
    .group = COMMANDS_RUN,
    .help = "more rounds a second",
    .run = command_faster,
};

const struct action action_play = {
    .name = "play",
    .keys = "K",
    .group = COMMANDS_LOOK,
    .help = "play finished rounds; again: pause",
    .run = command_play,
    .hint = "play",
    .where = "curves faces",
    .rank = 4,
    .screen = true,
};

const struct action action_look = {
    .name = "look",
    .argument = "ROUND",
    .keys = "",
    .group = COMMANDS_LOOK,
    .help = "show a round; the net stays",
    .run = command_look,
    .screen = true,
};

const struct action action_look_back = {
    .name = "look-back",
    .argument = "[ROUNDS]",
    .keys = "<",
    .group = COMMANDS_LOOK,
    .help = "show the round before, in any panel",
    .run = command_look_back,
    .counts = true,
    .screen = true,
};

const struct action action_look_on = {
    .name = "look-on",
    .argument = "[ROUNDS]",
    .keys = ">",
    .group = COMMANDS_LOOK,
    .help = "show the round behind, in any panel",
    .run = command_look_on,
    .counts = true,
    .screen = true,
};
