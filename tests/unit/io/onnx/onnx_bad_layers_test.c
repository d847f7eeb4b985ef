/* Hostile numbers in operators: sizes that overflow, crops below zero, axes that are none. */
#include "tests/unit/io/load_files.h"
#include "tests/unit/io/onnx/onnx_nets.h"

#include <math.h>

/* One node of images [4, 3, 3] with up to two lists of numbers as its inputs, a list as attribute.
 */
struct bad {
    const char *op, *words; /* the inputs behind x: "w", "s" (scales), "i" (whole numbers) */
    int n;
    float scales[4];
    int64_t whole[8];
    const char *attribute;
    int n_attribute;
    int64_t list[8];
    const char *message;
};

#define HUGE_WHOLE ((int64_t)1 << 40)

static const struct bad cases[] = {
    {"Resize", ",s", 4, {1, 1, 1e9F, 1e9F}, {0}, NULL, 0, {0},
        "its scale 1e+09 makes 3e+09 rows or columns of 3"},
    {"Resize", ",s", 4, {1, 1, -2, 2}, {0}, NULL, 0, {0},
        "its scale -2 makes -6 rows or columns of 3"},
    {"Resize", ",s", 4, {1, 1, 0.1F, 2}, {0}, NULL, 0, {0},
        "its scale 0.1 makes 0 rows or columns of 3"},
    {"Resize", ",s", 4, {1, 1, NAN, 2}, {0}, NULL, 0, {0},
        "its scale nan makes nan rows or columns of 3"},
    {"Resize", ",s", 4, {1, 2, 1, 1}, {0}, NULL, 0, {0},
        "it resizes the batch or the channels, which is not supported"},
    {"Resize", ",,i", 4, {0}, {1, 4, HUGE_WHOLE, 3}, NULL, 0, {0},
        "it makes 1.09951e+12 rows or columns"},
    {"Resize", ",,i", 4, {0}, {1, 4, -1, 3}, NULL, 0, {0}, "it makes -1 rows or columns"},
    {"Resize", ",,i", 3, {0}, {4, 3, 3}, NULL, 0, {0}, "its sizes or scales are 3, expected 4"},
    {"Resize", ",,i", 1, {0}, {6}, "axes", 1, {7}, "axis 7 is outside its input of 4 dimensions"},
    {"Upsample", "s", 4, {1, 1, 1e30F, 2}, {0}, NULL, 0, {0},
        "its scale 1e+30 makes 3e+30 rows or columns of 3"},
    {"ConvTranspose", "w", 0, {0}, {0}, "output_padding", 2, {HUGE_WHOLE, 0},
        "output_padding or output_shape is not two numbers from 0"},
    {"ConvTranspose", "w", 0, {0}, {0}, "output_padding", 2, {-1, 0},
        "output_padding or output_shape is not two numbers from 0"},
    {"ConvTranspose", "w", 0, {0}, {0}, "output_shape", 2, {HUGE_WHOLE, 5},
        "its output of 1.09951e+12 places does not fit its strides"},
    {"ConvTranspose", "w", 0, {0}, {0}, "pads", 4, {9, 0, 9, 0},
        "its output has -13 rows or columns"},
    {"ConvTranspose", "w", 0, {0}, {0}, "pads", 4, {-9, 0, 0, 0},
        "pads holds -9, expected 0 or more"},
    {"ConvTranspose", "w", 0, {0}, {0}, "strides", 2, {1 << 20, 1 << 20},
        "layer up (Conv2DTranspose): its output is too large"},
    {"ConvTranspose", "w", 0, {0}, {0}, "group", 0, {2}, "it has 2 groups, only 1 is supported"},
    {"Pad", "i", 8, {0}, {0, 0, -1, 0, 0, 0, 0, 0}, NULL, 0, {0},
        "pads holds -1, expected 0 to 65536"},
    {"Pad", "i", 8, {0}, {0, HUGE_WHOLE, 0, 0, 0, 0, 0, 0}, NULL, 0, {0},
        "pads holds 1.09951e+12, expected 0 to 65536"},
    {"Slice", "i,i,i", 1, {0}, {9}, NULL, 0, {0}, "axis 9 or step 1 is none of its input's"},
    {"Slice", "i,i,i,i", 1, {0}, {0}, NULL, 0, {0}, "axis 0 or step 0 is none of its input's"},
    {"Slice", "i,i", 1, {0}, {1}, NULL, 0, {0},
        "it takes some of the images, which is not supported"},
    {"Slice", "i,i,i", 1, {0}, {2}, NULL, 0, {0},
        "it takes nothing along axis 2, which is not supported"},
    {"Split", "", 0, {0}, {0}, "axis", 0, {HUGE_WHOLE},
        "axis is 1099511627776, expected that of channels, rows or columns"},
    {"Split", "i", 1, {0}, {-4}, "axis", 0, {1},
        "one of its outputs has -4 places, expected 1 to 4"},
    {"Gather", "i", 1, {0}, {4}, "axis", 0, {1}, "it takes channel 4 of 4"},
    {"Gather", "i", 1, {0}, {-5}, "axis", 0, {1}, "it takes channel -5 of 4"},
    {"Expand", "i", 4, {0}, {1, 4, HUGE_WHOLE, 3}, NULL, 0, {0},
        "it makes 1.09951e+12 of 3 along axis 2"},
    {"Expand", "i", 4, {0}, {5, 4, 3, 3}, NULL, 0, {0}, "it makes several images of one"},
    {"LayerNormalization", "f", 0, {0}, {0}, "axis", 0, {9},
        "axis is 9, which is neither the channels alone nor the whole image"},
    {"GroupNormalization", "f,f", 0, {0}, {0}, "num_groups", 0, {3},
        "layer y (GroupNormalization): 3 groups do not divide 4 channels"},
    {"GroupNormalization", "f,f", 0, {0}, {0}, "num_groups", 0, {HUGE_WHOLE},
        "layer y (GroupNormalization): groups is 1.09951e+12, expected a whole number"},
    {"InstanceNormalization", "f,w", 0, {0}, {0}, NULL, 0, {0},
        "its weight up.weight has 72 numbers, expected 4"},
    {"ReduceMean", "", 0, {0}, {0}, "axes", 1, {7}, "axis 7 is outside its input of 4 dimensions"},
    {"Sqrt", "", 0, {0}, {0}, NULL, 0, {0},
        "it is supported within a LayerNormalization, GELU or Softsign alone"},
    {"Pow", "s", 1, {0.5F}, {0}, NULL, 0, {0}, "its exponent is not 2 or 3"},
};

static void add_lists(struct onnx_making *making, const struct bad *bad)
{
    onnx_weight(making, "up.weight", 4, (const int64_t[]){4, 2, 3, 3});
    onnx_weight(making, "f", 1, (const int64_t[]){4});
    if (bad->n) {
        float *scales = onnx_weight(making, "scales", 1, (const int64_t[]){bad->n});
        memcpy(scales, bad->scales, (size_t)bad->n * sizeof *scales);
        onnx_whole(making, "whole", bad->n, bad->whole);
    }
}

static void add_node(struct onnx_making *making, const struct bad *bad)
{
    const char *inputs[8] = {"x"};
    int n = 1;
    for (const char *at = bad->words; *bad->words; at = strchr(at, ',') + 1) {
        inputs[n++] = *at == 'w'   ? "up.weight"
                      : *at == 's' ? "scales"
                      : *at == 'i' ? "whole"
                      : *at == 'f' ? "f"
                                   : "";
        if (!strchr(at, ','))
            break;
    }
    inputs[n] = NULL;
    Onnx__NodeProto *node = onnx_node(making, bad->op, "y", inputs);
    if (bad->attribute && bad->n_attribute)
        onnx_ints(making, node, bad->attribute, bad->n_attribute, bad->list);
    else if (bad->attribute)
        onnx_int(making, node, bad->attribute, bad->list[0]);
}

static void hostile_numbers_are_refused_in_one_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct bad *bad = &cases[i];
        struct onnx_making making;
        char message[256];
        onnx_begin(
            &making, strcmp(bad->op, "Upsample") == 0 ? 9 : 13, 3, (const int64_t[]){4, 3, 3});
        add_lists(&making, bad);
        add_node(&making, bad);
        onnx_write(&making, "bad.onnx");
        bool layer = strncmp(bad->message, "layer", 5) == 0;
        snprintf(message, sizeof message, layer ? "bad.onnx: %.0s%s" : "bad.onnx: node y (%s): %s",
            bad->op, bad->message);
        assert_refused("bad.onnx", NULL, message);
        onnx_finish(&making);
    }
}

/* A chain that is left half way says so. */
static void chains_that_end_early_are_named(void **state)
{
    (void)state;
    struct onnx_making making;
    onnx_begin(&making, 13, 3, (const int64_t[]){4, 3, 3});
    *onnx_weight(&making, "two", 0, NULL) = 2;
    const int64_t axes[] = {1};
    onnx_ints(&making, onnx_node(&making, "ReduceMean", "m", ONNX_INPUTS("x")), "axes", 1, axes);
    onnx_node(&making, "Sub", "c", ONNX_INPUTS("x", "m"));
    onnx_node(&making, "Pow", "p", ONNX_INPUTS("c", "two"));
    onnx_node(&making, "Relu", "y", ONNX_INPUTS("p"));
    onnx_write(&making, "bad.onnx");
    assert_refused("bad.onnx", NULL,
        "bad.onnx: node y (Relu): its input p is part of a normalisation, with which this is not "
        "supported");
    onnx_finish(&making);
}

/* Sides that the file leaves open are said; those that it fixes stay. */
static void open_sides_are_said(void **state)
{
    (void)state;
    struct error err = {0};
    struct onnx_making making;
    bool any_size = false;
    onnx_begin(&making, 13, 3, (const int64_t[]){2, 3, 4});
    onnx_node(&making, "GlobalAveragePool", "g", ONNX_INPUTS("x"));
    onnx_node(&making, "Flatten", "y", ONNX_INPUTS("g"));
    onnx_open_side(&making, 2);
    onnx_write(&making, "open.onnx");
    struct model_options options = {.any_size = &any_size};
    assert_null(model_open_with("open.onnx", &options, &err));
    assert_true(any_size);
    options.size = (struct image_size){7, 5};
    assert_null(model_open_with("open.onnx", &options, &err));
    assert_string_equal(err.text, "open.onnx: its images are not 7x5: a side is 4 in the file");
    options.size.width = 4;
    struct model *model = model_open_with("open.onnx", &options, &err);
    assert_non_null(model);
    const struct shape expected = {3, {7, 4, 2}};
    assert_true(shape_equal(&model->network->layers[model->network->input].shape, &expected));
    assert_true(model_save(model, model->network, "same.onnx", false, &err));
    assert_true(files_same("open.onnx", "same.onnx"));
    model_destroy(model);
    onnx_finish(&making);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(hostile_numbers_are_refused_in_one_line, files_each),
        cmocka_unit_test_setup(chains_that_end_early_are_named, files_each),
        cmocka_unit_test_setup(open_sides_are_said, files_each),
    };
    return cmocka_run_group_tests(tests, files_begin, files_end);
}
