/* Gemm and MatMul with a weight: rows of units times a matrix. */
#include "engine/io/onnx/onnx_attribute.h"

static bool check_rows(const struct onnx_value *value, struct error *err)
{
    return value->rank == 2 ||
           fail(err, "its input has %d dimensions, expected rows [n, values]", value->rank);
}

/* turned: [units, inputs] as stored. */
static bool add_dense(struct onnx_graph *graph, struct onnx_node *node, bool turned,
    struct onnx_value *bias, struct error *err)
{
    static const int swap[] = {1, 0};
    struct onnx_value *rows = node->inputs[0], *matrix = node->inputs[1];
    if (!check_rows(rows, err))
        return false;
    if (!matrix || !matrix->constant || matrix->rank != 2)
        return fail(err, "its matrix is not a weight of 2 dimensions");
    struct onnx_value stored = *matrix; /* as it lies in the file */
    const int dims[] = {(int)matrix->dims[matrix->turned], (int)matrix->dims[!matrix->turned]};
    turned = turned != matrix->turned;
    stored.turned = false;
    int inputs = dims[turned], units = dims[!turned];
    if (inputs != (int)rows->dims[1] || units < 1)
        return fail(
            err, "its weight takes %d values, but its input has %.0f", inputs, rows->dims[1]);
    int layer = onnx_add(graph, node, "Dense", matrix, &rows, 1);
    onnx_set_number(graph, layer, "units", units);
    onnx_set_bool(graph, layer, "use_bias", bias);
    const double out[] = {ONNX_BATCH, units};
    onnx_give(graph, node, layer, 2, out);
    return onnx_bind(graph, layer, 0, &stored, 2, dims, turned ? swap : NULL, err) &&
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
