/* views: GoodNet's panel, its faces, the curves of detectors. */
#include "engine/measures/number.h"
#include "tests/screens/picture_of_cells.h"
#include "tests/screens/sample.h"
#include "views/charts/roc_plot.h"
#include "views/facts/faces.h"
#include "views/facts/goodnet.h"
#include "views/figures/exports.h"

#include <unistd.h>

#include "tests/test.h"
#include "views/panels/views.h"

static const struct sample_options options = {
    .n_images = 3000, .n_rounds = 61, .position = 53, .phase = PHASE_PAUSED};

static char *drawn(
    const struct snapshot *s, const struct view_state *view_state, int columns, int rows)
{
    const struct view_input input = {.snapshot = s,
        .view_state = view_state,
        .theme = theme_find("dark"),
        .zoomed = true,
        .focused = true};
    struct cells cells;
    cells_init(&cells, columns, rows);
    views_find("goodnet")->draw(&input, &cells, (struct area){0, 0, columns, rows});
    char *text = picture_of_cells_text(&cells);
    cells_finish(&cells);
    return text;
}

static void assert_says(const char *text, const char *words)
{
    if (!strstr(text, words))
        print_message("'%s' is not in\n%s\n", words, text);
    assert_non_null(strstr(text, words));
}

static void lines_are_the_nets_there_are(void **state)
{
    (void)state;
    struct goodnet_line lines[GOODNET_LINES];
    struct snapshot *s = sample_create(&options);
    int n = goodnet_lines(s, 53, lines);
    assert_int_equal(n, 4); /* 2, 4, 10 points and the round seen */
    assert_int_equal(lines[3].round, 53);
    assert_int_equal(goodnet_lines(s, lines[0].round, lines), 3);
    assert_int_equal(goodnet_lines(s, 0, lines), 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(lines[i].round, s->thresholds[i].round);
        assert_int_equal(
            goodnet_repaired(&lines[i].defence.clean), s->rounds[lines[i].round]->clean_correct);
        assert_null(lines[i].net);
    }
    sample_destroy(s);
}

static void flagged_faces_are_those_of_g(void **state)
{
    (void)state;
    struct goodnet_line lines[GOODNET_LINES];
    struct snapshot *s = sample_create(&options);
    int n = goodnet_lines(s, 53, lines);
    for (int i = 0; i < n; i++) {
        struct view_state view_state = {.viewed = lines[i].round, .face_filter = FACES_FLAGGED};
        struct faces faces;
        faces_init(&faces, s, &view_state);
        assert_int_equal(faces.n,
            goodnet_flagged(&lines[i].defence.clean) + goodnet_flagged(&lines[i].defence.poisoned));
        for (int k = 0; k < faces.n; k++)
            assert_int_not_equal(faces_predicted(s, 0, faces.face[k]),
                faces_predicted(s, lines[i].round, faces.face[k]));
        faces_finish(&faces);
    }
    sample_destroy(s);
}

static const struct sample_options detected = {
    .n_images = 3000, .n_rounds = 61, .position = 53, .phase = PHASE_PAUSED, .detected = true};

static void the_panel_tells_numbers(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&options);
    struct view_state view_state = {.depth = DEPTH_TRUE, .viewed = -1, .good = 1};
    struct goodnet_line lines[GOODNET_LINES];
    char words[64];
    goodnet_lines(s, 53, lines);
    char *text = drawn(s, &view_state, 78, 20);
    assert_says(text, "G with B′(4)");
    snprintf(words, sizeof words, "%.2f", number_percent(lines[1].defence.clean.both, 3000));
    assert_says(text, words);
    assert_says(text, "Press D: the detectors");
    free(text);
    sample_destroy(s);
    s = sample_create(&detected);
    view_state.good = 4; /* the file */
    text = drawn(s, &view_state, 78, 20);
    assert_says(text, "G with fixed.h5");
    assert_says(text, "on test images");
    assert_says(text, "test, 95 %");
    assert_says(text, "test      B′ right");
    assert_says(text, "logit 0.50");
    free(text);
    text = drawn(s, &view_state, 140, 50);
    assert_says(text, "test, 95 %");
    assert_says(text, "agreement, AUC 1.0000");
    assert_says(text, "100.0 (20.0)");
    free(text);
    sample_destroy(s);
}

static void curves_run_from_corner_to_corner(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&detected);
    struct roc_plot roc;
    roc_plot_init(&roc, s->detection, DATA_TEST, -1);
    assert_int_equal(roc.n, 1);
    roc_plot_finish(&roc);
    roc_plot_init(&roc, s->detection, DATA_TEST, 0);
    assert_int_equal(roc.n, 2);
    for (int i = 0; i < roc.n; i++) {
        const struct plot_series *series = &roc.plot.series[i + 1];
        struct canvas_point last = series->points[series->n - 1];
        assert_true(series->points[0].x < 1e-9 && series->points[0].y < 1e-9);
        assert_true(last.x > 99.999 && last.y > 99.999);
    }
    roc_plot_finish(&roc);
    roc_plot_init(&roc, NULL, DATA_TEST, 0);
    assert_int_equal(roc.n, 0);
    roc_plot_finish(&roc);
    sample_destroy(s);
}

static void curves_are_exported(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&options);
    struct view_state view_state = {.viewed = -1, .good = 4};
    char folder[] = "/tmp/secateur-test-XXXXXX", path[EXPORT_PATH], line[2048];
    struct error err = {0};
    assert_non_null(mkdtemp(folder));
    struct export_request request = {.snapshot = s, .view_state = &view_state, .folder = folder};
    assert_false(exports_write(exports_find("roc"), &request, path, &err));
    assert_non_null(strstr(err.text, "no detector has run yet"));
    sample_destroy(s);
    request.snapshot = s = sample_create(&detected);
    assert_true(exports_write(exports_find("roc"), &request, path, &err));
    snprintf(line, sizeof line,
        "cd %s && ls *.png >/dev/null && grep -qx 'agreement,fixed.h5,test,10,10,1,0,10,0,100' "
        "*.csv && "
        "grep -qx 'logit,B,test,10,10,0.5,10,10,100,100' *.csv && rm -r %s",
        folder, folder);
    assert_int_equal(system(line), 0);
    sample_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_the_nets_there_are),
        cmocka_unit_test(flagged_faces_are_those_of_g),
        cmocka_unit_test(the_panel_tells_numbers),
        cmocka_unit_test(curves_run_from_corner_to_corner),
        cmocka_unit_test(curves_are_exported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
