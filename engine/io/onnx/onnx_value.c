/* Values of a graph, and the layers that give them. */
#include "engine/base/memory.h"
#include "engine/io/onnx/onnx_name.h"
#include "engine/io/onnx/onnx_operator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double *onnx_numbers(struct onnx_value *value)
{
    if (!value->numbers)
        value->numbers = onnx_tensor_numbers(&value->tensor);
    return value->numbers;
}

bool onnx_single(struct onnx_value *value, double *number)
{
    if (!value->constant || value->count != 1)
        return false;
    *number = onnx_numbers(value)[0];
    return isfinite(*number);
}

/* Layers --------------------------------------------------------------------------------- */

enum { NAME_LONGEST = 200 };

static bool is_taken(const struct onnx_graph *graph, int layer, const char *name)
{
    for (int i = 0; i < graph->n_nodes; i++)
        if (i != layer && strcmp(graph->nodes[i].name, name) == 0)
            return true;
    return false;
}

/* Of a layer, which keeps its name where that is its own already. */
static char *own_name(const struct onnx_graph *graph, int layer, const char *base)
{
    char *name = memory_format("%.*s", NAME_LONGEST, base);
    for (int i = 2; is_taken(graph, layer, name); i++) {
        free(name);
        name = memory_format("%.*s_%d", NAME_LONGEST, base, i);
    }
    return name;
}

static char *base_name(const struct onnx_node *node, const struct onnx_value *named)
{
    return onnx_name(node->proto, named && named->tensor.proto ? named->tensor.name : NULL);
}

int onnx_add(struct onnx_graph *graph, const struct onnx_node *node, const char *class_name,
    const struct onnx_value *named, struct onnx_value *const *inputs, int n_inputs)
{
    char *base = base_name(node, named), *name = own_name(graph, graph->n_nodes, base);
    if (named && named->tensor.proto && named->tensor.name)
        graph->folded = graph->folded || strncmp(named->tensor.name, "onnx::Conv", 10) == 0;
    graph->nodes = memory_grow(graph->nodes, (size_t)graph->n_nodes + 1, sizeof *graph->nodes);
    struct node *layer = &graph->nodes[graph->n_nodes];
    *layer = (struct node){.class_name = memory_string(class_name), .name = name};
    if (strcmp(name, base) != 0) /* a module that is called again */
        settings_set_text(&layer->settings, "module", base);
    free(base);
    for (; layer->n_inputs < n_inputs; layer->n_inputs++)
        layer->inputs[layer->n_inputs] =
            memory_string(graph->nodes[inputs[layer->n_inputs]->node].name);
    return graph->n_nodes++;
}

void onnx_rename(struct onnx_graph *graph, const struct onnx_node *node, int layer,
    const struct onnx_value *named)
{
    char *base = base_name(node, named), *name = own_name(graph, layer, base);
    free((char *)graph->nodes[layer].name);
    graph->nodes[layer].name = name;
    settings_set_text(&graph->nodes[layer].settings, "module", base);
    free(base);
}

void onnx_set_numbers(
    struct onnx_graph *graph, int layer, const char *key, const double *numbers, int n)
{
    settings_add(&graph->nodes[layer].settings, key,
        &(struct setting){
            .kind = SETTING_NUMBERS, .n = n, .list = n > 1, .number = (double *)numbers});
}

void onnx_set_number(struct onnx_graph *graph, int layer, const char *key, double number)
{
    onnx_set_numbers(graph, layer, key, &number, 1);
}

void onnx_set_bool(struct onnx_graph *graph, int layer, const char *key, bool value)
{
    settings_add_bool(&graph->nodes[layer].settings, key, value);
}

void onnx_set_text(struct onnx_graph *graph, int layer, const char *key, const char *text)
{
    settings_add_string(&graph->nodes[layer].settings, key, text);
}

bool onnx_bind(struct onnx_graph *graph, int layer, int weight, struct onnx_value *constant,
    int rank, const int *dims, const int *order, struct error *err)
{
    size_t count = 1;
    for (int i = 0; i < rank; i++)
        count *= (size_t)dims[i];
    if (!constant->constant || !constant->tensor.proto || constant->turned)
        return fail(err, "its weight %s is computed by the graph, not stored", constant->name);
    if (constant->count != count)
        return fail(err, "its weight %s has %zu numbers, expected %zu", constant->name,
            constant->count, count);
    graph->bindings =
        memory_grow(graph->bindings, (size_t)graph->n_bindings + 1, sizeof *graph->bindings);
    struct onnx_binding *binding = &graph->bindings[graph->n_bindings++];
    *binding = (struct onnx_binding){
        .node = layer, .weight = weight, .tensor = constant->tensor, .rank = rank};
    for (int i = 0; i < rank; i++) {
        binding->dims[i] = dims[i];
        binding->order[i] = order ? order[i] : i;
    }
    return true;
}

/* Values --------------------------------------------------------------------------------- */

struct onnx_value *onnx_new_value(struct onnx_graph *graph, const char *name)
{
    struct onnx_value *value = memory_array(1, sizeof *value);
    *value = (struct onnx_value){.name = name, .node = -1};
    graph->values =
        memory_grow(graph->values, (size_t)graph->n_values + 1, sizeof(struct onnx_value *));
    return graph->values[graph->n_values++] = value;
}

void onnx_set_tensor(struct onnx_value *value, const struct onnx_tensor *tensor)
{
    value->constant = true;
    value->tensor = *tensor;
    value->count = tensor->count;
    value->whole_numbers = !onnx_tensor_is_float(tensor);
    value->rank = tensor->rank;
    for (int i = 0; i < tensor->rank; i++)
        value->dims[i] = (double)tensor->dims[i];
}

struct onnx_value *onnx_give(
    struct onnx_graph *graph, const struct onnx_node *node, int layer, int rank, const double *dims)
{
    return onnx_give_nth(graph, node, 0, layer, rank, dims);
}

struct onnx_value *onnx_give_nth(struct onnx_graph *graph, const struct onnx_node *node, int output,
    int layer, int rank, const double *dims)
{
    struct onnx_value *value = onnx_new_value(graph, node->proto->output[output]);
    value->node = layer;
    value->rank = rank;
    memcpy(value->dims, dims, (size_t)rank * sizeof *dims);
    return value;
}

struct onnx_value *onnx_give_same(
    struct onnx_graph *graph, const struct onnx_node *node, int layer, const struct onnx_value *as)
{
    struct onnx_value *value = onnx_give(graph, node, layer, as->rank, as->dims);
    value->channels_last = as->channels_last;
    return value;
}

void onnx_give_constant(struct onnx_graph *graph, const struct onnx_node *node, double *numbers,
    int rank, const double *dims, bool whole_numbers)
{
    struct onnx_value *value = onnx_new_value(graph, node->proto->output[0]);
    value->constant = true;
    value->numbers = numbers;
    value->rank = rank;
    value->count = 1;
    for (int i = 0; i < rank; i++) {
        value->dims[i] = dims[i];
        value->count *= (size_t)dims[i];
    }
    value->whole_numbers = whole_numbers;
}

int onnx_readers(const struct onnx_graph *graph, const char *name)
{
    const Onnx__GraphProto *proto = graph->file->model->graph;
    int readers = 0;
    for (size_t i = 0; i < proto->n_node; i++)
        for (size_t k = 0; k < proto->node[i]->n_input; k++)
            readers += strcmp(proto->node[i]->input[k], name) == 0;
    for (size_t i = 0; i < proto->n_output; i++)
        readers += proto->output[i]->name && strcmp(proto->output[i]->name, name) == 0;
    return readers;
}

int onnx_channel_axis(const struct onnx_value *value)
{
    return value->channels_last ? value->rank - 1 : 1;
}

bool onnx_check_images(const struct onnx_value *value, struct error *err)
{
    if (value->constant || value->rank != 4)
        return fail(err, "its input has %d dimensions, expected images of 4", value->rank);
    return !value->channels_last ||
           fail(err, "its input has the channels last, expected [n, channels, height, width]");
}

size_t onnx_count(const struct onnx_value *value)
{
    double count = 1;
    for (int i = 1; i < value->rank; i++)
        count *= value->dims[i];
    return count < 1e15 ? (size_t)count : SIZE_MAX;
}
