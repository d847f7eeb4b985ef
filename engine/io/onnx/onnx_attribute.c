/* Attributes of a node, each marked when it is read. */
#include "engine/io/onnx/onnx_attribute.h"

#include <math.h>
#include <string.h>

static const Onnx__AttributeProto *find(struct onnx_node *node, const char *name, int *index)
{
    for (size_t i = 0; i < node->proto->n_attribute; i++) {
        const Onnx__AttributeProto *attribute = node->proto->attribute[i];
        if (attribute->name && strcmp(attribute->name, name) == 0) {
            node->asked |= i < 64 ? (uint64_t)1 << i : 0;
            if (index)
                *index = (int)i;
            return attribute;
        }
    }
    return NULL;
}

bool onnx_attribute_int(struct onnx_node *node, const char *name, long long fallback,
    long long *value, struct error *err)
{
    const Onnx__AttributeProto *attribute = find(node, name, NULL);
    *value = attribute ? attribute->i : fallback;
    return !attribute || attribute->has_i || fail(err, "%s is not a whole number", name);
}

bool onnx_attribute_float(
    struct onnx_node *node, const char *name, double fallback, double *value, struct error *err)
{
    const Onnx__AttributeProto *attribute = find(node, name, NULL);
    *value = attribute ? (double)attribute->f : fallback;
    return !attribute || (attribute->has_f && isfinite(attribute->f)) ||
           fail(err, "%s is not a number", name);
}

bool onnx_attribute_text(struct onnx_node *node, const char *name, const char *fallback, char *text,
    size_t size, struct error *err)
{
    const Onnx__AttributeProto *attribute = find(node, name, NULL);
    size_t length = attribute ? attribute->s.len : strlen(fallback);
    if ((attribute && !attribute->has_s) || length >= size)
        return fail(err, "%s is not a name that is known", name);
    memcpy(text, attribute ? (const char *)attribute->s.data : fallback, length);
    text[length] = '\0';
    return true;
}

bool onnx_attribute_list(
    struct onnx_node *node, const char *name, int most, double *list, int *n, struct error *err)
{
    const Onnx__AttributeProto *attribute = find(node, name, NULL);
    *n = 0;
    if (!attribute)
        return true;
    if (attribute->n_ints > (size_t)most)
        return fail(err, "%s has %zu numbers, expected at most %d", name, attribute->n_ints, most);
    for (; *n < (int)attribute->n_ints; ++*n)
        list[*n] = (double)attribute->ints[*n];
    return true;
}

bool onnx_attribute_floats(
    struct onnx_node *node, const char *name, int most, double *list, int *n, struct error *err)
{
    const Onnx__AttributeProto *attribute = find(node, name, NULL);
    size_t count = attribute ? attribute->n_floats : 0;
    if (count > (size_t)most)
        return fail(err, "%s has %zu numbers, expected at most %d", name, count, most);
    for (*n = 0; *n < (int)count; ++*n)
        list[*n] = (double)attribute->floats[*n];
    return true;
}

const Onnx__TensorProto *onnx_attribute_tensor(struct onnx_node *node, const char *name, int *index)
{
    const Onnx__AttributeProto *attribute = find(node, name, index);
    return attribute ? attribute->t : NULL;
}
