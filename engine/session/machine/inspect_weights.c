/* The weights around a channel: the filter that makes it, and what it is multiplied by behind. */
#include "engine/session/machine/inspect_weights.h"
#include "engine/session/machine/session_branch.h"
#include "engine/session/machine/session_joint.h"

#include "engine/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The first weight that belongs to output channels and is more than a number for each. */
static const struct weight *kernel_of(const struct layer *layer)
{
    for (int w = 0; w < layer->n_weights; w++)
        if (layer->weights[w].rank >= 2 && layer->weights[w].channel_axis >= 0)
            return &layer->weights[w];
    return NULL;
}

static void copy_kernel(struct inspection *in, const struct layer *layer, int unit)
{
    const struct weight *kernel = kernel_of(layer);
    size_t channels = kernel ? (size_t)weight_channels(kernel) : 0;
    if (!kernel || channels == 0)
        return;
    size_t n = kernel->count / channels;
    float *copy = memory_array(n, sizeof *copy);
    for (size_t k = 0; k < n; k++)
        copy[k] = kernel->data[k * channels + (size_t)unit];
    int axis = kernel->channel_axis;
    in->kernel = copy;
    bool line = kernel->rank == 3;
    in->kernel_height = axis >= 2 && !line ? kernel->dim[0] : 1;
    in->kernel_width = axis >= 2 ? kernel->dim[!line] : 1;
    in->kernel_inputs = (int)n / in->kernel_height / in->kernel_width;
}

/* Sums over all layers that make the channel; the picture is the first one's. */
static void note_producers(const struct network *network, const struct prune_site *site,
    int channel, struct inspection *in)
{
    double l1 = 0, bias = 0;
    for (int p = 0; p < site->n_parts; p++) {
        const struct layer *layer = &network->layers[site->parts[p].layer];
        int unit = site->parts[p].unit[channel];
        if (!site->parts[p].producer || unit < 0)
            continue;
        for (int w = 0; w < layer->n_weights; w++) {
            const struct weight *weight = &layer->weights[w];
            size_t channels = weight->channel_axis >= 0 ? (size_t)weight_channels(weight) : 0;
            for (size_t k = 0; channels > 0 && k < weight->count / channels; k++) {
                double value = (double)weight->data[k * channels + (size_t)unit];
                l1 += weight->rank >= 2 ? fabs(value) : 0;
                bias += strcmp(weight->name, "bias") == 0 ? value : 0;
            }
        }
        if (in->producer)
            continue;
        in->producer = layer->name;
        in->sees_image = layer->inputs[0] == network->input;
        copy_kernel(in, layer, unit);
    }
    in->kernel_l1 = (float)l1;
    in->bias = (float)bias;
}

/* Where the channel is in the output of a layer: the values v with v % modulus == channel. */
struct place {
    bool here;
    int channel, modulus;
};

static struct place pass_on(const struct network *network, const struct place *places, int l)
{
    const struct layer *layer = &network->layers[l];
    struct place none = {0};
    for (int i = 0, before = 0; i < layer->n_inputs; i++) {
        struct place from = places[layer->inputs[i]];
        int channels = shape_channels(&layer->input_shapes[i]);
        switch (layer->class->channels) {
        case CHANNELS_PASS:
        case CHANNELS_ADD:
        case CHANNELS_SCALE:
        case CHANNELS_MIX:
            if (from.here)
                return from;
            break;
        case CHANNELS_PICK:
            for (int c = 0; c < shape_channels(&layer->shape) && from.here; c++)
                if (layer->class->picked(layer, c) == from.channel && from.modulus == channels)
                    return (struct place){true, c, shape_channels(&layer->shape)};
            break;
        case CHANNELS_JOIN: /* values that were flattened before have no one place in it */
            if (from.here && from.modulus == channels)
                return (struct place){true, before + from.channel, shape_channels(&layer->shape)};
            before += channels;
            break;
        default:
            return none;
        }
    }
    return none;
}

static void add_link(struct inspection *in, struct inspection_link link)
{
    int at = in->n_links;
    if (at == INSPECTION_LINKS && in->links[at - 1].norm >= link.norm)
        return;
    if (at == INSPECTION_LINKS)
        at--;
    else
        in->n_links++;
    for (; at > 0 && in->links[at - 1].norm < link.norm; at--)
        in->links[at] = in->links[at - 1];
    in->links[at] = link;
}

/* The weights between one channel of a reader's input and one of its outputs. */
static struct inspection_link measure(
    const struct layer *reader, const struct weight *kernel, struct place from, int out)
{
    size_t outs = (size_t)weight_channels(kernel);
    bool alone = kernel->rank == 4 && kernel->channel_axis == 2; /* depthwise */
    double squares = 0, sum = 0;
    for (size_t k = 0; k < kernel->count / outs; k++) {
        bool reads = alone ? out / kernel->dim[3] == from.channel
                           : k % (size_t)from.modulus == (size_t)from.channel;
        double value = reads ? (double)kernel->data[k * outs + (size_t)out] : 0;
        squares += value * value;
        sum += value;
    }
    return (struct inspection_link){reader->name, out, (float)sqrt(squares), (float)sum};
}

/* How many channels push the target more than this one. */
static void note_target(struct inspection *in, const struct layer *reader,
    const struct weight *kernel, struct place from, int target)
{
    if (target < 0 || target >= weight_channels(kernel))
        return;
    in->target_weight = measure(reader, kernel, from, target).sum;
    in->target_rank = 1;
    for (int c = 0; c < from.modulus; c++) {
        struct place other = {true, c, from.modulus};
        in->target_rank += measure(reader, kernel, other, target).sum > in->target_weight;
    }
}

/* The last layer with weights: nothing but a soft-max lies behind. */
static bool makes_classes(const struct network *network, int l)
{
    int layer = network->output;
    while (
        layer != l && network->layers[layer].n_inputs == 1 && network->layers[layer].n_weights == 0)
        layer = network->layers[layer].inputs[0];
    return layer == l;
}

static void note_readers(const struct network *network, const struct prune_site *site, int channel,
    int target, struct inspection *in)
{
    struct place *places = memory_array((size_t)network->n_layers, sizeof *places);
    places[site->measured] = (struct place){true, channel, site->n_channels};
    for (int l = site->measured + 1; l < network->n_layers; l++) {
        const struct layer *layer = &network->layers[l];
        const struct weight *kernel = kernel_of(layer);
        struct place from = places[layer->inputs[0]];
        if (layer->class->channels != CHANNELS_NEW) {
            places[l] = pass_on(network, places, l);
            continue;
        }
        if (!from.here || kernel != &layer->weights[0])
            continue;
        for (int out = 0; out < weight_channels(kernel); out++)
            add_link(in, measure(layer, kernel, from, out));
        if (makes_classes(network, l)) {
            in->into_classes = true;
            note_target(in, layer, kernel, from, target);
        }
    }
    free(places);
}

void session_inspect_weights(const struct session *session, struct inspection *inspection)
{
    const struct network *network = session_unpruned_network(session);
    int channel = inspection->channel;
    const struct prune_site *site = session_own_site(session, &channel);
    note_producers(network, site, channel, inspection);
    note_readers(network, site, channel, session->target, inspection);
}
