/* Makes ONNX models with protobuf-c, as exporters do. */
#include "tests/unit/io/onnx/onnx_nets.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *own(struct onnx_making *making, void *pointer)
{
    making->owned = memory_grow(making->owned, (size_t)making->n_owned + 1, sizeof *making->owned);
    return making->owned[making->n_owned++] = pointer;
}

static void *take(struct onnx_making *making, size_t size)
{
    return own(making, memory_array(1, size));
}

static char *text(struct onnx_making *making, const char *string)
{
    return own(making, memory_string(string));
}

/* Arrays of pointers grow by one; the array is owned once, when the model is finished. */
static void append(void ***list, size_t *n, void *item)
{
    *list = memory_grow(*list, *n + 1, sizeof **list);
    (*list)[(*n)++] = item;
}

static Onnx__ValueInfoProto *info(
    struct onnx_making *making, const char *name, int rank, const int64_t *dims)
{
    Onnx__ValueInfoProto *value = take(making, sizeof *value);
    Onnx__TypeProto *type = take(making, sizeof *type);
    Onnx__TypeProto__Tensor *tensor = take(making, sizeof *tensor);
    Onnx__TensorShapeProto *shape = take(making, sizeof *shape);
    onnx__value_info_proto__init(value);
    onnx__type_proto__init(type);
    onnx__type_proto__tensor__init(tensor);
    onnx__tensor_shape_proto__init(shape);
    shape->dim = take(making, ((size_t)rank + 1) * sizeof *shape->dim);
    for (int i = 0; i <= rank; i++) {
        Onnx__TensorShapeProto__Dimension *dim = take(making, sizeof *dim);
        onnx__tensor_shape_proto__dimension__init(dim);
        dim->value_case = i ? ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
                            : ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
        if (i)
            dim->dim_value = dims[i - 1];
        else
            dim->dim_param = text(making, "n");
        shape->dim[shape->n_dim++] = dim;
    }
    tensor->has_elem_type = true;
    tensor->elem_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    tensor->shape = shape;
    type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    type->tensor_type = tensor;
    value->name = text(making, name);
    value->type = type;
    return value;
}

void onnx_begin(struct onnx_making *making, int opset, int rank, const int64_t *dims)
{
    *making = (struct onnx_making){.seed = 1};
    onnx__model_proto__init(&making->model);
    onnx__graph_proto__init(&making->graph);
    Onnx__OperatorSetIdProto *set = take(making, sizeof *set);
    onnx__operator_set_id_proto__init(set);
    set->has_version = true;
    set->version = opset;
    append((void ***)&making->model.opset_import, &making->model.n_opset_import, set);
    making->model.has_ir_version = true;
    making->model.ir_version = 8;
    making->model.producer_name = text(making, "tests");
    making->model.graph = &making->graph;
    making->graph.name = text(making, "net");
    append((void ***)&making->graph.input, &making->graph.n_input, info(making, "x", rank, dims));
    append((void ***)&making->graph.output, &making->graph.n_output, info(making, "y", 0, dims));
}

void onnx_open_side(struct onnx_making *making, int dim)
{
    Onnx__TensorShapeProto *shape = making->graph.input[0]->type->tensor_type->shape;
    shape->dim[dim]->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
    shape->dim[dim]->dim_param = text(making, "side");
}

void onnx_finish(struct onnx_making *making)
{
    for (size_t i = 0; i < making->graph.n_node; i++) {
        free(making->graph.node[i]->input);
        free(making->graph.node[i]->attribute);
    }
    free(making->graph.node);
    free(making->graph.initializer);
    free(making->graph.input);
    free(making->graph.output);
    free(making->model.opset_import);
    for (int i = 0; i < making->n_owned; i++)
        free(making->owned[i]);
    free(making->owned);
}

Onnx__NodeProto *onnx_node(
    struct onnx_making *making, const char *op, const char *output, const char *const *inputs)
{
    Onnx__NodeProto *node = take(making, sizeof *node);
    onnx__node_proto__init(node);
    node->op_type = text(making, op);
    node->output = take(making, sizeof *node->output);
    node->output[0] = text(making, output);
    node->n_output = 1;
    for (; *inputs; inputs++)
        append((void ***)&node->input, &node->n_input, text(making, *inputs));
    append((void ***)&making->graph.node, &making->graph.n_node, node);
    return node;
}

static Onnx__AttributeProto *attribute(
    struct onnx_making *making, Onnx__NodeProto *node, const char *name)
{
    Onnx__AttributeProto *item = take(making, sizeof *item);
    onnx__attribute_proto__init(item);
    item->name = text(making, name);
    append((void ***)&node->attribute, &node->n_attribute, item);
    return item;
}

void onnx_int(struct onnx_making *making, Onnx__NodeProto *node, const char *name, int64_t value)
{
    Onnx__AttributeProto *item = attribute(making, node, name);
    item->has_i = true;
    item->i = value;
}

void onnx_float(struct onnx_making *making, Onnx__NodeProto *node, const char *name, float value)
{
    Onnx__AttributeProto *item = attribute(making, node, name);
    item->has_f = true;
    item->f = value;
}

void onnx_ints(struct onnx_making *making, Onnx__NodeProto *node, const char *name, int n,
    const int64_t *values)
{
    Onnx__AttributeProto *item = attribute(making, node, name);
    item->n_ints = (size_t)n;
    item->ints = take(making, (size_t)n * sizeof *values);
    memcpy(item->ints, values, (size_t)n * sizeof *values);
}

void onnx_text(
    struct onnx_making *making, Onnx__NodeProto *node, const char *name, const char *word)
{
    Onnx__AttributeProto *item = attribute(making, node, name);
    item->has_s = true;
    item->s.data = (uint8_t *)text(making, word);
    item->s.len = strlen(word);
}

void onnx_output(struct onnx_making *making, Onnx__NodeProto *node, const char *name)
{
    char **output = take(making, (node->n_output + 1) * sizeof *output);
    memcpy(output, node->output, node->n_output * sizeof *output);
    output[node->n_output++] = text(making, name);
    node->output = output;
}

static Onnx__TensorProto *tensor(
    struct onnx_making *making, const char *name, int rank, const int64_t *dims)
{
    Onnx__TensorProto *item = take(making, sizeof *item);
    onnx__tensor_proto__init(item);
    item->name = text(making, name);
    item->has_data_type = true;
    item->n_dims = (size_t)rank;
    item->dims = take(making, ((size_t)rank + 1) * sizeof *dims);
    for (int i = 0; i < rank; i++)
        item->dims[i] = dims[i];
    append((void ***)&making->graph.initializer, &making->graph.n_initializer, item);
    return item;
}

float *onnx_weight(struct onnx_making *making, const char *name, int rank, const int64_t *dims)
{
    Onnx__TensorProto *item = tensor(making, name, rank, dims);
    struct random random;
    size_t count = 1;
    for (int i = 0; i < rank; i++)
        count *= (size_t)dims[i];
    float *values = take(making, count * sizeof *values);
    random_init(&random, making->seed++, 0);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)random_range(&random, -1, 1);
    item->data_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    item->has_raw_data = true;
    item->raw_data.data = (uint8_t *)values;
    item->raw_data.len = count * sizeof *values;
    return values;
}

Onnx__TensorProto *onnx_whole(
    struct onnx_making *making, const char *name, int n, const int64_t *values)
{
    Onnx__TensorProto *item = tensor(making, name, 1, (const int64_t[]){n});
    item->data_type = ONNX__TENSOR_PROTO__DATA_TYPE__INT64;
    item->n_int64_data = (size_t)n;
    item->int64_data = take(making, (size_t)n * sizeof *values);
    memcpy(item->int64_data, values, (size_t)n * sizeof *values);
    return item;
}

Onnx__TensorProto *onnx_tensor_named(struct onnx_making *making, const char *name)
{
    for (size_t i = 0; i < making->graph.n_initializer; i++)
        if (strcmp(making->graph.initializer[i]->name, name) == 0)
            return making->graph.initializer[i];
    return NULL;
}

void onnx_external(struct onnx_making *making, const char *weight, const char *location,
    const char *offset, const char *length)
{
    const char *const pairs[][2] = {{"location", location}, {"offset", offset}, {"length", length}};
    Onnx__TensorProto *item = onnx_tensor_named(making, weight);
    item->has_raw_data = false;
    item->has_data_location = true;
    item->data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
    item->external_data = take(making, 3 * sizeof *item->external_data);
    for (; item->n_external_data < 3; item->n_external_data++) {
        Onnx__StringStringEntryProto *entry = take(making, sizeof *entry);
        onnx__string_string_entry_proto__init(entry);
        entry->key = text(making, pairs[item->n_external_data][0]);
        entry->value = text(making, pairs[item->n_external_data][1]);
        item->external_data[item->n_external_data] = entry;
    }
}

void *onnx_bytes(struct onnx_making *making, size_t *size)
{
    *size = onnx__model_proto__get_packed_size(&making->model);
    uint8_t *bytes = take(making, *size + 1);
    onnx__model_proto__pack(&making->model, bytes);
    return bytes;
}

void onnx_write(struct onnx_making *making, const char *path)
{
    size_t size;
    void *bytes = onnx_bytes(making, &size);
    FILE *file = fopen(path, "we");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        abort();
}

/* The batch of a reshaped value is read from the value itself, as exporters of open batches do. */
static void flatten_by_shape(struct onnx_making *making, const char *from, const char *to)
{
    onnx_whole(making, "zero", 1, (const int64_t[]){0});
    onnx_whole(making, "rest", 1, (const int64_t[]){-1});
    onnx_node(making, "Shape", "shape", ONNX_INPUTS(from));
    onnx_int(making, onnx_node(making, "Gather", "batch", ONNX_INPUTS("shape", "zero")), "axis", 0);
    onnx_int(
        making, onnx_node(making, "Concat", "target", ONNX_INPUTS("batch", "rest")), "axis", 0);
    onnx_node(making, "Reshape", to, ONNX_INPUTS(from, "target"));
}

void onnx_write_small(const char *path)
{
    struct onnx_making making;
    onnx_begin(&making, 17, 3, (const int64_t[]){2, 5, 4});
    onnx_weight(&making, "conv.weight", 4, (const int64_t[]){3, 2, 3, 3});
    onnx_weight(&making, "conv.bias", 1, (const int64_t[]){3});
    onnx_weight(&making, "fc.weight", 2, (const int64_t[]){4, 3 * 5 * 4});
    Onnx__NodeProto *conv =
        onnx_node(&making, "Conv", "c", ONNX_INPUTS("x", "conv.weight", "conv.bias"));
    onnx_ints(&making, conv, "pads", 4, (const int64_t[]){1, 1, 1, 1});
    onnx_node(&making, "Relu", "r", ONNX_INPUTS("c"));
    flatten_by_shape(&making, "r", "f");
    onnx_int(&making, onnx_node(&making, "Gemm", "y", ONNX_INPUTS("f", "fc.weight")), "transB", 1);
    onnx_write(&making, path);
    onnx_finish(&making);
}

/* LayerNorm as PyTorch wrote it before there was an operator. */
static void normalise_by_chain(struct onnx_making *making, const char *from, const char *to)
{
    static const int64_t axes[] = {1};
    *onnx_weight(making, "two", 0, NULL) = 2;
    *onnx_weight(making, "epsilon", 0, NULL) = 1e-5F;
    onnx_ints(making, onnx_node(making, "ReduceMean", "m", ONNX_INPUTS(from)), "axes", 1, axes);
    onnx_node(making, "Sub", "d", ONNX_INPUTS(from, "m"));
    onnx_node(making, "Pow", "p", ONNX_INPUTS("d", "two"));
    onnx_ints(making, onnx_node(making, "ReduceMean", "v", ONNX_INPUTS("p")), "axes", 1, axes);
    onnx_node(making, "Add", "w", ONNX_INPUTS("v", "epsilon"));
    onnx_node(making, "Sqrt", "s", ONNX_INPUTS("w"));
    onnx_node(making, "Div", to, ONNX_INPUTS("d", "s"));
}

void onnx_write_layers(const char *path)
{
    struct onnx_making making;
    onnx_begin(&making, 17, 3, (const int64_t[]){4, 3, 4});
    onnx_weight(&making, "up.weight", 4, (const int64_t[]){4, 4, 2, 2});
    onnx_weight(&making, "norm.weight", 1, (const int64_t[]){4});
    onnx_weight(&making, "fc.weight", 2, (const int64_t[]){3, 4 * 6 * 8});
    onnx_whole(&making, "groups", 3, (const int64_t[]){0, 2, -1});
    onnx_whole(&making, "images", 4, (const int64_t[]){0, 4, 6, 8});
    onnx_whole(&making, "sizes", 4, (const int64_t[]){1, 4, 6, 8});
    onnx_ints(&making, onnx_node(&making, "ConvTranspose", "u", ONNX_INPUTS("x", "up.weight")),
        "strides", 2, (const int64_t[]){2, 2});
    onnx_node(
        &making, "InstanceNormalization", "i", ONNX_INPUTS("u", "norm.weight", "norm.weight"));
    Onnx__NodeProto *split = onnx_node(&making, "Split", "a", ONNX_INPUTS("i"));
    onnx_int(&making, split, "axis", 1);
    onnx_output(&making, split, "b");
    onnx_int(&making, onnx_node(&making, "Concat", "c", ONNX_INPUTS("b", "a")), "axis", 1);
    normalise_by_chain(&making, "c", "n");
    onnx_node(&making, "GlobalAveragePool", "g", ONNX_INPUTS("n"));
    onnx_node(&making, "Expand", "e", ONNX_INPUTS("g", "sizes"));
    onnx_node(&making, "Max", "l", ONNX_INPUTS("n", "e"));
    onnx_node(&making, "Resize", "r", ONNX_INPUTS("l", "", "", "sizes"));
    onnx_node(&making, "Reshape", "h", ONNX_INPUTS("r", "groups"));
    onnx_node(&making, "Reshape", "k", ONNX_INPUTS("h", "images"));
    onnx_node(&making, "Flatten", "f", ONNX_INPUTS("k"));
    onnx_int(&making, onnx_node(&making, "Gemm", "y", ONNX_INPUTS("f", "fc.weight")), "transB", 1);
    onnx_write(&making, path);
    onnx_finish(&making);
}
