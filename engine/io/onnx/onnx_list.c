/* Lists the nodes of an ONNX file, also of one that cannot be run. */
#include "engine/io/onnx/onnx_list.h"

#include "engine/base/escape.h"
#include "engine/io/onnx/onnx_name.h"

#include <stdlib.h>
#include <string.h>

static void put(FILE *out, const char *text, int width)
{
    char *shown = escape_text(escape_terminal, text ? text : "?");
    fprintf(out, "%-*s", width, shown);
    free(shown);
}

static const Onnx__TensorProto *find_weight(const Onnx__GraphProto *graph, const char *name)
{
    for (size_t i = 0; i < graph->n_initializer; i++)
        if (graph->initializer[i]->name && strcmp(graph->initializer[i]->name, name) == 0)
            return graph->initializer[i];
    return NULL;
}

static const char *first_weight(const Onnx__GraphProto *graph, const Onnx__NodeProto *node)
{
    for (size_t i = 0; i < node->n_input; i++)
        if (find_weight(graph, node->input[i]))
            return node->input[i];
    return NULL;
}

static void put_weights(const Onnx__GraphProto *graph, const Onnx__NodeProto *node, FILE *out)
{
    for (size_t i = 0; i < node->n_input; i++) {
        const Onnx__TensorProto *weight = find_weight(graph, node->input[i]);
        if (!weight)
            continue;
        fputs("  ", out);
        put(out, weight->name, 0);
        for (size_t k = 0; k < weight->n_dims; k++)
            fprintf(out, "%s%lld", k ? "x" : " ", (long long)weight->dims[k]);
    }
}

void onnx_list(const struct onnx_file *file, FILE *out)
{
    enum { LINES_MAX = 5000 };
    const Onnx__GraphProto *graph = file->model->graph;
    char *writer = onnx_file_writer(file);
    fprintf(out, ": an ONNX net, opset %d%s", file->opset, writer ? ", " : "");
    put(out, writer ? writer : "", 0);
    fputs("\n", out);
    free(writer);
    for (size_t i = 0; i < graph->n_node && i < LINES_MAX; i++) {
        const Onnx__NodeProto *node = graph->node[i];
        fputs("  ", out);
        char *name =
            node->n_output && node->op_type ? onnx_name(node, first_weight(graph, node)) : NULL;
        put(out, name, 20);
        free(name);
        fputs(" ", out);
        put(out, node->op_type, 20);
        put_weights(graph, node, out);
        fputs("\n", out);
    }
}
