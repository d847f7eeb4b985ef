/* What a reader sends of a net: its layers as plain data, then the values of its weights. It has
 * met a stranger's file, so the parent takes every length and kind for a claim. */
#include "engine/io/nets/net_content.h"

#include "engine/io/nets/net_nodes.h"

#include <stdlib.h>
#include <string.h>

enum { NODES_MAX_BYTES = 16 << 20, LAYERS_MAX_BYTES = 4 << 20, TEXT_MAX_BYTES = 4096 };

void net_content_finish(struct net_content *content)
{
    nodes_free(content->nodes, content->n_nodes);
    network_destroy(content->network);
    free(content->output);
    free(content->layers);
    free(content->writer);
    free(content->knowledge);
    free(content->opens_in);
    *content = (struct net_content){0};
}

/* In the reader -------------------------------------------------------------------------- */

static void send_nodes(const struct net_content *content, struct sandbox_pipe *pipe)
{
    size_t size = 0;
    char *bytes = net_nodes_write(content->nodes, content->n_nodes, content->output, &size);
    sandbox_write_block(pipe, bytes, bytes ? size : 0); /* nothing is no net */
    free(bytes);
}

static void send_text(const char *text, size_t most, struct sandbox_pipe *pipe)
{
    sandbox_write_block(pipe, text ? text : "", text ? strnlen(text, most) : 0);
}

void net_content_send(const struct net_content *content, struct sandbox_pipe *pipe)
{
    sandbox_write(pipe, &content->any_size, sizeof content->any_size);
    if (content->any_size)
        return;
    send_nodes(content, pipe);
    sandbox_write(pipe, &content->whole, sizeof content->whole);
    sandbox_write(pipe, &content->logit, sizeof content->logit);
    sandbox_write(pipe, &content->folded, sizeof content->folded);
    send_text(content->layers, LAYERS_MAX_BYTES, pipe);
    send_text(content->writer, TEXT_MAX_BYTES, pipe);
    send_text(content->knowledge, TEXT_MAX_BYTES, pipe);
    send_text(content->opens_in, TEXT_MAX_BYTES, pipe);
    for (int i = 0; i < content->network->n_layers; i++)
        for (int w = 0; w < content->network->layers[i].n_weights; w++) {
            const struct weight *weight = &content->network->layers[i].weights[w];
            sandbox_write(pipe, weight->data, weight->count * sizeof *weight->data);
        }
}

/* In the parent -------------------------------------------------------------------------- */

static bool receive_nodes(
    struct net_content *content, struct sandbox *sandbox, const char *place, struct error *err)
{
    size_t size;
    char *bytes = sandbox_read_block(sandbox, NODES_MAX_BYTES, &size, err);
    bool good =
        bytes && net_nodes_read(bytes, size, &content->nodes, &content->n_nodes, &content->output);
    if (bytes && !good)
        fail(err, "%s: what its reader sends is no net", place);
    free(bytes);
    return good;
}

static bool receive_text(struct sandbox *sandbox, size_t most, char **text, struct error *err)
{
    size_t size;
    *text = sandbox_read_block(sandbox, most, &size, err);
    if (*text && size)
        return true;
    bool good = *text;
    free(*text);
    *text = NULL;
    return good;
}

static bool receive_weights(
    struct sandbox *sandbox, const struct network *network, struct error *err)
{
    bool good = true;
    for (int i = 0; good && i < network->n_layers; i++)
        for (int w = 0; good && w < network->layers[i].n_weights; w++) {
            const struct weight *weight = &network->layers[i].weights[w];
            good = sandbox_read(sandbox, weight->data, weight->count * sizeof *weight->data, err);
        }
    return good;
}

static bool receive_flag(struct sandbox *sandbox, bool *flag, struct error *err)
{
    unsigned char byte = 0;
    bool good = sandbox_read(sandbox, &byte, sizeof byte, err);
    *flag = byte;
    return good;
}

bool net_content_receive(
    struct net_content *content, struct sandbox *sandbox, const char *place, struct error *err)
{
    if (!receive_flag(sandbox, &content->any_size, err))
        return false;
    if (content->any_size)
        return fail(err, "%s: takes images of any size: say which, with --input-size HxW", place);
    if (!receive_nodes(content, sandbox, place, err) ||
        !receive_flag(sandbox, &content->whole, err) ||
        !receive_flag(sandbox, &content->logit, err) ||
        !receive_flag(sandbox, &content->folded, err) ||
        !receive_text(sandbox, LAYERS_MAX_BYTES, &content->layers, err) ||
        !receive_text(sandbox, TEXT_MAX_BYTES, &content->writer, err) ||
        !receive_text(sandbox, TEXT_MAX_BYTES, &content->knowledge, err) ||
        !receive_text(sandbox, TEXT_MAX_BYTES, &content->opens_in, err))
        return false;
    content->network = network_create(content->nodes, content->n_nodes, content->output, err);
    if (!content->network || !network_check_classifier(content->network, err))
        return fail_in(err, place);
    return receive_weights(sandbox, content->network, err) && sandbox_end(sandbox, err) &&
           (network_check_finite(content->network, err) || fail_in(err, place));
}
