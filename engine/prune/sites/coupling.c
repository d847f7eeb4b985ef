/* Finds channels that have to be pruned together: a union-find over the graph. */
#include "engine/prune/sites/coupling.h"

#include "engine/base/memory.h"

#include <stdlib.h>

int coupling_root(struct coupling *coupling, int id)
{
    while (coupling->parent[id] != id) {
        coupling->parent[id] = coupling->parent[coupling->parent[id]];
        id = coupling->parent[id];
    }
    return id;
}

bool coupling_is_fixed(struct coupling *coupling, int id)
{
    return coupling->fixed[coupling_root(coupling, id)];
}

static void unite(struct coupling *coupling, int a, int b)
{
    a = coupling_root(coupling, a);
    b = coupling_root(coupling, b);
    int low = a < b ? a : b;
    coupling->parent[a + b - low] = low;
    coupling->fixed[low] = coupling->fixed[a] || coupling->fixed[b];
}

static int new_id(struct coupling *coupling, bool fixed)
{
    int id = coupling->n_ids++;
    coupling->parent[id] = id;
    coupling->fixed[id] = fixed;
    return id;
}

static void make_new(struct coupling *coupling, int layer, int channels, bool fixed)
{
    for (int c = 0; c < channels; c++)
        coupling->ids[layer][c] = new_id(coupling, fixed);
}

/* Channels of input i that meet in a sum or a product. */
static void meet(struct coupling *coupling, const struct layer *layer, int i, int *ids)
{
    const int *from = coupling->ids[layer->inputs[i]];
    int channels = shape_channels(&layer->shape),
        incoming = shape_channels(&layer->input_shapes[i]);
    if (incoming < channels && layer->class->channels == CHANNELS_SCALE)
        return;
    for (int c = 0; c < channels; c++) {
        int id = from[incoming < channels ? 0 : c];
        if (ids[c] < 0)
            ids[c] = id;
        else
            unite(coupling, ids[c], id);
    }
}

static void pick(struct coupling *coupling, const struct layer *layer, int *ids)
{
    for (int c = 0; c < shape_channels(&layer->shape); c++) {
        int picked = layer->class->picked(layer, c);
        ids[c] = picked < 0 ? new_id(coupling, false) : coupling->ids[layer->inputs[0]][picked];
    }
}

/* Output channel c of layer from the channels of its inputs. */
static void follow(struct coupling *coupling, int index)
{
    const struct layer *layer = &coupling->network->layers[index];
    enum channel_rule rule = layer->class->channels;
    int channels = shape_channels(&layer->shape), at = 0;
    int *ids = coupling->ids[index];
    for (int c = 0; c < channels; c++)
        ids[c] = -1;
    if (rule == CHANNELS_PICK)
        pick(coupling, layer, ids);
    for (int i = 0; i < layer->n_inputs; i++) {
        const int *from = coupling->ids[layer->inputs[i]];
        int incoming = shape_channels(&layer->input_shapes[i]);
        for (int c = 0; c < incoming && rule == CHANNELS_JOIN; c++)
            ids[at++] = from[c];
        if (rule == CHANNELS_ADD || rule == CHANNELS_SCALE)
            meet(coupling, layer, i, ids);
        for (int c = 0; c < channels && rule == CHANNELS_PASS; c++)
            ids[c] = from[c];
        /* Flatten: position by position, the channels again and again */
        for (int c = 0; c < channels && rule == CHANNELS_MIX; c++)
            ids[c] = from[c % incoming];
        for (int c = 0; c < channels && rule == CHANNELS_PLANES; c++)
            ids[c] = from[c / (channels / incoming)];
    }
}

/* A Reshape that breaks channels up makes values that belong to no channel. */
static bool breaks_channels(const struct layer *layer)
{
    if (layer->class->channels == CHANNELS_LOST)
        return true;
    return layer->class->channels == CHANNELS_MIX &&
           shape_channels(&layer->shape) % shape_channels(&layer->input_shapes[0]) != 0;
}

/* Channels with the same weights are one. */
static void unite_shared(struct coupling *coupling)
{
    const struct network *network = coupling->network;
    for (int i = 0; i < network->n_layers; i++) {
        int owner = network->layers[i].owner, channels = shape_channels(&network->layers[i].shape),
            own = shape_channels(&network->layers[owner].shape);
        for (int c = 0; owner != i && c < channels && c < own; c++)
            unite(coupling, coupling->ids[i][c], coupling->ids[owner][c]);
    }
}

void coupling_init(struct coupling *coupling, const struct network *network)
{
    int total = 0;
    *coupling = (struct coupling){.network = network};
    coupling->ids = memory_array((size_t)network->n_layers, sizeof *coupling->ids);
    for (int i = 0; i < network->n_layers; i++) {
        int channels = shape_channels(&network->layers[i].shape);
        coupling->ids[i] = memory_array((size_t)channels, sizeof **coupling->ids);
        total += channels;
    }
    coupling->parent = memory_array((size_t)total, sizeof *coupling->parent);
    coupling->fixed = memory_array((size_t)total, sizeof *coupling->fixed);
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        enum channel_rule rule = layer->class->channels;
        bool fixed = rule == CHANNELS_FIXED || breaks_channels(layer);
        if (fixed || rule == CHANNELS_NEW)
            make_new(coupling, i, shape_channels(&layer->shape), fixed);
        else
            follow(coupling, i);
    }
    unite_shared(coupling);
    const int *classes = coupling->ids[network->output];
    for (int c = 0; c < network->n_classes; c++)
        coupling->fixed[coupling_root(coupling, classes[c])] = true;
}

void coupling_finish(struct coupling *coupling)
{
    for (int i = 0; coupling->ids && i < coupling->network->n_layers; i++)
        free(coupling->ids[i]);
    free(coupling->ids);
    free(coupling->parent);
    free(coupling->fixed);
}
