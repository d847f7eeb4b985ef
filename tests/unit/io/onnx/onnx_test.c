/* ONNX nets: what they compute, against the formulas of ONNX in double precision, channels first;
 * what their layers are called; what of the file changes when a net is saved. */
#include "tests/unit/io/load_files.h"
#include "tests/unit/io/onnx/onnx_nets.h"
#include "tests/unit/io/onnx/onnx_planes.h"

#include <math.h>

/* Strides, padding of other size on each side, groups, one group a channel; a bias from an Add. */
static void convolutions_are_those_of_onnx(void **state)
{
    (void)state;
    static struct plane a, b, c, y;
    struct onnx_making making;
    onnx_begin(&making, 13, 3, (const int64_t[]){4, 7, 6});
    const struct conv first = {
        6, 3, 2, 0, 1, 2, onnx_weight(&making, "a.weight", 4, (const int64_t[]){6, 2, 3, 3}), NULL};
    const float *bias = onnx_weight(&making, "a.b", 3, (const int64_t[]){6, 1, 1});
    const struct conv second = {12, 3, 1, 1, 1, 6,
        onnx_weight(&making, "b.weight", 4, (const int64_t[]){12, 1, 3, 3}),
        onnx_weight(&making, "b.bias", 1, (const int64_t[]){12})};
    const float *matrix = onnx_weight(&making, "fc.weight", 2, (const int64_t[]){5, 12 * 4 * 3});
    Onnx__NodeProto *node = onnx_node(&making, "Conv", "c1", ONNX_INPUTS("x", "a.weight"));
    onnx_ints(&making, node, "strides", 2, (const int64_t[]){2, 2});
    onnx_ints(&making, node, "pads", 4, (const int64_t[]){0, 1, 2, 0});
    onnx_int(&making, node, "group", 2);
    onnx_node(&making, "Add", "c2", ONNX_INPUTS("c1", "a.b"));
    node = onnx_node(&making, "Conv", "c3", ONNX_INPUTS("c2", "b.weight", "b.bias"));
    onnx_ints(&making, node, "pads", 4, (const int64_t[]){1, 1, 1, 1});
    onnx_int(&making, node, "group", 6);
    onnx_node(&making, "Relu", "c4", ONNX_INPUTS("c3"));
    onnx_node(&making, "Flatten", "c5", ONNX_INPUTS("c4"));
    onnx_int(&making, onnx_node(&making, "Gemm", "y", ONNX_INPUTS("c5", "fc.weight")), "transB", 1);
    onnx_write(&making, "net.onnx");
    struct plane image = plane_image(4, 7, 6);
    plane_convolve(&image, &first, 4, 3, &a);
    for (int i = 0; i < 6 * 12; i++)
        a.value[i] += (double)bias[i / 12];
    plane_convolve(&a, &second, 4, 3, &b);
    plane_relu(&b);
    c = b;
    plane_gemm(&c, matrix, 5, &y);
    plane_expect("net.onnx", &image, &y);
    onnx_finish(&making);
}

/* The mean of a 3x3 window around each second pixel, where the padding counts or not. */
static double mean_around(const struct plane *image, int c, int y, int x, bool counted)
{
    double all = 0;
    int n = 0;
    for (int t = 0; t < 9; t++) {
        int row = y * 2 - 1 + t / 3, column = x * 2 - 1 + t % 3;
        n += row >= 0 && row < image->h && column >= 0 && column < image->w;
        all += plane_at(image, c, row, column);
    }
    return all / (counted ? 9 : n);
}

/* The mean over 2x2 windows, of which the last are cut, of the largest of those means. */
static double pooled(const struct plane *image, int c, bool counted)
{
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        int y = i / 2 * 2, x = i % 2 * 2;
        double most = mean_around(image, c, y, x, counted);
        for (int t = 1; t < 4; t++)
            if (y + t / 2 < 3 && x + t % 2 < 3)
                most = fmax(most, mean_around(image, c, y + t / 2, x + t % 2, counted));
        sum += most;
    }
    return sum / 4;
}

static void add_pool(struct onnx_making *making, const char *op, const char *from, const char *to,
    const int64_t *size, const int64_t *pads, bool up)
{
    Onnx__NodeProto *node = onnx_node(making, op, to, ONNX_INPUTS(from));
    onnx_ints(making, node, "kernel_shape", 2, size);
    onnx_ints(making, node, "strides", 2, (const int64_t[]){2, 2});
    onnx_ints(making, node, "pads", 4, pads);
    onnx_int(making, node, "ceil_mode", up);
}

/* Padding that counts or does not; numbers of positions rounded up. */
static void pools_are_those_of_onnx(void **state)
{
    (void)state;
    for (int counted = 0; counted < 2; counted++) {
        struct onnx_making making;
        onnx_begin(&making, 13, 3, (const int64_t[]){3, 6, 6});
        add_pool(&making, "AveragePool", "x", "p", (const int64_t[]){3, 3},
            (const int64_t[]){1, 1, 1, 1}, false);
        onnx_int(&making, making.graph.node[0], "count_include_pad", counted);
        add_pool(&making, "MaxPool", "p", "m", (const int64_t[]){2, 2},
            (const int64_t[]){0, 0, 0, 0}, true);
        onnx_ints(&making, onnx_node(&making, "ReduceMean", "g", ONNX_INPUTS("m")), "axes", 2,
            (const int64_t[]){2, 3});
        onnx_node(&making, "Squeeze", "y", ONNX_INPUTS("g"));
        onnx_write(&making, "net.onnx");
        struct plane image = plane_image(3, 6, 6), logits = {.c = 3, .h = 1, .w = 1};
        for (int c = 0; c < 3; c++)
            logits.value[c] = pooled(&image, c, counted);
        plane_expect("net.onnx", &image, &logits);
        onnx_finish(&making);
    }
}

/* Constants of the graph prepare the images; a batch normalisation with one channel's numbers each;
 * x * sigmoid(x). */
static void functions_are_those_of_onnx(void **state)
{
    (void)state;
    struct onnx_making making;
    onnx_begin(&making, 11, 3, (const int64_t[]){3, 2, 2});
    const float *mean = onnx_weight(&making, "mean", 4, (const int64_t[]){1, 3, 1, 1});
    const float *deviation = onnx_weight(&making, "deviation", 4, (const int64_t[]){1, 3, 1, 1});
    static const char *const names[] = {"bn.weight", "bn.bias", "bn.mean", "bn.var"};
    float *bn[4];
    for (int i = 0; i < 4; i++)
        bn[i] = onnx_weight(&making, names[i], 1, (const int64_t[]){3});
    for (int i = 0; i < 3; i++)
        bn[3][i] += 1.5F;
    onnx_node(&making, "Sub", "a", ONNX_INPUTS("x", "mean"));
    onnx_node(&making, "Div", "b", ONNX_INPUTS("a", "deviation"));
    onnx_float(&making,
        onnx_node(&making, "BatchNormalization", "c",
            ONNX_INPUTS("b", names[0], names[1], names[2], names[3])),
        "epsilon", 0.125F);
    onnx_node(&making, "Sigmoid", "s", ONNX_INPUTS("c"));
    onnx_node(&making, "Mul", "d", ONNX_INPUTS("c", "s"));
    onnx_float(&making, onnx_node(&making, "LeakyRelu", "e", ONNX_INPUTS("d")), "alpha", 0.25F);
    onnx_node(&making, "GlobalAveragePool", "f", ONNX_INPUTS("e"));
    onnx_node(&making, "Flatten", "y", ONNX_INPUTS("f"));
    onnx_write(&making, "net.onnx");
    struct plane image = plane_image(3, 2, 2), logits = {.c = 3, .h = 1, .w = 1};
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 4; i++) {
            double x = (image.value[c * 4 + i] - (double)mean[c]) / (double)deviation[c];
            x = (x - (double)bn[2][c]) / sqrt((double)bn[3][c] + 0.125) * (double)bn[0][c] +
                (double)bn[1][c];
            x = x / (1 + exp(-x));
            logits.value[c] += (x < 0 ? 0.25 * x : x) / 4;
        }
    plane_expect("net.onnx", &image, &logits);
    onnx_finish(&making);
}

/* A kernel that is turned before it multiplies, a border from numbers that are put together,
 * squeeze and excitation: one pixel of each channel multiplies the image. */
static void constants_are_folded(void **state)
{
    (void)state;
    struct onnx_making making;
    onnx_begin(&making, 13, 3, (const int64_t[]){2, 2, 3});
    const float *matrix = onnx_weight(&making, "fc.weight", 2, (const int64_t[]){3, 2 * 4 * 3});
    onnx_whole(&making, "pairs", 8, (const int64_t[]){0, 0, 1, 1, 0, 0, 0, 0}); /* the last first */
    onnx_whole(&making, "by two", 2, (const int64_t[]){-1, 2});
    onnx_whole(&making, "row", 1, (const int64_t[]){-1});
    onnx_whole(&making, "last", 1, (const int64_t[]){-1});
    onnx_whole(&making, "before all", 1, (const int64_t[]){INT64_MIN + 1});
    onnx_whole(&making, "first axis", 1, (const int64_t[]){0});
    onnx_node(&making, "Reshape", "p1", ONNX_INPUTS("pairs", "by two"));
    onnx_node(
        &making, "Slice", "p2", ONNX_INPUTS("p1", "last", "before all", "first axis", "last"));
    onnx_ints(&making, onnx_node(&making, "Transpose", "p3", ONNX_INPUTS("p2")), "perm", 2,
        (const int64_t[]){1, 0});
    onnx_node(&making, "Reshape", "pads", ONNX_INPUTS("p3", "row"));
    onnx_node(&making, "GlobalAveragePool", "s1", ONNX_INPUTS("x"));
    onnx_node(&making, "Sigmoid", "s2", ONNX_INPUTS("s1"));
    onnx_node(&making, "Mul", "m", ONNX_INPUTS("x", "s2"));
    onnx_node(&making, "Pad", "b", ONNX_INPUTS("m", "pads"));
    onnx_node(&making, "Flatten", "f", ONNX_INPUTS("b"));
    onnx_ints(&making, onnx_node(&making, "Transpose", "w", ONNX_INPUTS("fc.weight")), "perm", 2,
        (const int64_t[]){1, 0});
    onnx_node(&making, "MatMul", "y", ONNX_INPUTS("f", "w"));
    onnx_write(&making, "net.onnx");
    static struct plane image, bordered = {.c = 2, .h = 4, .w = 3}, y;
    image = plane_image(2, 2, 3);
    for (int c = 0; c < 2; c++) {
        double mean = 0;
        for (int i = 0; i < 6; i++)
            mean += image.value[c * 6 + i] / 6;
        for (int i = 0; i < 6; i++)
            bordered.value[c * 12 + 3 + i] = image.value[c * 6 + i] / (1 + exp(-mean));
    }
    plane_gemm(&bordered, matrix, 3, &y);
    plane_expect("net.onnx", &image, &y);
    onnx_finish(&making);
}

static void layers_have_the_names_of_their_authors(void **state)
{
    (void)state;
    struct error err = {0};
    static const char *const scopes[][2] = {{"/conv1/Conv", "conv1"},
        {"/layer1/layer1.0/conv2/Conv", "layer1.0.conv2"},
        {"/features/features.3/features.3.1/Conv", "features.3.1"}, {"own", "own"}};
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
        struct onnx_making making;
        onnx_begin(&making, 17, 3, (const int64_t[]){2, 3, 3});
        onnx_weight(&making, "onnx::Conv_7", 4, (const int64_t[]){4, 2, 3, 3});
        Onnx__NodeProto *conv = onnx_node(&making, "Conv", "c", ONNX_INPUTS("x", "onnx::Conv_7"));
        conv->name = (char *)scopes[i][0];
        onnx_node(&making, "Flatten", "y", ONNX_INPUTS("c"));
        onnx_write(&making, "net.onnx");
        struct model *model = model_open("net.onnx", NULL, &err);
        assert_non_null(model);
        assert_true(network_find(model->network, scopes[i][1]) >= 0);
        assert_true(model->folded); /* the exporter computed the weight */
        model_destroy(model);
        onnx_finish(&making);
    }
}

/* Only the values of the pruned filter change; what it was chosen with is one more entry. */
static void saved_nets_keep_every_other_byte(void **state)
{
    (void)state;
    struct error err = {0};
    size_t n, m, changed = 0;
    onnx_write_small("net.onnx");
    struct model *model = model_open("net.onnx", NULL, &err);
    assert_non_null(model);
    assert_true(model_save(model, model->network, "same.onnx", false, &err));
    assert_true(files_same("net.onnx", "same.onnx"));
    struct network *network = network_clone(model->network);
    struct layer *conv = &network->layers[network_find(network, "conv")];
    for (int w = 0; w < conv->n_weights; w++)
        weight_zero_channel(&conv->weights[w], 1);
    assert_true(model_save_known(model, network, "one", "out.onnx", false, &err));
    struct model *again = model_open("out.onnx", NULL, &err);
    assert_non_null(again);
    assert_true(weights_equal(network, again->network));
    assert_string_equal(again->knowledge, "one");
    char *before = files_read("net.onnx", &n), *after = files_read("out.onnx", &m);
    assert_true(m > n);
    for (size_t i = 0; i < n; i++)
        changed += before[i] != after[i];
    assert_in_range(changed, 1, (2 * 9 + 1) * sizeof(float));
    assert_true(model_save_known(again, network, "two", "more.onnx", false, &err));
    struct model *last = model_open("more.onnx", NULL, &err);
    assert_string_equal(last->knowledge, "two");
    free(after);
    after = files_read("more.onnx", &n);
    assert_int_equal(n, m); /* the entry took the other's place */
    assert_false(model_save(model, network, "out.h5", false, &err));
    assert_string_equal(err.text, "out.h5: a .onnx net is saved as .onnx: name it FILE.onnx");
    free(before);
    free(after);
    model_destroy(last);
    model_destroy(again);
    model_destroy(model);
    network_destroy(network);
}

/* Halves are rounded to the nearest; a value that is as it was keeps its bits. */
static void halves_are_changed_where_they_lie(void **state)
{
    (void)state;
    struct error err = {0};
    static const uint16_t halves[] = {0x3c00, 0xbc00, 0x3555, 0x0001, 0x7bff, 0x8000};
    struct onnx_making making;
    onnx_begin(&making, 17, 1, (const int64_t[]){2});
    onnx_weight(&making, "fc.weight", 2, (const int64_t[]){3, 2});
    Onnx__TensorProto *weight = onnx_tensor_named(&making, "fc.weight");
    weight->data_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16;
    memcpy(weight->raw_data.data, halves, sizeof halves);
    weight->raw_data.len = sizeof halves;
    onnx_int(&making, onnx_node(&making, "Gemm", "y", ONNX_INPUTS("x", "fc.weight")), "transB", 1);
    onnx_write(&making, "net.onnx");
    onnx_finish(&making);
    struct model *model = model_open("net.onnx", NULL, &err);
    assert_non_null(model);
    const struct weight *kernel =
        &model->network->layers[network_find(model->network, "fc")].weights[0];
    const float units[] = {1, 0x1.554p-2F, 65504, -1, 0x1p-24F, 0}; /* [inputs, units] */
    for (int i = 0; i < 6; i++)
        assert_true(kernel->data[i] == units[i]);
    kernel->data[0] = 0.1F;
    assert_true(model_save(model, model->network, "out.onnx", false, &err));
    struct model *again = model_open("out.onnx", NULL, &err);
    assert_true(again->network->layers[network_find(again->network, "fc")].weights[0].data[0] ==
                0x1.998p-4F);
    model_destroy(again);
    model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(convolutions_are_those_of_onnx, files_each),
        cmocka_unit_test_setup(pools_are_those_of_onnx, files_each),
        cmocka_unit_test_setup(functions_are_those_of_onnx, files_each),
        cmocka_unit_test_setup(constants_are_folded, files_each),
        cmocka_unit_test_setup(layers_have_the_names_of_their_authors, files_each),
        cmocka_unit_test_setup(saved_nets_keep_every_other_byte, files_each),
        cmocka_unit_test_setup(halves_are_changed_where_they_lie, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
