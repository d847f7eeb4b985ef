/* What helps a person see and go on: playback, the curve as a slider, faces that flip, what is next
 * in every state, the names of all panels. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "app/guide/next_step.h"
#include "app/guide/timers.h"
#include "app/guide/words.h"
#include "app/screen/glossary.h"
#include "app/shell/screen.h"
#include "app/shell/ui_events.h"
#include "engine/base/memory.h"
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "tests/screens/whole.h"
#include "views/facts/face_examples.h"
#include "views/facts/faces.h"

#include "tests/test.h"

static struct snapshot *sample(int n_rounds, int position)
{
    const struct sample_options options = {.n_images = 300,
        .n_rounds = n_rounds,
        .position = position,
        .phase = position == 60 ? PHASE_DONE : PHASE_PAUSED};
    return sample_create(&options);
}

static void rounds_play_by_time_alone(void **state)
{
    (void)state;
    struct snapshot *s = sample(61, 60);
    struct ui ui;
    whole_init(&ui, s);
    assert_true(timers_due(&ui) == 0); /* at rest nothing wakes the program */
    ui.guiding.speed = 5;
    whole_press(&ui, "K");
    assert_true(ui.view_state.playing);
    assert_int_equal(ui_round(&ui), 0);
    double due = timers_due(&ui);
    assert_false(timers_run(&ui, due - 0.01, true));
    assert_true(timers_run(&ui, due, true));
    assert_int_equal(ui_round(&ui), 1);
    assert_true(timers_due(&ui) > due + 0.19 && timers_due(&ui) < due + 0.21);
    assert_int_equal(s->position, 60);
    whole_press(&ui, "Space"); /* pauses what plays, and starts nothing */
    assert_false(ui.view_state.playing);
    assert_true(timers_due(&ui) == 0);
    whole_press(&ui, "K");
    for (double now = due; timers_due(&ui) > 0; now += 1)
        timers_run(&ui, now + 1000, true);
    assert_int_equal(ui_round(&ui), 60);
    assert_int_equal(ui.view_state.viewed, -1);
    whole_finish(&ui);
    sample_destroy(s);
}

/* Keys that come faster than the engine's answer are steps all the same. */
static void the_speed_goes_up_and_down(void **state)
{
    (void)state;
    struct snapshot *s = sample(1, 0);
    struct ui ui;
    whole_init(&ui, s);
    whole_press(&ui, "( ( ( (");
    assert_true(ui.guiding.speed == 5);
    whole_press(&ui, ")");
    assert_true(ui.guiding.speed == 10);
    commands_line(&ui, "speed 7");
    whole_press(&ui, ")");
    assert_true(ui.guiding.speed == 10);
    commands_line(&ui, "speed full");
    assert_true(ui.guiding.speed == 0);
    static const char *const wrong[] = {
        "speed 0", "speed -1", "speed 1001", "speed nan", "speed 5x", "look -1", "look x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        commands_line(&ui, wrong[i]);
        assert_true(ui.notice_bad && ui.guiding.speed == 0);
    }
    whole_finish(&ui);
    sample_destroy(s);
}

static void rounds_are_looked_at_from_every_panel(void **state)
{
    (void)state;
    struct snapshot *s = sample(61, 47);
    struct ui ui;
    whole_init(&ui, s);
    for (int i = 0; views_at(i); i++) {
        ui_focus(&ui, i, true);
        whole_press(&ui, "< <");
        assert_int_equal(ui_round(&ui), 45);
        whole_press(&ui, "> >");
        assert_int_equal(ui.view_state.viewed, -1);
    }
    whole_press(&ui, "5 0 >"); /* counts, as with other keys */
    assert_int_equal(ui_round(&ui), 60);
    whole_press(&ui, ">");
    assert_int_equal(ui_round(&ui), 60);
    whole_finish(&ui);
    sample_destroy(s);
}

static void point(struct ui *ui, int key, int column, int row)
{
    struct event event = {.key = key, .column = column, .row = row};
    ui_event(ui, &event);
}

static void the_curve_is_a_slider(void **state)
{
    (void)state;
    struct snapshot *s = sample(61, 60);
    struct ui ui;
    whole_init(&ui, s);
    point(&ui, PRESS_CLICK, 20, 8);
    int clicked = ui_round(&ui);
    assert_true(clicked > 5 && clicked < 40);
    point(&ui, PRESS_DRAG, 30, 8);
    assert_true(ui.view_state.sliding);
    assert_true(ui_round(&ui) > clicked);
    point(&ui, PRESS_DRAG, 0, 23); /* left of the plot, below the panel */
    assert_int_equal(ui_round(&ui), 0);
    point(&ui, PRESS_DRAG, 79, 2);
    assert_int_equal(ui_round(&ui), 60);
    point(&ui, PRESS_RELEASE, 79, 2);
    assert_false(ui.view_state.sliding);
    point(&ui, PRESS_CLICK, 5, 18); /* another panel is no slider */
    point(&ui, PRESS_DRAG, 40, 18);
    assert_false(ui.view_state.sliding);
    assert_int_equal(ui_round(&ui), 60);
    whole_finish(&ui);
    sample_destroy(s);
}

static void the_attack_is_seen_first(void **state)
{
    (void)state;
    struct snapshot *s = sample(61, 0);
    struct face examples[FACE_EXAMPLES];
    int n = face_examples(s, examples);
    assert_true(n >= 6 && n % 2 == 0);
    for (int i = 0; i < n; i += 2) {
        struct face clean = examples[i], poisoned = examples[i + 1];
        assert_int_equal(clean.set, SET_CLEAN);
        assert_int_equal(poisoned.set, SET_POISONED);
        assert_int_equal(faces_fate(s, 0, clean), FATE_RIGHT);
        assert_int_equal(faces_fate(s, 0, poisoned), FATE_HIT);
        assert_int_not_equal(s->labels[SET_CLEAN][clean.index], s->target);
        for (int k = 0; k < i; k++)
            assert_false(examples[k].set == examples[i].set && examples[k].index == clean.index);
    }
    struct view_state view_state = {.viewed = -1};
    struct faces faces;
    faces_init(&faces, s, &view_state); /* nothing changed in round 0 */
    assert_int_equal(faces.n, 600);
    for (int i = 0; i < n; i++)
        assert_true(
            faces.face[i].set == examples[i].set && faces.face[i].index == examples[i].index);
    faces_finish(&faces);
    view_state.viewed = 30; /* the same while rounds go by */
    view_state.playing = true;
    faces_init(&faces, s, &view_state);
    assert_int_equal(faces.n, 600);
    assert_int_equal(faces.face[0].index, examples[0].index);
    faces_finish(&faces);
    sample_destroy(s);
}

/* What the status line and `next-step` say of a made-up state. */
static void assert_next(
    const struct sample_options *options, const char *keys, const char *brief, const char *said)
{
    struct snapshot *s = sample_create(options);
    struct ui ui;
    char text[UI_NOTICE];
    whole_init(&ui, s);
    whole_press(&ui, keys);
    next_step_brief(&ui, text, sizeof text);
    assert_string_equal(text, brief);
    whole_press(&ui, "H");
    if (!strstr(ui.notice, said))
        print_error("%s\n", ui.notice);
    assert_non_null(strstr(ui.notice, said));
    whole_finish(&ui);
    sample_destroy(s);
}

static void every_state_has_a_next_step(void **state)
{
    (void)state;
    struct sample_options o = {.n_images = 300, .n_rounds = 1, .phase = PHASE_PAUSED};
    assert_next(
        &o, "", "next A: examine layers", "Space prunes, s one channel; A looks in which layer");
    o.scanned = true;
    assert_next(&o, "", "next P: repair", "P does what was suggested");
    o.n_rounds = 61, o.position = 47, o.n_branches = 4;
    assert_next(&o, "", "next P: repair", "the attack is still there: Space prunes on");
    assert_next(&o, "<", "next b: net to this round", "round 46 is shown: b takes the net there");
    assert_next(&o, "K", "K: pause", "K pauses, ( and ) change the speed");
    o.position = 58; /* and so is the net */
    assert_next(&o, "", "next u: a round back", "attack and clean accuracy both fell: u goes back");
    o.position = 60, o.phase = PHASE_DONE;
    assert_next(&o, "", "next [: kept nets",
        "done: [ looks at kept nets, S saves them, 8 is GoodNet, A looks in other layers");
    o.position = 0, o.phase = PHASE_PAUSED, o.scanned = false;
    assert_next(&o, "", "next K: play the rounds", "K plays the known rounds, g goes to one");
    o.phase = PHASE_RUNNING;
    assert_next(&o, "", "p: stop", "Space pauses, ( and ) change its speed");
    o = (struct sample_options){.n_images = 300, .n_rounds = 1, .phase = PHASE_PAUSED};
    o.no_poisoned = true;
    assert_next(&o, "", "next A: search suspects", "A searches the class");
    o.suspects = true;
    assert_next(&o, "", "next P: repair", "P tunes the net until it lets go");
    o.phase = PHASE_SCANNING;
    assert_next(&o, "", "p: stop", "p stops");
    o = (struct sample_options){.phase = PHASE_LOADING};
    assert_next(&o, "", "", "being opened");
}

static void next_steps_name_commands_that_are_there(void **state)
{
    (void)state;
    struct snapshot *s = sample(1, 0);
    struct ui ui;
    struct error err;
    char words[GUIDE_WORDS];
    whole_init(&ui, s);
    for (int i = 0; next_steps_at(i); i++) {
        const struct next_step *step = next_steps_at(i);
        assert_true(!step->command || commands_find(step->command));
        assert_true(*step->state && *step->sentence);
        for (const char *at = step->sentence; (at = strchr(at, '{')); at++) {
            char *inside = memory_format("%.*s", (int)strcspn(at, " }") - 1, at + 1);
            assert_true(*inside == '=' || commands_find(inside));
            free(inside);
        }
        guide_words(&ui, step->sentence, words);
        assert_null(strpbrk(words, "{}"));
        assert_true(cells_width(words) <= 80); /* in one row of a small screen */
    }
    assert_true(keymap_bind(&ui.keymap, "F5", "find", &err));
    assert_true(keymap_bind(&ui.keymap, "A", "", &err));
    guide_words(&ui, "{find}: {view goodnet}, {reset}, {none", words);
    assert_string_equal(words, "F5: 8, :reset, {none");
    whole_finish(&ui);
    sample_destroy(s);
}

/* The end of a run says by itself what may be done; it does not cover what was said already. */
static void the_end_of_a_run_says_what_is_next(void **state)
{
    (void)state;
    struct snapshot *s = sample(61, 60);
    struct ui ui;
    whole_init(&ui, s);
    ui_say(&ui, "threshold 10 points crossed at round 49");
    next_step_tell(&ui);
    assert_non_null(strstr(ui.notice, "done: [ looks at kept nets"));
    whole_press(&ui, "Left");
    whole_press(&ui, "Right");
    next_step_tell(&ui);
    ui.notice[0] = '\0';
    next_step_tell(&ui); /* once */
    assert_string_equal(ui.notice, "");
    whole_finish(&ui);
    sample_destroy(s);
}

static void every_panel_is_named_at_80x24(void **state)
{
    (void)state;
    struct snapshot *s = sample(61, 60);
    struct ui ui;
    struct tabs_keys keys;
    whole_init(&ui, s);
    screen_tabs_keys(&ui, &keys);
    assert_true(tabs_width(&keys, 80) <= 78); /* and the row is not full */
    for (int i = 0; views_at(i); i++) {
        ui_focus(&ui, i, true); /* also where one is zoomed */
        struct cells cells = whole_draw(&ui, 80, 24);
        char *text = picture_of_cells_text(&cells), *row = strtok(text, "\n");
        for (int r = 0; r < ui.layout.tabs.row; r++)
            row = strtok(NULL, "\n");
        for (int v = 0; views_at(v); v++) {
            const char *brief = views_at(v)->brief;
            char *name = memory_format("%s%s", keys.key[v], brief ? brief : views_at(v)->name);
            assert_true(*keys.key[v]); /* each has a key */
            assert_non_null(strstr(row, name));
            free(name);
        }
        free(text);
        cells_finish(&cells);
    }
    ui_focus(&ui, 0, false);
    for (int column = 0; column < 80; column++)
        if (tabs_hit(&keys, 80, column) == 3) {
            point(&ui, PRESS_CLICK, column, ui.layout.tabs.row);
            break;
        }
    assert_string_equal(views_at(ui.focus)->name, "layers");
    whole_finish(&ui);
    sample_destroy(s);
}

static char *screen_text(struct ui *ui, int columns, int rows)
{
    struct cells cells = whole_draw(ui, columns, rows);
    char *text = picture_of_cells_text(&cells);
    cells_finish(&cells);
    return text;
}

static void the_help_explains_words(void **state)
{
    (void)state;
    struct snapshot *s = sample(61, 47);
    struct ui ui;
    whole_init(&ui, s);
    assert_true(glossary_at(50) && glossary_begins("attack s") && glossary_begins("SUCCESS"));
    assert_false(glossary_begins("shm") || glossary_begins("")); /* of the code */
    commands_line(&ui, "help attack success");
    char *text = screen_text(&ui, 80, 24);
    assert_non_null(strstr(text, "ASR, attack success"));
    assert_non_null(strstr(text, "share of poisoned images that are read"));
    assert_null(strstr(text, "Enter runs"));
    free(text);
    int round = ui.view_state.viewed;
    whole_press(&ui, "Enter"); /* explains, and runs nothing */
    assert_false(overlay_is_open(&ui.overlay));
    assert_int_equal(ui.view_state.viewed, round);
    for (int i = 0; glossary_at(i); i++) { /* each is found by its own name, at every width */
        commands_line(&ui, "help");
        edit_set(&ui.overlay.edit, glossary_at(i)->term);
        char *large = screen_text(&ui, 200, 60);
        assert_non_null(strstr(large, "WORDS"));
        assert_non_null(strstr(large, glossary_at(i)->term));
        free(large);
        free(screen_text(&ui, 1 + i % 90, 1 + i % 30));
        overlay_close(&ui.overlay);
    }
    whole_finish(&ui);
    sample_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_play_by_time_alone),
        cmocka_unit_test(the_speed_goes_up_and_down),
        cmocka_unit_test(rounds_are_looked_at_from_every_panel),
        cmocka_unit_test(the_curve_is_a_slider),
        cmocka_unit_test(the_attack_is_seen_first),
        cmocka_unit_test(every_state_has_a_next_step),
        cmocka_unit_test(next_steps_name_commands_that_are_there),
        cmocka_unit_test(the_end_of_a_run_says_what_is_next),
        cmocka_unit_test(every_panel_is_named_at_80x24),
        cmocka_unit_test(the_help_explains_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
