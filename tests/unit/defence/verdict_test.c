/* defence: the class map of a net whose rule the test wrote, and what the verdict says of masks,
 * margins, maps and accuracies. */
#include "engine/defence/suspects/class_map.h"
#include "engine/defence/suspects/pairs.h"
#include "engine/defence/suspects/verdict.h"

#include "tests/unit/defence/map_net.h"

#include "tests/test.h"

#include <math.h>

static bool count_steps(void *context, const struct inversion_trigger *trigger, int step, int steps)
{
    int *calls = context;
    return trigger->mask && step <= steps && ++*calls < 400;
}

static struct class_map find_map(bool backdoor, int workers)
{
    float pixels[IMAGES * PIXELS];
    int calls = 0;
    struct error err = {0};
    struct network *network = map_net_make(backdoor);
    struct thread_pool *pool = thread_pool_create(workers);
    struct class_map map;
    const struct class_map_options options = {0, 1, 200, 0.25, 0.3, 1};
    const struct class_map_hooks hooks = {count_steps, &calls};
    map_net_images(pixels);
    assert_true(class_map_find(network, pool, pixels, IMAGES, &options, &hooks, &map, &err));
    assert_int_equal(calls, 200);
    calls = 398;
    struct class_map none;
    assert_false(class_map_find(network, pool, pixels, IMAGES, &options, &hooks, &none, &err));
    assert_int_equal(err.class, ERROR_CANCELLED);
    thread_pool_destroy(pool);
    network_destroy(network);
    return map;
}

static void one_trigger_shows_the_rule(void **state)
{
    (void)state;
    struct class_map map = find_map(true, 1), more = find_map(true, 3), clean = find_map(false, 2);
    assert_int_equal(map.kind, CLASS_MAP_TO_ALL);
    assert_int_equal(map.shift, 1);
    assert_int_equal(map.n_rows, CLASSES);
    assert_true(map.mask < 3 && map.hits > 0.98 && map.certain > 0.95);
    for (int k = 0; k < CLASSES; k++)
        assert_true(map.row[k].to == (k + 1) % CLASSES && map.row[k].n == IMAGES / CLASSES);
    assert_memory_equal(map.row, more.row, CLASSES * sizeof *map.row);
    assert_true(map.mask == more.mask);
    assert_int_not_equal(clean.kind, CLASS_MAP_TO_ALL);
    assert_true(clean.mask > 2 * map.mask);
    class_map_finish(&map);
    class_map_finish(&more);
    class_map_finish(&clean);
}

static struct class_map map_of(const int *to, const double *share, int n)
{
    struct class_map map = {.n_classes = n};
    map.row = memory_array((size_t)n, sizeof *map.row);
    for (int i = 0; i < n; i++)
        map.row[i] = (struct class_map_row){to[i] >= 0 ? 10 : 0, to[i], share[i]};
    class_map_judge(&map);
    return map;
}

static void maps_are_judged_by_rule(void **state)
{
    (void)state;
    static const struct {
        int to[6];
        enum class_map_kind kind;
        int target, shift;
    } maps[] = {
        {{1, 2, 3, 4, 5, 0}, CLASS_MAP_TO_ALL, -1, 1},
        {{5, 0, 1, 2, 3, 4}, CLASS_MAP_TO_ALL, -1, 5},
        {{1, 0, 3, 2, 5, 4}, CLASS_MAP_TO_ALL, -1, 0},    /* pairs change places */
        {{1, 2, 3, -1, 5, 0}, CLASS_MAP_TO_ALL, -1, 1},   /* a class without images */
        {{3, 3, 3, 3, 3, 3}, CLASS_MAP_ONE_TARGET, 3, 0}, /* the target stays itself */
        {{3, 3, 3, 1, 3, 3}, CLASS_MAP_ONE_TARGET, 3, 0},
        {{3, 3, 1, 1, 3, 1}, CLASS_MAP_NO_RULE, -1, 0},
        {{0, 1, 2, 3, 4, 5}, CLASS_MAP_NO_RULE, -1, 0}, /* nothing moves */
        {{-1, -1, 1, -1, -1, 2}, CLASS_MAP_NO_RULE, -1, 0},
    };
    const double sure[6] = {1, 0.9, 0.8, 0.9, 1, 0.7}, unsure[6] = {1, 0.5, 0.4, 0.3, 1, 0.5};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
        struct class_map map = map_of(maps[i].to, sure, 6);
        assert_int_equal(map.kind, maps[i].kind);
        assert_int_equal(map.target, maps[i].target);
        assert_int_equal(map.shift, maps[i].shift);
        class_map_finish(&map);
        map = map_of(maps[i].to, unsure, 6);
        assert_int_equal(map.kind, CLASS_MAP_NO_RULE);
        class_map_finish(&map);
    }
}

/* All compared, good, without an outlier; map and accuracy to be set. */
static struct scan_evidence evidence_of(const double *masks, int n, struct scan_class *classes)
{
    for (int i = 0; i < n; i++)
        classes[i] = (struct scan_class){i, 0.1 * i, masks[i], true, true};
    return (struct scan_evidence){
        .n = n, .classes = classes, .n_classes = n, .clean_accuracy = 0.97};
}

static void small_masks_stand_out(void **state)
{
    (void)state;
    struct scan_class classes[8];
    struct scan_verdict verdict;
    const double one[8] = {30, 28, 33, 6, 41, 30, 25, 37};
    struct scan_evidence evidence = evidence_of(one, 8, classes);
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_CLASSES);
    assert_true(verdict.n_standing == 1 && verdict.standing[0] == 3);
    assert_true(fabs(verdict.usual - 30) < 1e-9 && fabs(verdict.share - 0.2) < 1e-9);
    assert_true(verdict.index > 3);
    assert_non_null(strstr(verdict.why, "Class 3 stands out: a trigger of 6.0 pixels is enough"));
    const double two[8] = {30, 5, 33, 6, 41, 30, 25, 37};
    evidence = evidence_of(two, 8, classes);
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_CLASSES);
    assert_true(verdict.n_standing == 2 && verdict.standing[0] == 1 && verdict.standing[1] == 3);
    assert_non_null(strstr(verdict.why, "Classes 1, 3 stand out: triggers of 5.0, 6.0 pixels are"));
    classes[1].good = false; /* it turns too few images */
    scan_judge(&evidence, &verdict);
    assert_true(verdict.n_standing == 1 && verdict.standing[0] == 3);
    const double even[8] = {30, 28, 33, 24, 41, 30, 25, 37};
    evidence = evidence_of(even, 8, classes);
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_NOTHING);
    assert_int_equal(verdict.n_standing, 0);
    assert_non_null(strstr(verdict.why, "Nothing stands out: the first class, 3, takes a trigger"));
    assert_non_null(strstr(verdict.why, "no proof"));
}

/* Of many classes a few were inverted; those that lead are not what is usual. */
static void usual_masks_are_those_chosen_by_chance(void **state)
{
    (void)state;
    struct scan_class classes[9];
    struct scan_verdict verdict;
    const double masks[9] = {62, 99, 110, 128, 130, 143, 136, -1, -1};
    struct scan_evidence evidence = evidence_of(masks, 9, classes);
    for (int i = 0; i < 4; i++)
        classes[i].compared = false;
    evidence.n_classes = 1283;
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_CLASSES);
    assert_true(verdict.n_standing == 1 && verdict.standing[0] == 0 && verdict.usual == 129);
    /* Two of about one size stand out together, the smaller mask first. */
    classes[1].mask = 58;
    scan_judge(&evidence, &verdict);
    assert_true(verdict.n_standing == 2 && verdict.standing[0] == 1 && verdict.standing[1] == 0);
    classes[2].mask = 63;
    scan_judge(&evidence, &verdict);
    assert_true(verdict.n_standing == 3); /* the step is behind the third */
    classes[3].mask = 85;
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_UNCLEAR);
    classes[3].mask = 128;
    classes[2].mask = 110;
    classes[1].mask = 75;
    classes[0].mask = 74;
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_UNCLEAR);
    assert_non_null(strstr(verdict.why, "more clean images"));
    for (int i = 5; i < 7; i++)
        classes[i].mask = -1;
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_UNCLEAR);
    assert_non_null(strstr(verdict.why, "Too few triggers"));
    const double two[2] = {20, 7};
    evidence = evidence_of(two, 2, classes);
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_UNCLEAR);
    assert_non_null(strstr(verdict.why, "with 2 classes there are too few others"));
    assert_non_null(strstr(verdict.why, "The smallest takes 7.0 pixels, to class 1."));
}

enum { PAIRED = 6 };

/* Masks of pairs: 12 pixels; `easy` is half as far from everywhere (-1: none is). */
static void fill_pairs(double *pairs, int easy)
{
    for (int from = 0; from < PAIRED; from++)
        for (int to = 0; to < PAIRED; to++)
            pairs[from * PAIRED + to] = from == to ? -1 : to == easy ? 6 : 12;
}

/* A class that is easy from everywhere stands out without a gap; one that is not does not. */
static void pairs_tell_targets_from_near_classes(void **state)
{
    (void)state;
    struct scan_class classes[PAIRED];
    struct scan_verdict verdict;
    double pairs[PAIRED * PAIRED];
    const double masks[PAIRED] = {30, 28, 20, 14, 41, 30};
    struct scan_evidence evidence = evidence_of(masks, PAIRED, classes);
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_UNCLEAR); /* no gap parts 14 from 20 */
    evidence.pairs = pairs;
    fill_pairs(pairs, 3);
    assert_true(fabs(pairs_ease(pairs, PAIRED, 3) - 0.5) < 1e-9);
    scan_judge(&evidence, &verdict);
    assert_true(verdict.kind == SCAN_CLASSES && verdict.standing[0] == 3 && verdict.source == -1);
    const double parted[PAIRED] = {30, 28, 33, 12, 41, 30};
    evidence = evidence_of(parted, PAIRED, classes);
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_CLASSES);
    evidence.pairs = pairs;
    fill_pairs(pairs, -1);
    assert_true(fabs(pairs_ease(pairs, PAIRED, 3) - 1) < 1e-9);
    scan_judge(&evidence, &verdict);
    assert_true(verdict.kind == SCAN_UNCLEAR && verdict.n_standing == 1);
}

/* One small pair whose way back is not: an attack on one class. */
static void one_pair_stands_out(void **state)
{
    (void)state;
    struct scan_class classes[PAIRED];
    struct scan_verdict verdict;
    double pairs[PAIRED * PAIRED];
    const double masks[PAIRED] = {30, 28, 33, 26, 41, 30};
    struct scan_evidence evidence = evidence_of(masks, PAIRED, classes);
    evidence.pairs = pairs;
    fill_pairs(pairs, -1);
    pairs[4 * PAIRED + 2] = pairs[2 * PAIRED + 4] = 2; /* alike both ways */
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_NOTHING);
    assert_non_null(strstr(verdict.why, "No pair of classes does either."));
    pairs[2 * PAIRED + 4] = 12;
    const struct pair pair = pairs_smallest_step(pairs, PAIRED);
    assert_true(pair.from == 4 && pair.to == 2 && fabs(pair.step - 2.0 / 12) < 1e-9);
    scan_judge(&evidence, &verdict);
    assert_true(verdict.kind == SCAN_CLASSES && verdict.standing[0] == 2 && verdict.source == 4);
    assert_non_null(strstr(verdict.why, "Class 2 stands out for images of class 4"));
    pairs[4 * PAIRED + 2] = -1; /* not known */
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_NOTHING);
}

/* One or two images of a class always agree well: they, or a few classes, are no rule. */
static void few_images_are_no_rule(void **state)
{
    (void)state;
    static const struct {
        int n[6];
        enum class_map_kind kind;
        bool enough;
    } maps[] = {
        {{3, 3, 3, 3, 3, 3}, CLASS_MAP_TO_ALL, true},
        {{9, 3, 2, 4, 5, 3}, CLASS_MAP_TO_ALL, true}, /* five of six */
        {{1, 1, 1, 1, 1, 1}, CLASS_MAP_NO_RULE, false},
        {{2, 2, 2, 2, 2, 2}, CLASS_MAP_NO_RULE, false},
        {{20, 20, 20, 0, 0, 0}, CLASS_MAP_NO_RULE, false},
        {{20, 20, 20, 20, 2, 1}, CLASS_MAP_NO_RULE, false},
    };
    struct scan_class classes[6];
    const double masks[6] = {30, 28, 33, 24, 41, 30};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
        struct scan_verdict verdict;
        struct class_map map = {.n_classes = 6, .mask = 5};
        struct scan_evidence evidence = evidence_of(masks, 6, classes);
        map.row = memory_array(6, sizeof *map.row);
        for (int k = 0; k < 6; k++)
            map.row[k] = (struct class_map_row){maps[i].n[k], maps[i].n[k] ? (k + 1) % 6 : -1, 1};
        class_map_judge(&map);
        assert_int_equal(map.kind, maps[i].kind);
        assert_int_equal(map.enough, maps[i].enough);
        evidence.map = &map;
        scan_judge(&evidence, &verdict);
        assert_int_equal(verdict.kind == SCAN_TO_ALL, maps[i].enough);
        assert_int_equal(
            strstr(verdict.why, "of the 6 classes are too few to tell") == NULL, maps[i].enough);
        class_map_finish(&map);
    }
}

/* What stands out on many images is in doubt on few. */
static void few_images_name_no_class(void **state)
{
    (void)state;
    struct scan_class classes[6];
    struct scan_verdict verdict;
    const double masks[6] = {30, 4, 33, 24, 41, 30};
    struct scan_evidence evidence = evidence_of(masks, 6, classes);
    evidence.n_images = 10;
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_CLASSES);
    evidence.n_images = 9;
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_UNCLEAR);
    assert_int_equal(verdict.standing[0], 1);
    assert_non_null(strstr(verdict.why, "9 clean images are too few to be sure"));
}

static void maps_and_pixels_come_first(void **state)
{
    (void)state;
    struct scan_class classes[6];
    struct scan_verdict verdict;
    const double masks[6] = {30, 28, 33, 24, 41, 30}, sure[6] = {1, 0.9, 1, 0.9, 1, 0.9};
    const int to[6] = {1, 2, 3, 4, 5, 0};
    struct class_map map = map_of(to, sure, 6);
    struct scan_evidence evidence = evidence_of(masks, 6, classes);
    map.mask = 5;
    evidence.map = &map;
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_TO_ALL);
    assert_non_null(strstr(verdict.why, "leads every class to another one, y to y + 1"));
    map.mask = 26; /* as large as any */
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_NOTHING);
    map.mask = 5;
    evidence.clean_accuracy = 0.12;
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_UNCLEAR);
    assert_non_null(strstr(verdict.why, "reads only 12 % of the clean images"));
    assert_non_null(strstr(verdict.why, "--scale"));
    class_map_finish(&map);
}

static void margins_alone_stay_doubtful(void **state)
{
    (void)state;
    struct scan_class classes[5];
    struct scan_verdict verdict;
    const double none[5] = {-1, -1, -1, -1, -1};
    struct scan_evidence evidence = evidence_of(none, 5, classes);
    evidence.clean_accuracy = -1;
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_UNCLEAR);
    assert_non_null(strstr(verdict.why, "no class has an unusual margin"));
    classes[2].outlier = 9;
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_UNCLEAR);
    assert_non_null(strstr(verdict.why, "class 2 has the largest margin, outlier 9.0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_trigger_shows_the_rule),
        cmocka_unit_test(maps_are_judged_by_rule),
        cmocka_unit_test(small_masks_stand_out),
        cmocka_unit_test(usual_masks_are_those_chosen_by_chance),
        cmocka_unit_test(pairs_tell_targets_from_near_classes),
        cmocka_unit_test(one_pair_stands_out),
        cmocka_unit_test(few_images_are_no_rule),
        cmocka_unit_test(few_images_name_no_class),
        cmocka_unit_test(maps_and_pixels_come_first),
        cmocka_unit_test(margins_alone_stay_doubtful),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
