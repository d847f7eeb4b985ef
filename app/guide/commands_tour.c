/* The command that begins the tour, goes to a step of it, or leaves it. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"

#include "app/guide/tour.h"
#include "engine/base/clock.h"

#include <stdlib.h>
#include <string.h>

/* Breaks at the last blank that leaves at most so many bytes in a line. */
static void wrap(char *text, size_t columns)
{
    for (char *line = text; strlen(line) > columns;) {
        char *blank = line + columns;
        while (blank > line && *blank != ' ')
            blank--;
        if (blank == line)
            return;
        *blank = '\n';
        line = blank + 1;
    }
}

/* A step in lines, for where there is no screen. */
static void tell_step(struct ui *ui, int step)
{
    char title[96], text[UI_NOTICE];
    ui->touring.step = step;
    tour_title(ui, title, sizeof title);
    tour_text(ui, step, text, sizeof text);
    wrap(text, 78);
    ui_say(ui, "\n== %s ==\n%s\n", title, text);
}

static void accept_demo(struct ui *ui, const char *text, int value)
{
    (void)text;
    if (value != 'd')
        return;
    ui->touring = (struct touring){.wanted = true};
    commands_call(ui, "open", "demo");
}

/* The net that is open is the person's: the tour does not touch it. */
static void ask_demo(struct ui *ui)
{
    overlay_question(&ui->overlay,
        ui->journal ? "The tour plays on the built-in demo; this session stays in its journal."
                    : "The tour plays on the built-in demo; this session is left.");
    overlay_add(&ui->overlay, 'd', "open the demo, and begin", NULL, NULL);
    overlay_add(&ui->overlay, 'c', "continue here", NULL, NULL);
    ui->accept = accept_demo;
}

static void begin(struct ui *ui)
{
    if (ui->plain)
        ui_complain(ui, "the tour in plain lines is: secateur tour --plain");
    else if (!tour_may(ui))
        ask_demo(ui);
    else if (ui->snapshot->n_rounds == 0)
        ui->touring.wanted = true;
    else
        tour_start(ui, clock_seconds());
}

static void command_tour(struct ui *ui, const char *argument)
{
    char *end = NULL;
    long step = argument ? strtol(argument, &end, 10) : 0;
    if (!argument) {
        begin(ui);
    } else if (strcmp(argument, "leave") == 0) {
        tour_leave(ui);
    } else if (end == argument || *end || !tour_at((int)step - 1) || step > tour_steps()) {
        ui_complain(ui, "use: tour, tour 1 to %d, or tour leave", tour_steps());
    } else if (ui->plain) {
        tell_step(ui, (int)step - 1);
    } else if (!tour_may(ui)) {
        ask_demo(ui);
    } else if (ui_ready(ui)) {
        tour_start(ui, clock_seconds());
        for (long i = 1; i < step; i++)
            tour_next(ui, clock_seconds());
    }
}

const struct action action_tour = {
    .name = "tour",
    .argument = "[STEP|leave]",
    .keys = "",
    .group = COMMANDS_PROGRAM,
    .help = "the exercise, played and explained",
    .run = command_tour,
};
