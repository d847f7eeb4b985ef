/* Writes a net: its format changes the bytes of the file it came from. */
#include "engine/io/nets/model.h"

#include "engine/base/atomic_write.h"
#include "engine/base/memory.h"
#include "engine/io/nets/net_format.h"
#include "engine/io/nets/net_nodes.h"
#include "engine/io/sandbox/sandbox.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* An HDF5 file may have any name; other formats are told by their bytes. */
const char *model_ending(const char *path)
{
    struct source source = {0};
    if (path)
        source_of_file(&source, path);
    const struct net_format *format = net_format_of(&source);
    const char *ending = path ? net_format_ending(format->recognises ? format : NULL, path) : NULL;
    return ending ? ending : format->endings[0];
}

int model_stem(const char *path)
{
    const char *ending = net_format_ending(NULL, path), *dot = strrchr(path, '.');
    if (ending)
        return (int)(strlen(path) - strlen(ending));
    return dot && dot > path ? (int)(dot - path) : (int)strlen(path);
}

static bool check_ending(const struct net_format *format, const char *path, struct error *err)
{
    if (!format->must_end || net_format_ending(format, path))
        return true;
    const char *own = format->endings[0];
    return fail_as(
        err, ERROR_OUTPUT, "%s: a %s net is saved as %s: name it FILE%s", path, own, own, own);
}

/* What a reader gets: texts "" for none; behind PARTS the values of each weight. */
enum part { PATH, IMAGE, LAYERS, EXTERNAL, KNOWLEDGE, NODES, PARTS };

static const char *text_of(const struct sandbox_work *work, enum part part)
{
    return work->parts[part].size ? work->parts[part].data : NULL;
}

static int count_weights(const struct network *network)
{
    int n = 0;
    for (int i = 0; i < network->n_layers; i++)
        n += network->layers[i].n_weights;
    return n;
}

/* Part after part into the weights; false: they are not of this network. */
static bool take_weights(struct network *network, const struct sandbox_work *work)
{
    int part = PARTS;
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++, part++) {
            const struct weight *weight = &network->layers[i].weights[w];
            size_t size = weight->count * sizeof *weight->data;
            if (part >= work->n_parts || work->parts[part].size != size)
                return false;
            memcpy(weight->data, work->parts[part].data, size);
        }
    return part == work->n_parts;
}

/* The network anew from its parts: the reader has nothing of its parent's. */
static struct network *network_of(const struct sandbox_work *work, struct error *err)
{
    struct node *nodes = NULL;
    char *output = NULL;
    int n = 0;
    const struct sandbox_part *bytes = &work->parts[NODES];
    struct network *network = NULL;
    if (net_nodes_read(bytes->data, bytes->size, &nodes, &n, &output))
        network = network_create(nodes, n, output, err);
    if (network && !take_weights(network, work)) {
        network_destroy(network);
        network = NULL;
        fail_as(err, ERROR_FAILED, "%s: the weights to save are not those of this net",
            (const char *)work->parts[PATH].data);
    }
    nodes_free(nodes, n);
    free(output);
    return network;
}

/* In the reader, as the file may be damaged: sends the new file. */
static bool send_changed(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    struct source source;
    struct network *network = network_of(work, err);
    const struct net_save save = {
        &source, text_of(work, LAYERS), network, text_of(work, EXTERNAL), text_of(work, KNOWLEDGE)};
    const struct sandbox_part *image = &work->parts[IMAGE];
    size_t size;
    if (image->size)
        source_of_bytes(&source, work->parts[PATH].data, image->data, image->size);
    else
        source_of_file(&source, work->parts[PATH].data);
    void *bytes = network ? net_format_of(&source)->save(&save, &size, err) : NULL;
    if (bytes)
        sandbox_write_block(pipe, bytes, size);
    free(bytes);
    network_destroy(network);
    return bytes;
}

static struct sandbox_part text_part(const char *text)
{
    return (struct sandbox_part){text, text ? strlen(text) : 0};
}

static struct sandbox *open_reader(const struct model *model, const struct network *network,
    const char *knowledge, struct error *err)
{
    int n = PARTS + count_weights(network), part = PARTS;
    size_t size = 0;
    char *nodes = net_nodes_write(model->nodes, model->n_nodes, model->output, &size);
    struct sandbox_part *parts = memory_array((size_t)n, sizeof *parts);
    parts[PATH] = text_part(model->path);
    parts[IMAGE] = (struct sandbox_part){model->image, model->image_size};
    parts[LAYERS] = text_part(model->layers);
    parts[EXTERNAL] = text_part(model->external);
    parts[KNOWLEDGE] = text_part(knowledge);
    parts[NODES] = (struct sandbox_part){nodes, nodes ? size : 0};
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            const struct weight *weight = &network->layers[i].weights[w];
            parts[part++] =
                (struct sandbox_part){weight->data, weight->count * sizeof *weight->data};
        }
    const struct sandbox_request request = {.name = model->path,
        .reader = send_changed,
        .files = {model->image ? NULL : model->path, model->external},
        .parts = parts,
        .n_parts = n};
    struct sandbox *sandbox = sandbox_open(&request, err);
    free(parts);
    free(nodes);
    return sandbox;
}

static bool is_source(const struct model *model, const char *path)
{
    struct stat a, b;
    return !model->image && stat(model->path, &a) == 0 && stat(path, &b) == 0 &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool model_save_known(const struct model *model, const struct network *network,
    const char *knowledge, const char *path, bool force, struct error *err)
{
    size_t size;
    if (is_source(model, path))
        return fail_as(
            err, ERROR_OUTPUT, "%s: is the net's own file, which is never overwritten", path);
    if (!check_ending(model->format, path, err) || !atomic_write_check(path, force, err))
        return false;
    struct sandbox *sandbox = open_reader(model, network, knowledge, err);
    void *bytes = sandbox ? sandbox_read_block(sandbox, SIZE_MAX / 2, &size, err) : NULL;
    bool good = bytes && sandbox_end(sandbox, err) && atomic_write(path, bytes, size, force, err);
    sandbox_destroy(sandbox);
    free(bytes);
    return good;
}

bool model_save(const struct model *model, const struct network *network, const char *path,
    bool force, struct error *err)
{
    return model_save_known(model, network, NULL, path, force, err);
}
