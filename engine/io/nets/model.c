/* Opens a net: a reader reads the file, the parent builds the network from what it sends. */
#include "engine/io/nets/model.h"

#include "engine/base/memory.h"
#include "engine/io/nets/net_format.h"
#include "engine/io/sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

/* What a reader gets: texts "" for none. */
enum part { PATH, ARCHITECTURE, IMAGE, PARTS };

static bool send_model(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const struct sandbox_part *parts = work->parts;
    struct net_request request = {
        .architecture = parts[ARCHITECTURE].size ? parts[ARCHITECTURE].data : NULL};
    struct net_content content = {0};
    if (parts[IMAGE].size)
        source_of_bytes(&request.source, parts[PATH].data, parts[IMAGE].data, parts[IMAGE].size);
    else
        source_of_file(&request.source, parts[PATH].data);
    bool good = net_format_of(&request.source)->read(&request, &content, err);
    if (good)
        net_content_send(&content, pipe);
    net_content_finish(&content);
    return good;
}

static struct sandbox *open_reader(const struct net_request *request, struct error *err)
{
    const struct source *source = &request->source;
    const char *architecture = request->architecture;
    const struct sandbox_part parts[PARTS] = {
        [PATH] = {source->path, strlen(source->path)},
        [ARCHITECTURE] = {architecture, architecture ? strlen(architecture) : 0},
        [IMAGE] = {source->bytes, source->size},
    };
    const struct sandbox_request order = {.name = source->path,
        .reader = send_model,
        .files = {source->bytes ? architecture : source->path, source->bytes ? NULL : architecture},
        .parts = parts,
        .n_parts = PARTS};
    return sandbox_open(&order, err);
}

static struct model *make_model(const struct net_request *request, struct net_content *content)
{
    const struct source *source = &request->source;
    struct model *model = memory_array(1, sizeof *model);
    *model = (struct model){
        .path = memory_string(source->path),
        .network = content->network,
        .format = net_format_of(source),
        .whole = content->whole,
        .logit = content->logit,
        .layers = content->layers,
        .writer = content->writer,
        .knowledge = content->knowledge,
        .image = source->bytes,
        .image_size = source->size,
    };
    model->nodes = content->nodes;
    model->n_nodes = content->n_nodes;
    model->output = content->output;
    *content = (struct net_content){0}; /* the model's from here on */
    return model;
}

static struct model *open_request(struct net_request *request, struct error *err)
{
    struct net_content content = {0};
    struct model *model = NULL;
    const char *path = request->source.path;
    struct sandbox *sandbox = open_reader(request, err);
    if (sandbox && net_content_receive(&content, sandbox, path, err))
        model = make_model(request, &content);
    net_content_finish(&content);
    sandbox_destroy(sandbox);
    return model;
}

struct model *model_open(const char *path, const char *architecture, struct error *err)
{
    struct net_request request = {.architecture = architecture};
    source_of_file(&request.source, path);
    return open_request(&request, err);
}

struct model *model_open_image(const char *name, const void *bytes, size_t size, struct error *err)
{
    struct net_request request = {.architecture = NULL};
    source_of_bytes(&request.source, name, bytes, size);
    return open_request(&request, err);
}

void model_rehearse(const char *name, const void *bytes, size_t size)
{
    struct net_request request = {.architecture = NULL};
    struct net_content content = {0};
    source_of_bytes(&request.source, name, bytes, size);
    net_format_of(&request.source)->read(&request, &content, NULL);
    net_content_finish(&content);
}

bool model_fits(const struct model *model, const struct model *b, struct error *err)
{
    const struct network *one = model->network, *two = b->network;
    const struct shape *shape = &one->layers[one->input].shape;
    const struct shape *expected = &two->layers[two->input].shape;
    char text[SHAPE_TEXT], expected_text[SHAPE_TEXT];
    if (one->n_classes != two->n_classes)
        return fail(err, "%s: %d classes, but %s has %d", model->path, one->n_classes, b->path,
            two->n_classes);
    return shape_equal(shape, expected) ||
           fail(err, "%s: input is %s, but that of %s is %s", model->path, shape_text(shape, text),
               b->path, shape_text(expected, expected_text));
}

void model_destroy(struct model *model)
{
    if (!model)
        return;
    network_destroy(model->network);
    nodes_free(model->nodes, model->n_nodes);
    free(model->output);
    free(model->path);
    free(model->layers);
    free(model->writer);
    free(model->knowledge);
    free(model);
}
