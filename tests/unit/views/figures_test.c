/* figures: what each table says is what its figure was drawn from, counted anew. */
#include "engine/api/detection.h"
#include "engine/base/memory.h"
#include "engine/measures/number.h"
#include "tests/screens/sample.h"
#include "views/cells/view_state.h"
#include "views/files/export.h"

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

static struct snapshot *make_snapshot(void)
{
    static const struct sample_options options = {.n_images = 300,
        .n_rounds = 61,
        .position = 60,
        .detected = true,
        .n_branches = 4,
        .phase = PHASE_DONE};
    return sample_create(&options);
}

/* The table of a figure without its comments, malloc'd; round -1: the last. */
static char *table_of(const struct snapshot *snapshot, const char *name, int round)
{
    char *folder = memory_string("/tmp/figures_test.XXXXXX"), path[EXPORT_PATH];
    struct view_state view_state = {.viewed = round};
    struct export_request request = {
        .snapshot = snapshot, .view_state = &view_state, .folder = folder};
    struct error err = {0};
    assert_non_null(mkdtemp(folder));
    if (!exports_write(exports_find(name), &request, path, &err))
        print_message("%s: %s\n", name, err.text);
    strcpy(strrchr(path, '.'), ".csv");
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = memory_array(1 << 20, 1), line[4096];
    while (fgets(line, sizeof line, file))
        if (*line != '#')
            strcat(text, line);
    fclose(file);
    char *command = memory_format("rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
    free(command);
    free(folder);
    return text;
}

static char *next_line(char **text)
{
    char *line = *text, *end = line ? strchr(line, '\n') : NULL;
    if (!line || !*line)
        return NULL;
    if (end)
        *end++ = '\0';
    *text = end;
    return line;
}

static void activations_are_sorted(void **state)
{
    (void)state;
    struct snapshot *s = make_snapshot();
    char *text = table_of(s, "activations", 45), *at = text, *line = next_line(&at);
    assert_string_equal(line, "place,channel,clean_mean,poisoned_mean,pruned_in_round");
    int n = 0;
    float before = INFINITY;
    while ((line = next_line(&at))) {
        int place, channel, pruned;
        float clean, poisoned;
        assert_int_equal(
            sscanf(line, "%d,%d,%f,%f,%d", &place, &channel, &clean, &poisoned, &pruned), 5);
        assert_int_equal(place, ++n);
        assert_true(clean == s->activations[channel].mean[SET_CLEAN] && clean <= before);
        assert_true(poisoned == s->activations[channel].mean[SET_POISONED]);
        assert_int_equal(pruned, snapshot_pruned_in(s, 45, channel));
        before = clean;
    }
    assert_int_equal(n, s->n_channels);
    free(text);
    sample_destroy(s);
}

static void thresholds_have_their_intervals(void **state)
{
    (void)state;
    struct snapshot *s = make_snapshot();
    s->of.own = 10;
    s->target = 3;
    for (int i = 0; i < s->n_rounds; i++) /* made by this test, though const in a snapshot */
        ((struct round *)s->rounds[i])->own_correct = i % 10;
    s->trivial = (struct outcome){.clean = 280, .attack = 0, .own = 0, .robust = -1};
    char *text = table_of(s, "thresholds", -1), *at = text, *line = next_line(&at);
    for (int i = -1; i < s->n_thresholds; i++) {
        int round = i < 0 ? 0 : s->thresholds[i].round;
        if (round < 0)
            continue;
        const struct round *r = s->rounds[round];
        struct number_interval clean = number_interval(r->clean_correct, 300);
        struct number_interval attack = number_interval(r->attack_hits, 300);
        char *want =
            memory_format("%d,validation,300,%d,%.17g,%.17g,%.17g,300,%d,%.17g,%.17g,%.17g,10,%d,"
                          "%.17g,,,",
                round, r->clean_correct, snapshot_clean_accuracy(s, round), clean.low, clean.high,
                r->attack_hits, snapshot_asr(s, round), attack.low, attack.high, r->own_correct,
                10.0 * r->own_correct);
        line = next_line(&at);
        assert_non_null(line);
        assert_string_equal(strchr(line, ',') + 1, want);
        free(want);
    }
    line = next_line(&at);
    assert_non_null(line);
    const char trivial[] = "never answer target,,validation,300,280,93.333333333333329,";
    assert_memory_equal(line, trivial, sizeof trivial - 1);
    assert_non_null(strstr(line, ",10,0,0,,,"));
    free(text);
    sample_destroy(s);
}

/* Rows hold every image of their class once. */
static void confusion_adds_up(void **state)
{
    (void)state;
    struct snapshot *s = make_snapshot();
    char *text = table_of(s, "confusion", 55), *at = text, *line = next_line(&at);
    int class, n, sum = 0, before = -1, all = 0, rows = 0;
    while ((line = next_line(&at))) {
        char predicted[16];
        int count, right = 0;
        double percent;
        assert_int_equal(
            sscanf(line, "%d,%d,%15[^,],%d,%lf", &class, &n, predicted, &count, &percent), 5);
        assert_true(percent == 100.0 * count / n);
        if (class != before) {
            assert_int_equal(sum, all);
            before = class, sum = 0, all = n, rows++;
        }
        sum += count;
        for (int i = 0; i < s->n_images[SET_CLEAN]; i++)
            right += s->labels[SET_CLEAN][i] == class &&
                     s->rounds[55]->predicted[SET_CLEAN][i] == atoi(predicted);
        if (strcmp(predicted, "others") != 0)
            assert_int_equal(count, right);
    }
    assert_int_equal(sum, all);
    assert_true(rows > 1);
    free(text);
    sample_destroy(s);
}

static void goodnet_is_the_detection(void **state)
{
    (void)state;
    struct snapshot *s = make_snapshot();
    char *text = table_of(s, "goodnet", -1);
    assert_non_null(strstr(text, "fixed.h5,test,clean,as_labelled,9,10,90\n"));
    assert_non_null(strstr(text, "fixed.h5,test,clean,flagged,1,10,10\n"));
    assert_non_null(strstr(text, "fixed.h5,test,poisoned,as_labelled,1,10,10\n"));
    assert_non_null(strstr(text, "fixed.h5,test,poisoned,flagged,9,10,90\n"));
    free(text);
    sample_destroy(s);
}

static void branches_start_at_nothing_lost(void **state)
{
    (void)state;
    struct snapshot *s = make_snapshot();
    char *text = table_of(s, "branches", -1), *at = text, *line = next_line(&at);
    int rows = 0, starts = 0;
    while ((line = next_line(&at))) {
        int branch, base, round, channel;
        double lost, asr;
        assert_int_equal(sscanf(line, "%d,%*[^,],%*[^,],%*[^,],%d,%d,%d,%lf,%lf", &branch, &base,
                             &round, &channel, &lost, &asr),
            6);
        starts += round == 0;
        if (branch == s->branch + 1)
            assert_true(asr == snapshot_asr(s, round) &&
                        lost == snapshot_clean_accuracy(s, 0) - snapshot_clean_accuracy(s, round));
        rows++;
    }
    assert_int_equal(starts, 3);
    assert_int_equal(rows, 61 + 41 + 25);
    free(text);
    sample_destroy(s);
}

/* Face k of a row is spread evenly among those that could be in it. */
static void check_spread(const struct snapshot *s, int k, int of, int image)
{
    enum { ACROSS = 5 };
    int before = 0, most = of < ACROSS ? of : ACROSS;
    for (int i = 0; i < image; i++)
        before += s->rounds[0]->predicted[SET_CLEAN][i] != s->rounds[53]->predicted[SET_CLEAN][i];
    assert_int_equal(before, k * of / most);
}

/* What the rows promise holds for each face in them. */
static void sheet_keeps_its_promises(void **state)
{
    (void)state;
    struct snapshot *s = make_snapshot();
    char *text = table_of(s, "sheet", 53), *at = text, *line = next_line(&at);
    int flipped = 0, flagged = 0;
    while ((line = next_line(&at))) {
        char row[16], set[16];
        int of, image, label, before, round, after;
        assert_int_equal(sscanf(line, "%15[^,],%d,%15[^,],%d,%d,%d,%d,%d", row, &of, set, &image,
                             &label, &before, &round, &after),
            8);
        int which = strcmp(set, "poisoned") == 0;
        assert_int_equal(label, s->labels[which][image]);
        assert_int_equal(before, s->rounds[0]->predicted[which][image]);
        assert_int_equal(after, s->rounds[53]->predicted[which][image]);
        if (strcmp(row, "flipped") == 0 && ++flipped)
            assert_true(which == SET_POISONED && before == label && after != label);
        if (strcmp(row, "flagged") == 0) {
            assert_true(which == SET_CLEAN && before != after);
            check_spread(s, flagged++, of, image);
        }
    }
    assert_true(flipped > 0 && flagged > 0);
    free(text);
    sample_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations_are_sorted),
        cmocka_unit_test(thresholds_have_their_intervals),
        cmocka_unit_test(confusion_adds_up),
        cmocka_unit_test(goodnet_is_the_detection),
        cmocka_unit_test(branches_start_at_nothing_lost),
        cmocka_unit_test(sheet_keeps_its_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
