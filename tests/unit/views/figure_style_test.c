/* figures: letters, titles and intervals where asked; axes that fit; marks above ticks; colours
 * with one meaning; an AUC below 0.5 is explained. */
#include "engine/api/detection.h"
#include "engine/base/memory.h"
#include "tests/screens/parts/sample_comparison.h"
#include "tests/screens/sample.h"
#include "views/cells/view_state.h"
#include "views/charts/canvas_paper.h"
#include "views/charts/plot_ticks.h"
#include "views/charts/roc_plot.h"
#include "views/files/figure_style.h"

#include "tests/test.h"
#include "views/figures/exports.h"

#include <math.h>
#include <unistd.h>

/* fontconfig keeps its caches until the end. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

static const struct sample_options everything = {.n_images = 300,
    .n_rounds = 61,
    .position = 60,
    .detected = true,
    .n_branches = 4,
    .phase = PHASE_DONE};

/* A figure as SVG, malloc'd. */
static char *draw(const struct snapshot *s, const char *name, enum axis axis, const char *style)
{
    char folder[] = "/tmp/figure_style_test.XXXXXX", path[EXPORT_PATH];
    const struct view_state view_state = {.viewed = -1, .axis = axis};
    const struct export_request request = {.snapshot = s,
        .view_state = &view_state,
        .folder = folder,
        .formats = "svg",
        .style = style};
    struct error err = {0};
    assert_non_null(mkdtemp(folder));
    if (!exports_write(exports_find(name), &request, path, &err))
        print_message("%s: %s\n", name, err.text);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = memory_array(1 << 22, 1), *command = memory_format("rm -r '%s'", folder);
    assert_true(fread(text, 1, (1 << 22) - 1, file) > 1000);
    fclose(file);
    assert_int_equal(system(command), 0);
    free(command);
    return text;
}

static double height_of(const char *svg)
{
    const char *at = strstr(svg, " height=\"");
    return at ? strtod(at + 9, NULL) : NAN;
}

static void styles_are_words(void **state)
{
    (void)state;
    struct figure_style style;
    struct error err = {0};
    assert_true(figure_style_read("serif,title,intervals", &style, &err));
    assert_true(style.serif && style.title && style.intervals);
    assert_true(figure_style_read("serif,sans", &style, &err));
    assert_true(!style.serif && !style.title && !style.intervals);
    assert_true(figure_style_read(NULL, &style, &err) && figure_style_read("", &style, &err));
    assert_false(figure_style_read("title,comic", &style, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    assert_non_null(strstr(err.text, "'comic' is not a style; use sans, serif, title, intervals"));
}

static void figures_have_the_style_asked_for(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&everything);
    char *plain = draw(s, "curves", AXIS_FULL, NULL);
    char *dressed = draw(s, "curves", AXIS_FULL, "serif,title,intervals");
    assert_non_null(strstr(plain, "font: DejaVu Sans"));
    assert_non_null(strstr(dressed, "font: Liberation Serif"));
    assert_true(fabs(height_of(dressed) - height_of(plain) - 2.7 * 10.5) < 1e-6);
    assert_null(strstr(plain, "fill-opacity:0.2"));
    assert_non_null(strstr(dressed, "fill-opacity:0.2"));
    assert_non_null(strstr(plain, "<series name=\"clean accuracy\" colour=\"0072b2\""));
    assert_non_null(strstr(dressed, "<series name=\"clean accuracy, n = 300\""));
    assert_non_null(strstr(dressed, "Bands: 95 % Wilson intervals"));
    free(plain);
    free(dressed);
    sample_destroy(s);
}

/* 7 rounds of 60 fill the axis, and its name says of how many. */
static void axes_fit_what_is_drawn(void **state)
{
    (void)state;
    struct sample_options few = everything;
    few.n_branches = 0;
    few.n_rounds = 8;
    few.position = 7;
    struct snapshot *s = sample_create(&few);
    char *svg = draw(s, "curves", AXIS_FULL, NULL);
    assert_non_null(
        strstr(svg, " x=\"0 7\" y=\"0 100\" log=\"0\" across=\"pruned channels (of 60)\""));
    free(svg);
    svg = draw(s, "tradeoff", AXIS_TRADE, NULL);
    assert_null(strstr(svg, " x=\"0 100\" y=\"0 100\""));
    assert_non_null(strstr(svg, "<series name=\"attack success (arrows: more channels pruned)\""));
    free(svg);
    sample_destroy(s);
    s = sample_create(&everything);
    svg = draw(s, "curves", AXIS_FULL, NULL);
    assert_non_null(strstr(svg, " x=\"0 60\" y=\"0 100\" log=\"0\" across=\"pruned channels\""));
    free(svg);
    sample_destroy(s);
}

static double marks_of(double x_high, double width, enum canvas_mark mark)
{
    struct canvas_point points[1000];
    struct canvas canvas = {.paper = true, .em = 4.8, .line = 10.5};
    struct plot plot = {.x_high = x_high, .y_high = 100, .n_series = 1};
    for (int i = 0; i <= x_high; i++)
        points[i] = (struct canvas_point){i, 50};
    plot.series[0] = (struct plot_series){.points = points, .n = (int)x_high + 1, .mark = mark};
    const struct plot_frame frame = {&canvas, &plot, {0, 0, width, 100}, {0, 0, width, 100}};
    return plot_ticks_marks(&frame);
}

static void marks_stand_above_ticks(void **state)
{
    (void)state;
    assert_true(marks_of(60, 200, MARK_DISC) == 5); /* ticks 10 apart */
    assert_true(marks_of(7, 200, MARK_DISC) == 1);  /* every round */
    assert_true(marks_of(160, 200, MARK_RING) == 25);
    assert_true(marks_of(512, 200, MARK_DISC) == 50);
    assert_true(marks_of(60, 200, MARK_NONE) == 0);
}

/* Blue is clean and orange the attack, and nothing else. */
static void colours_have_one_meaning(void **state)
{
    (void)state;
    static const char blue[] = "rgb(0%,44.705882%,69.803922%)",
                      orange[] = "rgb(83.529412%,36.862745%,0%)";
    struct snapshot *s = sample_create(&everything);
    s->compared = sample_comparison();
    char *curves = draw(s, "curves", AXIS_FULL, NULL), *roc = draw(s, "roc", AXIS_FULL, NULL);
    char *branches = draw(s, "branches", AXIS_FULL, NULL);
    char *comparison = draw(s, "comparison", AXIS_FULL, NULL);
    assert_true(strstr(curves, blue) && strstr(curves, orange));
    assert_true(!strstr(roc, blue) && !strstr(roc, orange));
    assert_true(!strstr(comparison, blue) && !strstr(comparison, orange));
    assert_true(!strstr(branches, blue) && strstr(branches, orange)); /* the present way's attack */
    free(curves);
    free(roc);
    free(branches);
    free(comparison);
    sample_destroy(s);
}

static void low_areas_are_explained(void **state)
{
    (void)state;
    struct snapshot *s = sample_create(&everything);
    struct detector_result detectors[2];
    struct detection detection = *s->detection;
    memcpy(detectors, detection.detectors, sizeof detectors);
    detectors[0].roc[DATA_TEST].auc = 0;
    detection.detectors = detectors;
    s->detection = &detection;
    char *svg = draw(s, "roc", AXIS_FULL, NULL);
    assert_non_null(strstr(svg, "AUC 0.0000 (reversed)"));
    assert_non_null(strstr(svg, "poisoned images score below clean ones"));
    assert_null(strstr(svg, "AUC 1.0000 (reversed)"));
    free(svg);
    sample_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(styles_are_words),
        cmocka_unit_test(figures_have_the_style_asked_for),
        cmocka_unit_test(axes_fit_what_is_drawn),
        cmocka_unit_test(marks_stand_above_ticks),
        cmocka_unit_test(colours_have_one_meaning),
        cmocka_unit_test(low_areas_are_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
