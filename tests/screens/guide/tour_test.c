/* The welcome on the empty curve and the guided tour: by time alone, by keys, at every size. */
#include "app/commands/command_line.h"
#include "app/commands/commands_quit.h"
#include "app/guide/timers.h"
#include "app/guide/tour.h"
#include "app/guide/welcome.h"
#include "app/opening/opening.h"
#include "app/shell/ui_events.h"
#include "engine/base/clock.h"
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "tests/screens/whole.h"

#include "tests/test.h"

static struct snapshot *sample(int n_rounds, int position)
{
    const struct sample_options options = {
        .n_images = 300, .n_rounds = n_rounds, .position = position, .phase = PHASE_PAUSED};
    return sample_create(&options);
}

static char *screen_text(struct ui *ui, int columns, int rows)
{
    struct cells cells = whole_draw(ui, columns, rows);
    char *text = picture_of_cells_text(&cells);
    cells_finish(&cells);
    return text;
}

/* About twenty seconds, then it is gone; a key ends it too, and does its work. */
static void the_welcome_says_what_is_what(void **state)
{
    (void)state;
    struct snapshot *s = sample(1, 0);
    struct ui ui;
    whole_init(&ui, s);
    welcome_follow(&ui, 100);
    assert_true(timers_due(&ui) == 120);
    char *text = screen_text(&ui, 80, 24);
    assert_non_null(strstr(text, "Blue is clean accuracy: keep it up"));
    assert_non_null(strstr(text, "Orange is attack success: bring it to 0"));
    assert_non_null(strstr(text, "Space prunes   s one round   ? all keys"));
    assert_non_null(strstr(text, ":tour plays the exercise by itself"));
    free(text);
    for (int columns = 1; columns < 200; columns += 7) /* shorter, and never broken */
        for (int rows = 1; rows < 60; rows += 3)
            free(screen_text(&ui, columns, rows));
    text = screen_text(&ui, 40, 14);
    assert_non_null(strstr(text, "Blue: keep it up"));
    free(text);
    ui.view_state.depth = DEPTH_MONO;
    text = screen_text(&ui, 80, 24);
    assert_non_null(strstr(text, "Dashed is attack success"));
    free(text);
    assert_false(timers_run(&ui, 119, true));
    assert_true(timers_run(&ui, 120, true));
    assert_false(welcome_shows(&ui));
    assert_true(timers_due(&ui) == 0);
    ui.welcoming.state = WELCOME_COMES;
    welcome_follow(&ui, 200);
    whole_press(&ui, "2"); /* any key */
    assert_false(welcome_shows(&ui));
    assert_string_equal(views_at(ui.focus)->name, "channels");
    ui.welcoming.state = WELCOME_COMES;
    commands_line(&ui, "set welcome off");
    welcome_follow(&ui, 300);
    assert_false(welcome_shows(&ui));
    whole_finish(&ui);
    sample_destroy(s);
}

static char posted[64];

static bool note_posted(void *context, const struct command *command)
{
    (void)context;
    size_t used = strlen(posted);
    snprintf(posted + used, sizeof posted - used, "%d ", command->kind);
    return true;
}

/* By time alone, each step once the engine rests. */
static void the_tour_plays_by_itself(void **state)
{
    (void)state;
    struct snapshot *s = sample(61, 47);
    struct ui ui;
    double begun = clock_seconds(), now = begun; /* playback begins by the clock */
    int seen = 0;
    whole_init(&ui, s);
    ui.post = note_posted;
    tour_start(&ui, 0, now);
    assert_false(timers_run(&ui, now, false)); /* the engine works */
    assert_true(timers_due(&ui) == 0);         /* and will wake the program */
    for (int last = -1; ui.touring.on && now < begun + 1000; now += 0.5) {
        if (ui.touring.step != last) {
            char *text = screen_text(&ui, 80, 24);
            last = ui.touring.step;
            assert_non_null(strstr(text, tour_at(last)->title));
            free(text);
            seen++;
        }
        timers_run(&ui, now, true);
    }
    assert_int_equal(seen, tour_steps());
    assert_true(now > begun + 60 && now < begun + 400); /* minutes, not hours */
    assert_non_null(strstr(ui.notice, "the net is yours"));
    assert_true(strlen(posted) > 10);
    whole_finish(&ui);
    sample_destroy(s);
}

static void the_tour_is_paused_skipped_and_left(void **state)
{
    (void)state;
    struct snapshot *s = sample(61, 47);
    struct ui ui;
    char title[96];
    whole_init(&ui, s);
    tour_start(&ui, 0, clock_seconds());
    whole_press(&ui, "Space");
    tour_title(&ui, title, sizeof title);
    assert_non_null(strstr(title, "(paused)"));
    assert_true(timers_due(&ui) == 0);
    whole_press(&ui, "Space Enter");
    assert_int_equal(ui.touring.step, 1);
    whole_press(&ui, "4"); /* pauses, and does its own work */
    assert_true(ui.touring.paused);
    assert_string_equal(views_at(ui.focus)->name, "layers");
    free(screen_text(&ui, 80, 24));
    struct event click = {.key = PRESS_CLICK, .column = 10, .row = ui.layout.told.row + 1};
    ui_event(&ui, &click); /* on its text: the next step */
    assert_int_equal(ui.touring.step, 2);
    for (int columns = 1; columns < 210; columns += 11)
        for (int rows = 1; rows < 70; rows += 3)
            free(screen_text(&ui, columns, rows));
    whole_press(&ui, "Esc");
    assert_false(ui.touring.on);
    assert_int_equal(ui.layout.told.rows, 0);
    commands_line(&ui, "tour leave"); /* once more: nothing is left */
    assert_true(ui.notice_bad);
    commands_line(&ui, "tour 99");
    assert_true(ui.notice_bad);
    char *script = tour_script(); /* all steps, and what they run */
    assert_non_null(strstr(script, "tour 1\n"));
    assert_non_null(strstr(script, "run 60\n"));
    free(script);
    whole_finish(&ui);
    sample_destroy(s);
}

/* All that is due by time, until the step has run its commands; what was posted is in `posted`. */
static void run_step(struct ui *ui)
{
    *posted = '\0';
    while (*ui->touring.lines || ui->touring.then)
        assert_true(timers_run(ui, clock_seconds(), true));
}

/* Back, or to a step by its number: the net first goes to where that step begins. */
static void the_tour_goes_back(void **state)
{
    (void)state;
    struct snapshot *s = sample(1, 0);
    struct ui ui;
    whole_init(&ui, s);
    ui.post = note_posted;
    ui.guiding.speed = 3;
    commands_line(&ui, "tour 4");
    assert_int_equal(ui.touring.step, 3);
    assert_non_null(strstr(ui.touring.text, "goes to where")); /* no numbers of another net */
    run_step(&ui);
    assert_non_null(strstr(ui.touring.text, "In round 0 "));
    char expected[64], far[64];
    snprintf(far, sizeof far, "%s", posted);
    whole_press(&ui, "Backspace");
    assert_int_equal(ui.touring.step, 2);
    run_step(&ui);
    snprintf(expected, sizeof expected, "%d %d %d %d ", COMMAND_JUMP, COMMAND_SPEED, COMMAND_SPEED,
        COMMAND_RUN); /* it stands in branch 1 */
    assert_string_equal(posted, expected);
    assert_true(strlen(far) > strlen(posted)); /* rounds in front of it, too */
    whole_press(&ui, "Enter");
    run_step(&ui);
    snprintf(expected, sizeof expected, "%d %d ", COMMAND_SPEED, COMMAND_RUN);
    assert_string_equal(posted, expected); /* from the step before: nothing but its own */
    whole_press(&ui, "Backspace Backspace Backspace Backspace Backspace");
    assert_int_equal(ui.touring.step, 0);
    commands_line(&ui, "tour next");
    assert_int_equal(ui.touring.step, 1);
    commands_line(&ui, "tour pause");
    assert_true(ui.touring.paused);
    commands_line(&ui, "tour back");
    assert_true(ui.touring.step == 0 && !ui.touring.paused);
    whole_press(&ui, "Esc");
    assert_true(ui.guiding.speed == 3); /* the person's own again */
    whole_finish(&ui);
    sample_destroy(s);
}

/* Whatever ends the tour asks for the session that waits, and nothing quits before it is there. */
static void a_session_that_waits_comes_first(void **state)
{
    (void)state;
    static const char *const ends[] = {"Esc", "q", ":", "Enter"};
    struct snapshot *s = sample(1, 0);
    struct ui ui;
    for (int i = 0; i < 5; i++) {
        whole_init(&ui, s);
        ui.aside = true; /* as the loop does */
        tour_start(&ui, i == 3 ? tour_steps() - 1 : 2, 1);
        if (i == 4)
            commands_interrupt(&ui); /* Ctrl-C */
        else
            whole_press(&ui, ends[i]);
        if (i == 2) {
            assert_true(ui.touring.on && !ui.comes_back);
            edit_set(&ui.overlay.edit, "quit");
            whole_press(&ui, "Enter");
        }
        assert_true(ui.comes_back && !ui.touring.on && !ui.quit);
        assert_false(overlay_is_open(&ui.overlay));
        whole_finish(&ui);
    }
    sample_destroy(s);
}

/* Rounds of the demo that the person pruned are the person's: the tour has a demo of its own. */
static void the_tour_touches_nothing(void **state)
{
    (void)state;
    struct snapshot *s = sample(61, 47);
    struct ui ui;
    whole_init(&ui, s);
    ui.post = note_posted;
    *posted = '\0';
    commands_line(&ui, "tour 2");
    assert_false(ui.touring.on);
    assert_string_equal(posted, "");
    assert_true(ui.wanted && ui.wanted->aside && !ui.wanted->arguments.options.model);
    assert_true(ui.wanted->arguments.no_journal);
    opening_destroy(ui.wanted);
    whole_finish(&ui);
    sample_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tour_goes_back),
        cmocka_unit_test(the_tour_touches_nothing),
        cmocka_unit_test(a_session_that_waits_comes_first),
        cmocka_unit_test(the_welcome_says_what_is_what),
        cmocka_unit_test(the_tour_plays_by_itself),
        cmocka_unit_test(the_tour_is_paused_skipped_and_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
