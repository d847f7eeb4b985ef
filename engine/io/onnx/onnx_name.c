/* Names of PyTorch's modules, out of names of weights or of scopes. */
#include "engine/io/onnx/onnx_name.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* "features/features.0/features.0.1" is features.0.1: a part that goes on from the one before
 * stands for both. */
static char *join_scopes(char *path)
{
    char *name = memory_string("");
    const char *last = "";
    for (char *rest = path, *part; (part = strsep(&rest, "/"));) {
        size_t length = strlen(last);
        bool goes_on = length && strncmp(part, last, length) == 0 && part[length] == '.';
        size_t keep = strlen(name) - (goes_on ? length : 0);
        char *longer = memory_format(
            "%.*s%s%s", (int)keep, name, keep && name[keep - 1] != '.' ? "." : "", part);
        free(name);
        name = longer;
        last = part;
    }
    return name;
}

/* Their scope is the module: "/conv1/Conv"; that of a function is where it is called:
 * "/layer1/Relu_1". */
static bool has_weights(const Onnx__NodeProto *node)
{
    static const char *const types[] = {"Conv", "Gemm", "MatMul", "BatchNormalization", "PRelu",
        "ConvTranspose", "LayerNormalization", "GroupNormalization", "InstanceNormalization"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(node->op_type, types[i]) == 0)
            return true;
    return false;
}

char *onnx_name(const Onnx__NodeProto *node, const char *tensor)
{
    static const char *const ends[] = {".weight", "_weight", ".kernel", "/kernel:0"};
    for (size_t i = 0; tensor && i < sizeof ends / sizeof *ends; i++) {
        size_t length = strlen(tensor), end = strlen(ends[i]);
        if (length > end && strcmp(tensor + length - end, ends[i]) == 0)
            return memory_format("%.*s", (int)(length - end), tensor);
    }
    const char *name = node->name && *node->name ? node->name : node->output[0];
    if (*name != '/' || !name[1])
        return memory_string(name);
    char *path = memory_string(name + 1), *last = strrchr(path, '/');
    if (last && has_weights(node))
        *last = '\0';
    char *joined = join_scopes(path);
    free(path);
    return joined;
}
