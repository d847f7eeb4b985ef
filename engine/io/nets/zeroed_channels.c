/* Compares the weights of two nets, channel by channel. */
#include "engine/io/nets/zeroed_channels.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static bool is_same_layer(const struct layer *one, const struct layer *other)
{
    bool same = strcmp(one->name, other->name) == 0 && one->class == other->class &&
                one->n_weights == other->n_weights;
    for (int w = 0; same && w < one->n_weights; w++)
        same = one->weights[w].count == other->weights[w].count &&
               one->weights[w].channel_axis == other->weights[w].channel_axis;
    return same;
}

static bool check_same(const struct model *original, const struct model *pruned, struct error *err)
{
    const struct network *one = original->network, *other = pruned->network;
    for (int i = 0; i < one->n_layers && i < other->n_layers; i++)
        if (!is_same_layer(&one->layers[i], &other->layers[i]))
            return fail(err, "%s: is not %s with pruned channels: %s differs", pruned->path,
                original->path, one->layers[i].name);
    return one->n_layers == other->n_layers ||
           fail(err, "%s: has %d layers, %s has %d", pruned->path, other->n_layers, original->path,
               one->n_layers);
}

/* How many channels it has; 0: no weight belongs to one channel alone. */
static int channels_of(const struct layer *layer)
{
    int n = 0;
    for (int w = 0; w < layer->n_weights && n == 0; w++)
        n = weight_channels(&layer->weights[w]);
    return n;
}

static bool is_zero(const struct layer *layer, int channel)
{
    bool zero = true;
    for (int w = 0; w < layer->n_weights && zero; w++)
        zero = weight_channel_is_zero(&layer->weights[w], channel);
    return zero;
}

/* Values that differ but are of no channel that was zeroed. */
static bool differs_elsewhere(
    const struct layer *before, const struct layer *after, const bool *zeroed)
{
    for (int w = 0; w < before->n_weights; w++) {
        const struct weight *one = &before->weights[w], *other = &after->weights[w];
        size_t n = (size_t)weight_channels(one);
        for (size_t i = 0; i < one->count; i++)
            if (memcmp(&one->data[i], &other->data[i], sizeof *one->data) != 0 &&
                (n == 0 || !zeroed[i % n]))
                return true;
    }
    return false;
}

/* As the file's weights call it: a layer that is called again has a name of ours. */
static const char *module_of(const struct model *model, const struct layer *layer)
{
    for (int i = 0; i < model->n_nodes; i++)
        if (strcmp(model->nodes[i].name, layer->stored) == 0)
            return settings_text(&model->nodes[i].settings, "module", layer->name);
    return layer->name;
}

/* PyTorch has [out, in, …], but of a transposed convolution [in, out, …]. */
static int axis_of(const struct layer *layer)
{
    return strcmp(layer->class->name, "Conv2DTranspose") == 0;
}

static bool is_listed(const struct zeroed_channels *found, const struct zeroed_layer *layer)
{
    for (int i = 0; i < found->n_layers; i++) {
        const struct zeroed_layer *other = &found->layers[i];
        if (strcmp(other->name, layer->name) == 0 && other->n == layer->n &&
            memcmp(other->channels, layer->channels, (size_t)layer->n * sizeof(int)) == 0)
            return true;
    }
    return false;
}

static void add_layer(struct zeroed_channels *found, const struct model *model,
    const struct layer *before, const struct layer *after)
{
    int n = channels_of(before);
    struct zeroed_layer layer = {
        module_of(model, before), before->class->name, axis_of(before), 0, NULL};
    bool *zeroed = memory_array((size_t)n + 1, sizeof *zeroed);
    layer.channels = memory_array((size_t)n + 1, sizeof *layer.channels);
    for (int c = 0; c < n; c++) {
        zeroed[c] = is_zero(after, c) && !is_zero(before, c);
        if (zeroed[c])
            layer.channels[layer.n++] = c;
    }
    found->others = found->others || differs_elsewhere(before, after, zeroed);
    if (layer.n > 0 && !is_listed(found, &layer))
        found->layers[found->n_layers++] = layer;
    else
        free(layer.channels);
    free(zeroed);
}

bool zeroed_channels_find(const struct model *original, const struct model *pruned,
    struct zeroed_channels *found, struct error *err)
{
    const struct network *before = original->network, *after = pruned->network;
    *found = (struct zeroed_channels){0};
    if (!check_same(original, pruned, err))
        return false;
    found->layers = memory_array((size_t)before->n_layers + 1, sizeof *found->layers);
    for (int i = 0; i < before->n_layers; i++)
        add_layer(found, original, &before->layers[i], &after->layers[i]);
    return true;
}

void zeroed_channels_free(struct zeroed_channels *found)
{
    for (int i = 0; i < found->n_layers; i++)
        free(found->layers[i].channels);
    free(found->layers);
    *found = (struct zeroed_channels){0};
}
