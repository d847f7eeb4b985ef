/* net: the backward pass of every layer type against finite differences of its forward pass.
 * The loss is a random weighting of the layer's output. Layers are linear in each single input and
 * weight (activations are checked by themselves), or linear in pieces whose borders the inputs
 * keep away from, so that differences are exact up to rounding; of statistics they are near. */
#include "tests/unit/nn/gradient_cases.h"

#include "engine/nn/forward/reference_pass.h"

#include "tests/nets.h"

#include "tests/test.h"

enum { IMAGES = 3 };

struct trial {
    struct network *network;
    struct reference_pass *pass;
    const struct layer *layer;
    const float *inputs[LAYER_INPUTS_MAX];
    float *grad_inputs[LAYER_INPUTS_MAX], *grad_weights[LAYER_WEIGHTS_MAX];
    float *output, *grad_output, *scratch;
    size_t count; /* of the output */
};

/* Distinct values between -1 and 1, none near another or near 0: returns half their distance. */
static float fill_apart(float *values, size_t count, struct random *random)
{
    for (size_t i = 0; i < count; i++) {
        size_t other = random_below(random, (uint32_t)i + 1);
        values[i] = values[other];
        values[other] = ((float)i + 0.5F) * 2 / (float)count - 1;
    }
    return 1 / (float)count;
}

static struct trial make_trial(int at, struct random *random)
{
    struct error err = {0};
    char shape[128];
    snprintf(shape, sizeof shape, "batch_input_shape=null,%s", gradient_cases[at].shape);
    const char *inputs = gradient_cases[at].inputs;
    bool small = strstr(inputs, "pixel") || strstr(inputs, "row") || strstr(inputs, "place");
    const struct test_node nodes[] = {
        {"GlobalAveragePooling2D", "pixel", "keepdims=true", "input"},
        {"GlobalAveragePooling2D", "row", "", "input"}, {"ChannelMean", "place", "", "input"},
        {"InputLayer", "input", shape, ""}, {"Rescaling", "left", "", "input"},
        {"Rescaling", "right", "", "input"},
        {gradient_cases[at].class, "layer", gradient_cases[at].settings, inputs},
        {"Flatten", "flatten", "", "layer"},
        {"Dense", "dense", "units=2", "flatten"}, /* keeps a soft-max from ending the net */
    };
    int from = small ? 0 : 3;
    struct trial trial = {.network = test_network(nodes + from, 9 - from, &err)};
    if (!trial.network)
        print_error("%s %s: %s\n", gradient_cases[at].class, gradient_cases[at].settings, err.text);
    assert_non_null(trial.network);
    test_random_weights(trial.network, (uint64_t)at);
    trial.pass = reference_pass_create(trial.network, IMAGES);
    int index = network_find(trial.network, "layer");
    const struct layer *layer = trial.layer = &trial.network->layers[index];
    trial.output = reference_pass_tensor(trial.pass, index);
    trial.count = IMAGES * shape_count(&layer->shape);
    trial.grad_output = memory_floats(trial.count);
    for (size_t i = 0; i < trial.count; i++)
        trial.grad_output[i] = (float)random_range(random, -1, 1);
    if (layer->class->scratch)
        trial.scratch = memory_floats(layer->class->scratch(layer, IMAGES));
    for (int i = 0; i < layer->n_inputs; i++) {
        size_t count = IMAGES * shape_count(&layer->input_shapes[i]);
        trial.inputs[i] = reference_pass_tensor(trial.pass, layer->inputs[i]);
        fill_apart(reference_pass_tensor(trial.pass, layer->inputs[i]), count, random);
        trial.grad_inputs[i] = memory_floats(count);
    }
    for (int w = 0; w < layer->n_weights; w++)
        trial.grad_weights[w] = memory_floats(layer->weights[w].count);
    return trial;
}

static void free_trial(struct trial *trial)
{
    for (int i = 0; i < trial->layer->n_inputs; i++)
        free(trial->grad_inputs[i]);
    for (int w = 0; w < trial->layer->n_weights; w++)
        free(trial->grad_weights[w]);
    free(trial->grad_output);
    free(trial->scratch);
    reference_pass_destroy(trial->pass);
    network_destroy(trial->network);
}

/* sum of output * grad_output */
static double loss(const struct trial *trial)
{
    double sum = 0;
    bool wanted[16] = {false};
    wanted[trial->layer - trial->network->layers] = true;
    reference_pass_forward(trial->pass, IMAGES, wanted);
    for (size_t i = 0; i < trial->count; i++)
        sum += (double)trial->output[i] * (double)trial->grad_output[i];
    return sum;
}

/* Each computed gradient against the slope of the loss between value - step and value + step. */
static void check(const struct trial *trial, const char *what, const float *variable,
    const float *gradient, size_t count, float step)
{
    float *values = (float *)(uintptr_t)variable; /* ours: a tensor or a weight */
    for (size_t i = 0; i < count; i++) {
        float old = values[i], above = old + step, below = old - step;
        values[i] = above;
        double difference = loss(trial);
        values[i] = below;
        difference -= loss(trial);
        values[i] = old;
        double slope = difference / ((double)above - (double)below);
        if (!(fabs(slope - (double)gradient[i]) <= 2e-3 * (1 + fabs(slope)))) {
            print_error("%s: gradient of %s[%zu] is %g, differences say %g\n",
                trial->layer->class->name, what, i, (double)gradient[i], slope);
            assert_true(false);
        }
    }
}

static void run_backward(
    const struct trial *trial, float *const *grad_inputs, float *const *grad_weights)
{
    const struct layer *layer = trial->layer;
    size_t channels = (size_t)shape_channels(&layer->shape);
    float *grad = memory_floats(trial->count);
    memcpy(grad, trial->grad_output, trial->count * sizeof *grad);
    const float *at = activation_needs_input(&layer->activation) ? trial->inputs[0] : trial->output;
    activation_backward(&layer->activation, at, grad, trial->count, channels);
    layer->class->backward(layer, IMAGES, trial->inputs, trial->output, grad, grad_inputs,
        grad_weights, trial->scratch);
    free(grad);
}

static void check_differences(struct trial *trial)
{
    const struct layer *layer = trial->layer;
    loss(trial);
    run_backward(trial, trial->grad_inputs, trial->grad_weights);
    size_t most = 1;
    for (int i = 0; i < layer->n_inputs; i++) {
        size_t count = IMAGES * shape_count(&layer->input_shapes[i]);
        most = count > most ? count : most;
    }
    for (int i = 0; i < layer->n_inputs; i++)
        check(trial, "input", trial->inputs[i], trial->grad_inputs[i],
            IMAGES * shape_count(&layer->input_shapes[i]), 0.4F / (float)most);
    for (int w = 0; w < layer->n_weights; w++) {
        const struct weight *weight = &layer->weights[w];
        if (weight->trainable)
            check(
                trial, weight->name, weight->data, trial->grad_weights[w], weight->count, 0.0625F);
        for (size_t k = 0; !weight->trainable && k < weight->count; k++)
            assert_true(trial->grad_weights[w][k] == 0);
    }
}

/* A second backward pass adds to the first; one half of it alone gives the same numbers. */
static void check_adding(struct trial *trial)
{
    const struct layer *layer = trial->layer;
    struct trial once = *trial;
    float *none[LAYER_INPUTS_MAX] = {NULL};
    for (int i = 0; i < layer->n_inputs; i++) {
        size_t bytes = IMAGES * shape_count(&layer->input_shapes[i]) * sizeof(float);
        once.grad_inputs[i] = memory_floats(bytes / sizeof(float));
        memcpy(once.grad_inputs[i], trial->grad_inputs[i], bytes);
    }
    for (int w = 0; w < layer->n_weights; w++) {
        once.grad_weights[w] = memory_floats(layer->weights[w].count);
        memcpy(
            once.grad_weights[w], trial->grad_weights[w], layer->weights[w].count * sizeof(float));
    }
    loss(trial);
    run_backward(trial, trial->grad_inputs, NULL);
    run_backward(trial, none, trial->grad_weights);
    for (int i = 0; i < layer->n_inputs; i++) {
        for (size_t k = 0; k < IMAGES * shape_count(&layer->input_shapes[i]); k++)
            assert_true(fabsf(trial->grad_inputs[i][k] - 2 * once.grad_inputs[i][k]) < 1e-4F);
        free(once.grad_inputs[i]);
    }
    for (int w = 0; w < layer->n_weights; w++) {
        for (size_t k = 0; k < layer->weights[w].count; k++)
            assert_true(fabsf(trial->grad_weights[w][k] - 2 * once.grad_weights[w][k]) < 1e-4F);
        free(once.grad_weights[w]);
    }
}

static void gradients_match_differences(void **state)
{
    (void)state;
    for (int at = 0; gradient_cases[at].class; at++) {
        struct random random;
        random_init(&random, 11, (uint64_t)at);
        struct trial trial = make_trial(at, &random);
        check_differences(&trial);
        check_adding(&trial);
        free_trial(&trial);
    }
}

/* Enough windows that the unfolded rows do not fit into one tile. */
static void tiles_add_up(void **state)
{
    (void)state;
    struct error err = {0};
    const struct test_node nodes[] = {
        {"InputLayer", "input", "batch_input_shape=null,30,30,8", ""},
        {"Conv2D", "layer", "filters=3 kernel_size=5,5", NULL},
        {"Flatten", "flatten", "", NULL},
    };
    struct network *network = test_network(nodes, 3, &err);
    test_random_weights(network, 5);
    const struct layer *layer = &network->layers[1];
    size_t in = shape_count(&layer->input_shapes[0]), out = shape_count(&layer->shape);
    float *input = memory_floats(in), *grad_output = memory_floats(out);
    float *result = memory_floats(out), *grad_input = memory_floats(in);
    float *grad_kernel = memory_floats(layer->weights[0].count), *grad_bias = memory_floats(3);
    float *scratch = memory_floats(layer->class->scratch(layer, 1));
    struct random random;
    random_init(&random, 12, 0);
    for (size_t i = 0; i < in; i++)
        input[i] = (float)random_range(&random, -1, 1);
    for (size_t i = 0; i < out; i++)
        grad_output[i] = (float)random_range(&random, -1, 1);
    const float *inputs[] = {input};
    layer->class->forward(layer, 1, inputs, result, scratch);
    layer->class->backward(layer, 1, inputs, result, grad_output, &grad_input,
        (float *[]){grad_kernel, grad_bias}, scratch);
    /* Without a bias the layer is bilinear: <y, g> = <x, dx> = <k, dk>. */
    double along_output = 0, along_input = 0, along_kernel = 0;
    for (size_t i = 0; i < out; i++)
        along_output +=
            ((double)result[i] - (double)layer->weights[1].data[i % 3]) * (double)grad_output[i];
    for (size_t i = 0; i < in; i++)
        along_input += (double)input[i] * (double)grad_input[i];
    for (size_t i = 0; i < layer->weights[0].count; i++)
        along_kernel += (double)layer->weights[0].data[i] * (double)grad_kernel[i];
    assert_true(fabs(along_output) > 0.1);
    assert_true(fabs(along_output - along_input) < 1e-3);
    assert_true(fabs(along_output - along_kernel) < 1e-3);
    free(input), free(grad_output), free(result), free(grad_input), free(grad_kernel);
    free(grad_bias), free(scratch);
    network_destroy(network);
}

static void check_activation(struct activation activation, struct random *random)
{
    enum { CHANNELS = 5, COUNT = 4 * CHANNELS };
    float before[COUNT], after[COUNT], grad[COUNT], weights[COUNT];
    float step = fill_apart(before, COUNT, random) / 8;
    for (int i = 0; i < COUNT; i++)
        grad[i] = weights[i] = (float)random_range(random, -1, 1);
    memcpy(after, before, sizeof after);
    activation_apply(&activation, after, COUNT, CHANNELS);
    activation_backward(
        &activation, activation_needs_input(&activation) ? before : after, grad, COUNT, CHANNELS);
    for (int i = 0; i < COUNT; i++) {
        double sums[2] = {0};
        for (int side = 0; side < 2; side++) {
            memcpy(after, before, sizeof after);
            after[i] += side ? step : -step;
            activation_apply(&activation, after, COUNT, CHANNELS);
            for (int k = 0; k < COUNT; k++)
                sums[side] += (double)after[k] * (double)weights[k];
        }
        double slope = (sums[1] - sums[0]) / (2 * (double)step);
        assert_true(fabs(slope - (double)grad[i]) < 5e-4);
    }
}

static void activations_match_differences(void **state)
{
    (void)state;
    static const struct activation list[] = {
        {.kind = ACTIVATION_LINEAR},
        {.kind = ACTIVATION_RELU},
        {.kind = ACTIVATION_RELU, .slope = 0.25F},
        {.kind = ACTIVATION_RELU, .limit = 0.5F},
        {.kind = ACTIVATION_RELU, .slope = 0.25F, .limit = 0.5F},
        {.kind = ACTIVATION_SOFTMAX},
        {.kind = ACTIVATION_SIGMOID},
        {.kind = ACTIVATION_TANH},
        {.kind = ACTIVATION_ELU, .slope = 1},
        {.kind = ACTIVATION_ELU, .slope = 0.5F},
        {.kind = ACTIVATION_SELU},
        {.kind = ACTIVATION_SWISH},
        {.kind = ACTIVATION_GELU},
        {.kind = ACTIVATION_GELU_TANH},
        {.kind = ACTIVATION_MISH},
        {.kind = ACTIVATION_HARD_SIGMOID, .slope = 0.2F},
        {.kind = ACTIVATION_HARD_SWISH},
        {.kind = ACTIVATION_EXPONENTIAL},
        {.kind = ACTIVATION_SOFTPLUS},
        {.kind = ACTIVATION_SOFTSIGN},
        {.kind = ACTIVATION_THRESHOLD},
        {.kind = ACTIVATION_RELU_ABOVE, .slope = -0.5F},
        {.kind = ACTIVATION_RELU_ABOVE, .slope = 0.25F, .from = 0.375F, .limit = 0.625F},
        {.kind = ACTIVATION_CLIP, .from = -0.5F, .limit = 0.3F},
        {.kind = ACTIVATION_LOG_SIGMOID},
    };
    struct random random;
    random_init(&random, 13, 0);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        for (int repeat = 0; repeat < 10; repeat++)
            check_activation(list[i], &random);
}

/* The Flatten of images as planes, which no name finds: channel behind channel. */
static void planes_are_flattened_and_back(void **state)
{
    (void)state;
    struct error err = {0};
    const struct test_node nodes[] = {
        {"InputLayer", "input", "batch_input_shape=null,3,2,2 data_format=channels_first", ""},
        {"Flatten", "flatten", "", NULL},
    };
    struct network *network = test_network(nodes, 2, &err);
    assert_non_null(network);
    const struct layer *layer = &network->layers[1];
    float input[2 * 12], output[2 * 12], back[2 * 12] = {0};
    for (int i = 0; i < 24; i++)
        input[i] = (float)i;
    const float *inputs[] = {input};
    float *grads[] = {back};
    layer->class->forward(layer, 2, inputs, output, NULL);
    for (int n = 0; n < 2; n++)
        for (int c = 0; c < 3; c++)
            for (int p = 0; p < 4; p++)
                assert_true(output[n * 12 + c * 4 + p] == input[n * 12 + p * 3 + c]);
    layer->class->backward(layer, 2, inputs, output, output, grads, NULL, NULL);
    assert_memory_equal(back, input, sizeof input);
    network_destroy(network);
}

static void every_layer_type_is_covered(void **state)
{
    (void)state;
    int with_backward = 0;
    for (int i = 0; layers_at(i); i++) {
        bool covered = !layers_at(i)->backward || strchr(layers_at(i)->name, '('); /* below */
        with_backward += !covered;
        for (int k = 0; gradient_cases[k].class && !covered; k++)
            covered = strcmp(gradient_cases[k].class, layers_at(i)->name) == 0;
        if (!covered)
            print_error("%s has no gradient test\n", layers_at(i)->name);
        assert_true(covered);
    }

    assert_true(with_backward > 20);
    assert_null(layers_find("InputLayer")->backward);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_match_differences),
        cmocka_unit_test(tiles_add_up),
        cmocka_unit_test(activations_match_differences),
        cmocka_unit_test(planes_are_flattened_and_back),
        cmocka_unit_test(every_layer_type_is_covered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
