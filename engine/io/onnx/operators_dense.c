/* Gemm and MatMul with a weight: rows of values times a matrix. */
#include "engine/io/onnx/onnx_attribute.h"

#include <string.h>

/* Rows of values, or images whose channels come last. */
static bool check_rows(const struct onnx_value *value, struct error *err)
{
    bool places = value->rank == 4 && value->channels_last;
    return value->rank == 2 || places ||
           fail(err, "its input has %d dimensions, expected rows [n, values]", value->rank);
}

static int add_layer(struct onnx_graph *graph, const struct onnx_node *node, int units, bool bias)
{
    struct onnx_value *rows = node->inputs[0];
    bool places = rows->rank == 4;
    int layer = onnx_add(graph, node, places ? "Conv2D" : "Dense", node->inputs[1], &rows, 1);
    if (places)
        onnx_set_numbers(graph, layer, "kernel_size", (const double[]){1, 1}, 2);
    onnx_set_number(graph, layer, places ? "filters" : "units", units);
    onnx_set_bool(graph, layer, "use_bias", bias);
    double out[ONNX_RANK_MAX];
    memcpy(out, rows->dims, sizeof out);
    out[rows->rank - 1] = units;
    onnx_give(graph, node, layer, rows->rank, out)->channels_last = rows->channels_last;
    return layer;
}

/* turned: [units, inputs] as stored. At each place of images it is a convolution of one pixel. */
static bool add_dense(struct onnx_graph *graph, struct onnx_node *node, bool turned,
    struct onnx_value *bias, struct error *err)
{
    static const int swap[] = {0, 1, 3, 2}, order[] = {1, 0};
    struct onnx_value *rows = node->inputs[0], *matrix = node->inputs[1];
    if (!check_rows(rows, err))
        return false;
    if (!matrix || !matrix->constant || matrix->rank != 2)
        return fail(err, "its matrix is not a weight of 2 dimensions");
    struct onnx_value stored = *matrix; /* as it lies in the file */
    const int dims[] = {
        1, 1, (int)matrix->dims[matrix->turned], (int)matrix->dims[!matrix->turned]};
    turned = turned != matrix->turned;
    stored.turned = false;
    int inputs = dims[2 + turned], units = dims[2 + !turned];
    if (inputs != (int)rows->dims[rows->rank - 1] || units < 1)
        return fail(err, "its weight takes %d values, but its input has %.0f", inputs,
            rows->dims[rows->rank - 1]);
    int layer = add_layer(graph, node, units, bias), skip = rows->rank == 4 ? 0 : 2;
    return onnx_bind(graph, layer, 0, &stored, 4 - skip, dims + skip,
               !turned ? NULL
               : skip  ? order
                       : swap,
               err) &&
           (!bias || onnx_bind(graph, layer, 1, bias, 1, &units, NULL, err));
}

static bool lower_gemm(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    double alpha, beta;
    long long turned_rows, turned, broadcast;
    if (!onnx_attribute_float(node, "alpha", 1, &alpha, err) ||
        !onnx_attribute_float(node, "beta", 1, &beta, err) ||
        !onnx_attribute_int(node, "transA", 0, &turned_rows, err) ||
        !onnx_attribute_int(node, "transB", 0, &turned, err) ||
        !onnx_attribute_int(node, "broadcast", 1, &broadcast, err))
        return false;
    if (alpha != 1 || beta != 1 || turned_rows)
        return fail(err, "alpha, beta or transA is set, which is not supported");
    return add_dense(graph, node, turned != 0, node->n_inputs > 2 ? node->inputs[2] : NULL, err);
}

static bool lower_matmul(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    return add_dense(graph, node, false, NULL, err);
}

static const struct onnx_operator list[] = {
    {"Gemm", 2, 3, false, lower_gemm, false},
    {"MatMul", 2, 2, false, lower_matmul, false},
};

const struct onnx_operators onnx_operators_dense = {sizeof list / sizeof *list, list};
