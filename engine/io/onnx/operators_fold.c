/* Operators that compute shapes: Shape, Gather, Slice, and what comes of constants. */
#include "engine/base/memory.h"
#include "engine/io/onnx/onnx_attribute.h"
#include "engine/io/onnx/onnx_fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool onnx_all_constant(const struct onnx_node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] && !node->inputs[i]->constant)
            return false;
    return true;
}

void onnx_give_as(struct onnx_graph *graph, struct onnx_node *node, const struct onnx_value *value)
{
    struct onnx_value *given = onnx_new_value(graph, node->proto->output[0]);
    const char *name = given->name;
    *given = *value;
    given->name = name;
    given->numbers = NULL;
    if (value->numbers) {
        given->numbers = memory_array(value->count + 1, sizeof *given->numbers);
        memcpy(given->numbers, value->numbers, value->count * sizeof *given->numbers);
    }
}

static bool check_small(struct onnx_value *value, struct error *err)
{
    if (!value || !value->constant || value->count > ONNX_FOLD_MAX)
        return fail(err, "it computes with an input that is no constant, or a large one");
    return true;
}

/* The size of a batch is passed on, never computed with. */
static double apply(const char *type, double a, double b, bool whole)
{
    if (a == ONNX_BATCH || b == ONNX_BATCH)
        return NAN;
    double result = *type == 'A' ? a + b : *type == 'S' ? a - b : *type == 'M' ? a * b : a / b;
    return whole && *type == 'D' ? trunc(result) : result;
}

bool onnx_fold_arithmetic(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *a = node->inputs[0], *b = node->inputs[1];
    if (node->n_inputs != 2 || !check_small(a, err) || !check_small(b, err))
        return node->n_inputs == 2 ? false : fail(err, "it adds more than two constants");
    struct onnx_value *shape = a->count >= b->count ? a : b;
    if ((a->count != 1 && b->count != 1 && a->count != b->count) || shape->count == 0)
        return fail(err, "it computes with constants of different shapes");
    double *numbers = memory_array(shape->count, sizeof *numbers);
    const double *first = onnx_numbers(a), *second = onnx_numbers(b);
    for (size_t i = 0; i < shape->count; i++)
        numbers[i] = apply(node->proto->op_type, first[a->count == 1 ? 0 : i],
            second[b->count == 1 ? 0 : i], a->whole_numbers);
    onnx_give_constant(graph, node, numbers, shape->rank, shape->dims, a->whole_numbers);
    return true;
}

bool onnx_fold_copy(struct onnx_graph *graph, struct onnx_node *node, int rank, const double *dims,
    struct error *err)
{
    struct onnx_value *value = node->inputs[0];
    if (!check_small(value, err))
        return false;
    double *numbers = memory_array(value->count + 1, sizeof *numbers);
    memcpy(numbers, onnx_numbers(value), value->count * sizeof *numbers);
    onnx_give_constant(graph, node, numbers, rank, dims, value->whole_numbers);
    return true;
}

bool onnx_fold_concat(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    double total = 0, *numbers = NULL;
    size_t at = 0;
    for (int i = 0; i < node->n_inputs; i++) {
        if (!check_small(node->inputs[i], err))
            return false;
        if (node->inputs[i]->rank != 1)
            return fail(err, "it joins constants of several dimensions");
        total += (double)node->inputs[i]->count;
    }
    numbers = memory_array((size_t)total + 1, sizeof *numbers);
    for (int i = 0; i < node->n_inputs; at += node->inputs[i++]->count)
        memcpy(
            numbers + at, onnx_numbers(node->inputs[i]), node->inputs[i]->count * sizeof *numbers);
    onnx_give_constant(graph, node, numbers, 1, &total, node->inputs[0]->whole_numbers);
    return true;
}

/* Operators ------------------------------------------------------------------------------- */

static bool give_tensor(struct onnx_graph *graph, struct onnx_node *node,
    const Onnx__TensorProto *proto, int attribute, struct error *err)
{
    struct onnx_tensor tensor;
    if (!onnx_tensor_read(proto, node->proto->output[0], &tensor, err))
        return false;
    tensor.node = node->index;
    tensor.attribute = attribute;
    onnx_set_tensor(onnx_new_value(graph, node->proto->output[0]), &tensor);
    return true;
}

static bool lower_constant(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    int index = 0;
    const Onnx__TensorProto *proto = onnx_attribute_tensor(node, "value", &index);
    double number;
    long long whole;
    if (proto)
        return give_tensor(graph, node, proto, index, err);
    if (node->proto->n_attribute != 1)
        return fail(err, "it has no value");
    const char *name = node->proto->attribute[0]->name;
    double list[64];
    int n = 1;
    bool good = false, whole_numbers = true;
    if (name && strcmp(name, "value_float") == 0) {
        good = onnx_attribute_float(node, name, 0, &number, err);
        list[0] = number;
        whole_numbers = false;
    } else if (name && strcmp(name, "value_int") == 0) {
        good = onnx_attribute_int(node, name, 0, &whole, err);
        list[0] = (double)whole;
    } else if (name && strcmp(name, "value_ints") == 0) {
        good = onnx_attribute_list(node, name, 64, list, &n, err);
    }
    if (!good)
        return fail(err, "its value is of a kind that is not supported");
    double *numbers = memory_array((size_t)n + 1, sizeof *numbers), size = n;
    memcpy(numbers, list, (size_t)n * sizeof *numbers);
    onnx_give_constant(
        graph, node, numbers, strcmp(name, "value_ints") == 0 ? 1 : 0, &size, whole_numbers);
    return true;
}

static bool lower_shape(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    const struct onnx_value *value = node->inputs[0];
    long long start, end;
    if (!onnx_attribute_int(node, "start", 0, &start, err) ||
        !onnx_attribute_int(node, "end", value->rank, &end, err))
        return false;
    start += start < 0 ? value->rank : 0;
    end += end < 0 ? value->rank : 0;
    if (start < 0 || end > value->rank || start > end)
        return fail(err, "start or end is outside its input");
    double *numbers = memory_array((size_t)value->rank + 1, sizeof *numbers);
    double n = (double)(end - start);
    for (long long i = start; i < end; i++)
        numbers[i - start] = value->dims[i];
    onnx_give_constant(graph, node, numbers, 1, &n, true);
    return true;
}

static bool lower_gather(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *from = node->inputs[0], *places = node->inputs[1];
    long long axis;
    if (!onnx_attribute_int(node, "axis", 0, &axis, err) || !check_small(from, err) ||
        !check_small(places, err))
        return false;
    if (axis != 0 || from->rank != 1 || places->rank > 1)
        return fail(err, "it takes from more than a list");
    double *numbers = memory_array(places->count + 1, sizeof *numbers);
    const double *list = onnx_numbers(from), *index = onnx_numbers(places);
    for (size_t i = 0; i < places->count; i++) {
        double at = index[i] < 0 ? index[i] + (double)from->count : index[i];
        if (!(at >= 0 && at < (double)from->count)) {
            free(numbers);
            return fail(err, "it takes place %g of a list of %zu", index[i], from->count);
        }
        numbers[i] = list[(size_t)at];
    }
    onnx_give_constant(graph, node, numbers, places->rank, places->dims, from->whole_numbers);
    return true;
}

static double clamp(double at, double count)
{
    at += at < 0 ? count : 0;
    return at < 0 ? 0 : at > count ? count : at;
}

/* One piece of a list; the numbers are attributes before opset 10. */
static bool lower_slice(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *from = node->inputs[0];
    double bounds[2], step = 1, axis = 0, list[2];
    static const char *const names[] = {"starts", "ends"};
    if (!check_small(from, err))
        return false;
    for (int i = 0; i < 2; i++) {
        int n = 0;
        struct onnx_value *given = node->n_inputs > i + 1 ? node->inputs[i + 1] : NULL;
        if (!given && !onnx_attribute_list(node, names[i], 2, list, &n, err))
            return false;
        bounds[i] = list[0];
        if (given ? !onnx_single(given, &bounds[i]) : n != 1)
            return fail(err, "%s is not one number", names[i]);
    }
    int n = 0;
    if (node->n_inputs < 4 && !onnx_attribute_list(node, "axes", 2, list, &n, err))
        return false;
    axis = n ? list[0] : 0;
    if ((node->n_inputs > 3 && node->inputs[3] && !onnx_single(node->inputs[3], &axis)) ||
        (node->n_inputs > 4 && node->inputs[4] && !onnx_single(node->inputs[4], &step)))
        return fail(err, "its axes and steps are not one number");
    if (from->rank != 1 || (axis != 0 && axis != -1) || step != 1)
        return fail(err, "it cuts more than a list");
    double count = (double)from->count, first = clamp(bounds[0], count);
    double last = clamp(bounds[1], count), size = last > first ? last - first : 0;
    double *numbers = memory_array((size_t)size + 1, sizeof *numbers);
    memcpy(numbers, onnx_numbers(from) + (size_t)first, (size_t)size * sizeof *numbers);
    onnx_give_constant(graph, node, numbers, 1, &size, from->whole_numbers);
    return true;
}

static bool lower_fill(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *shape = node->inputs[0];
    struct onnx_tensor tensor;
    int index;
    const Onnx__TensorProto *proto = onnx_attribute_tensor(node, "value", &index);
    double number = 0, dims[ONNX_RANK_MAX], count = 1;
    if (!check_small(shape, err) || (proto && !onnx_tensor_read(proto, "value", &tensor, err)))
        return false;
    if (proto && tensor.count == 1) {
        double *one = onnx_tensor_numbers(&tensor);
        number = one[0];
        free(one);
    }
    for (size_t i = 0; i < shape->count && i < ONNX_RANK_MAX; i++)
        count *= dims[i] = onnx_numbers(shape)[i];
    if (shape->count > ONNX_RANK_MAX || !(count >= 0 && count <= ONNX_FOLD_MAX))
        return fail(err, "it makes a large constant, or one of unknown size");
    double *numbers = memory_array((size_t)count + 1, sizeof *numbers);
    for (size_t i = 0; i < (size_t)count; i++)
        numbers[i] = number;
    onnx_give_constant(
        graph, node, numbers, (int)shape->count, dims, proto && !onnx_tensor_is_float(&tensor));
    return true;
}

static const struct onnx_operator list[] = {
    {"Constant", 0, 0, true, lower_constant},
    {"Shape", 1, 1, true, lower_shape},
    {"Gather", 2, 2, true, lower_gather},
    {"Slice", 1, 5, true, lower_slice},
    {"ConstantOfShape", 1, 1, true, lower_fill},
};

const struct onnx_operators onnx_operators_fold = {sizeof list / sizeof *list, list};
