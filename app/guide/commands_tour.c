/* The command that begins the tour, goes to a step of it, or leaves it. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"

#include "app/guide/tour.h"
#include "app/opening/opening.h"
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

/* The demo beside the session that is open, with nothing of that one's options: it waits, and comes
 * back behind the tour. */
static void open_demo(struct ui *ui)
{
    static const char demo[] = "demo --criterion=mean-activation --thresholds=2,4,10 --no-journal";
    struct error err;
    if (ui->changing.any) {
        ui_complain(ui, "another file is being read: wait for it, then begin the tour");
        return;
    }
    opening_destroy(ui->wanted);
    ui->wanted = opening_create(demo, ui->arguments, NULL, &err);
    if (ui->wanted)
        ui->wanted->aside = true;
    else
        ui_complain(ui, "%s", err.text);
}

static void begin(struct ui *ui, int step)
{
    if (ui->plain) {
        ui_complain(ui, "the tour in plain lines is: secateur tour --plain");
        return;
    }
    ui->touring.first = step;
    if (!tour_may(ui))
        open_demo(ui);
    else if (ui->snapshot->n_rounds == 0)
        ui->touring.wanted = true;
    else
        tour_start(ui, step, clock_seconds());
}

/* What the tour's keys do. */
static void act(struct ui *ui, const char *word)
{
    double now = clock_seconds();
    if (!ui->touring.on)
        ui_complain(ui, "the tour is not on; tour begins it");
    else if (strcmp(word, "next") == 0)
        tour_next(ui, now);
    else if (strcmp(word, "back") == 0)
        tour_back(ui, now);
    else if (strcmp(word, "pause") == 0)
        tour_pause(ui, !ui->touring.paused, now);
    else
        tour_leave(ui);
}

static void command_tour(struct ui *ui, const char *argument)
{
    static const char *const words[] = {"next", "back", "pause", "leave"};
    char *end = NULL;
    long step = argument ? strtol(argument, &end, 10) : 1;
    for (size_t i = 0; argument && i < sizeof words / sizeof *words; i++)
        if (strcmp(argument, words[i]) == 0) {
            act(ui, argument);
            return;
        }
    if (argument && (end == argument || *end || step < 1 || step > tour_steps()))
        ui_complain(ui, "use: tour, tour 1 to %d, tour next, back, pause or leave", tour_steps());
    else if (argument && ui->plain)
        tell_step(ui, (int)step - 1);
    else
        begin(ui, (int)step - 1);
}

const struct action action_tour = {
    .name = "tour",
    .argument = "[STEP|next|back|pause|leave]",
    .keys = "",
    .group = COMMANDS_PROGRAM,
    .help = "the exercise, played and explained",
    .run = command_tour,
};
