/* Where the words of figures stand: apart from each other, inside the figure, and legends off what
 * is drawn. */
#include "tests/screens/parts/sample_comparison.h"
#include "tests/screens/parts/sample_seen.h"
#include "tests/screens/sample.h"
#include "engine/base/memory.h"
#include "views/figures/exports.h"

#include "tests/test.h"

#include <math.h>
#include <string.h>

/* fontconfig keeps its caches until the end. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

static const char *const figures[] = {"curves", "loss", "tradeoff", "channels", "activations",
    "thresholds", "confusion", "branches", "comparison", "scatter", "goodnet", "roc", "sheet"};
enum { N_FIGURES = sizeof figures / sizeof *figures };

static struct snapshot *sample_of(int n_rounds)
{
    const struct sample_options options = {.n_images = 300,
        .n_rounds = n_rounds,
        .position = n_rounds - 1,
        .scanned = true,
        .detected = true,
        .n_branches = 4,
        .phase = n_rounds > 60 ? PHASE_DONE : PHASE_PAUSED};
    const struct view_state seen = {.viewed = -1};
    struct snapshot *s = sample_create(&options);
    sample_seen(s, &seen, 5, 4);
    s->compared = sample_comparison();
    return s;
}

/* Points of paper: a page of 88 mm in cells of one point. */
static bool picture_of(
    const struct snapshot *s, const char *figure, const char *style, struct export_picture *picture)
{
    const struct view_state look = {.depth = DEPTH_TRUE, .viewed = -1, .channel = 38};
    const struct export_request request = {
        .snapshot = s, .view_state = &look, .size = "88mm", .style = style};
    const struct paper_screen screen = {
        .columns = 249, .rows = 1000, .cell_width = 1, .cell_height = 1};
    struct error err = {0};
    return exports_picture(exports_find(figure), &request, screen, true, picture, &err);
}

static int letters(const char *utf8)
{
    int n = 0;
    for (; *utf8; utf8++)
        n += ((unsigned char)*utf8 & 0xc0) != 0x80;
    return n;
}

/* Narrower than any font has it, so that only what truly overlaps does. */
static double left_of(const struct paper_word *word, double *right)
{
    double width = 3.2 * letters(word->text);
    double left = word->align == ALIGN_RIGHT    ? word->x - width
                  : word->align == ALIGN_CENTRE ? word->x - width / 2
                                                : word->x;
    *right = left + width;
    return left;
}

static void complain(const char *figure, const char *what, const char *a, const char *b)
{
    print_error("%s: '%s' %s '%s'\n", figure, a, what, b);
    assert_true(false);
}

static void assert_apart(const char *figure, const struct export_picture *picture)
{
    const struct paper_words *words = &picture->words;
    for (int i = 0; i < words->n; i++) {
        const struct paper_word *a = &words->word[i];
        double right, left = left_of(a, &right), from, to;
        if (left < -0.5 || right > picture->width + 0.5 || a->y < 2 || a->y > picture->height - 2)
            complain(figure, "reaches out of", a->text, "the figure");
        for (int k = 0; k < i; k++) {
            const struct paper_word *b = &words->word[k];
            from = left_of(b, &to);
            if (fabs(a->y - b->y) < 6 && left < to && from < right)
                complain(figure, "lies over", a->text, b->text);
        }
    }
}

static void words_keep_apart(void **state)
{
    (void)state;
    static const char *const styles[] = {"sans", "serif,title,intervals"};
    static const int rounds[] = {61, 8, 2};
    for (int r = 0; r < 3; r++) {
        struct snapshot *s = sample_of(rounds[r]);
        for (int i = 0; i < N_FIGURES; i++)
            for (int k = 0; k < 2; k++) {
                struct export_picture picture;
                if (picture_of(s, figures[i], styles[k], &picture))
                    assert_apart(figures[i], &picture);
                else
                    assert_true(r > 0); /* what few rounds do not allow */
                export_picture_finish(&picture);
            }
        sample_destroy(s);
    }
}

static bool is_written(const struct export_picture *picture, const char *part)
{
    for (int i = 0; i < picture->words.n; i++)
        if (strstr(picture->words.word[i].text, part))
            return true;
    return false;
}

/* A figure of one net names it, one of several ways names none of them in its title. */
static void titles_name_the_net(void **state)
{
    (void)state;
    static const char *const of_net[] = {"sheet", "confusion", "channels", "activations"};
    for (int kept = 0; kept < 2; kept++) {
        struct snapshot *s = sample_of(54);
        struct threshold *thresholds = memory_array((size_t)s->n_thresholds, sizeof *thresholds);
        memcpy(thresholds, s->thresholds, (size_t)s->n_thresholds * sizeof *thresholds);
        const struct threshold *before = s->thresholds;
        for (int i = 0; i < s->n_thresholds; i++)
            thresholds[i].round = kept && i == 0 ? 53 : -1;
        char wanted[64];
        snprintf(wanted, sizeof wanted,
            kept ? "B′(%g), 53 pruned: " : "B′, 53 pruned: ", thresholds[0].points);
        s->thresholds = thresholds;
        for (int i = 0; i < 5; i++) {
            struct export_picture picture;
            bool one = i < 4;
            assert_true(picture_of(s, one ? of_net[i] : "branches", "title", &picture));
            assert_int_equal(is_written(&picture, wanted), one);
            if (!one)
                assert_false(is_written(&picture, "pruned"));
            export_picture_finish(&picture);
        }
        s->thresholds = before;
        free(thresholds);
        sample_destroy(s);
    }
}

/* The height of words, which must be there. */
static double height_of(const struct export_picture *picture, const char *text)
{
    for (int i = 0; i < picture->words.n; i++)
        if (strcmp(picture->words.word[i].text, text) == 0)
            return picture->words.word[i].y;
    complain("it", "is not written", text, "");
    return NAN;
}

/* However many names a legend has, the plot keeps its height; and legends lie on no data. */
static void legends_take_nothing_from_plots(void **state)
{
    (void)state;
    struct snapshot *s = sample_of(61);
    struct export_picture picture;
    assert_true(picture_of(s, "comparison", "sans", &picture));
    assert_true(
        height_of(&picture, "clean accuracy (%)") - height_of(&picture, "attack success (%)") >
        120);
    export_picture_finish(&picture);
    assert_true(picture_of(s, "activations", "sans", &picture));
    assert_true(
        height_of(&picture, "poisoned") > height_of(&picture, "channels, most active first"));
    export_picture_finish(&picture);
    sample_destroy(s);
}

/* Thresholds that no net lost say so; the scale of changes has numbers on both sides. */
static void nothing_is_left_unsaid(void **state)
{
    (void)state;
    struct snapshot *s = sample_of(2);
    struct export_picture picture;
    assert_true(picture_of(s, "thresholds", "sans", &picture));
    height_of(&picture, "not lost");
    export_picture_finish(&picture);
    assert_true(picture_of(s, "channels", "sans", &picture));
    int negative = 0;
    for (int i = 0; i < picture.words.n; i++)
        negative += strncmp(picture.words.word[i].text, "−", strlen("−")) == 0;
    assert_true(negative > 0);
    export_picture_finish(&picture);
    sample_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_keep_apart),
        cmocka_unit_test(titles_name_the_net),
        cmocka_unit_test(legends_take_nothing_from_plots),
        cmocka_unit_test(nothing_is_left_unsaid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
