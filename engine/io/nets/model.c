/* Opens a net: a reader reads the file, the parent builds the network from what it sends. */
#include "engine/io/nets/model.h"

#include "engine/base/memory.h"
#include "engine/io/nets/net_beside.h"
#include "engine/io/nets/net_format.h"
#include "engine/io/sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

/* What a reader gets: texts "" for none. */
enum part { PATH, ARCHITECTURE, BESIDE, EXTERNAL, SIZE, IMAGE, PARTS };

static bool send_model(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const struct sandbox_part *parts = work->parts;
    struct net_request request = {
        .architecture = parts[ARCHITECTURE].size ? parts[ARCHITECTURE].data : NULL,
        .beside = parts[BESIDE].size ? parts[BESIDE].data : NULL,
        .external = parts[EXTERNAL].size ? parts[EXTERNAL].data : NULL};
    struct net_content content = {0};
    memcpy(&request.size, parts[SIZE].data, sizeof request.size);
    if (parts[IMAGE].size)
        source_of_bytes(&request.source, parts[PATH].data, parts[IMAGE].data, parts[IMAGE].size);
    else
        source_of_file(&request.source, parts[PATH].data);
    bool good = net_format_of(&request.source)->read(&request, &content, err);
    if (good || content.any_size)
        net_content_send(&content, pipe);
    good = good || content.any_size; /* the parent says what is missing */
    net_content_finish(&content);
    return good;
}

static struct sandbox *open_reader(const struct net_request *request, struct error *err)
{
    const struct source *source = &request->source;
    const char *architecture = request->architecture;
    const char *external = request->external;
    const char *other = architecture ? architecture : external ? external : request->beside;
    const struct sandbox_part parts[PARTS] = {
        [PATH] = {source->path, strlen(source->path)},
        [ARCHITECTURE] = {architecture, architecture ? strlen(architecture) : 0},
        [BESIDE] = {request->beside, request->beside ? strlen(request->beside) : 0},
        [EXTERNAL] = {external, external ? strlen(external) : 0},
        [SIZE] = {&request->size, sizeof request->size},
        [IMAGE] = {source->bytes, source->size},
    };
    const struct sandbox_request order = {.name = source->path,
        .reader = send_model,
        .files = {source->bytes ? NULL : source->path, other},
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
        .folded = content->folded,
        .layers = content->layers,
        .beside = content->whole || request->architecture ? NULL : memory_string(request->beside),
        .external = request->external ? memory_string(request->external) : NULL,
        .writer = content->writer,
        .opens_in = content->opens_in,
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

static struct model *open_request(struct net_request *request, bool *any_size, struct error *err)
{
    struct net_content content = {0};
    struct model *model = NULL;
    const char *path = request->source.path;
    struct sandbox *sandbox = open_reader(request, err);
    if (sandbox && net_content_receive(&content, sandbox, path, err))
        model = make_model(request, &content);
    if (any_size)
        *any_size = !model && content.any_size;
    net_content_finish(&content);
    sandbox_destroy(sandbox);
    return model;
}

struct model *model_open_with(
    const char *path, const struct model_options *options, struct error *err)
{
    struct net_request request = {.architecture = options->architecture,
        .external = options->external,
        .size = options->size};
    char *beside = options->architecture || options->external ? NULL : net_beside(path);
    request.beside = beside;
    source_of_file(&request.source, path);
    bool good = !options->external || net_format_of(&request.source)->external ||
                fail(err, "%s: is no ONNX net: leave out --external-data", path);
    struct model *model = good ? open_request(&request, options->any_size, err) : NULL;
    free(beside);
    return model;
}

struct model *model_open(const char *path, const char *architecture, struct error *err)
{
    return model_open_with(path, &(struct model_options){.architecture = architecture}, err);
}

struct model *model_open_image(const char *name, const void *bytes, size_t size, struct error *err)
{
    struct net_request request = {.architecture = NULL};
    source_of_bytes(&request.source, name, bytes, size);
    return open_request(&request, NULL, err);
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
    free(model->beside);
    free(model->external);
    free(model->knowledge);
    free(model->opens_in);
    free(model);
}
