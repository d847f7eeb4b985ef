/* The picker of files by mouse, by letters, by a path, and with what nobody could choose: no
 * terminal, a folder of its own. */
#include "app/commands/command_line.h"
#include "app/opening/opening.h"
#include "app/shell/ui_events.h"
#include "engine/base/memory.h"
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "tests/screens/whole.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

static char folder[] = "/tmp/secateur-picker-XXXXXX";
static struct snapshot *snapshot;
static struct ui ui;
static struct command posted;

static bool note(void *context, const struct command *command)
{
    (void)context;
    posted = *command;
    return true;
}

static void file(const char *name)
{
    FILE *out = fopen(name, "w");
    assert_non_null(out);
    fclose(out);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder) || chdir(folder) != 0 || mkdir("nets", 0700) != 0 ||
        mkdir("closed", 0700) != 0)
        return -1;
    setenv("XDG_STATE_HOME", folder, 1);
    setenv("HOME", folder, 1);
    file("nets/my net.h5");
    file("nets/\xc3\xbcml \"\xe6\xbc\xa2\".h5");
    for (int i = 0; i < 40; i++) {
        char name[32];
        snprintf(name, sizeof name, "net_%02d.h5", i);
        file(name);
    }
    snapshot = sample_create(
        &(struct sample_options){.n_images = 30, .n_rounds = 1, .phase = PHASE_PAUSED});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char *line = memory_format("chmod 700 '%s/closed'; rm -rf '%s'", folder, folder);
    int status = system(line);
    free(line);
    sample_destroy(snapshot);
    return status;
}

static void begin(void)
{
    whole_init(&ui, snapshot);
    ui.post = note;
    posted.kind = N_COMMAND_KINDS;
    ui_resize(&ui, 80, 24);
    whole_press(&ui, "Ctrl-O");
}

static void end(void)
{
    opening_destroy(ui.wanted);
    whole_finish(&ui);
}

static char *screen_text(void)
{
    struct cells cells = whole_draw(&ui, 80, 24);
    char *text = picture_of_cells_text(&cells);
    cells_finish(&cells);
    return text;
}

static bool sees(const char *words)
{
    char *text = screen_text();
    bool found = strstr(text, words);
    if (!found)
        print_error("no '%s' in\n%s", words, text);
    free(text);
    return found;
}

/* The row in which it stands, -1: it does not. */
static int row_of(const char *words)
{
    char *text = screen_text(), *found = strstr(text, words);
    int row = found ? 0 : -1;
    for (const char *at = text; found && at < found; at++)
        row += *at == '\n';
    free(text);
    return row;
}

static void point(int key, int column, int row)
{
    struct event event = {.key = key, .column = column, .row = row};
    ui_event(&ui, &event);
}

static void type(const char *text)
{
    for (; *text; text++)
        ui_event(&ui, &(struct event){.key = *text});
}

static void a_click_points_and_a_double_click_takes(void **state)
{
    (void)state;
    begin();
    int row = row_of("net_03.h5");
    point(PRESS_CLICK, 20, row);
    assert_true(overlay_is_open(&ui.overlay)); /* it points alone */
    assert_string_equal(
        ui.overlay.items[overlay_shown(&ui.overlay, ui.overlay.cursor)].insert, "net_03.h5");
    int cursor = ui.overlay.cursor;
    point(PRESS_CLICK, 0, 0); /* beside it: nothing */
    point(PRESS_DOUBLE_CLICK, 79, 23);
    assert_true(overlay_is_open(&ui.overlay) && ui.overlay.cursor == cursor);
    for (int i = 0; i < 100; i++)
        point(PRESS_WHEEL_DOWN, 20, 10);
    assert_true(sees("net_39.h5"));
    for (int i = 0; i < 100; i++)
        point(PRESS_WHEEL_UP, 20, 10);
    row = row_of("nets/");
    point(PRESS_CLICK, 20, row);
    point(PRESS_DOUBLE_CLICK, 20, row);
    assert_true(sees("/nets")); /* walked into */
    row = row_of("my net.h5");
    point(PRESS_CLICK, 20, row);
    point(PRESS_DOUBLE_CLICK, 20, row);
    assert_true(sees("Clean images for that net"));
    assert_null(ui.wanted);
    end();
}

static void an_answer_is_clicked(void **state)
{
    (void)state;
    struct snapshot *pruned = sample_create(&(struct sample_options){
        .n_images = 30, .n_rounds = 10, .position = 9, .phase = PHASE_PAUSED});
    whole_init(&ui, pruned);
    whole_press(&ui, "q");
    free(screen_text());
    point(PRESS_CLICK, 0, 0); /* beside the question: it stays */
    assert_true(overlay_is_open(&ui.overlay) && !ui.quit);
    point(PRESS_CLICK, 40, row_of("save the net") + 1); /* "quit" is the next one */
    assert_true(ui.quit);
    whole_press(&ui, ":");
    type("ne");
    point(PRESS_CLICK, 10, row_of("next-step")); /* a candidate goes into the line */
    assert_string_equal(ui.overlay.edit.text, "next-step");
    assert_true(overlay_is_open(&ui.overlay));
    whole_finish(&ui);
    sample_destroy(pruned);
}

/* A net, its images, no poisoned ones: what is opened in the end. */
static void names_come_through_whole(void **state)
{
    (void)state;
    begin();
    type("~/nets/my net.h5");
    whole_press(&ui, "Enter");
    assert_true(sees("Clean images for that net"));
    type("ml");
    whole_press(&ui, "Enter");
    assert_true(sees("Poisoned images for that net"));
    whole_press(&ui, "Enter"); /* none */
    assert_non_null(ui.wanted);
    const struct options *options = &ui.wanted->arguments.options;
    char *model = memory_format("%s/nets/my net.h5", folder);
    char *clean = memory_format("%s/nets/\xc3\xbcml \"\xe6\xbc\xa2\".h5", folder);
    assert_string_equal(options->model, model);
    assert_string_equal(options->clean, clean);
    assert_null(options->poisoned);
    free(model);
    free(clean);
    end();
}

static void a_path_is_gone_to(void **state)
{
    (void)state;
    begin();
    type("./nets");
    assert_true(sees("Enter goes to this folder"));
    whole_press(&ui, "Enter");
    assert_true(sees("my net.h5"));
    type("../nowhere/x.h5");
    whole_press(&ui, "Enter");
    assert_true(ui.notice_bad && strstr(ui.notice, "No such file"));
    assert_true(sees("../nowhere/x.h5")); /* to be mended */
    assert_true(sees("No such file"));
    assert_string_equal(ui.overlay.edit.text, "../nowhere/x.h5");
    whole_press(&ui, "Esc");
    assert_false(overlay_is_open(&ui.overlay));
    end();
}

static void a_closed_folder_leaves_the_listing(void **state)
{
    (void)state;
    begin();
    type("closed");
    assert_int_equal(chmod("closed", 0), 0);
    bool refused = access("closed", R_OK) != 0; /* root may read all */
    if (!refused)
        assert_int_equal(rmdir("closed"), 0); /* gone since it was listed: the same to the picker */
    whole_press(&ui, "Enter");
    assert_true(ui.notice_bad && strstr(ui.notice, "closed: "));
    assert_true(sees("net_00.h5") && sees("filter:"));
    if (!refused)
        assert_int_equal(mkdir("closed", 0700), 0);
    end();
}

/* Megabytes in the picker, in the command line, and where nothing is typed. */
static void pastes_are_bounded(void **state)
{
    (void)state;
    static char text[4 << 20];
    memset(text, 'x', sizeof text - 1);
    struct event paste = {.key = PRESS_PASTE, .text = text, .size = sizeof text - 1};
    begin();
    ui_event(&ui, &paste);
    assert_true(ui.notice_bad && ui.overlay.edit.length < EDIT_TEXT);
    assert_true(sees("nothing matches these words"));
    whole_press(&ui, "Enter"); /* takes nothing */
    assert_true(overlay_is_open(&ui.overlay));
    whole_press(&ui, "Esc :");
    ui_event(&ui, &paste);
    assert_true(ui.notice_bad && ui.overlay.edit.length < EDIT_TEXT);
    free(screen_text());
    whole_press(&ui, "Enter"); /* no such command */
    assert_true(ui.notice_bad && !ui.wanted);
    assert_int_equal(posted.kind, N_COMMAND_KINDS);
    memcpy(text, "open /", 6); /* a name that no file system has */
    whole_press(&ui, ":");
    ui_event(&ui, &paste);
    whole_press(&ui, "Enter");
    assert_true(ui.notice_bad && !ui.wanted);
    ui_event(&ui, &paste);
    assert_false(overlay_is_open(&ui.overlay));
    assert_true(ui.notice_bad && strstr(ui.notice, "was ignored"));
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_points_and_a_double_click_takes),
        cmocka_unit_test(an_answer_is_clicked),
        cmocka_unit_test(names_come_through_whole),
        cmocka_unit_test(a_path_is_gone_to),
        cmocka_unit_test(a_closed_folder_leaves_the_listing),
        cmocka_unit_test(pastes_are_bounded),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
