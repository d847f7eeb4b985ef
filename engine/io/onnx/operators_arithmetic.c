/* Add, Sub, Mul, Div, Sum, Max, Min, Mean: of values on their way, or with constants. */
#include "engine/base/memory.h"
#include "engine/io/onnx/onnx_attribute.h"
#include "engine/io/onnx/onnx_chain.h"
#include "engine/io/onnx/onnx_fold.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* The constant as one number, or one for each channel of the images; malloc'd, NULL with err. */
static double *row_of(
    const struct onnx_value *images, struct onnx_value *constant, int *n, struct error *err)
{
    int axis = onnx_channel_axis(images), shift = images->rank - constant->rank;
    double channels = images->dims[axis];
    bool fits = constant->count == 1 || (double)constant->count == channels;
    for (int i = 0; i < constant->rank; i++)
        fits = fits && (constant->dims[i] == 1 || (i + shift == axis && shift >= 0));
    if (!fits || constant->count > ONNX_FOLD_MAX) {
        fail(err, "its constant %s is neither one number nor one for each of %.0f channels",
            constant->name, channels);
        return NULL;
    }
    *n = (int)constant->count;
    double *row = memory_array(constant->count, sizeof *row);
    memcpy(row, onnx_numbers(constant), constant->count * sizeof *row);
    return row;
}

/* A bias that is added behind the layer itself. */
static bool add_bias(struct onnx_graph *graph, struct onnx_node *node, struct onnx_value *value,
    struct onnx_value *constant, bool *done, struct error *err)
{
    struct node *layer = &graph->nodes[value->node];
    int dense = strcmp(layer->class_name, "Dense") == 0;
    const struct setting *bias = layer_config_find(&layer->settings, "use_bias");
    *done = (dense || strcmp(layer->class_name, "Conv2D") == 0) && bias && bias->number[0] == 0 &&
            !layer_config_find(&layer->settings, "activation") &&
            onnx_readers(graph, value->name) == 1 && constant->tensor.proto &&
            (double)constant->count == value->dims[onnx_channel_axis(value)];
    if (!*done)
        return true;
    bias->number[0] = 1;
    const int units = (int)constant->count;
    onnx_give_same(graph, node, value->node, value);
    return onnx_bind(graph, value->node, 1, constant, 1, &units, NULL, err);
}

/* image op constant, or constant op image (turned). */
static bool with_constant(
    struct onnx_graph *graph, struct onnx_node *node, bool turned, struct error *err)
{
    struct onnx_value *images = node->inputs[turned], *constant = node->inputs[!turned];
    const char *type = node->proto->op_type;
    bool done = false, sum = *type == 'A' || *type == 'S';
    int n = 0;
    bool grows = *type == 'A' || *type == 'M';
    if (grows && !onnx_absorb(graph, node, images, constant, &done, err))
        return false;
    double *row = done ? NULL : row_of(images, constant, &n, err);
    if (!row)
        return done;
    if (turned && *type == 'D') {
        free(row);
        return fail(err, "it divides a constant by the images, which is not supported");
    }
    bool good = *type != 'A' || add_bias(graph, node, images, constant, &done, err);
    for (int i = 0; i < n; i++)
        row[i] = *type == 'D' ? 1 / row[i] : *type == 'S' && !turned ? -row[i] : row[i];
    if (good && !done) {
        int layer = onnx_add(graph, node, "Rescaling", NULL, &images, 1);
        onnx_set_numbers(graph, layer, sum ? "offset" : "scale", row, n);
        if (turned && *type == 'S')
            onnx_set_number(graph, layer, "scale", -1);
        onnx_give_same(graph, node, layer, images);
    }
    free(row);
    return good;
}

/* x * sigmoid(x), as exporters write swish, and x * hard_sigmoid(x). */
static bool is_gate(const struct onnx_graph *graph, const struct onnx_value *value,
    const struct onnx_value *gate, const char **name)
{
    const struct node *layer = &graph->nodes[gate->node];
    const struct setting *function = layer_config_find(&layer->settings, "activation");
    if (strcmp(layer->class_name, "Activation") != 0 || !function ||
        strcmp(layer->inputs[0], graph->nodes[value->node].name) != 0 ||
        onnx_readers(graph, gate->name) != 1)
        return false;
    *name = strcmp(function->string, "sigmoid") == 0 ? "swish" : NULL;
    if (strcmp(function->string, "hard_sigmoid (Keras 3)") == 0)
        *name = "hard_swish";
    return *name;
}

static bool multiply_gate(struct onnx_graph *graph, struct onnx_node *node)
{
    const char *name;
    for (int i = 0; i < 2; i++)
        if (is_gate(graph, node->inputs[i], node->inputs[!i], &name)) {
            int layer = node->inputs[!i]->node;
            struct setting *function =
                (struct setting *)layer_config_find(&graph->nodes[layer].settings, "activation");
            free(function->string);
            function->string = memory_string(name);
            onnx_give_same(graph, node, layer, node->inputs[i]);
            return true;
        }
    return false;
}

/* What all inputs become together: a size of 1 stands for all places. */
static bool spread(const struct onnx_node *node, double *dims, struct error *err)
{
    const struct onnx_value *first = node->inputs[0];
    memcpy(dims, first->dims, sizeof first->dims);
    for (int i = 1; i < node->n_inputs; i++) {
        const struct onnx_value *other = node->inputs[i];
        bool fits = other->rank == first->rank && other->channels_last == first->channels_last;
        for (int k = 1; fits && k < first->rank; k++) {
            fits = other->dims[k] == dims[k] || other->dims[k] == 1 || dims[k] == 1;
            dims[k] = dims[k] == 1 ? other->dims[k] : dims[k];
        }
        if (!fits)
            return fail(
                err, "the shapes of %s and %s do not fit each other", first->name, other->name);
    }
    return true;
}

static bool of_images(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    static const char *const classes[][2] = {{"Add", "Add"}, {"Sum", "Add"}, {"Sub", "Subtract"},
        {"Mul", "Multiply"}, {"Max", "Maximum"}, {"Min", "Minimum"}, {"Mean", "Average"}};
    const char *type = node->proto->op_type, *class_name = NULL;
    double dims[ONNX_RANK_MAX];
    if (strcmp(type, "Mul") == 0 && multiply_gate(graph, node))
        return true;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(classes[i][0], type) == 0)
            class_name = classes[i][1];
    if (!class_name)
        return fail(err, "of two values made from the images it is not supported");
    if (!spread(node, dims, err))
        return false;
    const struct onnx_value *first = node->inputs[0];
    int layer = first->node;
    if (node->n_inputs > 1)
        layer = onnx_add(graph, node, class_name, NULL, node->inputs, node->n_inputs);
    onnx_give(graph, node, layer, first->rank, dims)->channels_last = first->channels_last;
    return true;
}

/* How many inputs are constants; -1 with err: one is left out. */
static int count_constants(const struct onnx_node *node, struct error *err)
{
    int constants = 0;
    for (int i = 0; i < node->n_inputs; i++) {
        if (!node->inputs[i]) {
            fail(err, "one of its inputs is left out");
            return -1;
        }
        constants += node->inputs[i]->constant;
    }
    return constants;
}

/* Max and Min with a number cut values. */
static bool lower_extreme(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    bool largest = strcmp(node->proto->op_type, "Max") == 0;
    int constants = count_constants(node, err);
    double number;
    if (constants == 0)
        return of_images(graph, node, err);
    if (constants < 0 || node->n_inputs != 2 || constants != 1 || node->proto->op_type[1] == 'e' ||
        !onnx_single(node->inputs[node->inputs[1]->constant], &number))
        return constants > 0 && fail(err, "its inputs are not supported");
    if (node->inputs[0]->constant)
        node->inputs[0] = node->inputs[1];
    onnx_give_clip(graph, node, largest ? number : -FLT_MAX, largest ? FLT_MAX : number);
    return true;
}

static bool lower(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    long long unused; /* before opset 7 */
    if (!onnx_attribute_int(node, "broadcast", 0, &unused, err) ||
        !onnx_attribute_int(node, "axis", 0, &unused, err))
        return false;
    int constants = count_constants(node, err);
    if (constants < 0)
        return false;
    if (onnx_all_constant(node))
        return onnx_fold_arithmetic(graph, node, err);
    if (constants == 0)
        return of_images(graph, node, err);
    if (node->n_inputs != 2 || constants != 1)
        return fail(err, "its inputs are not supported");
    return with_constant(graph, node, node->inputs[0]->constant, err);
}

static const struct onnx_operator list[] = {
    {"Add", 2, 2, true, lower, false},
    {"Sub", 2, 2, true, lower, false},
    {"Mul", 2, 2, true, lower, false},
    {"Div", 2, 2, true, lower, false},
    {"Sum", 1, ONNX_INPUTS_MAX, false, lower, false},
    {"Max", 1, ONNX_INPUTS_MAX, true, lower_extreme, false},
    {"Min", 1, ONNX_INPUTS_MAX, true, lower_extreme, false},
    {"Mean", 1, ONNX_INPUTS_MAX, false, lower_extreme, false},
};

const struct onnx_operators onnx_operators_arithmetic = {sizeof list / sizeof *list, list};
