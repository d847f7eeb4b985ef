/* ONNX files (.onnx), as PyTorch and others export nets. */
#include "engine/base/memory.h"
#include "engine/io/nets/net_format.h"
#include "engine/io/onnx/onnx_external.h"
#include "engine/io/onnx/onnx_list.h"
#include "engine/io/onnx/onnx_metadata.h"
#include "engine/io/onnx/onnx_walk.h"
#include "engine/io/onnx/onnx_weights.h"

#include <stdlib.h>
#include <string.h>

static const char *const endings[] = {".onnx", NULL};

static struct network *make_network(
    const struct onnx_file *file, const struct onnx_graph *graph, struct error *err)
{
    struct network *network = network_create(graph->nodes, graph->n_nodes, graph->output, err);
    if (!network) {
        fail_in(err, file->path);
        return NULL;
    }
    if (onnx_graph_fill(graph, network, err))
        return network;
    network_destroy(network);
    return NULL;
}

static bool read_net(
    const struct net_request *request, struct net_content *content, struct error *err)
{
    struct onnx_file file;
    struct onnx_graph graph = {0};
    if (request->architecture)
        return fail(err, "%s: an ONNX net says its layers itself: leave out the architecture %s",
            request->source.path, request->architecture);
    if (onnx_file_open(&file, &request->source, err) &&
        onnx_external_load(&file, request->external, err) &&
        onnx_graph_read(&graph, &file, &request->size, err))
        content->network = make_network(&file, &graph, err);
    if (content->network) {
        content->nodes = graph.nodes;
        content->n_nodes = graph.n_nodes;
        content->output = memory_string(graph.output);
        content->logit = graph.logit;
        content->folded = graph.folded;
        content->whole = true;
        content->writer = onnx_file_writer(&file);
        content->knowledge = memory_string(onnx_file_metadata(&file, NET_KNOWLEDGE));
        graph.nodes = NULL;
        graph.n_nodes = 0;
    }
    content->any_size = graph.any_size;
    onnx_graph_finish(&graph);
    onnx_file_close(&file);
    return content->network;
}

static bool list(const struct source *source, const struct net_known *known, FILE *out,
    bool *is_net, struct error *err)
{
    struct onnx_file file;
    (void)known;
    bool good = onnx_file_open(&file, source, err);
    if (good) {
        *is_net = true;
        onnx_list(&file, out);
    }
    onnx_file_close(&file);
    return good;
}

static void *save(const struct net_save *save, size_t *size, struct error *err)
{
    struct onnx_file file;
    struct onnx_graph graph = {0};
    void *bytes = NULL;
    const struct shape *image = &save->network->layers[save->network->input].shape;
    const struct image_size sides = {image->dim[0], image->dim[1]};
    if (onnx_file_open(&file, save->source, err) &&
        onnx_external_load(&file, save->external, err) &&
        onnx_graph_read(&graph, &file, &sides, err) &&
        onnx_graph_update(&graph, save->network, err))
        bytes = onnx_with_metadata(
            file.bytes, file.size, save->knowledge ? NET_KNOWLEDGE : NULL, save->knowledge, size);
    onnx_graph_finish(&graph);
    onnx_file_close(&file);
    return bytes;
}

const struct net_format net_format_onnx = {
    .endings = endings,
    .must_end = true, /* what runs it next goes by the name */
    .external = true,
    .recognises = onnx_file_is,
    .read = read_net,
    .list = list,
    .save = save,
};
