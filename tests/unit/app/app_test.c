/* The application without a terminal: options, keys, commands, overlays. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "app/shell/ui_events.h"
#include "app/options/options.h"
#include "app/results/results.h"
#include "app/screen/edit.h"
#include "app/screen/layout.h"
#include "app/screen/overlay.h"
#include "app/terminal/colour.h"
#include "app/terminal/keys.h"
#include "app/headless/progress.h"
#include "app/verbs/verbs.h"
#include "engine/measures/number.h"

#include "tests/test.h"

static bool parse(struct arguments *arguments, const char *line, struct error *err)
{
    static char copy[512];
    char *words[32] = {"secateur"};
    int n = 1;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word = strtok(copy, " "); word && n < 31; word = strtok(NULL, " "))
        words[n++] = word;
    return options_parse(arguments, verbs, n, words, err);
}

static void assert_wrong(const char *line, const char *says)
{
    static struct arguments arguments;
    struct error err = {0};
    assert_false(parse(&arguments, line, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    if (!strstr(err.text, says))
        print_message("'%s' says '%s', not '%s'\n", line, err.text, says);
    assert_non_null(strstr(err.text, says));
}

static void test_every_flag_and_verb_is_helped(void **state)
{
    (void)state;
    unsigned can = 0;
    for (int i = 0; verbs[i]; i++) {
        const struct verb *verb = verbs[i];
        assert_true(verb->help && *verb->help && verb->about && verb->run);
        assert_non_null(verb->examples[0].line);
        assert_ptr_equal(verb_find(verbs, verb->name), verb);
        can |= verb->can;
    }
    for (int i = 0; options_at(i); i++) {
        const struct flag *flag = options_at(i);
        assert_true(flag->help && *flag->help && flag->set);
        assert_true(flag->serves == EVERY_VERB || flag->serves & can);
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(flag->name, options_at(j)->name);
            assert_true(flag->letter == 0 || flag->letter != options_at(j)->letter);
        }
    }
}

static void test_values_are_read(void **state)
{
    (void)state;
    static struct arguments a;
    struct error err = {0};
    assert_true(parse(&a, "sweep --model m.h5 --clean=c.h5 -p p.h5 --thresholds 10,2,4,2", &err));
    assert_string_equal(a.verb->name, "sweep");
    assert_string_equal(a.options.model, "m.h5");
    assert_string_equal(a.options.clean, "c.h5");
    assert_string_equal(a.options.poisoned, "p.h5");
    assert_int_equal(a.options.n_thresholds, 3);
    assert_true(a.options.thresholds[0] == 2 && a.options.thresholds[2] == 10);
    assert_true(parse(&a, "eval net.h5 -c c.h5 --scale 1/255 --memory 512M -j2", &err));
    assert_string_equal(a.options.model, "net.h5");
    assert_true(a.options.scale > 0.00392 && a.options.scale < 0.00393);
    assert_int_equal(a.options.memory, 512u << 20);
    assert_int_equal(a.options.threads, 2);
    assert_true(parse(&a, "eval --scale auto", &err) && a.options.scale == 0);
    assert_true(parse(&a, "eval --scale 1", &err) && a.options.scale == 1);
    assert_true(parse(&a, "eval --offset -0.5 --bgr", &err) && a.options.bgr);
    assert_true(a.options.offset.n == 1 && a.options.offset.at[0] == -0.5);
    assert_true(parse(&a, "eval --mean 1,2,3 --std 1/4", &err) && a.options.mean.n == 3);
    assert_true(a.options.mean.at[2] == 3 && a.options.deviation.at[0] == 0.25);
    assert_true(parse(&a, "prune --channels 3,7,10-12", &err));
    assert_int_equal(a.channels.n, 5);
    assert_int_equal(a.channels.channel[4], 12);
    assert_true(parse(&a, "", &err));
    assert_true(a.verb->can & HAS_SCREEN);
    assert_int_equal(a.options.n_thresholds, 3);
    assert_int_equal(a.options.target.kind, TARGET_NONE);
    assert_true(parse(&a, "goodnet b.h5 one.h5 -r two.h5 -c c.h5 three.h5", &err));
    assert_string_equal(a.options.model, "b.h5");
    assert_int_equal(a.options.n_repaired, 3);
    assert_true(parse(&a, "b.h5 -c c.h5 --repaired one.h5", &err) && a.options.n_repaired == 1);
    assert_true(parse(&a, "help sweep", &err) && a.help && strcmp(a.verb->name, "sweep") == 0);
    assert_true(parse(&a, "--model x.h5 sweep --help", &err) && a.help);
}

static void test_wrong_lines_say_what_was_meant(void **state)
{
    (void)state;
    assert_wrong("swep", "did you mean sweep?");
    assert_wrong("--modle x", "did you mean --model?");
    assert_wrong("--thre 3", "did you mean --thresholds?");
    assert_wrong("--xyzzy", "see secateur --help");
    assert_wrong("eval --rounds 3", "--rounds does not belong to eval");
    assert_wrong("--rounds 3", "--rounds belongs to a verb");
    assert_wrong("eval --model", "--model wants FILE");
    assert_wrong("eval --force=1", "--force takes no value");
    assert_wrong("eval --threads two", "--threads: 'two' is not a whole number");
    assert_wrong("eval --threads -1", "--threads: '-1'");
    assert_wrong("sweep --thresholds 2,,4", "--thresholds:");
    assert_wrong("sweep --thresholds 0", "--thresholds:");
    assert_wrong("sweep --thresholds nan", "--thresholds:");
    assert_wrong("eval --scale 0", "--scale:");
    assert_wrong("eval --mean 1,,2", "--mean:");
    assert_wrong("eval --std 1,0", "--std:");
    assert_wrong("eval --offset half", "--offset:");
    assert_wrong("eval --scale 1/0", "--scale:");
    assert_wrong("eval --memory lots", "--memory:");
    assert_wrong("eval --format xml", "text, csv, json");
    assert_wrong("--color pink", "truecolor");
    assert_wrong("--theme neon", "dark");
    assert_wrong("prune --channels 3,x", "--channels:");
    assert_wrong("prune --channels 9-3", "--channels:");
    assert_wrong("prune --channels 0-99999", "--channels:");
    assert_wrong("--clean c.h5", "needs --model");
    assert_wrong("--model m.h5", "needs --clean");
    assert_wrong("eval a.h5 b.h5", "give images with --clean and --poisoned");
    assert_wrong("b.h5 two.h5 -c c.h5", "more than one net");
    assert_wrong("goodnet b.h5 two.h5", "b.h5 needs --clean");
    assert_wrong("goodnet b 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 -c c", "18: at most 17");
    assert_wrong("eval a.h5 --model b.h5", "two nets");
    assert_wrong("demo x.h5 --out d", "takes no file");
}

static void test_every_command_is_helped_and_has_a_free_key(void **state)
{
    (void)state;
    for (int i = 0; commands_at(i); i++) {
        const struct action *action = commands_at(i);
        assert_true(action->run && action->help && *action->help && action->group);
        assert_true(strlen(action->help) <= COMMANDS_HELP_COLUMNS);
        assert_ptr_equal(commands_find(action->name), action);
        assert_true(!action->hint || action->rank > 0);
        assert_true(!action->view || views_find(action->view));
        assert_true(!action->where || views_find(action->where) ||
                    strcmp(action->where, "zoomed") == 0 ||
                    strcmp(action->where, "dashboard") == 0);
        for (const char *key = action->keys; *key;
             key += strcspn(key, " ") + (strchr(key, ' ') != NULL)) {
            int number = keys_number(key, (int)strcspn(key, " "));
            assert_int_not_equal(number, PRESS_NONE);
            for (int j = 0; j < i; j++) {
                const struct action *other = commands_at(j);
                bool apart = (action->view != NULL) != (other->view != NULL) ||
                             (action->view && strcmp(action->view, other->view) != 0);
                if (!apart && keys_listed(other->keys, number))
                    print_message("%s and %s share a key\n", action->name, other->name);
                assert_true(apart || !keys_listed(other->keys, number));
            }
        }
    }
}

static void test_keys_find_commands_where_they_are(void **state)
{
    (void)state;
    assert_string_equal(commands_key(' ', "curves")->name, "toggle");
    assert_string_equal(commands_key(PRESS_ENTER, "curves")->name, "zoom");
    assert_string_equal(commands_key(PRESS_ENTER, "layers")->name, "layer-here");
    assert_string_equal(commands_key(PRESS_ENTER, "thresholds")->name, "crossing-here");
    assert_string_equal(commands_key('R' & 0x1f, "log")->name, "redo");
    assert_null(commands_key('~', "curves"));
}

static void test_help_lists_every_command(void **state)
{
    (void)state;
    int n;
    struct help_line *lines = commands_help(&(struct keymap){0}, &n);
    for (int i = 0; commands_at(i); i++) {
        assert_true(i < n);
        assert_string_equal(lines[i].command, commands_at(i)->name);
        assert_string_equal(lines[i].help, commands_at(i)->help);
    }
    assert_null(commands_at(n));
    free(lines);
}

static void assert_sound(const struct layout *layout, int columns, int rows)
{
    char *taken = calloc((size_t)columns * (size_t)rows, 1);
    for (int i = 0; i < layout->n_slots; i++) {
        struct area area = layout->slot[i].area;
        assert_true(area.column >= 0 && area.row >= 0 && area.columns > 0 && area.rows > 0);
        assert_true(area.column + area.columns <= columns && area.row + area.rows <= rows);
        for (int row = area.row; row < area.row + area.rows; row++) {
            for (int column = area.column; column < area.column + area.columns; column++) {
                assert_int_equal(taken[row * columns + column], 0);
                taken[row * columns + column] = 1;
            }
        }
    }
    assert_true(layout->status.rows <= rows && layout->hints.row + layout->hints.rows <= rows);
    free(taken);
}

static void test_layouts_never_overlap(void **state)
{
    (void)state;
    struct layout layout;
    for (int columns = 1; columns <= 300; columns += columns < 30 ? 1 : 7) {
        for (int rows = 1; rows <= 100; rows += rows < 30 ? 1 : 5) {
            for (int zoomed = -1; zoomed < 7; zoomed++) {
                layout_make(&layout, columns, rows, zoomed);
                assert_sound(&layout, columns, rows);
            }
        }
    }
}

static void assert_shown(int columns, int rows, const char *names)
{
    struct layout layout;
    layout_make(&layout, columns, rows, -1);
    for (int i = 0; views_at(i); i++) {
        bool wanted = strstr(names, views_at(i)->name) != NULL;
        assert_int_equal(layout_find(&layout, i) != NULL, wanted);
        const struct slot *slot = layout_find(&layout, i);
        if (slot && columns >= 80)
            assert_true(layout_inside(slot).columns >= views_at(i)->min_columns &&
                        layout_inside(slot).rows >= views_at(i)->min_rows);
    }
}

static void test_layouts_show_by_priority(void **state)
{
    (void)state;
    assert_shown(10, 2, "");
    assert_shown(60, 20, "curves log");
    assert_shown(80, 24, "curves channels thresholds round log");
    assert_shown(120, 40, "curves channels thresholds round log faces");
    assert_shown(200, 60, "curves channels thresholds round log faces layers goodnet");
}

static void test_lines_are_edited(void **state)
{
    (void)state;
    struct edit edit;
    edit_set(&edit, "run drop 4");
    edit_key(&edit, 'W' & 0x1f);
    assert_string_equal(edit.text, "run drop ");
    edit_key(&edit, PRESS_HOME);
    edit_key(&edit, 0xe9); /* é */
    assert_string_equal(edit.text, "\xc3\xa9run drop ");
    assert_int_equal(edit_column(&edit), 1);
    edit_key(&edit, PRESS_RIGHT);
    edit_key(&edit, PRESS_BACKSPACE);
    edit_key(&edit, PRESS_BACKSPACE);
    assert_string_equal(edit.text, "un drop ");
    edit_key(&edit, 'K' & 0x1f);
    assert_string_equal(edit.text, "");
    assert_false(edit_key(&edit, PRESS_F1));
    for (int i = 0; i < 2 * EDIT_TEXT; i++)
        edit_key(&edit, 'x');
    assert_int_equal(edit.length, EDIT_TEXT - 1);
}

/* What was posted to the engine, instead of one. */
struct posted {
    int n;
    struct command last;
};

static bool note_post(void *context, const struct command *command)
{
    struct posted *posted = context;
    posted->n++;
    posted->last = *command;
    return true;
}

static void press_key(struct ui *ui, int key)
{
    ui_event(ui, &(struct event){.key = key});
}

/* Looking back, a key that acts on the net says where; the second time it acts. */
static void test_acting_while_looking_back_is_told(void **state)
{
    (void)state;
    static struct arguments arguments;
    struct error err;
    struct posted posted = {0};
    struct round rounds[11] = {0};
    const struct round *pointers[11];
    struct site_line site = {.name = "conv", .n_channels = 20};
    for (int i = 0; i < 11; i++)
        pointers[i] = &rounds[i];
    struct snapshot snapshot = {.phase = PHASE_PAUSED,
        .model_name = "net",
        .sites = &site,
        .n_sites = 1,
        .n_channels = 20,
        .rounds = pointers,
        .n_rounds = 11,
        .position = 10,
        .suggested = 0,
        .criterion = "mean"};
    assert_true(parse(&arguments, "", &err));
    int acting = 0;
    for (int i = 0; commands_at(i); i++)
        acting += commands_at(i)->acts;
    assert_true(acting >= 12);
    for (int i = 0; commands_at(i); i++) {
        const struct action *action = commands_at(i);
        struct ui ui;
        ui_init(&ui, &arguments);
        ui.snapshot = &snapshot;
        ui.post = note_post;
        ui.context = &posted;
        ui.view_state.channel = 3;
        ui.view_state.viewed = 4;
        if (action->acts) {
            posted.n = 0;
            commands_run(&ui, action, NULL);
            assert_int_equal(posted.n, 0);
            assert_false(overlay_is_open(&ui.overlay));
            assert_int_equal(ui.view_state.viewed, 4);
            assert_non_null(strstr(ui.notice, "round 4 is shown, but the net is at round 10"));
            commands_run(&ui, action, NULL);
            assert_true(posted.n == 1 || overlay_is_open(&ui.overlay));
        }
        ui.snapshot = NULL;
        ui_finish(&ui);
    }
    struct ui ui;
    ui_init(&ui, &arguments);
    ui.snapshot = &snapshot;
    ui.post = note_post;
    ui.context = &posted;
    ui.view_state.viewed = 4;
    posted.n = 0;
    press_key(&ui, 's');
    press_key(&ui, PRESS_LEFT); /* looked elsewhere: told anew */
    press_key(&ui, 's');
    assert_int_equal(posted.n, 0);
    press_key(&ui, 's');
    assert_int_equal(posted.n, 1);
    assert_int_equal(posted.last.kind, COMMAND_STEP);
    ui.view_state.viewed = 4;
    press_key(&ui, 'b'); /* says itself where it goes */
    assert_int_equal(posted.last.kind, COMMAND_JUMP);
    assert_int_equal(posted.last.number, 4);
    ui.view_state.viewed = 4;
    press_key(&ui, 'S' - '@'); /* Ctrl-S names the round that it saves */
    assert_non_null(strstr(ui.overlay.title, "round 10"));
    ui.snapshot = NULL;
    ui_finish(&ui);
}

static void test_filters_match_words(void **state)
{
    (void)state;
    assert_true(overlay_matches("", "anything"));
    assert_true(overlay_matches("conv 60", "conv_3  60 channels"));
    assert_true(overlay_matches("CONV", "conv_3"));
    assert_false(overlay_matches("conv 80", "conv_3  60 channels"));
}

static enum depth depth_of(
    const char *color, const char *no_color, const char *colorterm, const char *term, int colors)
{
    struct colour_environment environment = {color, no_color, colorterm, term, colors, false};
    return colour_depth(&environment);
}

static void test_colour_depth_is_chosen(void **state)
{
    (void)state;
    assert_int_equal(depth_of("auto", NULL, "truecolor", "xterm-256color", 256), DEPTH_TRUE);
    assert_int_equal(depth_of("auto", "1", "truecolor", "xterm-256color", 256), DEPTH_MONO);
    assert_int_equal(depth_of("auto", "", NULL, "xterm-256color", 256), DEPTH_256);
    assert_int_equal(depth_of("256", "1", "truecolor", "xterm-256color", 256), DEPTH_256);
    assert_int_equal(depth_of("truecolor", NULL, NULL, "xterm-256color", 256), DEPTH_TRUE);
    assert_int_equal(depth_of("256", NULL, NULL, "xterm", 8), DEPTH_16);
    assert_int_equal(depth_of("never", NULL, "truecolor", "xterm", 8), DEPTH_MONO);
    assert_int_equal(depth_of("auto", NULL, "truecolor", "vt100", -1), DEPTH_MONO);
    assert_int_equal(depth_of("auto", NULL, "truecolor", "screen", 8), DEPTH_16);
}

static void test_colours_are_mapped(void **state)
{
    (void)state;
    assert_int_equal(colour_number(DEPTH_TRUE, 1 << 24, CELL_DEFAULT), -1);
    assert_int_equal(colour_number(DEPTH_TRUE, 1 << 24, 0x123456), 0x123456);
    assert_int_equal(colour_number(DEPTH_TRUE, 1 << 24, 3), 8);
    assert_int_equal(colour_number(DEPTH_256, 256, 0xff0000), 196);
    assert_int_equal(colour_number(DEPTH_256, 256, 0x808080), 244);
    assert_int_equal(colour_number(DEPTH_16, 16, 0xffffff), 15);
    assert_int_equal(colour_number(DEPTH_16, 8, 0xfff000), 3);
    for (uint32_t rgb = 0; rgb < 0x1000000; rgb += 4099) {
        assert_in_range(colour_number(DEPTH_256, 256, rgb), 16, 255);
        assert_in_range(colour_number(DEPTH_16, 8, rgb), 0, 7);
    }
}

static void test_intervals(void **state)
{
    (void)state;
    /* Wilson 1927, worked out by hand from the formula */
    struct number_interval interval = number_interval(169, 171);
    assert_true(interval.low > 95.83 && interval.low < 95.84);
    assert_true(interval.high > 99.67 && interval.high < 99.69);
    assert_true(number_interval(0, 50).low == 0 && number_interval(50, 50).high == 100);
    assert_true(number_interval(0, 0).low == 0 && number_interval(0, 0).high == 100);
    assert_true(number_percent(1, 0) == 0 && number_percent(1, 4) == 25);
    assert_null(results_find("xml"));
}

static void test_progress_fits_its_line(void **state)
{
    (void)state;
    struct progress progress = {.columns = 80, .rate = 3.4, .label = "pruning"};
    char text[512];
    progress_line(&progress, 30, 60, 21, text, sizeof text);
    assert_non_null(strstr(text, "pruning [############            ] 30/60  3.4/s  ETA 0:21"));
    progress.columns = 20;
    progress_line(&progress, 30, 60, 21, text, sizeof text);
    assert_true(strlen(text) < 20);
    progress_line(&progress, 30, 0, -1, text, sizeof text);
    assert_string_equal(text, "pruning");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_flag_and_verb_is_helped),
        cmocka_unit_test(test_values_are_read),
        cmocka_unit_test(test_wrong_lines_say_what_was_meant),
        cmocka_unit_test(test_every_command_is_helped_and_has_a_free_key),
        cmocka_unit_test(test_keys_find_commands_where_they_are),
        cmocka_unit_test(test_help_lists_every_command),
        cmocka_unit_test(test_layouts_never_overlap),
        cmocka_unit_test(test_layouts_show_by_priority),
        cmocka_unit_test(test_lines_are_edited),
        cmocka_unit_test(test_filters_match_words),
        cmocka_unit_test(test_acting_while_looking_back_is_told),
        cmocka_unit_test(test_colour_depth_is_chosen),
        cmocka_unit_test(test_colours_are_mapped),
        cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_progress_fits_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
