/* The last word: the best of the classes, what is not a number, and certificates that may never
 * name a wrong class. */
#include "engine/nn/forward/batched_plan.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/nn/forward/sparse_plan.h"
#include "engine/prune/evaluate/certificate.h"

#include "tests/unit/common/random_nets.h"

/* The best two ----------------------------------------------------------------------------- */

struct two {
    int class;
    float first, second;
};

static struct two best_two(const float *logits, int n)
{
    struct two two = {0, -INFINITY, -INFINITY};
    for (int k = 0; k < n; k++)
        if (logits[k] > two.first) {
            two.first = logits[k];
            two.class = k;
        }
    for (int k = 0; k < n; k++)
        if (k != two.class)
            two.second = fmaxf(two.second, logits[k]);
    for (int k = 0; k < n; k++)
        two.class = isfinite(logits[k]) ? two.class : -1;
    return two;
}

/* Few different values, so that there are ties; now and then something that is no number. */
static void random_logits(struct random *random, float *logits, int n)
{
    static const float odd[] = {INFINITY, -INFINITY, NAN, -0.0F, 3e38F, 1e-45F};
    bool broken = random_below(random, 3) == 0;
    int values = random_between(random, 1, 9);
    for (int k = 0; k < n; k++) {
        logits[k] = (float)random_between(random, -values, values);
        if (broken && random_below(random, 16) == 0)
            logits[k] = odd[random_below(random, 6)];
    }
}

static void expect_two(struct two expected, int class, float first, float second)
{
    assert_int_equal(class, expected.class);
    assert_true(class < 0 || first == expected.first);
    assert_true(class < 0 || second == expected.second);
}

static void check_best(struct random *random, const struct batched_kernels *batched)
{
    enum { MOST = 71 };
    int n = random_between(random, 1, MOST), width = batched->width;
    float(*logits)[MOST] = memory_array((size_t)width, sizeof *logits);
    float *first = memory_floats((size_t)width), *second = memory_floats((size_t)width);
    int32_t *class = memory_array((size_t)width, sizeof *class);
    float *side_by_side = memory_floats((size_t)(n * width));
    for (int lane = 0; lane < width; lane++) {
        random_logits(random, logits[lane], n);
        for (int k = 0; k < n; k++)
            side_by_side[k * width + lane] = logits[lane][k];
    }
    batched->best(&(struct batched_top_two){first, second, class}, side_by_side, n);
    for (int lane = 0; lane < width; lane++) {
        struct two expected = best_two(logits[lane], n);
        float row_first, row_second;
        expect_two(expected, class[lane], first[lane], second[lane]);
        int row = batched->sparse->best(logits[lane], (size_t)n, &row_first, &row_second);
        expect_two(expected, row, row_first, row_second);
        assert_true(expected.class < 0 || reference_pass_argmax(logits[lane], n) == expected.class);
    }
    free(logits);
    free(first);
    free(second);
    free(class);
    free(side_by_side);
}

static void the_lowest_of_the_largest_wins(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 1, 0);
    const struct batched_kernels *batched;
    for (int i = 0; i < random_trials(2000); i++)
        for (int k = 0; (batched = batched_at(k)); k++)
            check_best(&random, batched);
}

/* What is not a number ---------------------------------------------------------------------- */

static size_t values_of(const struct network *network, int layer)
{
    return shape_count(&network->layers[layer].shape);
}

static void expect_same_breaks(const struct network *network, int layer, const char *kernels,
    const float *got, size_t step, const float *expected)
{
    for (size_t i = 0; i < values_of(network, layer); i++)
        if (isfinite(got[i * step]) != isfinite(expected[i]) ||
            isnan(got[i * step]) != isnan(expected[i])) {
            print_error("%s: layer %s (%s): value %zu is %g, expected %g\n", kernels,
                network->layers[layer].name, network->layers[layer].class->name, i,
                (double)got[i * step], (double)expected[i]);
            assert_true(false);
        }
}

/* One image with an odd pixel, in a lane among sound ones. */
static void check_odd(struct random *random, const struct network *network,
    const struct batched_kernels *batched, float odd)
{
    size_t input = values_of(network, network->input), width = (size_t)batched->width;
    size_t mine = random_below(random, (uint32_t)width), n = values_of(network, network->output);
    struct batched_plan *plan = batched_plan_create(network, batched, NULL);
    struct batched_pass *pass = batched_pass_create(plan);
    struct reference_pass *plain = reference_pass_create(network, 1);
    float *to = batched_pass_tensor(pass, network->input),
          *image = reference_pass_tensor(plain, network->input);
    float *sound = memory_floats(n * width);
    for (size_t i = 0; i < input * width; i++)
        to[i] = (float)random_range(random, -1, 1);
    batched_pass_run(pass, NULL);
    memcpy(sound, batched_pass_tensor(pass, network->output), n * width * sizeof *sound);
    to[random_below(random, (uint32_t)input) * width + mine] = odd;
    for (size_t i = 0; i < input; i++)
        image[i] = to[i * width + mine];
    batched_pass_run(pass, NULL);
    reference_pass_forward(plain, 1, NULL);
    for (int l = 0; l < network->n_layers; l++)
        if (batched_pass_tensor(pass, l))
            expect_same_breaks(network, l, batched->name, batched_pass_tensor(pass, l) + mine,
                width, reference_pass_tensor(plain, l));
    for (size_t i = 0; i < n * width; i++) /* the others do not notice */
        assert_true(
            i % width == mine ||
            memcmp(&sound[i], batched_pass_tensor(pass, network->output) + i, sizeof *sound) == 0);
    free(sound);
    reference_pass_destroy(plain);
    batched_pass_destroy(pass);
    batched_plan_destroy(plan);
}

static void what_is_not_a_number_stays_so(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 2, 0);
    for (int i = 0; i < random_trials(150); i++) {
        const struct batched_kernels *batched;
        struct network *network = random_net(&random);
        for (int k = 0; (batched = batched_at(k)); k++) {
            check_odd(&random, network, batched, NAN);
            check_odd(&random, network, batched, i % 2 ? INFINITY : -INFINITY);
        }
        network_destroy(network);
    }
}

/* Certificates ------------------------------------------------------------------------------ */

/* The last Dense of a network, and images at it. */
struct bench {
    struct random random;
    struct network *network;
    struct certifier *certifier;
    struct sparse_plan *plan;
    struct sparse_pass *pass;
    bool wanted[3];
    int units, classes;
    double scale; /* of the units */
    int asked, certain;
};

static double random_scale(struct bench *bench)
{
    static const double scales[] = {1, 1, 1, 1e-3, 1e3, 1e-12, 1e9, 1e-20, 1e15, 1e-30, 1e18};
    return scales[random_below(&bench->random, sizeof scales / sizeof *scales)];
}

/* Random weights of some size; some classes are almost or exactly like the one before. */
static void random_dense(struct bench *bench)
{
    struct layer *layer = &bench->network->layers[1];
    double scale = random_scale(bench);
    for (int u = 0; u < bench->units; u++)
        for (int k = 0; k < bench->classes; k++)
            layer->weights[0].data[u * bench->classes + k] =
                (float)(scale * random_range(&bench->random, -1, 1));
    for (int k = 1; k < bench->classes; k++) {
        bool like = random_below(&bench->random, 4) == 0, almost = random_below(&bench->random, 2);
        double tiny = pow(10, random_range(&bench->random, -7, -5));
        for (int u = 0; u < bench->units && like; u++) {
            float *weight = &layer->weights[0].data[u * bench->classes + k];
            *weight = almost ? weight[-1] * (1 + (float)tiny) : weight[-1];
        }
    }
    bench->scale = random_scale(bench);
    for (int k = 0; k < bench->classes; k++)
        layer->weights[1].data[k] =
            (float)(scale * bench->scale * random_range(&bench->random, -1, 1) *
                    random_below(&bench->random, 2));
}

static void open_bench(struct bench *bench)
{
    char input[64], dense[64];
    bench->units = random_between(&bench->random, 1, 70);
    bench->classes = random_between(&bench->random, 2, 40);
    snprintf(input, sizeof input, "batch_input_shape=null,%d", bench->units);
    snprintf(dense, sizeof dense, "units=%d activation=softmax", bench->classes);
    const struct test_node nodes[] = {{"InputLayer", "input", input, ""},
        {"Dense", "dense", dense, NULL}, {"Dropout", "dropout", "", NULL}};
    struct error err = {0};
    bench->network = test_network(nodes, 3, &err);
    assert_non_null(bench->network);
    random_dense(bench);
    bench->certifier = certifier_create(bench->network);
    assert_non_null(bench->certifier);
    assert_int_equal(certifier_units(bench->certifier), bench->units);
    bench->wanted[1] = bench->wanted[2] = true;
    bench->plan = sparse_plan_create(bench->network, batched_get(), bench->wanted);
    bench->pass = sparse_pass_create(bench->plan);
}

static void close_bench(struct bench *bench)
{
    sparse_pass_destroy(bench->pass);
    sparse_plan_destroy(bench->plan);
    certifier_destroy(bench->certifier);
    network_destroy(bench->network);
}

/* As the cache judges: the class, and what a certificate of it would say. */
static struct certificate certifier(struct bench *bench, const float *h)
{
    float first, second;
    memcpy(sparse_pass_tensor(bench->pass, 0), h, (size_t)bench->units * sizeof *h);
    sparse_pass_written(bench->pass, 0);
    sparse_pass_run(bench->pass, bench->wanted);
    int class = sparse_pass_best(bench->pass, 2, &first, &second);
    return (struct certificate){class < 0 ? -1 : first - second, (uint16_t) class};
}

/* Moves h so far towards another class that it may just win. */
static void move_towards(
    struct bench *bench, const struct certificate *certificate, const float *h, float *now)
{
    const float *kernel = bench->network->layers[1].weights[0].data;
    int y = certificate->class, k = random_between(&bench->random, 0, bench->classes - 1);
    double length = 0, step = random_range(&bench->random, 0, 1.5);
    if (random_below(&bench->random, 2)) /* so that rounding alone decides */
        step = 1 - pow(10, random_range(&bench->random, -8, -5));
    for (int u = 0; u < bench->units; u++) {
        double d = (double)kernel[u * bench->classes + k] - kernel[u * bench->classes + y];
        length += d * d;
    }
    for (int u = 0; u < bench->units; u++) {
        double d = (double)kernel[u * bench->classes + k] - kernel[u * bench->classes + y];
        now[u] = (float)(h[u] + (length > 0 ? step * certificate->margin / length * d : 0));
    }
}

/* Moves h anywhere, by much or by little, by single bits, or not at all. */
static void move_anywhere(struct bench *bench, const float *h, float *now)
{
    if (random_below(&bench->random, 2)) {
        for (int u = 0; u < bench->units; u++)
            now[u] = random_below(&bench->random, 8) ? h[u] : nextafterf(h[u], INFINITY);
        return;
    }
    double size = bench->scale * pow(10, random_range(&bench->random, -9, 1));
    bool still = random_below(&bench->random, 10) == 0;
    for (int u = 0; u < bench->units; u++)
        now[u] = still ? h[u] : (float)(h[u] + size * random_range(&bench->random, -1, 1));
}

static void ask(struct bench *bench)
{
    float h[70], now[70];
    for (int u = 0; u < bench->units; u++)
        h[u] = (float)(bench->scale * fmax(0, random_range(&bench->random, -1, 1)));
    struct certificate certificate = certifier(bench, h);
    if (random_below(&bench->random, 2) && certificate.margin > 0)
        move_towards(bench, &certificate, h, now);
    else
        move_anywhere(bench, h, now);
    bench->asked++;
    if (!certifier_certain(bench->certifier, &certificate, h, now, 0))
        return;
    bench->certain++;
    struct certificate then = certifier(bench, now);
    if (then.margin < 0 || then.class != certificate.class)
        print_error("%d units, %d classes, scale %g: class %d by %g, then %d by %g\n", bench->units,
            bench->classes, bench->scale, certificate.class, (double)certificate.margin, then.class,
            (double)then.margin);
    assert_true(then.margin >= 0 && then.class == certificate.class);
}

static void certificates_are_never_wrong(void **state)
{
    (void)state;
    struct bench bench = {0};
    random_init(&bench.random, 3, 0);
    for (int i = 0; i < random_trials(3000); i++) {
        open_bench(&bench);
        for (int k = 0; k < 40; k++)
            ask(&bench);
        close_bench(&bench);
    }
    assert_true(bench.certain > bench.asked / 4); /* and not idle */
    assert_true(bench.certain < bench.asked);
}

/* Layers behind the Dense that change the values change the margins too. */
static void only_copies_may_follow_the_judge(void **state)
{
    (void)state;
    static const struct {
        const char *class_name, *settings;
        bool judged;
    } ends[] = {{"Dropout", "", true}, {"Softmax", "", true},
        {"Activation", "activation=linear", true}, {"Activation", "activation=softmax", true},
        {"Rescaling", "scale=8", false}, {"Rescaling", "scale=-1", false}, {"ReLU", "", false},
        {"Activation", "activation=sigmoid", false}, {"BatchNormalization", "", false}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const struct test_node nodes[] = {{"InputLayer", "input", "batch_input_shape=null,6", ""},
            {"Dense", "dense", "units=4", NULL},
            {ends[i].class_name, "end", ends[i].settings, NULL}};
        struct network *network = test_make(nodes, 3);
        struct certifier *found = certifier_create(network);
        assert_int_equal(found != NULL, ends[i].judged);
        assert_true(!found || certifier_layer(found) == 1);
        assert_true(!found || certifier_input(found) == 0);
        certifier_destroy(found);
        network_destroy(network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lowest_of_the_largest_wins),
        cmocka_unit_test(what_is_not_a_number_stays_so),
        cmocka_unit_test(certificates_are_never_wrong),
        cmocka_unit_test(only_copies_may_follow_the_judge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
