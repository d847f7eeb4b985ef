/* Operators that are known within chains (onnx_chain.h), and powers that are products. */
#include "engine/io/onnx/onnx_chain.h"

static bool lower_alone(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    (void)graph, (void)node;
    return fail(err, "it is supported within a LayerNormalization, GELU or Softsign alone");
}

static bool lower_power(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *images = node->inputs[0];
    struct onnx_value *factors[] = {images, images, images};
    double exponent;
    if (!node->inputs[1] || !onnx_single(node->inputs[1], &exponent) ||
        (exponent != 2 && exponent != 3))
        return fail(err, "its exponent is not 2 or 3");
    int layer = onnx_add(graph, node, "Multiply", NULL, factors, (int)exponent);
    onnx_give_same(graph, node, layer, images);
    return true;
}

static const struct onnx_operator list[] = {
    {"Abs", 1, 1, false, lower_alone, false},
    {"Erf", 1, 1, false, lower_alone, false},
    {"Sqrt", 1, 1, false, lower_alone, false},
    {"Reciprocal", 1, 1, false, lower_alone, false},
    {"Pow", 2, 2, false, lower_power, false},
};

const struct onnx_operators onnx_operators_chain = {sizeof list / sizeof *list, list};
