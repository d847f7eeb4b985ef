/* Operators of ONNX for statistics, transposed convolutions, sizes and parts of images, and chains
 * that stand for one layer, against their formulas in double precision. */
#include "tests/unit/io/load_files.h"
#include "tests/unit/io/onnx/onnx_nets.h"
#include "tests/unit/io/onnx/onnx_planes.h"

#include <math.h>

/* Makes y of a value: all its numbers, as ONNX orders them. */
static void end(struct onnx_making *making, const char *from)
{
    onnx_node(making, "Flatten", "y", ONNX_INPUTS(from));
    onnx_write(making, "net.onnx");
}

/* The plane's numbers as they are. */
static void expect(struct onnx_making *making, const struct plane *image, struct plane *logits)
{
    logits->c *= logits->h * logits->w;
    logits->h = logits->w = 1;
    plane_expect("net.onnx", image, logits);
    onnx_finish(making);
}

/* Whether the net has a layer of that name and class, with weights. */
static void expect_layer(const char *name, const char *class_name, int n_weights)
{
    struct error err = {0};
    struct model *model = model_open("net.onnx", NULL, &err);
    assert_non_null(model);
    int at = network_find(model->network, name);
    assert_true(at >= 0);
    assert_string_equal(model->network->layers[at].class->name, class_name);
    assert_int_equal(model->network->layers[at].n_weights, n_weights);
    model_destroy(model);
}

/* (x - mean) / sqrt(variance + epsilon) * gamma + beta over what `group` says is together. */
static struct plane normalised(const struct plane *in, int groups, double epsilon,
    const float *gamma, const float *beta, bool whole)
{
    struct plane out = *in;
    int places = in->h * in->w, each = groups ? in->c / groups : in->c;
    for (int k = 0; k < in->c * places; k++) {
        double mean = 0, variance = 0, count = 0;
        for (int pass = 0; pass < 2; pass++)
            for (int i = 0; i < in->c * places; i++) {
                bool together = groups ? i / places / each == k / places / each
                                       : whole || i % places == k % places;
                if (together && pass)
                    variance += pow(in->value[i] - mean / count, 2);
                else if (together)
                    mean += in->value[i], count++;
            }
        int w = whole ? k : k / places;
        out.value[k] = (in->value[k] - mean / count) / sqrt(variance / count + epsilon) *
                           (gamma ? (double)gamma[w] : 1) +
                       (beta ? (double)beta[w] : 0);
    }
    return out;
}

static void statistics_are_those_of_onnx(void **state)
{
    (void)state;
    static struct plane image, y;
    for (int kind = 0; kind < 3; kind++) {
        struct onnx_making making;
        static const char *const ops[] = {
            "LayerNormalization", "InstanceNormalization", "GroupNormalization"};
        const int64_t whole[] = {4, 3, 2}, channels[] = {4};
        onnx_begin(&making, 21, 3, whole);
        const float *gamma =
            onnx_weight(&making, "norm.weight", kind ? 1 : 3, kind ? channels : whole);
        const float *beta =
            onnx_weight(&making, "norm.bias", kind ? 1 : 3, kind ? channels : whole);
        Onnx__NodeProto *node =
            onnx_node(&making, ops[kind], "n", ONNX_INPUTS("x", "norm.weight", "norm.bias"));
        onnx_float(&making, node, "epsilon", 0.125F);
        if (kind == 0)
            onnx_int(&making, node, "axis", 1);
        if (kind == 2)
            onnx_int(&making, node, "num_groups", 2);
        end(&making, "n");
        image = plane_image(4, 3, 2);
        y = normalised(&image, kind * (kind == 1 ? 4 : 1), 0.125, gamma, beta, kind == 0);
        expect_layer("norm", ops[kind], 2);
        expect(&making, &image, &y);
    }
}

/* LayerNorm over the channels before opset 17: its scale and shift become the layer's weights. */
static void a_chain_is_a_layer_normalisation(void **state)
{
    (void)state;
    static struct plane image, y;
    struct onnx_making making;
    onnx_begin(&making, 13, 3, (const int64_t[]){4, 3, 2});
    const float *gamma = onnx_weight(&making, "norm.weight", 3, (const int64_t[]){4, 1, 1});
    const float *beta = onnx_weight(&making, "norm.bias", 3, (const int64_t[]){4, 1, 1});
    float *two = onnx_weight(&making, "two", 0, NULL), *eps = onnx_weight(&making, "eps", 0, NULL);
    *two = 2;
    *eps = 0.25F;
    const int64_t axes[] = {1};
    onnx_ints(&making, onnx_node(&making, "ReduceMean", "m", ONNX_INPUTS("x")), "axes", 1, axes);
    onnx_node(&making, "Sub", "c", ONNX_INPUTS("x", "m"));
    onnx_node(&making, "Pow", "p", ONNX_INPUTS("c", "two"));
    onnx_ints(&making, onnx_node(&making, "ReduceMean", "v", ONNX_INPUTS("p")), "axes", 1, axes);
    onnx_node(&making, "Add", "e", ONNX_INPUTS("v", "eps"));
    onnx_node(&making, "Sqrt", "s", ONNX_INPUTS("e"));
    onnx_node(&making, "Div", "d", ONNX_INPUTS("c", "s"));
    onnx_node(&making, "Mul", "g", ONNX_INPUTS("norm.weight", "d"));
    onnx_node(&making, "Add", "b", ONNX_INPUTS("g", "norm.bias"));
    end(&making, "b");
    image = plane_image(4, 3, 2);
    y = normalised(&image, 0, 0.25, gamma, beta, false);
    expect_layer("norm", "LayerNormalization", 2);
    expect(&making, &image, &y);
}

/* GroupNorm as PyTorch writes it; also that a shuffle puts channels of groups behind each other. */
static void regrouped_channels_are_followed(void **state)
{
    (void)state;
    static struct plane image, y;
    struct onnx_making making;
    onnx_begin(&making, 13, 3, (const int64_t[]){6, 2, 2});
    onnx_whole(&making, "groups", 3, (const int64_t[]){0, 3, -1});
    onnx_whole(&making, "images", 4, (const int64_t[]){-1, 6, 2, 2});
    onnx_whole(&making, "five", 5, (const int64_t[]){-1, 2, 3, 2, 2});
    float *ones = onnx_weight(&making, "ones", 1, (const int64_t[]){3});
    float *zeros = onnx_weight(&making, "zeros", 1, (const int64_t[]){3});
    for (int i = 0; i < 3; i++) {
        ones[i] = 1;
        zeros[i] = 0;
    }
    const float *gamma = onnx_weight(&making, "gn.weight", 3, (const int64_t[]){6, 1, 1});
    onnx_node(&making, "Reshape", "r", ONNX_INPUTS("x", "groups"));
    onnx_node(&making, "InstanceNormalization", "n", ONNX_INPUTS("r", "ones", "zeros"));
    onnx_node(&making, "Reshape", "i", ONNX_INPUTS("n", "images"));
    onnx_node(&making, "Mul", "g", ONNX_INPUTS("i", "gn.weight"));
    onnx_node(&making, "Reshape", "a", ONNX_INPUTS("g", "five"));
    onnx_ints(&making, onnx_node(&making, "Transpose", "t", ONNX_INPUTS("a")), "perm", 5,
        (const int64_t[]){0, 2, 1, 3, 4});
    onnx_node(&making, "Reshape", "s", ONNX_INPUTS("t", "images"));
    end(&making, "s");
    image = plane_image(6, 2, 2);
    struct plane one = normalised(&image, 3, 1e-5F, gamma, NULL, false);
    y = one;
    for (int c = 0; c < 6; c++)
        memcpy(&y.value[c * 4], &one.value[(c % 2 * 3 + c / 2) * 4], 4 * sizeof *y.value);
    expect_layer("gn", "GroupNormalization", 1);
    expect(&making, &image, &y);
}

static void gelu_is_found_in_both_forms(void **state)
{
    (void)state;
    static struct plane image, y;
    for (int tanh_form = 0; tanh_form < 2; tanh_form++) {
        struct onnx_making making;
        onnx_begin(&making, 13, 3, (const int64_t[]){2, 3, 3});
        static const char *const names[] = {"root", "one", "half", "part", "inner"};
        static const float values[] = {1.41421356F, 1, 0.5F, 0.044715F, 0.79788456F};
        for (int i = 0; i < 5; i++)
            *onnx_weight(&making, names[i], 0, NULL) = values[i];
        if (tanh_form) {
            onnx_node(&making, "Mul", "q", ONNX_INPUTS("x", "x"));
            onnx_node(&making, "Mul", "k", ONNX_INPUTS("x", "q"));
            onnx_node(&making, "Mul", "p", ONNX_INPUTS("part", "k"));
            onnx_node(&making, "Add", "a", ONNX_INPUTS("x", "p"));
            onnx_node(&making, "Mul", "i", ONNX_INPUTS("inner", "a"));
            onnx_node(&making, "Tanh", "e", ONNX_INPUTS("i"));
        } else {
            onnx_node(&making, "Div", "i", ONNX_INPUTS("x", "root"));
            onnx_node(&making, "Erf", "e", ONNX_INPUTS("i"));
        }
        onnx_node(&making, "Add", "f", ONNX_INPUTS("e", "one"));
        onnx_node(&making, "Mul", "g", ONNX_INPUTS("x", "f"));
        onnx_node(&making, "Mul", "h", ONNX_INPUTS("g", "half"));
        end(&making, "h");
        image = y = plane_image(2, 3, 3);
        for (int i = 0; i < 18; i++) {
            double x = image.value[i], inner = sqrt(2 / acos(-1)) * (x + 0.044715 * x * x * x);
            y.value[i] = x / 2 * (1 + (tanh_form ? tanh(inner) : erf(x / sqrt(2))));
        }
        expect_layer("h", "Activation", 0);
        expect(&making, &image, &y);
    }
}

/* Strides, padding that is cut and rows that are added; saved where it lies. */
static void transposed_convolutions_are_those_of_onnx(void **state)
{
    (void)state;
    static struct plane image, y;
    struct error err = {0};
    struct onnx_making making;
    onnx_begin(&making, 13, 3, (const int64_t[]){3, 2, 3});
    const float *kernel = onnx_weight(&making, "up.weight", 4, (const int64_t[]){3, 4, 3, 2});
    const float *bias = onnx_weight(&making, "up.bias", 1, (const int64_t[]){4});
    Onnx__NodeProto *node =
        onnx_node(&making, "ConvTranspose", "u", ONNX_INPUTS("x", "up.weight", "up.bias"));
    onnx_ints(&making, node, "strides", 2, (const int64_t[]){2, 2});
    onnx_ints(&making, node, "pads", 4, (const int64_t[]){1, 0, 0, 1});
    onnx_ints(&making, node, "output_padding", 2, (const int64_t[]){1, 0});
    end(&making, "u");
    image = plane_image(3, 2, 3);
    y = (struct plane){.c = 4, .h = 5, .w = 5};
    for (int f = 0; f < 4; f++)
        for (int i = 0; i < 25; i++)
            y.value[f * 25 + i] = (double)bias[f];
    for (int k = 0; k < 3 * 6 * 4 * 6; k++) { /* input place, filter, tap */
        int c = k / 144, p = k / 24 % 6, f = k / 6 % 4, t = k % 6;
        int row = p / 3 * 2 + t / 2 - 1, column = p % 3 * 2 + t % 2;
        if (row >= 0 && row < 5 && column < 5)
            y.value[(f * 5 + row) * 5 + column] +=
                image.value[c * 6 + p] * (double)kernel[(c * 4 + f) * 6 + t];
    }
    struct model *model = model_open("net.onnx", NULL, &err);
    assert_non_null(model);
    assert_true(model_save(model, model->network, "same.onnx", false, &err));
    assert_true(files_same("net.onnx", "same.onnx"));
    model_destroy(model);
    expect(&making, &image, &y);
}

/* Bilinear to the double, corners on corners; then the nearest, as PyTorch writes it. */
static void sizes_change_as_onnx_says(void **state)
{
    (void)state;
    static struct plane image, y;
    struct onnx_making making;
    onnx_begin(&making, 13, 3, (const int64_t[]){2, 2, 3});
    float *scales = onnx_weight(&making, "scales", 1, (const int64_t[]){4});
    scales[0] = scales[1] = 1;
    scales[2] = scales[3] = 2;
    onnx_whole(&making, "sizes", 4, (const int64_t[]){1, 2, 3, 5});
    Onnx__NodeProto *node = onnx_node(&making, "Resize", "a", ONNX_INPUTS("x", "", "", "sizes"));
    onnx_text(&making, node, "mode", "linear");
    onnx_text(&making, node, "coordinate_transformation_mode", "align_corners");
    node = onnx_node(&making, "Resize", "b", ONNX_INPUTS("a", "", "scales"));
    onnx_text(&making, node, "coordinate_transformation_mode", "asymmetric");
    onnx_text(&making, node, "nearest_mode", "floor");
    end(&making, "b");
    image = plane_image(2, 2, 3);
    y = (struct plane){.c = 2, .h = 6, .w = 10};
    for (int k = 0; k < 120; k++) {
        int c = k / 60, row = k / 10 % 6 / 2, column = k % 10 / 2;
        double v = row * 0.5, h = column * 0.5;
        for (int i = 0; i < 6; i++)
            y.value[k] += image.value[c * 6 + i] * fmax(0, 1 - fabs(v - i / 3)) *
                          fmax(0, 1 - fabs(h - i % 3));
    }
    expect(&making, &image, &y);
}

/* Halves change places, every second pixel, channels of zeros, rows from one pixel. */
static void parts_of_images_are_taken(void **state)
{
    (void)state;
    static struct plane image, y;
    struct onnx_making making;
    onnx_begin(&making, 13, 3, (const int64_t[]){4, 3, 4});
    static const char *const lists[] = {"from", "to", "axes", "steps"};
    static const int64_t cuts[][2] = {{0, 1}, {INT32_MAX, -1}, {2, 3}, {2, 1}};
    for (int i = 0; i < 4; i++)
        onnx_whole(&making, lists[i], 2, cuts[i]);
    onnx_whole(&making, "pads", 8, (const int64_t[]){0, 1, 0, 0, 0, 0, 0, 0});
    Onnx__NodeProto *node = onnx_node(&making, "Split", "a", ONNX_INPUTS("x"));
    onnx_int(&making, node, "axis", 1);
    onnx_output(&making, node, "b");
    onnx_int(&making, onnx_node(&making, "Concat", "c", ONNX_INPUTS("b", "a")), "axis", 1);
    onnx_node(&making, "Slice", "d", ONNX_INPUTS("c", lists[0], lists[1], lists[2], lists[3]));
    onnx_node(&making, "Pad", "e", ONNX_INPUTS("d", "pads"));
    onnx_node(&making, "GlobalAveragePool", "f", ONNX_INPUTS("e"));
    onnx_node(&making, "Shape", "g", ONNX_INPUTS("e"));
    onnx_node(&making, "Expand", "h", ONNX_INPUTS("f", "g"));
    onnx_node(&making, "Max", "i", ONNX_INPUTS("e", "h"));
    end(&making, "i");
    image = plane_image(4, 3, 4);
    y = (struct plane){.c = 5, .h = 2, .w = 2};
    for (int c = 1; c < 5; c++) {
        double mean = 0, *at = &y.value[c * 4];
        for (int i = 0; i < 4; i++) {
            at[i] = plane_at(&image, (c + 1) % 4, i / 2 * 2, 1 + i % 2);
            mean += at[i] / 4;
        }
        for (int i = 0; i < 4; i++)
            at[i] = fmax(at[i], mean);
    }
    expect(&making, &image, &y);
}

/* A matrix at every place, between turns to channels last and back. */
static void matrices_multiply_channels_that_come_last(void **state)
{
    (void)state;
    static struct plane image, y;
    struct onnx_making making;
    onnx_begin(&making, 13, 3, (const int64_t[]){3, 2, 2});
    const float *matrix = onnx_weight(&making, "fc.weight", 2, (const int64_t[]){3, 5});
    const float *bias = onnx_weight(&making, "fc.bias", 1, (const int64_t[]){5});
    onnx_node(&making, "Relu", "r", ONNX_INPUTS("x"));
    onnx_ints(&making, onnx_node(&making, "Transpose", "t", ONNX_INPUTS("r")), "perm", 4,
        (const int64_t[]){0, 2, 3, 1});
    onnx_node(&making, "MatMul", "m", ONNX_INPUTS("t", "fc.weight"));
    onnx_node(&making, "Add", "b", ONNX_INPUTS("fc.bias", "m"));
    onnx_ints(&making, onnx_node(&making, "Transpose", "u", ONNX_INPUTS("b")), "perm", 4,
        (const int64_t[]){0, 3, 1, 2});
    end(&making, "u");
    image = plane_image(3, 2, 2);
    y = (struct plane){.c = 5, .h = 2, .w = 2};
    for (int i = 0; i < 20; i++) {
        y.value[i] = (double)bias[i / 4];
        for (int c = 0; c < 3; c++)
            y.value[i] += fmax(0, image.value[c * 4 + i % 4]) * (double)matrix[c * 5 + i / 4];
    }
    expect_layer("fc", "Conv2D", 2);
    expect(&making, &image, &y);
}

/* The net that the fuzzer begins with opens. */
static void the_seed_of_the_fuzzer_opens(void **state)
{
    (void)state;
    struct error err = {0};
    onnx_write_layers("layers.onnx");
    struct model *model = model_open("layers.onnx", NULL, &err);
    if (!model)
        print_message("%s\n", err.text);
    assert_non_null(model);
    model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(statistics_are_those_of_onnx, files_each),
        cmocka_unit_test_setup(a_chain_is_a_layer_normalisation, files_each),
        cmocka_unit_test_setup(regrouped_channels_are_followed, files_each),
        cmocka_unit_test_setup(gelu_is_found_in_both_forms, files_each),
        cmocka_unit_test_setup(transposed_convolutions_are_those_of_onnx, files_each),
        cmocka_unit_test_setup(sizes_change_as_onnx_says, files_each),
        cmocka_unit_test_setup(parts_of_images_are_taken, files_each),
        cmocka_unit_test_setup(matrices_multiply_channels_that_come_last, files_each),
        cmocka_unit_test_setup(the_seed_of_the_fuzzer_opens, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
