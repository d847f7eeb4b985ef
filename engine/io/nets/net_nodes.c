/* Layers as one block of bytes: counts of 32 bits, texts with their lengths, numbers as they are.
 */
#include "engine/io/nets/net_nodes.h"

#include "engine/base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a block may say, whatever its size: more than any net has. */
enum {
    NODES_MAX = 1 << 13,
    SETTINGS_MAX = 1 << 12,
    TEXT_MAX_BYTES = 1 << 16,
    NUMBERS_MAX = 1 << 20
};
/* At least: counts, and a text's. */
enum { NODE_MIN_BYTES = 5 * sizeof(uint32_t), SETTING_MIN_BYTES = 7 * sizeof(uint32_t) };
enum { DEPTH_MAX = 256 }; /* of settings within settings: as deep as JSON may go */

/* Writing -------------------------------------------------------------------------------- */

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

char *net_nodes_write(const struct node *nodes, int n, const char *output, size_t *size)
{
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, size);
    if (!out)
        return NULL;
    put_count(out, (size_t)n);
    for (int i = 0; i < n; i++) {
        put_text(out, nodes[i].class_name);
        put_text(out, nodes[i].name);
        put_text(out, nodes[i].shares);
        put_settings(out, &nodes[i].settings);
        put_count(out, (size_t)nodes[i].n_inputs);
        for (int k = 0; k < nodes[i].n_inputs; k++)
            put_text(out, nodes[i].inputs[k]);
    }
    put_text(out, output);
    if (fclose(out) == 0)
        return bytes;
    free(bytes);
    return NULL;
}

/* Reading -------------------------------------------------------------------------------- */

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
    int length = take_count(block, TEXT_MAX_BYTES, 0);
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
    item->n = take_count(block, NUMBERS_MAX, sizeof *item->number);
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
    int n = take_count(block, SETTINGS_MAX, SETTING_MIN_BYTES);
    block->good = block->good && depth <= DEPTH_MAX;
    settings->items = memory_array((size_t)n + 1, sizeof *settings->items);
    for (; block->good && settings->n < n; settings->n++)
        take_setting(block, &settings->items[settings->n], depth);
}

static void take_node(struct block *block, struct node *node)
{
    node->class_name = take_text(block, true);
    node->name = take_text(block, true);
    node->shares = take_text(block, false);
    take_settings(block, &node->settings, 0);
    int n = take_count(block, LAYER_INPUTS_MAX, sizeof(uint32_t));
    for (; node->n_inputs < n; node->n_inputs++)
        node->inputs[node->n_inputs] = take_text(block, true);
}

bool net_nodes_read(const char *bytes, size_t size, struct node **nodes, int *n, char **output)
{
    struct block block = {bytes, size, true};
    int count = take_count(&block, NODES_MAX, NODE_MIN_BYTES);
    *nodes = memory_array((size_t)count + 1, sizeof **nodes);
    for (*n = 0; block.good && *n < count; ++*n)
        take_node(&block, &(*nodes)[*n]);
    *output = take_text(&block, true);
    return block.good && block.left == 0;
}
