/* Weights between the tensors of the file and the layers, the dimensions in another order. */
#include "engine/io/onnx/onnx_weights.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Where the weight's values stand in the tensor: a step for each of its dimensions. */
struct steps {
    int n[4];
    size_t step[4];
};

static struct steps steps_of(const struct onnx_binding *binding)
{
    struct steps steps = {.n = {1, 1, 1, 1}};
    size_t step[4], size = 1;
    int shift = 4 - binding->rank;
    for (int i = binding->rank; i-- > 0;) {
        step[i] = size;
        size *= (size_t)binding->dims[i];
    }
    for (int i = 0; i < binding->rank; i++) {
        steps.n[shift + i] = binding->dims[binding->order[i]];
        steps.step[shift + i] = step[binding->order[i]];
    }
    return steps;
}

/* Copies between the weight's order and the tensor's; of two columns the second is the file's. */
static void copy_values(
    const struct onnx_binding *binding, const struct weight *weight, float *tensor, bool fill)
{
    struct steps s = steps_of(binding);
    size_t at = weight->doubled ? 1 : 0, next = weight->doubled ? 2 : 1;
    for (int a = 0; a < s.n[0]; a++)
        for (int b = 0; b < s.n[1]; b++)
            for (int c = 0; c < s.n[2]; c++) {
                size_t from = (size_t)a * s.step[0] + (size_t)b * s.step[1] + (size_t)c * s.step[2];
                for (int d = 0; d < s.n[3]; d++, at += next, from += s.step[3])
                    if (fill)
                        weight->data[at] = tensor[from];
                    else
                        tensor[from] = weight->data[at];
            }
}

static const struct weight *weight_of(const struct onnx_graph *graph,
    const struct onnx_binding *binding, const struct network *network, struct error *err)
{
    const char *name = graph->nodes[binding->node].name;
    int index = network_find(network, name);
    const struct layer *layer = index >= 0 ? &network->layers[index] : NULL;
    const struct weight *weight =
        layer && binding->weight < layer->n_weights ? &layer->weights[binding->weight] : NULL;
    if (weight && weight->count / (weight->doubled ? 2 : 1) == binding->tensor.count)
        return weight;
    fail(err, "%s: layer %s has no place for its weight %s", graph->file->path, name,
        binding->tensor.name);
    return NULL;
}

bool onnx_graph_fill(
    const struct onnx_graph *graph, const struct network *network, struct error *err)
{
    for (int i = 0; i < graph->n_bindings; i++) {
        const struct onnx_binding *binding = &graph->bindings[i];
        const struct weight *weight = weight_of(graph, binding, network, err);
        if (!weight)
            return false;
        float *numbers = onnx_tensor_floats(&binding->tensor);
        copy_values(binding, weight, numbers, true);
        free(numbers);
    }
    return true;
}

/* The network's values in the tensor's order; malloc'd. NULL with err. */
static float *wanted(const struct onnx_graph *graph, const struct onnx_binding *binding,
    const struct network *network, struct error *err)
{
    const struct weight *weight = weight_of(graph, binding, network, err);
    if (!weight)
        return NULL;
    float *values = memory_array(binding->tensor.count + 1, sizeof *values);
    copy_values(binding, weight, values, false);
    return values;
}

/* A tensor that several layers share holds one set of values. */
static bool check_shared(const struct onnx_graph *graph, int index, const float *values,
    const struct network *network, struct error *err)
{
    const struct onnx_binding *binding = &graph->bindings[index];
    for (int i = 0; i < index; i++) {
        const struct onnx_binding *other = &graph->bindings[i];
        if (other->tensor.proto != binding->tensor.proto)
            continue;
        float *others = wanted(graph, other, network, err);
        bool same = others && memcmp(others, values, binding->tensor.count * sizeof *values) == 0;
        free(others);
        return same || fail(err,
                           "%s: layers %s and %s share weight %s in the file, but not the values "
                           "that are to be saved",
                           graph->file->path, graph->nodes[other->node].name,
                           graph->nodes[binding->node].name, binding->tensor.name);
    }
    return true;
}

/* Values that differ, bit by bit, go into the file's bytes. */
static bool change_tensor(const struct onnx_graph *graph, const struct onnx_binding *binding,
    const float *values, struct error *err)
{
    struct onnx_place place;
    float *stored = onnx_tensor_floats(&binding->tensor);
    size_t count = binding->tensor.count;
    bool good = memcmp(stored, values, count * sizeof *values) == 0;
    if (!good && onnx_tensor_locate(graph->file, &binding->tensor, &place, err)) {
        for (size_t i = 0; i < count; i++)
            if (memcmp(&stored[i], &values[i], sizeof *values) != 0)
                onnx_tensor_set(graph->file->bytes, &place, i, values[i]);
        good = true;
    }
    free(stored);
    return good;
}

bool onnx_graph_update(
    const struct onnx_graph *graph, const struct network *network, struct error *err)
{
    bool good = true;
    for (int i = 0; good && i < graph->n_bindings; i++) {
        const struct onnx_binding *binding = &graph->bindings[i];
        float *values = wanted(graph, binding, network, err);
        good = values && check_shared(graph, i, values, network, err) &&
               change_tensor(graph, binding, values, err);
        free(values);
    }
    return good;
}
