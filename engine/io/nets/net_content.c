/* What a child sends of a net: its layers as plain data, then the values of its weights. The child
 * has met a stranger's file, so the parent takes every length and kind for a claim. */
#include "engine/io/nets/net_content.h"

#include "engine/base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NODES_MAX_BYTES = 64 << 20, LAYERS_MAX_BYTES = 32 << 20, TEXT_MAX_BYTES = 4096 };
enum { DEPTH_MAX = 2048 }; /* of settings within settings: as deep as JSON goes */

void net_content_finish(struct net_content *content)
{
    nodes_free(content->nodes, content->n_nodes);
    network_destroy(content->network);
    free(content->output);
    free(content->layers);
    free(content->writer);
    free(content->knowledge);
    *content = (struct net_content){0};
}

/* In the child --------------------------------------------------------------------------- */

static void put_count(FILE *out, size_t n)
{
    const uint32_t count = (uint32_t)n;
    fwrite(&count, sizeof count, 1, out);
}

/* Its length and 1, 0 for NULL. */
static void put_text(FILE *out, const char *text)
{
    size_t length = text ? strlen(text) : 0;
    put_count(out, text ? length + 1 : 0);
    fwrite(text ? text : "", 1, length, out);
}

static void put_settings(FILE *out, const struct layer_config *settings)
{
    put_count(out, (size_t)settings->n);
    for (int i = 0; i < settings->n; i++) {
        const struct setting *item = &settings->items[i];
        put_text(out, item->key);
        put_count(out, item->kind);
        put_count(out, item->list);
        put_count(out, item->asked);
        put_text(out, item->string);
        put_count(out, (size_t)item->n);
        fwrite(item->number ? item->number : (const double[]){0}, sizeof *item->number,
            (size_t)item->n, out);
        put_count(out, item->object != NULL);
        if (item->object)
            put_settings(out, item->object);
    }
}

static void send_nodes(const struct net_content *content, struct sandbox_pipe *pipe)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    if (!out)
        return; /* the parent says that the child did not live to tell */
    put_count(out, (size_t)content->n_nodes);
    for (int i = 0; i < content->n_nodes; i++) {
        const struct node *node = &content->nodes[i];
        put_text(out, node->class_name);
        put_text(out, node->name);
        put_settings(out, &node->settings);
        put_count(out, (size_t)node->n_inputs);
        for (int k = 0; k < node->n_inputs; k++)
            put_text(out, node->inputs[k]);
    }
    put_text(out, content->output);
    fclose(out);
    sandbox_write_block(pipe, bytes, size);
    free(bytes);
}

static void send_text(const char *text, size_t most, struct sandbox_pipe *pipe)
{
    sandbox_write_block(pipe, text ? text : "", text ? strnlen(text, most) : 0);
}

void net_content_send(const struct net_content *content, struct sandbox_pipe *pipe)
{
    send_nodes(content, pipe);
    sandbox_write(pipe, &content->whole, sizeof content->whole);
    sandbox_write(pipe, &content->logit, sizeof content->logit);
    send_text(content->layers, LAYERS_MAX_BYTES, pipe);
    send_text(content->writer, TEXT_MAX_BYTES, pipe);
    send_text(content->knowledge, TEXT_MAX_BYTES, pipe);
    for (int i = 0; i < content->network->n_layers; i++)
        for (int w = 0; w < content->network->layers[i].n_weights; w++) {
            const struct weight *weight = &content->network->layers[i].weights[w];
            sandbox_write(pipe, weight->data, weight->count * sizeof *weight->data);
        }
}

/* In the parent -------------------------------------------------------------------------- */

/* What is left of a block; good: it was as claimed so far. */
struct block {
    const char *at;
    size_t left;
    bool good;
};

static void take(struct block *block, void *out, size_t size)
{
    block->good = block->good && size <= block->left;
    if (!block->good)
        return;
    memcpy(out, block->at, size);
    block->at += size;
    block->left -= size;
}

/* At most `most`, and no more than there are units of `size` bytes left. */
static int take_count(struct block *block, size_t most, size_t size)
{
    uint32_t count = 0;
    take(block, &count, sizeof count);
    block->good = block->good && count <= most && count <= block->left / (size ? size : 1) + !size;
    return block->good ? (int)count : 0;
}

/* NULL only where it may be. */
static char *take_text(struct block *block, bool needed)
{
    int length = take_count(block, LAYERS_MAX_BYTES, 0);
    block->good = block->good && (length > 0 || !needed) && (size_t)length <= block->left + 1;
    if (!block->good || length == 0)
        return needed ? memory_string("") : NULL;
    char *text = memory_array((size_t)length, 1);
    take(block, text, (size_t)length - 1);
    block->good = block->good && strlen(text) == (size_t)length - 1;
    return text;
}

static void take_settings(struct block *block, struct layer_config *settings, int depth);

static void take_setting(struct block *block, struct setting *item, int depth)
{
    item->key = take_text(block, true);
    item->kind = (enum setting_kind)take_count(block, SETTING_OTHER, 0);
    item->list = take_count(block, 1, 0);
    item->asked = take_count(block, 1, 0);
    item->string = take_text(block, item->kind == SETTING_STRING);
    item->n = take_count(block, LAYERS_MAX_BYTES, sizeof *item->number);
    item->number = memory_array((size_t)item->n + 1, sizeof *item->number);
    take(block, item->number, (size_t)item->n * sizeof *item->number);
    block->good = block->good && (item->kind != SETTING_BOOL || item->n == 1);
    if (take_count(block, 1, 0)) {
        item->object = memory_array(1, sizeof *item->object);
        take_settings(block, item->object, depth + 1);
    }
}

static void take_settings(struct block *block, struct layer_config *settings, int depth)
{
    int n = take_count(block, NODES_MAX_BYTES, sizeof(uint32_t));
    block->good = block->good && depth <= DEPTH_MAX;
    settings->items = memory_array((size_t)n + 1, sizeof *settings->items);
    for (; block->good && settings->n < n; settings->n++)
        take_setting(block, &settings->items[settings->n], depth);
}

static void take_node(struct block *block, struct node *node)
{
    node->class_name = take_text(block, true);
    node->name = take_text(block, true);
    take_settings(block, &node->settings, 0);
    int n = take_count(block, LAYER_INPUTS_MAX, sizeof(uint32_t));
    for (; node->n_inputs < n; node->n_inputs++)
        node->inputs[node->n_inputs] = take_text(block, true);
}

static bool receive_nodes(
    struct net_content *content, struct sandbox *sandbox, const char *place, struct error *err)
{
    size_t size;
    char *bytes = sandbox_read_block(sandbox, NODES_MAX_BYTES, &size, err);
    if (!bytes)
        return false;
    struct block block = {bytes, size, true};
    int n = take_count(&block, NODES_MAX_BYTES, sizeof(uint32_t));
    content->nodes = memory_array((size_t)n + 1, sizeof *content->nodes);
    for (; block.good && content->n_nodes < n; content->n_nodes++)
        take_node(&block, &content->nodes[content->n_nodes]);
    content->output = take_text(&block, true);
    free(bytes);
    return (block.good && block.left == 0) ||
           fail(err, "%s: what its reader sends is no net", place);
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
    if (!receive_nodes(content, sandbox, place, err) ||
        !receive_flag(sandbox, &content->whole, err) ||
        !receive_flag(sandbox, &content->logit, err) ||
        !receive_text(sandbox, LAYERS_MAX_BYTES, &content->layers, err) ||
        !receive_text(sandbox, TEXT_MAX_BYTES, &content->writer, err) ||
        !receive_text(sandbox, TEXT_MAX_BYTES, &content->knowledge, err))
        return false;
    content->network = network_create(content->nodes, content->n_nodes, content->output, err);
    if (!content->network || !network_check_classifier(content->network, err))
        return fail_in(err, place);
    return receive_weights(sandbox, content->network, err) && sandbox_end(sandbox, err) &&
           (network_check_finite(content->network, err) || fail_in(err, place));
}
