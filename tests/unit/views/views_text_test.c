/* views: what they say of rounds, what-ifs, branches, repairs and faces, and how they move. */
#include "engine/base/memory.h"
#include "tests/screens/picture_of_cells.h"
#include "tests/unit/views/views_fixture.h"
#include "views/facts/branches.h"
#include "views/facts/faces.h"
#include "views/facts/goodnet.h"
#include "views/panels/status.h"
#include "views/panels/views.h"

#include "tests/test.h"

static void facts_are_written_out(void **state)
{
    (void)state;
    struct sample_options options = views_finished;
    options.n_rounds = 48, options.position = 47, options.phase = PHASE_RUNNING;
    options.n_images = 11547;
    struct views_fixture f = views_fixture_of(&options);
    char clean[32], asr[32], broken[64];
    const struct round *round = f.snapshot->rounds[47];
    snprintf(clean, sizeof clean, "%.2f", snapshot_clean_accuracy(f.snapshot, 47));
    snprintf(asr, sizeof asr, "%.2f", snapshot_asr(f.snapshot, 47));
    snprintf(broken, sizeof broken, "✗ broken %d", round->broken);
    views_assert_shows(&f, "curves", 52, 12, false, clean);
    views_assert_shows(&f, "curves", 52, 12, false, asr);
    views_assert_shows(&f, "curves", 52, 12, false, "●");
    views_assert_shows(&f, "round", 44, 8, false, broken);
    views_assert_shows(&f, "round", 44, 8, false, "next ch");
    snprintf(broken, sizeof broken, "   %s ", clean);
    views_assert_shows(&f, "round", 78, 19, true, broken);
    views_assert_shows(&f, "round", 78, 19, true, "round    ch");
    views_assert_shows(&f, "thresholds", 26, 8, false, "✓    2");
    views_assert_shows(&f, "thresholds", 26, 8, false, "≤88.65");
    views_assert_shows(&f, "thresholds", 118, 20, true, "_loss2.h5");
    views_assert_shows(&f, "channels", 78, 5, false, "▸");
    views_assert_shows(&f, "channels", 78, 5, false, "×");
    views_assert_shows(&f, "layers", 118, 20, true, "9 ch 93.1/4.8");
    views_assert_shows(&f, "layers", 118, 20, true, "oracle");
    views_assert_shows(&f, "log", 78, 3, false, "round 45");
    f.view_state.depth = DEPTH_MONO;
    views_assert_shows(&f, "faces", 78, 20, false, "✗");
    views_finish(&f);
}

static const struct sample_options asked = {
    .n_images = 11547, .n_rounds = 48, .position = 47, .phase = PHASE_PAUSED, .what_if = true};

static void what_ifs_are_shown_where_they_were_asked(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&asked);
    views_assert_shows(&f, "channels", 78, 19, true, "what if: clean");
    f.view_state.channel_order = ORDER_WHAT_IF;
    views_assert_shows(&f, "channels", 78, 19, true, "▸  38");
    views_assert_shows(&f, "channels", 78, 19, true, " −1.92 −60.99\n");
    f.view_state.channel = 1; /* not asked */
    views_assert_shows(&f, "channels", 78, 19, true, "51                      —      —");
    f.view_state.channel = 41; /* gone */
    views_assert_shows(&f, "channels", 78, 19, true, " 31     31\n");
    views_assert_shows(&f, "round", 40, 20, true, "→ clean −1.75, ASR ±0.00 pp");
    f.view_state.viewed = 46; /* what stands is another round */
    char *text = views_text(&f, "round", 40, 20, true);
    assert_null(strstr(text, "→ clean"));
    free(text);
    views_finish(&f);
}

static void the_inspector_compares_with_the_next(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&asked);
    f.view_state.detail = true;
    views_assert_shows(&f, "channels", 78, 19, true, "pruned now, as round 48");
    views_assert_shows(&f, "channels", 78, 19, true, "94.25     92.33     −1.92");
    views_assert_shows(&f, "channels", 78, 19, true, "38.11 … 39.89"); /* 4503 of 11547, Wilson */
    views_assert_shows(&f, "channels", 78, 19, true, "~ no longer hit 7043");
    views_assert_shows(
        &f, "channels", 78, 19, true, "threshold of 10 pp not crossed, 3.68 pp left");
    views_assert_shows(&f, "channels", 78, 19, true, "next, ch 10: clean −1.75, ASR ±0.00 pp");
    f.view_state.channel = 10;
    views_assert_shows(&f, "channels", 78, 19, true, "the order prunes this channel next");
    f.view_state.channel = 1;
    views_assert_shows(&f, "channels", 78, 19, true, "not computed in this round");
    f.view_state.channel = 41;
    char *text = views_text(&f, "channels", 78, 19, true);
    assert_null(strstr(text, "what if"));
    free(text);
    views_finish(&f);
}

static struct sample_options with_branches(void)
{
    struct sample_options options = views_finished;
    options.n_branches = 4;
    return options;
}

static void branches_stand_side_by_side(void **state)
{
    (void)state;
    struct sample_options options = with_branches();
    struct views_fixture f = views_fixture_of(&options);
    views_assert_shows(&f, "curves", 78, 20, true, "1 conv_2 mean-activation ↑");
    views_assert_shows(&f, "curves", 78, 20, true, "2 activation_1 difference ↓ on top of 44");
    f.view_state.axis = AXIS_TRADE;
    views_assert_shows(&f, "curves", 78, 20, true, "3 conv_3 mean-activation ↑");
    views_assert_shows(&f, "layers", 78, 19, true, "▸ 3 conv_3");
    views_assert_shows(
        &f, "layers", 78, 19, true, "2 activation_1    difference ↓        on top of 44");
    views_assert_shows(&f, "layers", 78, 19, true, "the unpruned net");
    f.snapshot->branch = 1; /* losses count from the unpruned net, not from its own round 0 */
    const struct branch_line *second = &f.snapshot->branches[1];
    f.snapshot->rounds = second->rounds;
    f.snapshot->n_rounds = 5, f.snapshot->position = 0;
    f.view_state.axis = AXIS_AUTO;
    char lost[32];
    snprintf(lost, sizeof lost, "lost %.2f pp",
        (f.snapshot->branches[0].rounds[0]->clean_correct - second->rounds[0]->clean_correct) /
            3.0);
    assert_string_not_equal(lost, "lost 0.00 pp");
    views_assert_shows(&f, "curves", 78, 20, true, lost);
    views_assert_shows(&f, "round", 40, 20, true, "the net with 44 pruned elsewhere");
    snprintf(lost, sizeof lost, "B         %6.2f", branches_unpruned_clean(f.snapshot));
    views_assert_shows(&f, "thresholds", 40, 12, false, lost);
    views_finish(&f);
}

/* Solid, dashed; long dashes and dots. */
static void branches_are_told_apart_without_colour(void **state)
{
    (void)state;
    struct sample_options options = with_branches();
    struct views_fixture f = views_fixture_of(&options);
    f.view_state.depth = DEPTH_MONO;
    views_assert_shows(&f, "curves", 78, 20, true, "⠤⠄⠤⠄⠤⠄⠤ attack success");
    views_assert_shows(&f, "curves", 78, 20, true, "⠤⠤⠤⠤⠤⠤⠤ clean accuracy");
    views_assert_shows(&f, "curves", 78, 20, true, "  ⠤⠤  ⠄ ⠄ 1 conv_2");
    f.view_state.ascii = true;
    views_assert_shows(&f, "curves", 78, 20, true, "--- ~   1 conv_2 mean-activation ^");
    views_finish(&f);
}

static void work_and_repairs_are_told(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&views_finished);
    char text[64];
    f.view_state.viewed = 47;
    snprintf(
        text, sizeof text, "of these up to the last layer: %d", f.snapshot->rounds[47]->finished);
    views_assert_shows(&f, "round", 118, 30, true, text);
    views_assert_shows(
        &f, "layers", 118, 30, true, "first 9 channels by difference leaves ASR 4.8 %");
    views_finish(&f);
}

static void status_says_where_we_are(void **state)
{
    (void)state;
    struct sample_options options = views_finished;
    options.n_rounds = 48, options.position = 47, options.phase = PHASE_RUNNING;
    struct views_fixture f = views_fixture_of(&options);
    char *text, title[256];
    struct cells cells;
    cells_init(&cells, 80, 2);
    status_draw(views_input(&f, false), &cells, (struct area){0, 0, 80, 2});
    text = picture_of_cells_text(&cells);
    assert_non_null(strstr(text, "► RUN"));
    assert_non_null(strstr(text, "ETA 0:21"));
    assert_non_null(strstr(text, "round 47/60"));
    assert_non_null(strstr(text, "conv_3"));
    free(text);
    f.view_state.viewed = 45;
    status_title(views_input(&f, false), title, sizeof title);
    assert_non_null(strstr(title, "45/60"));
    assert_non_null(strstr(title, "VIEWING 45 of 47"));
    cells_clear(&cells);
    status_draw(views_input(&f, false), &cells, (struct area){0, 0, 80, 1});
    text = picture_of_cells_text(&cells);
    assert_non_null(strstr(text, "45/60 "));
    free(text);
    cells_finish(&cells);
    views_finish(&f);
}

static void moves_stay_in_range(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&views_finished);
    struct area inside = {0, 0, 78, 20};
    for (int i = 0; views_at(i); i++)
        for (int step = 0; step < 400 && views_at(i)->move; step++) {
            views_at(i)->move(f.snapshot, &f.view_state, (enum view_move)(step * 7 % 8), inside);
            assert_true(f.view_state.channel >= 0 && f.view_state.channel < 60);
            assert_true(f.view_state.viewed >= -1 && f.view_state.viewed <= 60);
            assert_true(f.view_state.site >= 0 && f.view_state.site < 5);
            assert_true(f.view_state.threshold >= 0 && f.view_state.threshold < 3);
            assert_true(f.view_state.scroll >= 0 && f.view_state.face >= 0);
        }
    f.view_state.viewed = -1;
    views_find("curves")->move(f.snapshot, &f.view_state, MOVE_LEFT, inside);
    assert_int_equal(f.view_state.viewed, 59);
    views_find("curves")->move(f.snapshot, &f.view_state, MOVE_RIGHT, inside);
    assert_int_equal(f.view_state.viewed, -1);
    assert_true(views_find("curves")->click(f.snapshot, &f.view_state, 40, 5, inside));
    assert_true(f.view_state.viewed > 25 && f.view_state.viewed < 35);
    assert_true(views_find("channels")
                    ->click(f.snapshot, &f.view_state, 10 + 17, 1, (struct area){0, 0, 78, 5}));
    assert_int_equal(f.view_state.channel, 17);
    views_finish(&f);
}

static void faces_are_those_that_changed(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&views_finished);
    struct faces faces;
    f.view_state.viewed = 52;
    faces_init(&faces, f.snapshot, &f.view_state);
    const struct round *round = f.snapshot->rounds[52];
    assert_int_equal(
        faces.n, round->broken + round->recovered + round->rescued + round->reinfected);
    for (int i = 0; i < faces.n; i++) {
        enum fate fate = faces_fate(f.snapshot, 52, faces.face[i]);
        assert_true(fate == FATE_BROKEN || fate == FATE_RECOVERED || fate == FATE_RESCUED ||
                    fate == FATE_REINFECTED);
    }
    faces_finish(&faces);
    f.view_state.viewed = 3; /* nothing changes there: all are shown */
    faces_init(&faces, f.snapshot, &f.view_state);
    assert_int_equal(faces.filter, FACES_ALL);
    assert_int_equal(faces.n, 600);
    faces_finish(&faces);
    views_finish(&f);
}

static void goodnet_is_counted_image_by_image(void **state)
{
    (void)state;
    struct views_fixture f = views_fixture_of(&views_finished);
    struct goodnet g;
    assert_true(goodnet_count(f.snapshot, 0, &g));
    assert_int_equal(g.flagged[SET_CLEAN], 0);
    assert_int_equal(g.labelled[SET_CLEAN], f.snapshot->rounds[0]->clean_correct);
    assert_true(goodnet_count(f.snapshot, 60, &g));
    assert_true(g.flagged[SET_POISONED] == 300 && g.labelled[SET_POISONED] == 0);
    assert_false(goodnet_count(f.snapshot, -1, &g));
    views_finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_written_out),
        cmocka_unit_test(what_ifs_are_shown_where_they_were_asked),
        cmocka_unit_test(the_inspector_compares_with_the_next),
        cmocka_unit_test(branches_stand_side_by_side),
        cmocka_unit_test(branches_are_told_apart_without_colour),
        cmocka_unit_test(work_and_repairs_are_told),
        cmocka_unit_test(status_says_where_we_are),
        cmocka_unit_test(moves_stay_in_range),
        cmocka_unit_test(faces_are_those_that_changed),
        cmocka_unit_test(goodnet_is_counted_image_by_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
