/* Operators that compute shapes: Shape, Gather, Slice, and what comes of constants. */
#include "engine/base/memory.h"
#include "engine/io/onnx/onnx_attribute.h"
#include "engine/io/onnx/onnx_fold.h"
#include "engine/io/onnx/onnx_select.h"

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

struct onnx_value *onnx_give_as(
    struct onnx_graph *graph, struct onnx_node *node, const struct onnx_value *value)
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
    return given;
}

static bool check_small(struct onnx_value *value, struct error *err)
{
    if (!value || !value->constant || value->count > ONNX_FOLD_MAX || value->turned)
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
    double count = 1;
    for (int i = 0; i < rank; i++)
        count *= dims[i];
    if (value->turned || count != (double)value->count)
        return fail(err, "it does not keep the %zu numbers of its constant", value->count);
    struct onnx_value *given = onnx_give_as(graph, node, value);
    given->rank = rank;
    memcpy(given->dims, dims, (size_t)rank * sizeof *dims);
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

/* The two dimensions of a table of numbers, or of a weight, which stays where it is. */
bool onnx_fold_transpose(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *value = node->inputs[0];
    if (value->rank != 2)
        return fail(err, "it turns a constant of %d dimensions", value->rank);
    const double dims[] = {value->dims[1], value->dims[0]};
    size_t rows = (size_t)dims[1], columns = (size_t)dims[0];
    struct onnx_value *given = onnx_give_as(graph, node, value);
    memcpy(given->dims, dims, sizeof dims);
    if (value->tensor.proto) {
        given->turned = !value->turned;
        return true;
    }
    for (size_t i = 0; i < value->count; i++)
        given->numbers[i % columns * rows + i / columns] = value->numbers[i];
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
    if (!onnx_attribute_int(node, "axis", 0, &axis, err))
        return false;
    if (!from->constant)
        return onnx_gather_channels(graph, node, axis, err);
    if (!check_small(from, err) || !check_small(places, err))
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

struct cut {
    double first, last, step, axis;
};

/* The numbers are attributes before opset 10, then inputs; one of each. */
static bool read_cut(struct onnx_node *node, struct cut *cut, struct error *err)
{
    static const char *const names[] = {"starts", "ends", "axes"};
    double *numbers[] = {&cut->first, &cut->last, &cut->axis, &cut->step}, list[2];
    *cut = (struct cut){.step = 1};
    for (int i = 0; i < 4; i++) {
        int n = 0;
        struct onnx_value *given = node->n_inputs > i + 1 ? node->inputs[i + 1] : NULL;
        if (!given && i < 3 && node->n_inputs < 2 &&
            !onnx_attribute_list(node, names[i], 2, list, &n, err))
            return false;
        if (n > 1 || (given && !onnx_single(given, numbers[i])) || (i < 2 && !given && n == 0))
            return fail(err, "it cuts along several axes, or where is not known before it runs");
        if (n == 1)
            *numbers[i] = list[0];
    }
    return true;
}

/* Rows of a constant, forwards or backwards. */
static bool lower_slice(struct onnx_graph *graph, struct onnx_node *node, struct error *err)
{
    struct onnx_value *from = node->inputs[0];
    struct cut cut;
    if (!from->constant)
        return onnx_slice_images(graph, node, err);
    if (!check_small(from, err) || !read_cut(node, &cut, err))
        return false;
    if (from->rank < 1 || (cut.axis != 0 && cut.axis != -from->rank) || fabs(cut.step) != 1)
        return fail(err, "it cuts along another axis than the first");
    double rows = from->dims[0], dims[ONNX_RANK_MAX], size = 0;
    double first = clamp(cut.first, rows), last = clamp(cut.last, rows);
    size_t row = rows > 0 ? from->count / (size_t)rows : 0;
    if (cut.step < 0) {
        first = fmin(first, rows - 1);
        last = cut.last < -rows ? -1 : last;
    }
    double *numbers = memory_array(from->count + 1, sizeof *numbers);
    for (double at = first; cut.step > 0 ? at < last : at > last; at += cut.step, size++)
        memcpy(numbers + (size_t)size * row, onnx_numbers(from) + (size_t)at * row,
            row * sizeof *numbers);
    memcpy(dims, from->dims, sizeof dims);
    dims[0] = size;
    onnx_give_constant(graph, node, numbers, from->rank, dims, from->whole_numbers);
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
    {"Constant", 0, 0, true, lower_constant, false},
    {"Shape", 1, 1, true, lower_shape, true},
    {"Gather", 2, 2, true, lower_gather, false},
    {"Slice", 1, 5, true, lower_slice, false},
    {"ConstantOfShape", 1, 1, true, lower_fill, false},
};

const struct onnx_operators onnx_operators_fold = {sizeof list / sizeof *list, list};
