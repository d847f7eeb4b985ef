/* The defender's panels: suspects and their triggers, the path of a defence, rounds of a repair. */
#include "tests/unit/views/views_fixture.h"

#include "engine/api/suspects.h"
#include "tests/screens/picture_of_cells.h"
#include "views/charts/curves.h"
#include "views/facts/defence_path.h"
#include "views/facts/suspects.h"
#include "views/facts/trigger.h"
#include "views/panels/status.h"
#include "views/panels/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

static struct sample_options clean_alone(void)
{
    return (struct sample_options){
        .n_images = 300, .n_rounds = 1, .phase = PHASE_PAUSED, .no_poisoned = true};
}

static struct defence_path path_of(const struct sample_options *options)
{
    struct defence_path path;
    struct snapshot *s = sample_create(options);
    defence_path_of(s, &path);
    sample_destroy(s);
    return path;
}

static void the_path_says_what_is_next(void **state)
{
    (void)state;
    struct sample_options options = clean_alone();
    struct defence_path path = path_of(&options);
    assert_int_equal(path.data, PATH_CLEAN);
    assert_int_equal(path.next, PATH_FOUND);
    assert_string_equal(path.said[PATH_FOUND], "found");
    options.suspects = true;
    path = path_of(&options);
    assert_true(path.done[PATH_FOUND] && path.done[PATH_INVERTED] && !path.done[PATH_REPAIRED]);
    assert_string_equal(path.said[PATH_FOUND], "found class 0");
    assert_string_equal(path.said[PATH_INVERTED], "inverted 47.8 px");
    assert_int_equal(path.next, PATH_REPAIRED);
    options.n_rounds = 48, options.position = 47, options.repaired = true;
    path = path_of(&options);
    assert_string_equal(path.said[PATH_REPAIRED], "repair unlearn round 12");
}

static const struct {
    struct sample_options options;
    enum path_step step;
    const char *said, *word;
    bool done;
} path_states[] = {
    {{.n_rounds = 1, .phase = PHASE_PAUSED}, PATH_REPAIRED, "repaired", "repaired", false},
    {{.n_rounds = 48, .position = 0, .phase = PHASE_PAUSED}, PATH_REPAIRED, "repaired", "repaired",
        false},
    {{.n_rounds = 1, .phase = PHASE_RUNNING}, PATH_REPAIRED, "pruning", "pruning", false},
    {{.n_rounds = 48, .position = 47, .phase = PHASE_RUNNING, .n_branches = 4}, PATH_REPAIRED,
        "pruned 47", "pruned", true},
    {{.n_rounds = 61, .position = 60, .phase = PHASE_DONE, .n_branches = 4}, PATH_REPAIRED,
        "pruned 60", "pruned", true},
    {{.n_rounds = 61, .position = 60, .phase = PHASE_DONE, .no_poisoned = true, .n_branches = 4},
        PATH_REPAIRED, "pruned 60", "pruned", true},
    {{.n_rounds = 48, .position = 47, .phase = PHASE_PAUSED, .no_poisoned = true, .repaired = true},
        PATH_REPAIRED, "repair unlearn round 12", "repair", true},
    {{.n_rounds = 48, .position = 47, .phase = PHASE_PAUSED, .n_branches = 4}, PATH_JUDGED,
        "judged ASR 100.0 %", "judged", true},
    {{.n_rounds = 61, .position = 60, .phase = PHASE_DONE, .n_branches = 4}, PATH_JUDGED,
        "judged ASR 0.0 %, clean 0.0 %", "judged", true},
    {{.n_rounds = 48, .position = 47, .phase = PHASE_PAUSED, .no_poisoned = true}, PATH_JUDGED,
        "judged", "judged", false},
    {{.n_rounds = 1, .phase = PHASE_SCANNING, .no_poisoned = true}, PATH_FOUND, "searching",
        "searching", false},
    {{.n_rounds = 1, .phase = PHASE_PAUSED, .no_poisoned = true, .suspects = true}, PATH_FOUND,
        "found class 0", "found", true},
};

/* What the line says of each state, whole and in a word: never of a thing that was not done. */
static void the_path_says_what_is_true(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof path_states / sizeof *path_states; i++) {
        struct sample_options options = path_states[i].options;
        options.n_images = 300;
        struct defence_path path = path_of(&options);
        assert_string_equal(path.said[path_states[i].step], path_states[i].said);
        assert_string_equal(path.word[path_states[i].step], path_states[i].word);
        assert_int_equal(path.done[path_states[i].step], path_states[i].done);
    }
    struct sample_options ruined = path_states[4].options;
    ruined.n_images = 300;
    struct defence_path path = path_of(&ruined);
    assert_true(path.costly && path.verdict == VERDICT_GONE && !path.repaired);
    ruined.position = 53; /* a third of the attack is left, and ten points are lost */
    path = path_of(&ruined);
    assert_true(path.costly && path.verdict == VERDICT_WEAKENED && defence_path_bad(&path));
}

static void with_poisoned_images_nothing_is_inverted(void **state)
{
    (void)state;
    struct sample_options options = {
        .n_images = 300, .n_rounds = 1, .phase = PHASE_PAUSED, .scanned = true};
    struct defence_path path = path_of(&options);
    assert_int_equal(path.data, PATH_ORACLE);
    assert_string_equal(path.said[PATH_FOUND], "found activation_1");
    assert_false(path.done[PATH_INVERTED]);
    assert_int_equal(path.next, PATH_REPAIRED);
    options.n_rounds = 61, options.position = 47, options.n_branches = 4;
    path = path_of(&options); /* ASR 99.99 %: judged, and not repaired at all */
    assert_true(path.done[PATH_JUDGED] && path.verdict == VERDICT_STANDS);
    options.position = 58;
    path = path_of(&options);
    assert_true(path.done[PATH_JUDGED] && path.verdict == VERDICT_GONE);
    assert_int_equal(path.next, N_PATH_STEPS);
}

static void work_says_its_step(void **state)
{
    (void)state;
    struct sample_options options = clean_alone();
    options.phase = PHASE_SCANNING;
    assert_int_equal(path_of(&options).now, PATH_FOUND);
    options.phase = PHASE_PAUSED;
    assert_int_equal(path_of(&options).now, -1);
}

static char *status_text(struct views_fixture *f, int columns, const char *next)
{
    struct cells cells;
    struct view_input input = *views_input(f, false);
    input.next = next;
    cells_init(&cells, columns, 3);
    status_draw(&input, &cells, (struct area){0, 0, columns, 3});
    char *text = picture_of_cells_text(&cells);
    cells_finish(&cells);
    return text;
}

static void the_path_fits_every_width(void **state)
{
    (void)state;
    struct sample_options options = clean_alone();
    options.suspects = true;
    struct views_fixture f = views_fixture_of(&options);
    char *text = status_text(&f, 80, "next P: repair");
    assert_non_null(strstr(text, "✓ opened → ✓ found → ✓ inverted → · repaired → · judged"));
    assert_non_null(strstr(text, "P: repair"));
    free(text);
    text = status_text(&f, 120, "next P: repair");
    assert_non_null(strstr(text, "✓ found class 0 → ✓ inverted 47.8 px"));
    free(text);
    text = status_text(&f, 40, "next P: repair");
    assert_null(strstr(text, "opened"));
    assert_non_null(strstr(text, "next P: repair"));
    free(text);
    views_finish(&f);
}

static void suspects_show_what_stands_out(void **state)
{
    (void)state;
    struct sample_options options = clean_alone();
    struct views_fixture f = views_fixture_of(&options);
    views_assert_shows(&f, "suspects", 80, 20, true, "Nothing was searched yet. A (:scan)");
    views_finish(&f);
    options.suspects = true;
    f = views_fixture_of(&options);
    views_assert_shows(&f, "suspects", 80, 20, true, "class 0 has the largest margin (outlier");
    views_assert_shows(&f, "suspects", 80, 20, true, "Clean nets have a first");
    views_assert_shows(&f, "suspects", 80, 20, true, "47.8     100");
    views_assert_shows(&f, "suspects", 80, 20, true, "stamped #1");
    f.view_state.suspect = 1;
    views_assert_shows(&f, "suspects", 80, 20, true, "→ class 1250: 68.3 px, hits 99 %");
    f.view_state.suspect = 100; /* the last: one to compare with */
    views_assert_shows(&f, "suspects", 80, 20, true, "→ class 4: 146.7 px");
    views_assert_shows(&f, "suspects", 80, 20, true, "=      4 ");
    f.view_state.suspect = 10;
    views_assert_shows(&f, "suspects", 80, 20, true, "No trigger was inverted");
    f.view_state.suspect = 0;
    views_assert_shows(&f, "suspects", 40, 8, false, "47.8");
    views_finish(&f);
}

/* The list stands below the verdict; a click on a class leads the cursor to it. */
static void a_click_chooses_a_suspect(void **state)
{
    (void)state;
    struct sample_options options = clean_alone();
    const struct view *view = views_find("suspects");
    const struct area inside = {1, 4, 78, 19};
    struct views_fixture f = views_fixture_of(&options);
    assert_false(view->click(f.snapshot, &f.view_state, 5, 10, inside)); /* nothing was searched */
    views_finish(&f);
    options.suspects = true;
    f = views_fixture_of(&options);
    int n = suspects_listed(f.snapshot->suspects), seen = -1;
    for (int row = 4; row < 23; row++) {
        f.view_state.suspect = 0;
        if (!view->click(f.snapshot, &f.view_state, 5, row, inside))
            continue;
        assert_int_equal(f.view_state.suspect, seen + 1); /* one a row */
        seen = f.view_state.suspect;
    }
    assert_true(seen >= 3 && seen < n);
    f.view_state.suspect = 2;
    assert_false(view->click(f.snapshot, &f.view_state, 70, 12, inside)); /* the trigger */
    assert_int_equal(f.view_state.suspect, 2);
    views_finish(&f);
}

static void the_verdict_is_said_with_its_reason(void **state)
{
    (void)state;
    struct sample_options options = clean_alone();
    options.suspects = true;
    struct views_fixture f = views_fixture_of(&options);
    struct suspects *suspects = (struct suspects *)(uintptr_t)f.snapshot->suspects;
    struct suspect *second = (struct suspect *)(uintptr_t)&suspects->suspect[1];
    suspects->verdict = SUSPECTS_CLASSES;
    second->stands = 1;
    snprintf(suspects->why, sizeof suspects->why, "class 1250 needs half of what others need.");
    struct defence_path path;
    defence_path_of(f.snapshot, &path);
    assert_string_equal(path.said[PATH_FOUND], "found class 1250");
    views_assert_shows(&f, "suspects", 80, 20, true, "class 1250 needs half of what");
    views_assert_shows(&f, "suspects", 80, 20, true, "!   1250");
    suspects->verdict = SUSPECTS_NOTHING;
    defence_path_of(f.snapshot, &path);
    assert_string_equal(path.said[PATH_FOUND], "found nothing");
    views_finish(&f);
}

static void a_trigger_covers_as_its_mask_says(void **state)
{
    (void)state;
    enum { PIXELS = 2 };
    const float mask[PIXELS] = {0, 0.75F};
    const uint8_t pattern[3 * PIXELS] = {200, 200, 200, 200, 100, 0};
    const struct inverted_trigger trigger = {
        .target = 3, .height = 1, .width = PIXELS, .mask = mask, .rgb = pattern};
    struct snapshot none = {0};
    uint8_t rgb[3 * PIXELS];
    assert_int_equal(trigger_image(&none, &trigger), -1);
    trigger_paint(&none, &trigger, TRIGGER_ALONE, -1, rgb);
    assert_int_equal(rgb[0], 128);
    assert_int_equal(rgb[3], 182); /* 0.25 * 128 + 0.75 * 200 */
    assert_int_equal(rgb[5], 32);
    trigger_paint(&none, &trigger, TRIGGER_MASK, -1, rgb);
    assert_int_equal(rgb[2], 0);
    assert_int_equal(rgb[4], 191);
    trigger_paint(&none, &trigger, TRIGGER_PATTERN, -1, rgb);
    assert_memory_equal(rgb, pattern, sizeof pattern);
    const int32_t labels[] = {3, 3, 1};
    none.labels[SET_CLEAN] = labels;
    none.n_images[SET_CLEAN] = 3;
    assert_int_equal(trigger_image(&none, &trigger), 2);
}

static void repairs_count_rounds(void **state)
{
    (void)state;
    struct sample_options options = clean_alone();
    options.n_rounds = 48, options.position = 47, options.repaired = true;
    struct views_fixture f = views_fixture_of(&options);
    struct curves curves;
    curves_init(&curves, f.snapshot, &f.view_state, false);
    assert_true(curves.plot.x_high > 15.9 && curves.plot.x_high < 16.1);
    assert_string_equal(curves.plot.x_label, "repair rounds (pruning: its whole run)");
    assert_non_null(strstr(curves.more_label[0], "held-out"));
    assert_non_null(strstr(curves.more_label[1], "own people"));
    /* 47 of 60 channels reach as far as 47/60 of the width */
    double end = curves.past_points[0][SET_CLEAN][47].x;
    assert_true(end > 12.5 && end < 12.6);
    curves_finish(&curves);
    views_assert_shows(&f, "round", 80, 20, true, "own people 8 of 9");
    views_assert_shows(&f, "round", 80, 20, true, "trigger 119.8 px, hit 99 %");
    views_assert_shows(&f, "curves", 80, 20, true, "trigger 119.8 px");
    views_assert_shows(&f, "layers", 80, 24, true, "2 a repair");
    char *text = status_text(&f, 80, "next P: repair");
    assert_non_null(strstr(text, "round 12/16"));
    assert_non_null(strstr(text, "repair unlearn → 0"));
    free(text);
    views_finish(&f);
}

static void all_that_stand_out_are_named(void **state)
{
    (void)state;
    char text[40];
    struct suspect suspect[12] = {{0}};
    struct suspects suspects = {.n = 12, .suspect = suspect, .verdict = SUSPECTS_CLASSES};
    for (int i = 0; i < 12; i++)
        suspect[i].class = 10 + i;
    suspect[4].stands = 1;
    assert_string_equal(suspects_found(&suspects, text, sizeof text), "class 14");
    suspect[2].stands = 2, suspect[7].stands = 3;
    assert_string_equal(suspects_found(&suspects, text, sizeof text), "classes 14, 12, 17");
    suspect[0].stands = 4, suspect[1].stands = 5;
    assert_string_equal(
        suspects_found(&suspects, text, sizeof text), "classes 14, 12, 17 and 2 more");
}

static void comparing_is_no_step_of_the_path(void **state)
{
    (void)state;
    struct sample_options options = clean_alone();
    options.phase = PHASE_SCANNING;
    struct snapshot *s = sample_create(&options);
    struct defence_path path;
    s->comparing = true;
    defence_path_of(s, &path);
    assert_int_equal(path.now, -1);
    sample_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_path_says_what_is_next),
        cmocka_unit_test(the_path_says_what_is_true),
        cmocka_unit_test(with_poisoned_images_nothing_is_inverted),
        cmocka_unit_test(work_says_its_step),
        cmocka_unit_test(the_path_fits_every_width),
        cmocka_unit_test(suspects_show_what_stands_out),
        cmocka_unit_test(a_click_chooses_a_suspect),
        cmocka_unit_test(the_verdict_is_said_with_its_reason),
        cmocka_unit_test(a_trigger_covers_as_its_mask_says),
        cmocka_unit_test(repairs_count_rounds),
        cmocka_unit_test(all_that_stand_out_are_named),
        cmocka_unit_test(comparing_is_no_step_of_the_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
