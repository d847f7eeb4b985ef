/* Finds the inputs of each node, and its operator in the table. */
#include "engine/io/onnx/onnx_walk.h"

#include "engine/base/memory.h"
#include "engine/io/onnx/onnx_chain.h"
#include "engine/io/onnx/onnx_operator.h"
#include "engine/nn/graph/two_classes.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The table of operators ----------------------------------------------------------------- */

#define ENTRY(name) extern const struct onnx_operators onnx_operators_##name;
#include "engine/io/onnx/operators.def"
#undef ENTRY

#define ENTRY(name) &onnx_operators_##name,
static const struct onnx_operators *const groups[] = {
#include "engine/io/onnx/operators.def"
};
#undef ENTRY

const struct onnx_operator *onnx_operator_find(const char *name)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (int i = 0; i < groups[g]->n; i++)
            if (strcmp(groups[g]->list[i].name, name) == 0)
                return &groups[g]->list[i];
    return NULL;
}

enum { NODES_MAX = 20000 };

/* What is known before the first node ---------------------------------------------------- */

static struct onnx_value *find_value(const struct onnx_graph *graph, const char *name)
{
    for (int i = graph->n_values; i-- > 0;)
        if (strcmp(graph->values[i]->name, name) == 0)
            return graph->values[i];
    return NULL;
}

static bool read_initializers(struct onnx_graph *graph, struct error *err)
{
    const Onnx__GraphProto *proto = graph->file->model->graph;
    if (proto->n_node > NODES_MAX || proto->n_initializer > NODES_MAX)
        return fail(err, "it has more than %d nodes or weights", NODES_MAX);
    if (proto->n_sparse_initializer)
        return fail(err, "it has sparse weights, which are not supported");
    for (size_t i = 0; i < proto->n_initializer; i++) {
        struct onnx_tensor tensor;
        const char *name = proto->initializer[i]->name;
        if (!name || !*name)
            return fail(err, "one of its weights has no name");
        if (!onnx_tensor_read(proto->initializer[i], name, &tensor, err))
            return false;
        tensor.initializer = (int)i;
        onnx_set_tensor(onnx_new_value(graph, name), &tensor);
    }
    return true;
}

/* A Transpose from [n, h, w, c] that reads the input tells that the channels come last. */
static bool input_is_turned(const struct onnx_graph *graph, const char *name)
{
    const Onnx__GraphProto *proto = graph->file->model->graph;
    for (size_t i = 0; i < proto->n_node; i++) {
        const Onnx__NodeProto *node = proto->node[i];
        if (!node->op_type || strcmp(node->op_type, "Transpose") != 0 || node->n_input != 1 ||
            strcmp(node->input[0], name) != 0 || node->n_attribute != 1)
            continue;
        const Onnx__AttributeProto *perm = node->attribute[0];
        if (perm->n_ints == 4 && perm->ints[1] == 3 && perm->ints[2] == 1 && perm->ints[3] == 2)
            return true;
    }
    return false;
}

/* A side that the file leaves open is said, one that it fixes is not changed. */
static bool fix_side(struct onnx_graph *graph, const char *name, bool known, int said, double *side,
    struct error *err)
{
    if (known && said && *side != said)
        return fail(err, "its images are not %dx%d: a side is %g in the file", graph->size.height,
            graph->size.width, *side);
    if (!known && !said) {
        graph->any_size = true;
        return fail(err,
            "the size of its input %s is not in the file: say it, with --input-size "
            "HxW",
            name);
    }
    *side = known ? *side : said;
    return true;
}

static bool read_dims(struct onnx_graph *graph, const Onnx__ValueInfoProto *info,
    struct onnx_value *value, struct error *err)
{
    const Onnx__TypeProto *type = info->type;
    const Onnx__TensorShapeProto *shape =
        type && type->tensor_type ? type->tensor_type->shape : NULL;
    if (!shape || (shape->n_dim != 2 && shape->n_dim != 4))
        return fail(err,
            "its input %s has %zu dimensions, expected images [n, channels, height, width] or rows "
            "[n, values]",
            info->name, shape ? shape->n_dim : 0);
    value->rank = (int)shape->n_dim;
    value->dims[0] = ONNX_BATCH;
    value->channels_last = value->rank == 4 && input_is_turned(graph, info->name);
    int first = value->channels_last ? 1 : 2; /* of the two sides */
    for (int i = 1; i < value->rank; i++) {
        const Onnx__TensorShapeProto__Dimension *dim = shape->dim[i];
        bool known = dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE &&
                     dim->dim_value >= 1 && dim->dim_value <= INT_MAX;
        bool side = value->rank == 4 && (i == first || i == first + 1);
        value->dims[i] = known ? (double)dim->dim_value : 0;
        if (side && !fix_side(graph, info->name, known,
                        i == first ? graph->size.height : graph->size.width, &value->dims[i], err))
            return false;
        if (!side && !known)
            return fail(err, "dimension %d of its input %s is not in the file", i, info->name);
    }
    if (onnx_count(value) > INT_MAX)
        return fail(err, "its input %s is too large", info->name);
    return true;
}

/* Rows of values are shown as pictures; the values come from a Reshape of it. */
static void add_input(struct onnx_graph *graph, struct onnx_value *value)
{
    struct onnx_node node = {
        .proto = &(Onnx__NodeProto){.name = (char *)value->name, .op_type = (char *)"Input"}};
    struct shape shape = {.rank = 3};
    if (value->rank == 2)
        shape = shape_of_picture((int)value->dims[1]);
    for (int i = 0; value->rank == 4 && i < 3; i++)
        shape.dim[i] = (int)value->dims[value->channels_last ? i + 1 : 1 + (i + 1) % 3];
    const double dims[] = {NAN, shape.dim[0], shape.dim[1], shape.dim[2]};
    value->node = onnx_add(graph, &node, "InputLayer", NULL, NULL, 0);
    onnx_set_numbers(graph, value->node, "batch_input_shape", dims, 4);
    if (value->rank == 2) {
        value->node = onnx_add(graph, &node, "Reshape", NULL, &value, 1);
        onnx_set_numbers(graph, value->node, "target_shape", &value->dims[1], 1);
    }
}

static bool read_input(struct onnx_graph *graph, struct error *err)
{
    const Onnx__GraphProto *proto = graph->file->model->graph;
    const Onnx__ValueInfoProto *input = NULL;
    for (size_t i = 0; i < proto->n_input; i++) {
        const char *name = proto->input[i]->name;
        if (!name || !*name)
            return fail(err, "one of its inputs has no name");
        if (find_value(graph, name))
            continue; /* a weight that is listed as an input, as old exporters do */
        if (input)
            return fail(err, "it has two inputs, %s and %s; one is expected", input->name, name);
        input = proto->input[i];
    }
    if (!input)
        return fail(err, "it has no input");
    struct onnx_value *value = onnx_new_value(graph, input->name);
    if (!read_dims(graph, input, value, err))
        return false;
    add_input(graph, value);
    return true;
}

/* Nodes ---------------------------------------------------------------------------------- */

/* All operators that are not supported, in one line. */
static bool check_operators(const struct onnx_graph *graph, struct error *err)
{
    const Onnx__GraphProto *proto = graph->file->model->graph;
    char unknown[200] = "";
    for (size_t i = 0; i < proto->n_node; i++) {
        const Onnx__NodeProto *node = proto->node[i];
        const char *domain = node->domain ? node->domain : "", *type = node->op_type;
        bool standard = !*domain || strcmp(domain, "ai.onnx") == 0;
        if (!type || !*type || node->n_output < 1 || !*node->output[0])
            return fail(err, "its node %zu has no operator, or gives nothing", i);
        if (standard && onnx_operator_find(type))
            continue;
        char name[100];
        snprintf(name, sizeof name, "%s%s%s", standard ? "" : domain, standard ? "" : ".", type);
        size_t length = strlen(unknown);
        if (!strstr(unknown, name) && length + strlen(name) + 3 < sizeof unknown)
            snprintf(unknown + length, sizeof unknown - length, "%s%s", length ? ", " : "", name);
    }
    return !*unknown || fail(err, "operators that are not supported: %s", unknown);
}

static bool find_inputs(const struct onnx_graph *graph, const struct onnx_operator *operator,
    struct onnx_node * node, struct error *err)
{
    const Onnx__NodeProto *proto = node->proto;
    int n = (int)proto->n_input;
    while (n > 0 && !*proto->input[n - 1])
        n--;
    if (n < operator->min_inputs || n> operator->max_inputs)
        return fail(err, "it has %d inputs, expected %d to %d",
            n, operator->min_inputs, operator->max_inputs);
    for (; node->n_inputs < n; node->n_inputs++) {
        const char *name = proto->input[node->n_inputs];
        struct onnx_value *value = *name ? find_value(graph, name) : NULL;
        if (*name && !value)
            return fail(err, "its input %s is given by nothing before it", name);
        node->inputs[node->n_inputs] = value;
    }
    if (n > 0 && (!node->inputs[0] || (node->inputs[0]->constant && !operator->folds)))
        return fail(err, "its first input is not made from the images");
    return true;
}

/* Steps of a chain that goes on in a way that is not known. */
static bool check_forms(struct onnx_graph *graph, const struct onnx_node *node,
    const struct onnx_operator *operator, struct error * err)
{
    for (int i = 0; i < node->n_inputs; i++) {
        int form = node->inputs[i] ? node->inputs[i]->form : ONNX_PLAIN;
        if (form != ONNX_PLAIN && !onnx_chain_settle(graph, node, node->inputs[i]) &&
            (form != ONNX_REGROUPED || !operator->regrouped))
            return fail(err, "its input %s is %s, with which this is not supported",
                node->inputs[i]->name, onnx_chain_text(form));
    }
    return true;
}

/* Other outputs (a mask, indices) must be read by nobody; every attribute must be understood. */
static bool check_rest(
    const struct onnx_graph *graph, const struct onnx_node *node, struct error *err)
{
    const Onnx__NodeProto *proto = node->proto;
    for (size_t i = node->n_given > 1 ? (size_t)node->n_given : 1; i < proto->n_output; i++)
        if (*proto->output[i] && onnx_readers(graph, proto->output[i]) > 0)
            return fail(err, "its output %zu is read, which is not supported", i + 1);
    for (size_t i = 0; i < proto->n_attribute; i++)
        if (i >= 64 || !(node->asked >> i & 1))
            return fail(err, "its attribute %s is unknown, and might change what it computes",
                proto->attribute[i]->name ? proto->attribute[i]->name : "?");
    return true;
}

static bool read_node(struct onnx_graph *graph, int index, struct error *err)
{
    const Onnx__NodeProto *proto = graph->file->model->graph->node[index];
    const struct onnx_operator *operator= onnx_operator_find(proto->op_type);
    struct onnx_node node = {.proto = proto, .index = index};
    bool done = false;
    bool good =
        find_inputs(graph, operator, & node, err) && onnx_chain_step(graph, &node, &done, err);
    if (good && !done) /* forms may have become layers */
        good = check_forms(graph, &node, operator, err) &&
               onnx_chain_step(graph, &node, &done, err) &&
               (done || operator->lower(graph, &node, err));
    if (good && check_rest(graph, &node, err))
        return true;
    char place[160];
    const char *name = proto->name && *proto->name ? proto->name : proto->output[0];
    snprintf(place, sizeof place, "node %.100s (%.40s)", name, proto->op_type);
    return fail_in(err, place);
}

static bool read_output(struct onnx_graph *graph, struct error *err)
{
    const Onnx__GraphProto *proto = graph->file->model->graph;
    if (proto->n_output != 1 || !proto->output[0]->name)
        return fail(err, "it has %zu outputs, expected one", proto->n_output);
    const struct onnx_value *value = find_value(graph, proto->output[0]->name);
    if (!value || value->constant || value->form != ONNX_PLAIN)
        return fail(err, "its output %s is not made from the images", proto->output[0]->name);
    graph->output = memory_string(graph->nodes[value->node].name);
    return true;
}

bool onnx_graph_read(struct onnx_graph *graph, const struct onnx_file *file,
    const struct image_size *size, struct error *err)
{
    *graph = (struct onnx_graph){.file = file, .size = *size};
    bool good =
        check_operators(graph, err) && read_initializers(graph, err) && read_input(graph, err);
    for (int i = 0; good && i < (int)file->model->graph->n_node; i++)
        good = read_node(graph, i, err);
    good = good && read_output(graph, err) &&
           two_classes(graph->nodes, graph->n_nodes, graph->output, &graph->logit, err);
    return good || fail_in(err, file->path);
}

void onnx_graph_finish(struct onnx_graph *graph)
{
    for (int i = 0; i < graph->n_values; i++) {
        free(graph->values[i]->numbers);
        free(graph->values[i]);
    }
    free(graph->values);
    nodes_free(graph->nodes, graph->n_nodes);
    free(graph->bindings);
    free(graph->output);
    *graph = (struct onnx_graph){0};
}
