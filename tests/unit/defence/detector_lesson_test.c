/* Detectors that read features and blends, against the plain way: each image alone through the
 * reference pass, sums in long double, covariances inverted by elimination. */
#include "engine/base/memory.h"
#include "engine/defence/detectors/comparison.h"
#include "engine/defence/detectors/reading.h"
#include "engine/nn/forward/reference_pass.h"
#include "tests/nets.h"
#include "tests/test.h"
#include "tests/unit/common/random_images.h"

#include <math.h>

enum { CLEAN = 70, OTHERS = 23, FEATURES = 7, CLASSES = 5, FOLDS = 5, CLASS_LEAST = 5 };

static const struct test_node nodes[] = {
    {"InputLayer", "input", "batch_input_shape=null,8,7,2", ""},
    {"Conv2D", "conv", "filters=4 kernel_size=3,3 activation=relu", NULL},
    {"MaxPooling2D", "pool", "pool_size=2,2", NULL},
    {"Flatten", "flat", "", NULL},
    {"Dense", "hidden", "units=7 activation=relu", NULL},
    {"Dense", "output", "units=5", NULL},
    {"Activation", "soft", "activation=softmax", NULL},
};

/* What the plain way finds of a set. */
struct plain {
    int n;
    int predicted[CLEAN];
    float features[CLEAN][FEATURES];
    double strip[CLEAN];
};

struct fixture {
    struct network *network;
    struct dataset *clean, *others, *triggered;
    struct plain of_clean, of_others, of_triggered;
    struct pixel_scaling scaling;
};

static long double plain_entropy(const float *logits)
{
    long double most = logits[0], sum = 0, h = 0;
    for (int k = 1; k < CLASSES; k++)
        most = fmaxl(most, logits[k]);
    for (int k = 0; k < CLASSES; k++)
        sum += expl(logits[k] - most);
    for (int k = 0; k < CLASSES; k++) {
        long double p = expl(logits[k] - most) / sum;
        h -= p * logl(p);
    }
    return h;
}

static int draw_bank(int bank[READING_BLENDS])
{
    struct random random;
    int n = 0;
    random_init(&random, 1, 0);
    while (n < READING_BLENDS) {
        int image = (int)random_below(&random, CLEAN);
        bool again = false;
        for (int i = 0; i < n; i++)
            again = again || bank[i] == image;
        if (!again)
            bank[n++] = image;
    }
    return n;
}

static double plain_strip(
    const struct fixture *f, struct reference_pass *pass, const struct dataset *set, int image)
{
    size_t values = shape_count(dataset_shape(set));
    float *in = reference_pass_tensor(pass, f->network->input);
    float *one = memory_floats(values), *two = memory_floats(values);
    int bank[READING_BLENDS], n = draw_bank(bank), used = 0;
    long double sum = 0;
    dataset_feed(set, image, 1, &f->scaling, one);
    for (int i = 0; i < n; i++) {
        if (set == f->clean && bank[i] == image)
            continue;
        dataset_feed(f->clean, bank[i], 1, &f->scaling, two);
        for (size_t k = 0; k < values; k++)
            in[k] = (one[k] + two[k]) / 2;
        reference_pass_forward(pass, 1, NULL);
        sum += plain_entropy(reference_pass_tensor(pass, f->network->output));
        used++;
    }
    free(one);
    free(two);
    return (double)(-sum / used);
}

static void look(const struct fixture *f, const struct dataset *set, struct plain *plain)
{
    struct reference_pass *pass = reference_pass_create(f->network, 1);
    int hidden = network_find(f->network, "hidden");
    plain->n = dataset_count(set);
    for (int i = 0; i < plain->n; i++) {
        dataset_feed(set, i, 1, &f->scaling, reference_pass_tensor(pass, f->network->input));
        reference_pass_forward(pass, 1, NULL);
        memcpy(plain->features[i], reference_pass_tensor(pass, hidden), sizeof *plain->features);
        plain->predicted[i] = reference_pass_argmax(
            reference_pass_tensor(pass, f->network->output), f->network->n_classes);
        plain->strip[i] = plain_strip(f, pass, set, i);
    }
    reference_pass_destroy(pass);
}

/* The same images, brighter at one end. */
static struct dataset *stamp(const struct dataset *clean)
{
    const struct shape *shape = dataset_shape(clean);
    size_t values = shape_count(shape);
    uint8_t *pixels = memory_array((size_t)dataset_count(clean), values);
    float *image = memory_floats(values);
    for (int i = 0; i < dataset_count(clean); i++) {
        dataset_fill(clean, i, 1, 1, image);
        for (size_t k = 0; k < values; k++)
            pixels[(size_t)i * values + k] = k < 40 ? 255 : (uint8_t)image[k];
    }
    free(image);
    return dataset_from_bytes("stamped", dataset_count(clean), shape, pixels,
        memory_array((size_t)dataset_count(clean), sizeof(int32_t)));
}

static struct fixture *begin(void)
{
    struct fixture *f = memory_array(1, sizeof *f);
    struct random random;
    random_init(&random, 11, 0);
    f->network = test_make(nodes, sizeof nodes / sizeof *nodes);
    f->clean = random_images(CLEAN, f->network, &random);
    f->others = random_images(OTHERS, f->network, &random);
    f->triggered = stamp(f->clean);
    f->scaling = pixel_scaling_of(1.0 / 64);
    look(f, f->clean, &f->of_clean);
    look(f, f->others, &f->of_others);
    look(f, f->triggered, &f->of_triggered);
    return f;
}

static void finish(struct fixture *f)
{
    dataset_unref(f->clean);
    dataset_unref(f->others);
    dataset_unref(f->triggered);
    network_destroy(f->network);
    free(f);
}

/* Each detector once more -------------------------------------------------------------------- */

static void find_mean(const struct plain *clean, int fold, int class, long double *mean)
{
    int n = 0;
    memset(mean, 0, FEATURES * sizeof *mean);
    for (int i = 0; i < clean->n; i++)
        if (i % FOLDS != fold && (class < 0 || clean->predicted[i] == class)) {
            n++;
            for (int k = 0; k < FEATURES; k++)
                mean[k] += clean->features[i][k];
        }
    if (class >= 0 && n < CLASS_LEAST) {
        find_mean(clean, fold, -1, mean);
        return;
    }
    for (int k = 0; k < FEATURES; k++)
        mean[k] /= n;
}

static void find_covariance(const struct plain *clean, int fold, long double a[FEATURES][FEATURES])
{
    int n = 0;
    long double trace = 0, mean[FEATURES];
    memset(a, 0, FEATURES * sizeof *a);
    for (int i = 0; i < clean->n; i++) {
        if (i % FOLDS == fold)
            continue;
        n++;
        find_mean(clean, fold, clean->predicted[i], mean);
        for (int j = 0; j < FEATURES; j++)
            for (int k = 0; k < FEATURES; k++)
                a[j][k] += (clean->features[i][j] - mean[j]) * (clean->features[i][k] - mean[k]);
    }
    for (int k = 0; k < FEATURES; k++)
        trace += a[k][k] / n / FEATURES;
    for (int j = 0; j < FEATURES; j++)
        for (int k = 0; k < FEATURES; k++)
            a[j][k] = a[j][k] / n / 2 + (j == k ? trace / 2 : 0);
}

/* x with a x = b, by Gauss and Jordan. */
static void solve(long double a[FEATURES][FEATURES], const long double *b, long double *x)
{
    memcpy(x, b, FEATURES * sizeof *x);
    for (int p = 0; p < FEATURES; p++)
        for (int row = 0; row < FEATURES; row++) {
            long double by = row == p ? 1 - 1 / a[p][p] : a[row][p] / a[p][p];
            long double from[FEATURES], value = x[p];
            memcpy(from, a[p], sizeof from);
            for (int k = 0; k < FEATURES && row != p; k++)
                a[row][k] -= by * from[k];
            if (row != p)
                x[row] -= by * value;
        }
    for (int p = 0; p < FEATURES; p++)
        x[p] /= a[p][p];
}

static double plain_distance(
    const struct plain *clean, const float *features, int predicted, int own)
{
    long double a[FEATURES][FEATURES], mean[FEATURES], apart[FEATURES], x[FEATURES], sum = 0;
    int fold = own >= 0 ? own % FOLDS : -1;
    find_covariance(clean, fold, a);
    find_mean(clean, fold, predicted, mean);
    for (int k = 0; k < FEATURES; k++)
        apart[k] = features[k] - mean[k];
    solve(a, apart, x);
    for (int k = 0; k < FEATURES; k++)
        sum += apart[k] * x[k];
    return (double)sqrtl(sum);
}

static double plain_nearest(
    const struct plain *clean, const float *features, int predicted, int own)
{
    long double best[2] = {INFINITY, INFINITY};
    for (int i = 0; i < clean->n; i++) {
        long double sum = 0;
        for (int k = 0; k < FEATURES; k++)
            sum += powl((long double)features[k] - clean->features[i][k], 2);
        int same = clean->predicted[i] == predicted;
        if (i != own && sum < best[1])
            best[1] = sum;
        if (i != own && same && sum < best[0])
            best[0] = sum;
    }
    return (double)sqrtl(isinf(best[0]) ? best[1] : best[0]);
}

static double plain_trigger(
    const struct plain *clean, const struct plain *triggered, const float *features)
{
    long double mean[2][FEATURES], length = 0, along = 0;
    find_mean(clean, -1, -1, mean[0]);
    find_mean(triggered, -1, -1, mean[1]);
    for (int k = 0; k < FEATURES; k++)
        length += powl(mean[1][k] - mean[0][k], 2);
    for (int k = 0; k < FEATURES; k++)
        along += (features[k] - mean[0][k]) * (mean[1][k] - mean[0][k]) / sqrtl(length);
    return (double)along;
}

static double expected(const struct fixture *f, const char *name, const struct plain *set, int i)
{
    int own = set == &f->of_clean ? i : -1;
    if (strcmp(name, "strip") == 0)
        return set->strip[i];
    if (strcmp(name, "distance") == 0)
        return plain_distance(&f->of_clean, set->features[i], set->predicted[i], own);
    if (strcmp(name, "nearest") == 0)
        return plain_nearest(&f->of_clean, set->features[i], set->predicted[i], own);
    return plain_trigger(&f->of_clean, &f->of_triggered, set->features[i]);
}

/* Tests -------------------------------------------------------------------------------------- */

static struct comparison *compare(
    const struct fixture *f, struct thread_pool *pool, const struct comparison_lesson *lesson)
{
    static const struct batch_runner_hooks hooks = {0};
    struct error err = {0};
    struct comparison *comparison =
        comparison_create(f->network, 0, NULL, pool, &hooks, &f->scaling);
    if (lesson)
        assert_true(comparison_learn(comparison, lesson, &err));
    return comparison;
}

static void scores_are_those_of_the_plain_way(void **state)
{
    (void)state;
    struct fixture *f = begin();
    struct thread_pool *pool = thread_pool_create(2);
    const struct comparison_lesson lesson = {f->clean, f->triggered, NULL, true};
    struct comparison *comparison = compare(f, pool, &lesson);
    const struct dataset *sets[] = {f->clean, f->others};
    const struct plain *plain[] = {&f->of_clean, &f->of_others};
    int checked = 0;
    for (int s = 0; s < 2; s++) {
        struct findings findings;
        struct error err = {0};
        assert_true(comparison_run(comparison, sets[s], &findings, &err));
        for (int d = 0, net; d < comparison_n_scores(comparison); d++) {
            const char *name = comparison_detector(comparison, d, &net)->name;
            for (int i = 0; i < findings.n && d >= 2; i++, checked++) {
                double wanted = expected(f, name, plain[s], i), found = findings.scores[d][i];
                if (!(fabs(found - wanted) <= 1e-5 * fmax(1, fabs(wanted))))
                    print_error("%s, set %d, image %d: %.9g, %.9g\n", name, s, i, found, wanted);
                assert_true(fabs(found - wanted) <= 1e-5 * fmax(1, fabs(wanted)));
            }
        }
        findings_finish(&findings, comparison);
    }
    assert_int_equal(checked, 4 * (CLEAN + OTHERS));
    comparison_destroy(comparison);
    thread_pool_destroy(pool);
    finish(f);
}

/* What is not asked, or cannot be learnt, is not there. */
static void only_what_can_be_known(void **state)
{
    (void)state;
    struct fixture *f = begin();
    struct thread_pool *pool = thread_pool_create(1);
    const struct {
        struct comparison_lesson lesson;
        int n;
    } cases[] = {{{0}, 2}, {{f->clean, f->triggered, NULL, true}, 6},
        {{f->clean, NULL, NULL, true}, 5}, {{f->clean, NULL, NULL, false}, 4},
        {{f->clean, NULL, "distance", true}, 1}, {{f->clean, NULL, "trigger", true}, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct comparison *comparison =
            compare(f, pool, cases[i].lesson.clean ? &cases[i].lesson : NULL);
        assert_int_equal(comparison_n_scores(comparison), cases[i].n);
        comparison_destroy(comparison);
    }
    thread_pool_destroy(pool);
    finish(f);
}

/* The same bytes from any number of workers. */
static void workers_change_nothing(void **state)
{
    (void)state;
    struct fixture *f = begin();
    struct findings first = {0};
    const struct comparison_lesson lesson = {f->clean, f->triggered, NULL, true};
    for (int workers = 1; workers <= 4; workers++) {
        struct thread_pool *pool = thread_pool_create(workers);
        struct comparison *comparison = compare(f, pool, &lesson);
        struct findings findings;
        struct error err = {0};
        assert_true(comparison_run(comparison, f->clean, &findings, &err));
        for (int d = 0; workers > 1 && d < comparison_n_scores(comparison); d++)
            assert_memory_equal(
                findings.scores[d], first.scores[d], CLEAN * sizeof **findings.scores);
        if (workers == 1)
            first = findings;
        else
            findings_finish(&findings, comparison);
        if (workers == 4)
            findings_finish(&first, comparison);
        comparison_destroy(comparison);
        thread_pool_destroy(pool);
    }
    finish(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_those_of_the_plain_way),
        cmocka_unit_test(only_what_can_be_known),
        cmocka_unit_test(workers_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
