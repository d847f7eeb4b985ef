/* net: plans (images side by side) and row plans (one image, zeros left out) against the plain way,
 * on random networks, with every set of kernels. */
#include "engine/nn/forward/batched_plan.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/nn/forward/sparse_plan.h"

#include "tests/unit/common/random_nets.h"

enum { IMAGES = 40 };

static size_t values_of(const struct network *network, int layer)
{
    return shape_count(&network->layers[layer].shape);
}

/* images[IMAGES][values of the input] in -1..1, a third of them zero */
static float *random_images(const struct network *network, struct random *random)
{
    size_t count = IMAGES * values_of(network, network->input);
    float *images = memory_floats(count);
    for (size_t i = 0; i < count; i++)
        images[i] = random_below(random, 3) ? (float)random_range(random, -1, 1) : 0;
    return images;
}

/* Puts an image into a lane, or takes a layer out of it. */
static void put(struct batched_pass *pass, const struct network *network, int width, int lane,
    const float *image)
{
    float *input = batched_pass_tensor(pass, network->input);
    for (size_t i = 0; i < values_of(network, network->input); i++)
        input[i * (size_t)width + (size_t)lane] = image[i];
}

static void take(struct batched_pass *pass, const struct network *network, int layer, int width,
    int lane, float *values)
{
    const float *tensor = batched_pass_tensor(pass, layer);
    for (size_t i = 0; i < values_of(network, layer); i++)
        values[i] = tensor[i * (size_t)width + (size_t)lane];
}

static bool *all_marked(const struct network *network)
{
    bool *marks = memory_array((size_t)network->n_layers, sizeof *marks);
    for (int i = 0; i < network->n_layers; i++)
        marks[i] = true;
    return marks;
}

/* Against the plain way ------------------------------------------------------------------ */

static void expect_close(const struct network *network, int layer, const char *kernels,
    const float *got, const float *expected)
{
    float largest = 0;
    size_t count = values_of(network, layer);
    for (size_t i = 0; i < count; i++)
        largest = fmaxf(largest, fabsf(expected[i]));
    for (size_t i = 0; i < count; i++)
        if (!(fabsf(got[i] - expected[i]) <= 5e-5F * (1 + largest))) {
            print_error("%s: layer %s (%s): value %zu is %.9g, expected %.9g\n", kernels,
                network->layers[layer].name, network->layers[layer].class->name, i, (double)got[i],
                (double)expected[i]);
            assert_true(false);
        }
}

/* Every layer of every image; with all layers kept, or fused where that is possible. */
static void check_plainly(const struct network *network, const struct batched_kernels *batched,
    const float *images, const bool *keep)
{
    struct batched_plan *plan = batched_plan_create(network, batched, keep);
    struct batched_pass *pass = batched_pass_create(plan);
    struct reference_pass *plain = reference_pass_create(network, 1);
    size_t input = values_of(network, network->input);
    float *got = memory_floats(network->n_values);
    for (int image = 0; image < IMAGES; image++) {
        int lane = image % batched->width;
        put(pass, network, batched->width, lane, images + (size_t)image * input);
        batched_pass_run(pass, NULL);
        memcpy(reference_pass_tensor(plain, network->input), images + (size_t)image * input,
            input * sizeof *images);
        reference_pass_forward(plain, 1, NULL);
        for (int l = 0; l < network->n_layers; l++) {
            assert_true(!keep || batched_pass_tensor(pass, l));
            if (!batched_pass_tensor(pass, l))
                continue;
            take(pass, network, l, batched->width, lane, got);
            expect_close(network, l, batched->name, got, reference_pass_tensor(plain, l));
        }
    }
    free(got);
    reference_pass_destroy(plain);
    batched_pass_destroy(pass);
    batched_plan_destroy(plan);
}

static void lanes_compute_what_passes_compute(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 1, 0);
    for (int i = 0; i < random_trials(60); i++) {
        const struct batched_kernels *batched;
        struct network *network = random_net(&random);
        float *images = random_images(network, &random);
        bool *keep = all_marked(network);
        for (int k = 0; (batched = batched_at(k)); k++) {
            check_plainly(network, batched, images, NULL);
            check_plainly(network, batched, images, keep);
        }
        free(keep);
        free(images);
        network_destroy(network);
    }
}

/* To the last bit ------------------------------------------------------------------------ */

/* A network run in every way there is. */
struct ways {
    const struct network *network;
    const struct batched_kernels *batched;
    struct random *random;
    const float *images;
    struct batched_plan *plan, *kept; /* fused; with all layers kept */
    struct batched_pass *pass, *kept_pass;
    float *expected; /* [n_values] of one image, layer behind layer, in lane 0 alone */
    float *before;   /* the same of the image before */
};

static void expect_bits(
    const struct ways *ways, const char *way, int layer, const float *got, const float *expected)
{
    for (size_t i = 0; i < values_of(ways->network, layer); i++)
        if (memcmp(&got[i], &expected[i], sizeof *got) != 0) {
            print_error("%s, %s: layer %s (%s): value %zu is %a, expected %a\n",
                ways->batched->name, way, ways->network->layers[layer].name,
                ways->network->layers[layer].class->name, i, (double)got[i], (double)expected[i]);
            assert_true(false);
        }
}

static const float *image_of(const struct ways *ways, int image)
{
    return ways->images + (size_t)image * values_of(ways->network, ways->network->input);
}

/* The reference: alone in lane 0, the others zero. */
static void run_alone(struct ways *ways, int image)
{
    int width = ways->batched->width;
    float *to = ways->expected;
    memset(batched_pass_tensor(ways->kept_pass, ways->network->input), 0,
        values_of(ways->network, ways->network->input) * (size_t)width * sizeof(float));
    put(ways->kept_pass, ways->network, width, 0, image_of(ways, image));
    batched_pass_run(ways->kept_pass, NULL);
    for (int l = 0; l < ways->network->n_layers; l++) {
        take(ways->kept_pass, ways->network, l, width, 0, to);
        to += values_of(ways->network, l);
    }
}

/* In a random lane among random neighbours, some of them blank. */
static void check_neighbours(struct ways *ways, int image)
{
    int width = ways->batched->width;
    int mine = random_between(ways->random, 0, width - 1);
    float *got = memory_floats(ways->network->n_values);
    const float *expected = ways->expected;
    static const float blank[4096];
    for (int lane = 0; lane < width; lane++)
        put(ways->pass, ways->network, width, lane,
            random_below(ways->random, 4)
                ? image_of(ways, random_between(ways->random, 0, IMAGES - 1))
                : blank);
    put(ways->pass, ways->network, width, mine, image_of(ways, image));
    batched_pass_run(ways->pass, NULL);
    for (int l = 0; l < ways->network->n_layers; expected += values_of(ways->network, l++)) {
        if (!batched_pass_tensor(ways->pass, l))
            continue;
        take(ways->pass, ways->network, l, width, mine, got);
        expect_bits(ways, "among neighbours", l, got, expected);
    }
    free(got);
}

static size_t place_of(const struct network *network, int layer)
{
    size_t at = 0;
    for (int l = 0; l < layer; l++)
        at += values_of(network, l);
    return at;
}

/* Lists what is not zero, as the caller of a row pass does. */
static void fill_list(struct sparse_list *list, const float *values)
{
    uint32_t at = 0;
    list->n = 0;
    for (int pixel = 0; pixel < list->rows * list->columns; pixel++) {
        list->starts[pixel] = list->n;
        for (size_t c = 0; c < list->channels; c++, at++)
            if (values[at] != 0) {
                list->places[list->n] = at;
                list->values[list->n++] = values[at];
            }
    }
    list->starts[list->rows * list->columns] = list->n;
}

/* Gives a pass what all layers gave that are not behind the one it starts from. */
static void fill_pass(struct ways *ways, struct sparse_pass *pass, const struct sparse_plan *plan,
    const bool *behind, const float *values)
{
    for (int l = 0; l < ways->network->n_layers; values += values_of(ways->network, l++)) {
        if (behind[l] || !sparse_plan_holds(plan, l))
            continue;
        if (random_below(ways->random, 2)) {
            fill_list(sparse_pass_list(pass, l), values);
            sparse_pass_filled(pass, l);
        } else {
            memcpy(
                sparse_pass_tensor(pass, l), values, values_of(ways->network, l) * sizeof *values);
            sparse_pass_written(pass, l);
        }
    }
}

/* From what a layer gave on, several images at once, each in a pass of its own. */
static void check_rows(struct ways *ways, int from)
{
    enum { PASSES = 5 };
    const struct network *network = ways->network;
    bool *behind = memory_array((size_t)network->n_layers, sizeof *behind);
    network_downstream(network, from, behind);
    behind[from] = false;
    if (!sparse_plan_serves(network, behind)) {
        free(behind);
        return;
    }
    struct sparse_plan *plan = sparse_plan_create(network, ways->batched, behind);
    struct sparse_pass *passes[PASSES];
    const float *expected[PASSES];
    int n = random_between(ways->random, 1, PASSES);
    for (int i = 0; i < n; i++) {
        passes[i] = sparse_pass_create(plan);
        expected[i] = random_below(ways->random, 2) ? ways->expected : ways->before;
        fill_pass(ways, passes[i], plan, behind, expected[i]);
    }
    sparse_pass_run_all(passes, n, behind);
    for (int i = 0; i < n; i++) {
        for (int l = 0; l < network->n_layers; l++)
            if (behind[l])
                expect_bits(ways, "one image alone", l, sparse_pass_tensor(passes[i], l),
                    expected[i] + place_of(network, l));
        sparse_pass_destroy(passes[i]);
    }
    sparse_plan_destroy(plan);
    free(behind);
}

static void check_ways(struct ways *ways)
{
    bool *keep = all_marked(ways->network);
    ways->plan = batched_plan_create(ways->network, ways->batched, NULL);
    ways->kept = batched_plan_create(ways->network, ways->batched, keep);
    ways->pass = batched_pass_create(ways->plan);
    ways->kept_pass = batched_pass_create(ways->kept);
    ways->expected = memory_floats(ways->network->n_values);
    ways->before = memory_floats(ways->network->n_values);
    run_alone(ways, IMAGES - 1);
    for (int image = 0; image < 6; image++) {
        memcpy(ways->before, ways->expected, ways->network->n_values * sizeof *ways->before);
        run_alone(ways, image);
        for (int i = 0; i < 3; i++)
            check_neighbours(ways, image);
        for (int from = 0; from + 1 < ways->network->n_layers; from++)
            if (from != ways->network->input) /* a product that reads it may be done faster */
                check_rows(ways, from);
    }
    free(ways->before);
    free(ways->expected);
    batched_pass_destroy(ways->pass);
    batched_pass_destroy(ways->kept_pass);
    batched_plan_destroy(ways->plan);
    batched_plan_destroy(ways->kept);
    free(keep);
}

static void every_way_gives_the_same_bits(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 2, 0);
    for (int i = 0; i < random_trials(60); i++) {
        const struct batched_kernels *batched;
        struct network *network = random_net(&random);
        float *images = random_images(network, &random);
        for (int k = 0; (batched = batched_at(k)); k++) {
            struct ways ways = {
                network, batched, &random, images, NULL, NULL, NULL, NULL, NULL, NULL};
            check_ways(&ways);
        }
        free(images);
        network_destroy(network);
    }
}

/* Convolutions that read the input ------------------------------------------------------- */

/* A net of one, with and without a pooling behind it. */
static struct network *first_convolution(struct random *random)
{
    char input[64], conv[200], pool[64];
    const struct test_node nodes[] = {
        {"InputLayer", "input", input, ""},
        {"Conv2D", "conv", conv, NULL},
        {"MaxPooling2D", "pool", pool, NULL},
        {"Flatten", "flat", "", NULL},
        {"Dense", "output", "units=3 activation=softmax", NULL},
    };
    int pooling = random_between(random, 1, 3);
    snprintf(input, sizeof input, "batch_input_shape=null,%d,%d,%d", random_between(random, 9, 17),
        random_between(random, 9, 17), random_between(random, 1, 4));
    snprintf(conv, sizeof conv,
        "filters=%d kernel_size=%d,%d strides=%d,1 padding=%s activation=%s use_bias=%s",
        random_between(random, 8, 26), random_between(random, 1, 5), random_between(random, 3, 5),
        random_between(random, 1, 2), random_below(random, 2) ? "same" : "valid",
        random_below(random, 2) ? "relu" : "tanh", random_below(random, 2) ? "true" : "false");
    snprintf(pool, sizeof pool, "pool_size=%d,%d strides=%d,%d", pooling,
        random_between(random, 1, 3), pooling, 3);
    struct network *network = test_make(nodes, 5);
    test_random_weights(network, random_below(random, 1000));
    return network;
}

/* Sums without rounding. */
static double convolve(
    const struct layer *layer, const struct window *window, const float *image, int place, int f)
{
    const struct weight *kernel = &layer->weights[0];
    struct taps down = window_taps(window, 0, place / window->out[1]);
    struct taps across = window_taps(window, 1, place % window->out[1]);
    double sum = layer->n_weights > 1 ? (double)layer->weights[1].data[f] : 0;
    for (int i = down.first; i < down.last; i++)
        for (int j = across.first; j < across.last; j++)
            for (int c = 0; c < window->channels; c++) {
                int at = ((down.origin + i) * window->in[1] + across.origin + j) * window->channels;
                int weight = (i * window->size[1] + j) * window->channels + c;
                sum += (double)image[at + c] * (double)kernel->data[weight * kernel->dim[3] + f];
            }
    return sum;
}

/* The largest error of one image, over the sum of the magnitudes that make a value. */
static double worst_error(
    const struct network *network, struct batched_pass *pass, int width, const float *image)
{
    const struct layer *layer = &network->layers[1];
    struct lowered_form form = {0};
    layer->class->batched(layer, &form);
    float *got = memory_floats(values_of(network, 1));
    double worst = 0, scale = 1;
    for (size_t k = 0; k < layer->weights[0].count; k++)
        scale += fabs((double)layer->weights[0].data[k]) / form.filters;
    put(pass, network, width, width - 1, image);
    batched_pass_run(pass, NULL);
    take(pass, network, 1, width, width - 1, got);
    for (size_t i = 0; i < values_of(network, 1); i++) {
        double sum =
            convolve(layer, &form.window, image, (int)i / form.filters, (int)i % form.filters);
        double value = layer->activation.kind == ACTIVATION_RELU ? fmax(sum, 0) : tanh(sum);
        worst = fmax(worst, fabs((double)got[i] - value) / scale);
    }
    free(got);
    return worst;
}

static void first_convolutions_are_fast_and_right(void **state)
{
    (void)state;
    struct random random;
    int fast = 0, all = 0, n = random_trials(60); /* as many kernels as the processor has */
    random_init(&random, 3, 0);
    for (int i = 0; i < n; i++) {
        const struct batched_kernels *batched;
        struct network *network = first_convolution(&random);
        float *images = random_images(network, &random);
        bool *keep = all_marked(network);
        for (int k = 0; (batched = batched_at(k)); k++) {
            struct lowered_form form = {0};
            network->layers[1].class->batched(&network->layers[1], &form);
            struct winograd *winograd =
                winograd_create(&form.window, form.filters, batched->winograd);
            fast += winograd != NULL;
            all++;
            winograd_destroy(winograd);
            check_plainly(network, batched, images, NULL);
            struct batched_plan *plan = batched_plan_create(network, batched, keep);
            struct batched_pass *pass = batched_pass_create(plan);
            assert_true(worst_error(network, pass, batched->width, images) < 1e-6);
            batched_pass_destroy(pass);
            batched_plan_destroy(plan);
            struct ways ways = {
                network, batched, &random, images, NULL, NULL, NULL, NULL, NULL, NULL};
            check_ways(&ways);
        }
        free(keep);
        free(images);
        network_destroy(network);
    }
    assert_true(3 * fast > all);
}

/* Sums ------------------------------------------------------------------------------------ */

enum { SUMS = 4 };

static struct batched_sums make_sums(size_t count)
{
    return (struct batched_sums){
        memory_floats(count), memory_floats(count), memory_floats(count), memory_floats(count)};
}

static void expect_same_sums(struct batched_sums a, struct batched_sums b, size_t count)
{
    float *const all[][2] = {
        {a.sum, b.sum}, {a.squares, b.squares}, {a.largest, b.largest}, {a.zeros, b.zeros}};
    for (int i = 0; i < SUMS; i++) {
        assert_memory_equal(all[i][0], all[i][1], count * sizeof(float));
        free(all[i][0]);
        free(all[i][1]);
    }
}

/* Channels that no lane has, that some have, and that all have. */
static void sums_of_a_list_are_the_same_bits(void **state)
{
    (void)state;
    const struct batched_kernels *batched;
    const struct shape shape = shape_image(5, 4, 11);
    size_t channels = 11, count = shape_count(&shape);
    struct random random;
    random_init(&random, 4, 1);
    for (int k = 0; (batched = batched_at(k)); k++) {
        size_t width = (size_t)batched->width;
        float *in = memory_floats(count * width);
        for (size_t i = 0; i < count * width; i++)
            if (i / width % channels % 3 && random_below(&random, 4) < i / width % channels)
                in[i] = (float)random_range(&random, -1, 1);
        struct batched_list list;
        batched_list_init(&list, &shape);
        batched->list(&list, in);
        struct batched_sums all = make_sums(channels * width), listed = make_sums(channels * width);
        batched->sums(&all, NULL, in, count / channels, channels);
        batched->sums(&listed, &list, in, count / channels, channels);
        assert_true(all.zeros[0] == 20 && all.zeros[channels * width - 1] < 20);
        expect_same_sums(all, listed, channels * width);
        batched_list_finish(&list);
        free(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_compute_what_passes_compute),
        cmocka_unit_test(every_way_gives_the_same_bits),
        cmocka_unit_test(first_convolutions_are_fast_and_right),
        cmocka_unit_test(sums_of_a_list_are_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
