/* Where the tour stands, and what makes it go on. */
#include "app/guide/tour.h"

#include "app/commands/command_line.h"
#include "app/guide/playback.h"
#include "app/guide/words.h"
#include "app/options/arguments.h"
#include "app/terminal/keys.h"
#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static const double seconds_a_word = 0.33, seconds_a_step = 3;

static double reading_time(const char *text)
{
    int words = 1;
    for (const char *c = text; *c; c++)
        words += *c == ' ';
    return seconds_a_step + seconds_a_word * words;
}

/* The panel of a step: on the dashboard where it stands there, else large. */
static void show_panel(struct ui *ui, const char *name)
{
    ui_focus(ui, 0, false);
    for (int i = 0; views_at(i) && name; i++)
        if (strcmp(views_at(i)->name, name) == 0)
            ui_focus(ui, i, !layout_find(&ui->layout, i));
}

/* With the numbers of the net that is there now. */
static void begin_text(struct ui *ui, double now)
{
    ui->touring.until = now + reading_time(tour_at(ui->touring.step)->text);
    tour_text(ui, ui->touring.step, ui->touring.text, sizeof ui->touring.text);
}

/* arrives: not from the step before. */
static void begin_step(struct ui *ui, int index, bool arrives, double now)
{
    const struct tour_step *step = tour_at(index);
    const char *lines = step->lines ? step->lines : "";
    arrives = arrives && step->arrive;
    ui->touring.step = index;
    ui->touring.lines = arrives ? step->arrive : lines;
    ui->touring.then = arrives ? lines : NULL;
    ui->touring.paused = ui->touring.strayed = false;
    ui->touring.waits = false;
    ui->view_state.viewed = -1;
    ui->view_state.face = 0;
    ui->view_state.face_filter = FACES_CHANGED;
    playback_stop(ui);
    show_panel(ui, step->view);
    ui->notice[0] = '\0';
    if (arrives)
        snprintf(ui->touring.text, sizeof ui->touring.text, "The net goes to where this begins …");
    else
        begin_text(ui, now);
}

bool tour_may(const struct ui *ui)
{
    const struct snapshot *s = ui->snapshot;
    bool fresh = s->n_rounds <= 1 && s->n_branches <= 1;
    return !ui->arguments->options.model && (fresh || ui->touring.on || ui->aside);
}

void tour_start(struct ui *ui, int step, double now)
{
    double speed = ui->touring.on ? ui->touring.speed : ui->guiding.speed;
    ui->touring = (struct touring){.on = true, .speed = speed};
    begin_step(ui, step, true, now);
}

/* Runs are as fast as the person wants them again. */
static void restore_speed(struct ui *ui, double speed)
{
    if (ui->guiding.speed == speed)
        return;
    ui->guiding.speed = speed;
    ui_post(ui, COMMAND_SPEED, 0, speed, "");
}

void tour_leave(struct ui *ui)
{
    if (!ui->touring.on)
        return;
    double speed = ui->touring.speed;
    ui->touring = (struct touring){.on = false};
    ui_resize(ui, ui->columns, ui->rows);
    if (ui_working(ui))
        commands_call(ui, "pause", NULL);
    restore_speed(ui, speed);
    playback_stop(ui);
    ui->comes_back = ui->aside;
    char words[GUIDE_WORDS];
    guide_words(
        ui, "the tour is over, the net is yours: {next-step} says what may come next", words);
    ui_say(ui, "%s", words);
}

void tour_pause(struct ui *ui, bool paused, double now)
{
    struct touring *touring = &ui->touring;
    if (paused == touring->paused)
        return;
    touring->paused = paused;
    touring->until += paused ? -now : now; /* while it is paused: seconds that are left */
    touring->waits = false;
}

/* What the step still does would come too late for the next one. */
static void end_step(struct ui *ui)
{
    if (ui_working(ui))
        commands_call(ui, "pause", NULL);
}

void tour_next(struct ui *ui, double now)
{
    bool done = !ui_working(ui) && !*ui->touring.lines && !ui->touring.then;
    bool arrives = !done || ui->touring.strayed;
    end_step(ui);
    if (tour_at(ui->touring.step + 1))
        begin_step(ui, ui->touring.step + 1, arrives, now);
    else
        tour_leave(ui);
}

void tour_back(struct ui *ui, double now)
{
    end_step(ui);
    begin_step(ui, ui->touring.step > 0 ? ui->touring.step - 1 : 0, true, now);
}

bool tour_key(struct ui *ui, int key, double now)
{
    if (!ui->touring.on)
        return false;
    if (key == ' ')
        tour_pause(ui, !ui->touring.paused, now);
    else if (key == PRESS_ENTER)
        tour_next(ui, now);
    else if (key == PRESS_BACKSPACE)
        tour_back(ui, now);
    else if (key == PRESS_ESCAPE)
        tour_leave(ui);
    else {
        tour_pause(ui, true, now);
        ui->touring.strayed = true;
    }
    return key == ' ' || key == PRESS_ENTER || key == PRESS_BACKSPACE || key == PRESS_ESCAPE;
}

double tour_due(const struct ui *ui)
{
    const struct touring *touring = &ui->touring;
    bool sleeps = !touring->on || touring->paused || touring->waits;
    return sleeps ? 0 : *touring->lines || touring->then ? 1 : touring->until;
}

/* The next command of the step. */
static void run_line(struct ui *ui)
{
    struct touring *touring = &ui->touring;
    int length = (int)strcspn(touring->lines, "\n");
    char *line = memory_format("%.*s", length, touring->lines);
    touring->lines += length + (touring->lines[length] == '\n');
    commands_line(ui, line);
    free(line);
    if (!ui->notice_bad)
        ui->notice[0] = '\0';
}

bool tour_tick(struct ui *ui, double now, bool rests)
{
    struct touring *touring = &ui->touring;
    if (!touring->on || touring->paused || ui->snapshot->n_rounds == 0)
        return false;
    bool works = !rests || ui->view_state.playing;
    touring->waits = works;
    if (works)
        return false;
    if (!*touring->lines && touring->then) {
        touring->lines = touring->then;
        touring->then = NULL;
        begin_text(ui, now);
        return true;
    }
    if (*touring->lines)
        run_line(ui);
    else if (now >= touring->until)
        tour_next(ui, now);
    else
        return false;
    return true;
}

void tour_title(const struct ui *ui, char *text, size_t size)
{
    int step = ui->touring.step;
    snprintf(text, size, "Tour, %d of %d: %s%s", step + 1, tour_steps(), tour_at(step)->title,
        ui->touring.paused ? " (paused)" : "");
}

void tour_text(const struct ui *ui, int step, char *text, size_t size)
{
    char words[GUIDE_WORDS];
    guide_words(ui, tour_at(step)->text, words);
    snprintf(text, size, "%s", words);
}

const char *tour_keys(const struct ui *ui)
{
    return ui->touring.paused
               ? "Space goes on  Enter next  Backspace back  Esc leaves; all other keys work"
               : "Space pauses  Enter next step  Backspace step back  Esc leaves the tour";
}

/* Only for the eye: it changes nothing that plain lines could tell. */
static bool is_seen_only(const char *line, int length)
{
    static const char *const names[] = {"speed", "look", "play", "back"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int n = (int)strlen(names[i]);
        if (length >= n && strncmp(line, names[i], (size_t)n) == 0)
            return true;
    }
    return false;
}

static void add_lines(FILE *script, const char *lines)
{
    for (const char *line = lines ? lines : ""; *line;) {
        int length = (int)strcspn(line, "\n");
        if (!is_seen_only(line, length))
            fprintf(script, "%.*s\n", length, line);
        line += length + (line[length] == '\n');
    }
}

char *tour_script(void)
{
    char *text = NULL;
    size_t size;
    FILE *script = open_memstream(&text, &size);
    for (int i = 0; script && tour_at(i); i++) {
        fprintf(script, "tour %d\n", i + 1);
        add_lines(script, tour_at(i)->lines);
        add_lines(script, tour_at(i)->plain_lines);
    }
    if (script)
        fclose(script);
    return script ? text : memory_string("");
}
