/* nn/backward: gradients in lanes against the layers' own loops, on random nets and on chosen ones.
 * Both round differently, so that once in a while a value lies on the other side of a bend of a
 * ReLU or a pooling. Then other images are tried: a fault shows with all of them. */
#include "engine/nn/backward/lane_pass.h"
#include "engine/nn/forward/reference_pass.h"

#include "tests/unit/common/random_nets.h"

enum { IMAGES_MAX = 16 };

/* A net with everything that is compared. */
struct trial {
    const struct network *network;
    int n;              /* images */
    float *images;      /* [n, input shape] */
    float *slopes;      /* [n, n_classes]: d loss / d logits */
    float *input;       /* gradient of the input */
    float *gradient;    /* of the weights */
    size_t size, image; /* floats of the gradient, of an image */
};

static size_t storage_size(const struct network *network)
{
    size_t size = 0;
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            const struct weight *weight = &network->layers[i].weights[w];
            size_t end = (size_t)(weight->data - network->storage) + weight->count;
            size = end > size ? end : size;
        }
    return size;
}

static struct trial make_trial(const struct network *network, int n, struct random *random)
{
    struct trial trial = {.network = network, .n = n};
    size_t classes = (size_t)network->n_classes;
    trial.image = shape_count(&network->layers[network->input].shape);
    trial.size = storage_size(network);
    trial.images = memory_floats((size_t)n * trial.image);
    trial.slopes = memory_floats((size_t)n * classes);
    trial.input = memory_floats((size_t)n * trial.image);
    trial.gradient = memory_floats(trial.size);
    for (size_t i = 0; i < (size_t)n * trial.image; i++)
        trial.images[i] = (float)random_range(random, -1, 1);
    for (size_t i = 0; i < (size_t)n * classes; i++)
        trial.slopes[i] = (float)random_range(random, -1, 1);
    return trial;
}

static void free_trial(struct trial *trial)
{
    free(trial->images);
    free(trial->slopes);
    free(trial->input);
    free(trial->gradient);
}

/* One layer by its own loops. */
static void step_back(const struct trial *trial, struct reference_pass *pass, float **grads, int at,
    const bool *learns)
{
    const struct network *network = trial->network;
    const struct layer *layer = &network->layers[at];
    size_t count = (size_t)trial->n * shape_count(&layer->shape);
    size_t room = layer->class->scratch ? layer->class->scratch(layer, trial->n) : 0;
    float *scratch = memory_floats(room), *linear = memory_floats(count);
    const float *inputs[LAYER_INPUTS_MAX], *output = reference_pass_tensor(pass, at);
    float *grad_inputs[LAYER_INPUTS_MAX], *weights[LAYER_WEIGHTS_MAX] = {NULL};
    for (int k = 0; k < layer->n_inputs; k++) {
        inputs[k] = reference_pass_tensor(pass, layer->inputs[k]);
        grad_inputs[k] = grads[layer->inputs[k]];
    }
    if (activation_needs_input(&layer->activation))
        layer->class->forward(layer, trial->n, inputs, linear, scratch);
    else
        memcpy(linear, output, count * sizeof *linear);
    if (at != network->softmax)
        activation_backward(
            &layer->activation, linear, grads[at], count, (size_t)shape_channels(&layer->shape));
    for (int w = 0; w < layer->n_weights; w++)
        if (layer->weights[w].trainable && learns[at])
            weights[w] = trial->gradient + (layer->weights[w].data - network->storage);
    layer->class->backward(
        layer, trial->n, inputs, output, grads[at], grad_inputs, weights, scratch);
    free(scratch);
    free(linear);
}

/* The plain way: tells what is right. */
static void run_plain(struct trial *trial, const bool *learns)
{
    const struct network *network = trial->network;
    struct reference_pass *pass = reference_pass_create(network, trial->n);
    float *grads[64];
    assert_true(network->n_layers <= 64);
    memcpy(reference_pass_tensor(pass, network->input), trial->images,
        (size_t)trial->n * trial->image * sizeof(float));
    reference_pass_forward(pass, trial->n, NULL);
    for (int i = 0; i < network->n_layers; i++)
        grads[i] = memory_floats((size_t)trial->n * shape_count(&network->layers[i].shape));
    memcpy(grads[network->output], trial->slopes,
        (size_t)(trial->n * network->n_classes) * sizeof(float));
    for (int at = network->n_layers - 1; at >= 0; at--)
        if (at != network->input)
            step_back(trial, pass, grads, at, learns);
    memcpy(trial->input, grads[network->input], (size_t)trial->n * trial->image * sizeof(float));
    for (int i = 0; i < network->n_layers; i++)
        free(grads[i]);
    reference_pass_destroy(pass);
}

static void run_lanes(struct trial *trial, const bool *learns, bool input)
{
    const struct network *network = trial->network;
    bool *wanted = memory_array((size_t)network->n_layers, sizeof *wanted);
    wanted[network->input] = input;
    struct lane_plan_options options = {.learns = learns, .wanted = wanted};
    struct lane_plan *plan = lane_plan_create(network, batched_get(), &options);
    struct lane_pass *pass = lane_pass_create(plan);
    size_t classes = (size_t)network->n_classes;
    int width = plan->batched->width;
    for (int at = 0; at < trial->n; at += width) {
        int n = trial->n - at < width ? trial->n - at : width;
        size_t from = (size_t)at * trial->image;
        plan->lane->load(
            lane_pass_tensor(pass, network->input), trial->images + from, trial->image, n);
        lane_pass_forward(pass, n, NULL);
        plan->lane->load(lane_pass_gradient(pass, network->output),
            trial->slopes + (size_t)at * classes, classes, n);
        lane_pass_backward(pass, NULL, trial->gradient);
        if (input)
            plan->lane->store(
                trial->input + from, lane_pass_gradient(pass, network->input), trial->image, n);
    }
    lane_pass_destroy(pass);
    lane_plan_destroy(plan);
    free(wanted);
}

/* Up to rounding, for the size of the largest. */
static bool same(
    const char *what, const float *found, const float *right, size_t count, bool complain)
{
    float largest = 1e-3F;
    for (size_t i = 0; i < count; i++)
        largest = fmaxf(largest, fabsf(right[i]));
    for (size_t i = 0; i < count; i++)
        if (!(fabsf(found[i] - right[i]) <= 2e-4F * largest)) {
            if (complain)
                print_error("%s[%zu] is %g, the layers' own loops say %g\n", what, i,
                    (double)found[i], (double)right[i]);
            return false;
        }
    return true;
}

static void check(
    const struct network *network, int n, const bool *learns, bool input, struct random *random)
{
    enum { TRIES = 3 };
    bool good = false;
    for (int attempt = 1; attempt <= TRIES && !good; attempt++) {
        struct random again = *random;
        struct trial lanes = make_trial(network, n, random);
        struct trial plain = make_trial(network, n, &again);
        run_lanes(&lanes, learns, input);
        run_plain(&plain, learns);
        good = same("gradient", lanes.gradient, plain.gradient, plain.size, attempt == TRIES) &&
               (!input || same("input", lanes.input, plain.input, (size_t)n * plain.image,
                              attempt == TRIES));
        free_trial(&lanes);
        free_trial(&plain);
    }
    assert_true(good);
}

static void random_nets_agree(void **state)
{
    (void)state;
    for (int at = 0; at < random_trials(60); at++) {
        struct random random;
        random_init(&random, 23, (uint64_t)at);
        struct network *network = random_net(&random);
        bool *learns = memory_array((size_t)network->n_layers, sizeof *learns);
        for (int i = 0; i < network->n_layers; i++)
            learns[i] = at % 3 == 0 || (at % 3 == 1 && random_below(&random, 2));
        check(network, random_between(&random, 1, IMAGES_MAX), learns, at % 2 || at % 3 == 2,
            &random);
        free(learns);
        network_destroy(network);
    }
}

/* Strides, dilation, padding, residual sums, inner copies; each way once with everything. */
static const struct test_node crooked_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,11,9,3", ""},
    {"Rescaling", "scaled", "scale=2,3,-0.5 offset=1", "input"},
    {"Conv2D", "first", "filters=6 kernel_size=3,2 strides=2,1 padding=same", "scaled"},
    {"BatchNormalization", "norm", "", "first"},
    {"ReLU", "bent", "", "norm"},
    {"Conv2D", "left", "filters=5 kernel_size=2,3 dilation_rate=2,1 padding=same", "bent"},
    {"Conv2D", "right", "filters=5 kernel_size=1,1", "bent"},
    {"Add", "sum", "", "left right"},
    {"Conv2D", "swish", "filters=7 kernel_size=2,2 strides=2,2 activation=swish", "sum"},
    {"MaxPooling2D", "pool", "pool_size=2,3 strides=1,2 padding=same", "swish"},
    {"Conv2D", "relu", "filters=4 kernel_size=2,2 activation=relu", "pool"},
    {"MaxPooling2D", "largest", "pool_size=2,2 padding=same", "relu"},
    {"Flatten", "flat", "", "largest"},
    {"Dense", "output", "units=3 activation=softmax", "flat"},
};
enum { CROOKED = sizeof crooked_net / sizeof *crooked_net };

static void crooked_windows_agree(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 5, 0);
    struct network *network = test_make(crooked_net, CROOKED);
    bool learns[CROOKED];
    memset(learns, true, sizeof learns);
    for (int n = 1; n <= IMAGES_MAX; n += 5)
        check(network, n, learns, true, &random);
    memset(learns, false, sizeof learns);
    check(network, 7, learns, true, &random);
    learns[network_find(network, "right")] = true; /* what lies before it has no gradient */
    check(network, 7, learns, false, &random);
    network_destroy(network);
}

/* Windows of 3x3 between eight channels or more, which run by Winograd's scheme: tiles that the
 * image ends in, padding, silent channels, sums that are added to. */
static const struct test_node square_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,11,8,9", ""},
    {"Conv2D", "first", "filters=26 kernel_size=3,3 padding=same activation=relu", "input"},
    {"Conv2D", "second", "filters=9 kernel_size=3,3 padding=same use_bias=false", "first"},
    {"Add", "sum", "", "second input"},
    {"Conv2D", "third", "filters=17 kernel_size=3,3 activation=tanh", "sum"},
    {"Conv2D", "beside", "filters=17 kernel_size=3,3", "sum"},
    {"Concatenate", "both", "", "third beside"},
    {"GlobalAveragePooling2D", "mean", "", "both"},
    {"Dense", "output", "units=4", "mean"},
};
enum { SQUARE = sizeof square_net / sizeof *square_net };

static void square_windows_agree(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 6, 0);
    struct network *network = test_make(square_net, SQUARE);
    struct layer *first = &network->layers[network_find(network, "first")];
    for (size_t i = 0; i < first->weights[0].count; i += 26) /* one channel never speaks */
        first->weights[0].data[i] = 0;
    first->weights[1].data[0] = -1;
    bool learns[SQUARE];
    memset(learns, true, sizeof learns);
    for (int n = 1; n <= IMAGES_MAX; n += 5)
        check(network, n, learns, true, &random);
    network_destroy(network);
}

/* Windows of 3x3 that leave out places: their gradients are spread before Winograd's scheme. */
static const struct test_node strided_net[] = {
    {"InputLayer", "input", "batch_input_shape=null,15,13,8", ""},
    {"Conv2D", "first", "filters=9 kernel_size=3,3 strides=2,2 padding=same", "input"},
    {"Conv2D", "second", "filters=12 kernel_size=3,3 strides=2,1", "first"},
    {"GlobalAveragePooling2D", "mean", "", "second"},
    {"Dense", "output", "units=4", "mean"},
};
enum { STRIDED = sizeof strided_net / sizeof *strided_net };

static void strided_windows_agree(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 7, 0);
    struct network *network = test_make(strided_net, STRIDED);
    bool learns[STRIDED];
    memset(learns, true, sizeof learns);
    for (int n = 1; n <= IMAGES_MAX; n += 5)
        check(network, n, learns, true, &random);
    network_destroy(network);
}

/* The gradient of an inner output is that behind its activation, though work goes on in place. */
static void inner_gradients_can_be_read(void **state)
{
    (void)state;
    struct network *network = test_make(crooked_net, CROOKED);
    int relu = network_find(network, "relu"), pool = network_find(network, "largest");
    bool wanted[CROOKED] = {false};
    wanted[relu] = wanted[pool] = true;
    struct lane_plan_options options = {.wanted = wanted};
    struct lane_plan *plan = lane_plan_create(network, batched_get(), &options);
    struct lane_pass *pass = lane_pass_create(plan);
    float images[11 * 9 * 3], slopes[3] = {1, -2, 0.5F};
    test_fill(images, 11 * 9 * 3);
    plan->lane->load(lane_pass_tensor(pass, network->input), images, 11 * 9 * 3, 1);
    lane_pass_forward(pass, 1, NULL);
    plan->lane->load(lane_pass_gradient(pass, network->output), slopes, 3, 1);
    lane_pass_backward(pass, NULL, NULL);
    size_t width = (size_t)plan->batched->width;
    double given = 0, behind = 0;
    for (size_t i = 0; i < shape_count(&network->layers[pool].shape); i++)
        given += (double)lane_pass_gradient(pass, pool)[i * width];
    for (size_t i = 0; i < shape_count(&network->layers[relu].shape); i++)
        behind += (double)lane_pass_gradient(pass, relu)[i * width];
    assert_true(given != 0);
    assert_float_equal(given, behind, 1e-5); /* a max-pooling hands all of it on */
    lane_pass_destroy(pass);
    lane_plan_destroy(plan);
    network_destroy(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_nets_agree),
        cmocka_unit_test(crooked_windows_agree),
        cmocka_unit_test(square_windows_agree),
        cmocka_unit_test(strided_windows_agree),
        cmocka_unit_test(inner_gradients_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
