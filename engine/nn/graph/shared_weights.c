/* Layers that are calls of one: which has the weights, and whether they fit. */
#include "engine/nn/graph/shared_weights.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static bool same_weights(const struct layer *a, const struct layer *b)
{
    bool same = a->class == b->class && a->n_weights == b->n_weights;
    for (int w = 0; same && w < a->n_weights; w++)
        same = a->weights[w].rank == b->weights[w].rank &&
               a->weights[w].doubled == b->weights[w].doubled &&
               memcmp(a->weights[w].dim, b->weights[w].dim, sizeof a->weights[w].dim) == 0;
    return same;
}

/* A layer that is called again has the weights of its first call. */
static bool share_weights(
    struct layer *layers, int n, const struct node *node, struct layer *layer, struct error *err)
{
    char one[SHAPE_TEXT], two[SHAPE_TEXT];
    int owner = -1;
    for (int i = 0; i < n; i++)
        if (strcmp(layers[i].stored, node->shares) == 0)
            owner = i;
    if (owner < 0)
        return fail(err, "layer %s, whose weights it has, does not exist", node->shares);
    const struct layer *other = &layers[owner];
    if (!same_weights(layer, other))
        return fail(err, "it has the weights of %s, but reads %s where that reads %s", other->name,
            shape_text(&layer->input_shapes[0], one), shape_text(&other->input_shapes[0], two));
    layer->owner = owner;
    return true;
}

bool shared_weights_find(
    struct layer *layers, int n, const struct node *nodes, const int *order, struct error *err)
{
    for (int at = 0; at < n; at++) {
        const struct node *node = &nodes[order[at]];
        struct layer *layer = &layers[at];
        if (!node->shares || layer->n_weights == 0 || share_weights(layers, n, node, layer, err))
            continue;
        char *context = memory_format("layer %s (%s)", node->name, node->class_name);
        fail_in(err, context);
        free(context);
        return false;
    }
    for (int i = 0; i < n; i++)
        if (layers[layers[i].owner].owner != layers[i].owner)
            return fail(err, "layer %s: its weights are those of a layer without any of its own",
                layers[i].name);
    return true;
}
