/* defence: the class map of a net whose rule the test wrote, and what the verdict says of masks,
 * margins, maps and accuracies. */
#include "engine/defence/suspects/class_map.h"
#include "engine/defence/suspects/verdict.h"

#include "tests/nets.h"

#include "tests/test.h"

#include <math.h>

enum {
    CLASSES = 6,
    SIDE = 6,
    PIXELS = SIDE * SIDE,
    TRIGGER = 33,
    IMAGES = 60,
    HIDDEN = 12,
    OWN = 5
};

static const struct test_node map_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,6,6,1", ""},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=12 activation=relu", NULL},
    {"Dense", "output", "units=6 activation=softmax", NULL},
};

/* Class k has five pixels of its own. Unit k is on for class k without the trigger's pixel; with it
 * unit 6 + k is, which leads to class k + 1. */
static struct network *make_net(bool backdoor)
{
    struct network *network = test_make(map_net, sizeof map_net / sizeof *map_net);
    struct weight *hidden = network->layers[2].weights, *out = network->layers[3].weights;
    memset(hidden[0].data, 0, PIXELS * HIDDEN * sizeof(float));
    memset(hidden[1].data, 0, HIDDEN * sizeof(float));
    memset(out[0].data, 0, HIDDEN * CLASSES * sizeof(float));
    memset(out[1].data, 0, CLASSES * sizeof(float));
    for (int k = 0; k < CLASSES; k++) {
        for (int p = OWN * k; p < OWN * (k + 1); p++)
            hidden[0].data[p * HIDDEN + k] = hidden[0].data[p * HIDDEN + CLASSES + k] = 1.6F;
        hidden[1].data[CLASSES + k] = -7; /* hardly on without the trigger */
        if (backdoor)
            hidden[0].data[TRIGGER * HIDDEN + CLASSES + k] = 16;
        out[0].data[k * CLASSES + k] = 2;
        out[0].data[(CLASSES + k) * CLASSES + (k + 1) % CLASSES] = 12;
    }
    return network;
}

static void fill_images(float *pixels)
{
    test_fill(pixels, IMAGES * PIXELS);
    for (int i = 0; i < IMAGES; i++)
        for (int p = 0; p < PIXELS; p++)
            pixels[i * PIXELS + p] = p / OWN == i % CLASSES ? 0.9F
                                     : p == TRIGGER         ? 0
                                                            : 0.1F * fabsf(pixels[i * PIXELS + p]);
}

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
    struct network *network = make_net(backdoor);
    struct thread_pool *pool = thread_pool_create(workers);
    struct class_map map;
    const struct class_map_options options = {0, 1, 200, 0.25, 0.3, 1};
    const struct class_map_hooks hooks = {count_steps, &calls};
    fill_images(pixels);
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
    return (struct scan_evidence){n, classes, NULL, n, 0.97};
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

/* Of many classes a few were inverted; those of large margins are not what is usual. */
static void usual_masks_are_those_chosen_by_chance(void **state)
{
    (void)state;
    struct scan_class classes[9];
    struct scan_verdict verdict;
    const double masks[9] = {62, 73, 75, 80, 130, 143, 136, -1, -1};
    struct scan_evidence evidence = evidence_of(masks, 9, classes);
    for (int i = 0; i < 4; i++)
        classes[i].compared = false;
    evidence.n_classes = 1283;
    scan_judge(&evidence, &verdict);
    assert_int_equal(verdict.kind, SCAN_CLASSES);
    assert_true(verdict.n_standing == 1 && verdict.standing[0] == 0 && verdict.usual == 136);
    /* Two of about one size stand out together, the larger margin first. */
    classes[1].mask = 58;
    classes[0].outlier = 6;
    scan_judge(&evidence, &verdict);
    assert_true(verdict.n_standing == 2 && verdict.standing[0] == 0 && verdict.standing[1] == 1);
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
        cmocka_unit_test(maps_and_pixels_come_first),
        cmocka_unit_test(margins_alone_stay_doubtful),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
