/* views: which faces are shown, and what is seen of a pair. */
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "views/facts/face_pair.h"

#include "tests/test.h"
#include "views/panels/views.h"

static const struct sample_options options = {
    .n_images = 3000, .n_rounds = 61, .position = 53, .phase = PHASE_PAUSED};

static void filters_tell_what_happened(void **state)
{
    (void)state;
    static const enum fate fates[] = {FATE_BROKEN, FATE_RECOVERED, FATE_RESCUED, FATE_REINFECTED};
    struct snapshot *s = sample_create(&options);
    const struct round *round = s->rounds[53];
    const int counts[] = {round->broken, round->recovered, round->rescued, round->reinfected};
    for (int k = 0; k < 4; k++) {
        struct view_state view_state = {
            .viewed = -1, .face_filter = (enum face_filter)(FACES_BROKEN + k)};
        struct faces faces;
        faces_init(&faces, s, &view_state);
        assert_int_equal(faces.n, counts[k]);
        for (int i = 0; i < faces.n; i++)
            assert_int_equal(faces_fate(s, 53, faces.face[i]), fates[k]);
        faces_finish(&faces);
    }
    sample_destroy(s);
}

static void one_class_is_shown_alone(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&options);
    struct view_state view_state = {.viewed = -1, .face_filter = FACES_ALL, .only_class = 8};
    struct faces faces;
    faces_init(&faces, s, &view_state);
    assert_int_equal(faces.n, 3); /* 7, 1290, 2573 */
    for (int i = 0; i < faces.n; i++)
        assert_int_equal(s->labels[faces.face[i].set][faces.face[i].index], 7);
    faces_finish(&faces);
    sample_destroy(s);
}

/* Before all others, once, whatever round, filter and class; those that are not there are not. */
static void pinned_faces_come_first(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&options);
    for (int filter = 0; filter < N_FACE_FILTERS; filter++) {
        struct view_state view_state = {.viewed = filter * 8,
            .face_filter = (enum face_filter)filter,
            .only_class = filter % 2 ? 3 : 0,
            .n_pinned = 3,
            .pinned = {2 * 17 + 1, 2 * 5, 2 * 99999}};
        struct faces faces;
        faces_init(&faces, s, &view_state);
        assert_int_equal(faces.n_pinned, 2);
        assert_true(faces.face[0].set == SET_POISONED && faces.face[0].index == 17);
        assert_true(faces.face[1].set == SET_CLEAN && faces.face[1].index == 5);
        for (int i = 2; i < faces.n; i++)
            assert_false(faces_pinned(&view_state, faces.face[i]));
        faces_finish(&faces);
    }
    sample_destroy(s);
}

/* The glasses of the sample's poisoned heads lie over the eyes alone. */
static void a_pair_shows_what_differs(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&options);
    struct view_state view_state = {.depth = DEPTH_TRUE,
        .viewed = -1,
        .face_filter = FACES_ALL,
        .detail = true,
        .difference = true};
    const struct view_input input = {
        .snapshot = s, .view_state = &view_state, .theme = theme_find("dark"), .zoomed = true};
    struct cells cells;
    cells_init(&cells, 118, 36);
    views_find("faces")->draw(&input, &cells, (struct area){0, 0, 118, 36});
    char *text = picture_of_cells_text(&cells);
    const char *found = strstr(text, " y ");
    int top = 0, bottom = 0;
    assert_non_null(strstr(text, "|difference| #"));
    assert_non_null(found);
    assert_int_equal(sscanf(found, " y %d-%d", &top, &bottom), 2);
    assert_true(top > 10 && bottom < 40 && bottom > top);
    free(text);
    cells_finish(&cells);
    sample_destroy(s);
}

/* Nothing changed in the unpruned net: pins alone would say nothing of the others. */
static void pins_do_not_hide_the_others(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&options);
    struct view_state view_state = {.viewed = 0, .n_pinned = 2, .pinned = {2 * 17 + 1, 2 * 5}};
    struct faces faces;
    faces_init(&faces, s, &view_state);
    assert_int_equal(faces.filter, FACES_ALL);
    assert_int_equal(faces.n, 6000);
    assert_int_equal(faces.n_pinned, 2);
    faces_finish(&faces);
    sample_destroy(s);
}

static void twins_are_found_by_their_pictures(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&options);
    int found = 0;
    s->n_images[SET_POISONED] -= 12; /* as if some were left out */
    for (int i = 20; i < 120; i++) {
        int clean = face_pair(s, (struct face){SET_POISONED, i});
        int poisoned = face_pair(s, (struct face){SET_CLEAN, i});
        assert_true(clean == i || clean == -1);
        assert_true(poisoned == i || poisoned == -1);
        found += (clean == i) + (poisoned == i);
    }
    assert_true(found > 150);         /* some heads look like others */
    s->n_images[SET_POISONED] = 2800; /* too far apart to say */
    assert_int_equal(face_pair(s, (struct face){SET_CLEAN, 3}), -1);
    s->n_images[SET_POISONED] = 0;
    assert_int_equal(face_pair(s, (struct face){SET_CLEAN, 3}), -1);
    sample_destroy(s);
}

/* Too narrow for two pictures: one of them, or the difference. */
static void a_narrow_pane_shows_the_difference_too(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&options);
    for (int difference = 0; difference < 2; difference++) {
        struct view_state view_state = {.depth = DEPTH_TRUE,
            .viewed = -1,
            .face_filter = FACES_ALL,
            .detail = true,
            .difference = difference};
        const struct view_input input = {
            .snapshot = s, .view_state = &view_state, .theme = theme_find("dark"), .zoomed = true};
        struct cells cells;
        cells_init(&cells, 40, 18);
        views_find("faces")->draw(&input, &cells, (struct area){0, 0, 40, 18});
        char *text = picture_of_cells_text(&cells);
        assert_int_equal(strstr(text, "|difference| #") != NULL, difference);
        assert_int_equal(strstr(text, "clean #") != NULL, !difference);
        free(text);
        cells_finish(&cells);
    }
    sample_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_tell_what_happened),
        cmocka_unit_test(one_class_is_shown_alone),
        cmocka_unit_test(pinned_faces_come_first),
        cmocka_unit_test(a_pair_shows_what_differs),
        cmocka_unit_test(pins_do_not_hide_the_others),
        cmocka_unit_test(twins_are_found_by_their_pictures),
        cmocka_unit_test(a_narrow_pane_shows_the_difference_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
