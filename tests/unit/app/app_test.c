/* Commands without a terminal: keys, help, what they post to the engine. */
#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "app/shell/ui_events.h"
#include "app/options/options.h"
#include "app/screen/overlay.h"
#include "app/terminal/keys.h"
#include "app/verbs/verbs.h"
#include "engine/api/criteria_comparison.h"

#include "tests/test.h"
#include "tests/unit/app/parse.h"

/* Panels, "zoomed" and "dashboard", separated by blanks. */
static bool are_places(const char *words)
{
    char copy[64];
    snprintf(copy, sizeof copy, "%s", words);
    bool good = *copy;
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        good = good &&
               (views_find(word) || strcmp(word, "zoomed") == 0 || strcmp(word, "dashboard") == 0);
    return good;
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
        assert_true(!action->where || are_places(action->where));
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

/* A net that stands at its round 10, looked at in round 4; channel 5 is 4.2 deviations away. */
struct looking_back {
    struct arguments arguments;
    struct round rounds[11];
    const struct round *pointers[11];
    struct site_line site;
    float scores[20];
    int ranking[20];
    struct snapshot snapshot;
    struct posted posted;
};

static const struct criterion_line rules[] = {
    {.name = "clp", .descending = true, .outliers = 3}, {.name = "l1"}};

static void look_back(struct looking_back *l)
{
    struct error err;
    *l = (struct looking_back){.site = {.name = "conv", .n_channels = 20}, .scores = {[5] = 9}};
    for (int i = 0; i < 20; i++)
        l->ranking[i] = (i + 5) % 20;
    for (int i = 0; i < 11; i++)
        l->pointers[i] = &l->rounds[i];
    l->snapshot = (struct snapshot){.phase = PHASE_PAUSED,
        .model_name = "net",
        .sites = &l->site,
        .n_sites = 1,
        .n_channels = 20,
        .rounds = l->pointers,
        .n_rounds = 11,
        .position = 10,
        .suggested = 0,
        .criteria = rules,
        .n_criteria = 2,
        .scores = l->scores,
        .ranking = l->ranking,
        .n_ranking = 20,
        .descending = true,
        .criterion = "clp"};
    assert_true(parse(&l->arguments, "", &err));
}

static void begin(struct ui *ui, struct looking_back *l)
{
    ui_init(ui, &l->arguments);
    ui->snapshot = &l->snapshot;
    ui->post = note_post;
    ui->context = &l->posted;
    ui->view_state.channel = 3;
    ui->view_state.viewed = 4;
    l->posted.n = 0;
}

static void end(struct ui *ui)
{
    ui->snapshot = NULL;
    ui_finish(ui);
}

/* Looking back, what acts on the net says where; the second time it acts. */
static void test_acting_while_looking_back_is_told(void **state)
{
    (void)state;
    static struct looking_back l;
    int acting = 0;
    look_back(&l);
    for (int i = 0; commands_at(i); i++) {
        const struct action *action = commands_at(i);
        struct ui ui;
        if (!action->acts)
            continue;
        acting++;
        begin(&ui, &l);
        commands_run(&ui, action, NULL);
        assert_int_equal(l.posted.n, 0);
        assert_false(overlay_is_open(&ui.overlay));
        assert_int_equal(ui.view_state.viewed, 4);
        assert_non_null(strstr(ui.notice, "round 4 is shown, the net is at round 10"));
        commands_run(&ui, action, NULL);
        assert_true(l.posted.n == 1 || overlay_is_open(&ui.overlay));
        end(&ui);
    }
    assert_true(acting >= 12);
}

/* An order that was compared begins from the unpruned net: its layer, round 0, its criterion. */
static void test_a_compared_order_is_gone_on_with(void **state)
{
    (void)state;
    static struct looking_back l;
    struct ui ui;
    static const float scores[20];
    const struct compared_order order = {.criterion = "clp", .source = "", .scores = scores},
                                refused = {.criterion = "anp", .refused = "anp needs images"};
    const struct compared_order *orders[] = {&order, &refused};
    const struct criteria_comparison compared = {.n = 2, .wanted = 2, .orders = orders};
    look_back(&l);
    begin(&ui, &l);
    commands_line(&ui, "choose clp");
    assert_int_equal(l.posted.n, 0);
    assert_non_null(strstr(ui.notice, "no criteria were compared yet"));
    l.snapshot.compared = &compared;
    commands_line(&ui, "choose anp");
    assert_string_equal(ui.notice, "anp needs images");
    commands_line(&ui, "choose l1");
    assert_non_null(strstr(ui.notice, "l1 was not compared"));
    assert_int_equal(l.posted.n, 0);
    commands_line(&ui, "choose clp");
    assert_int_equal(l.posted.n, 3);
    assert_int_equal(l.posted.last.kind, COMMAND_CRITERION);
    assert_string_equal(l.posted.last.text, "clp");
    assert_int_equal(ui.view_state.viewed, -1);
    commands_line(&ui, "layer conv,conv");
    assert_int_equal(l.posted.last.kind, COMMAND_LAYERS);
    assert_string_equal(l.posted.last.text, "0 0 ");
    commands_line(&ui, "layer all on-top");
    assert_string_equal(l.posted.last.text, "0 on-top");
    commands_line(&ui, "layer conv,cnov");
    assert_non_null(strstr(ui.notice, "layer cnov cannot be pruned; did you mean conv?"));
    commands_line(&ui, "compare l1,clp all-layers");
    assert_int_equal(l.posted.last.kind, COMMAND_COMPARE);
    assert_int_equal(l.posted.last.number, 1);
    assert_string_equal(l.posted.last.text, "l1,clp");
    l.snapshot.compared = NULL;
    end(&ui);
}

/* Keys and numbers move the threshold; what is beyond it is a run of as many rounds. */
static void test_outliers_are_pruned(void **state)
{
    (void)state;
    static struct looking_back l;
    struct ui ui;
    look_back(&l);
    begin(&ui, &l);
    ui.view_state.viewed = -1;
    commands_line(&ui, "outliers");
    assert_non_null(strstr(ui.notice, "1 of 20 channels are beyond 3.00"));
    commands_line(&ui, "outliers 4.5");
    assert_non_null(strstr(ui.notice, "0 of 20 channels are beyond 4.50"));
    commands_line(&ui, "prune-outliers");
    assert_int_equal(l.posted.n, 0);
    commands_line(&ui, "outliers-more 4");
    assert_non_null(strstr(ui.notice, "beyond 4.10"));
    commands_line(&ui, "prune-outliers");
    assert_int_equal(l.posted.n, 1);
    assert_int_equal(l.posted.last.kind, COMMAND_RUN);
    assert_int_equal(l.posted.last.number, 1);
    commands_line(&ui, "outliers never");
    assert_non_null(strstr(ui.notice, "'never' is no threshold"));
    l.snapshot.descending = false;
    commands_line(&ui, "prune-outliers");
    assert_non_null(strstr(ui.notice, "outliers go last"));
    l.snapshot.criterion = "l1";
    commands_line(&ui, "outliers 2");
    assert_non_null(strstr(ui.notice, "no threshold of outliers"));
    assert_int_equal(l.posted.n, 1);
    end(&ui);
}

static void test_looking_elsewhere_is_told_anew(void **state)
{
    (void)state;
    static struct looking_back l;
    struct ui ui;
    look_back(&l);
    begin(&ui, &l);
    press_key(&ui, 's');
    press_key(&ui, PRESS_LEFT);
    press_key(&ui, 's');
    assert_int_equal(l.posted.n, 0);
    press_key(&ui, 's');
    assert_int_equal(l.posted.n, 1);
    assert_int_equal(l.posted.last.kind, COMMAND_STEP);
    ui.view_state.viewed = 4;
    press_key(&ui, 'b'); /* says itself where it goes */
    assert_int_equal(l.posted.last.kind, COMMAND_JUMP);
    assert_int_equal(l.posted.last.number, 4);
    ui.view_state.viewed = 4;
    press_key(&ui, 'S' - '@'); /* Ctrl-S names the round that it saves */
    assert_non_null(strstr(ui.overlay.title, "round 10"));
    end(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_command_is_helped_and_has_a_free_key),
        cmocka_unit_test(test_keys_find_commands_where_they_are),
        cmocka_unit_test(test_help_lists_every_command),
        cmocka_unit_test(test_acting_while_looking_back_is_told),
        cmocka_unit_test(test_a_compared_order_is_gone_on_with),
        cmocka_unit_test(test_outliers_are_pruned),
        cmocka_unit_test(test_looking_elsewhere_is_told_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
