/* Makes a network of nodes: order, shapes, weights, the soft-max at its end. */
#include "engine/nn/graph/network.h"

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/nn/graph/shared_weights.h"
#include "engine/nn/graph/toposort.h"
#include "engine/nn/layers/layers.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WEIGHT_ALIGNMENT = 16 }; /* floats: a cache line */

/* Most values of all layers for one image: what a file may ask for (1 GiB of floats). */
enum { VALUES_MAX = 1 << 28 };

static bool check_inputs(const struct layer *layer, struct error *err)
{
    const struct layer_class *class = layer->class;
    if (layer->n_inputs >= class->min_inputs && layer->n_inputs <= class->max_inputs)
        return true;
    return fail(err, "it has %d inputs, expected %s%d", layer->n_inputs,
        class->min_inputs == class->max_inputs ? "" : "at least ", class->min_inputs);
}

static bool check_shape(const struct network *network, const struct layer *layer, struct error *err)
{
    const struct shape *shape = &layer->shape;
    size_t count = 1, most = VALUES_MAX - network->n_values;
    for (int i = 0; i < shape->rank; i++) {
        assert(shape->dim[i] > 0);
        if ((size_t)shape->dim[i] > most / count)
            return fail(err, "its output is too large");
        count *= (size_t)shape->dim[i];
    }
    return true;
}

/* Whether the inputs are held alike; the output is as they are where its rank is. */
static bool check_planes(struct layer *layer, struct error *err)
{
    for (int i = 0; i < layer->n_inputs; i++) {
        if (layer->input_planes[i] && !layer->class->takes_planes)
            return fail(err, "its input has the channels first, with which it cannot be run");
        if (layer->input_planes[i] != layer->input_planes[0])
            return fail(err, "only some of its inputs have the channels first");
    }
    layer->planes = layer->n_inputs > 0 && layer->input_planes[0];
    return true;
}

static bool fail_unknown(const struct node *node, struct error *err)
{
    static const char *const code[] = {
        "Lambda", "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"};
    for (size_t i = 0; i < sizeof code / sizeof *code; i++)
        if (strcmp(node->class_name, code[i]) == 0)
            return fail(err, "it holds program code, and code from a file is never run");
    if (strchr(node->class_name, ' '))
        return fail(err, "this operation, with these arguments, is not supported");
    if (strchr(node->class_name, '>'))
        return fail(err, "it is a custom class, whose code is not in the file");
    return fail(err, "this type of layer is not supported");
}

/* Makes layer `at` from its node; inputs holds indices of layers. */
static bool configure_layer(
    struct network *network, int at, const struct node *node, struct error *err)
{
    struct layer *layer = &network->layers[at];
    for (int i = 0; i < layer->n_inputs; i++) {
        layer->input_shapes[i] = network->layers[layer->inputs[i]].shape;
        layer->input_planes[i] = network->layers[layer->inputs[i]].planes;
    }
    layer->class = layers_find(node->class_name);
    if (!layer->class)
        return fail_unknown(node, err);
    layer->params = memory_array(1, layer->class->params_size);
    if (!check_inputs(layer, err) || !check_planes(layer, err) ||
        !layer->class->configure(layer, &node->settings, err) ||
        !settings_all_known(&node->settings, err) || !check_shape(network, layer, err))
        return false;
    network->n_values += shape_count(&layer->shape);
    layer->owner = at;
    for (int w = 0; w < layer->n_weights && !node->shares; w++)
        network->n_parameters += layer->weights[w].count / (layer->weights[w].doubled ? 2 : 1);
    if (network->n_parameters > INT_MAX)
        return fail(err, "the network has too many weights");
    return true;
}

static bool make_layers(struct network *network, const struct node *nodes,
    const struct edges *edges, const int *order, struct error *err)
{
    int *place = memory_array((size_t)network->n_layers, sizeof *place); /* node to layer */
    bool ok = true;
    for (int at = 0; at < network->n_layers && ok; at++) {
        struct layer *layer = &network->layers[at];
        const struct node *node = &nodes[order[at]];
        place[order[at]] = at;
        layer->name = text_fit(memory_array(LAYER_NAME, 1), LAYER_NAME, node->name);
        layer->stored = memory_string(node->name);
        layer->n_inputs = node->n_inputs;
        for (int i = 0; i < node->n_inputs; i++)
            layer->inputs[i] = place[edges[order[at]].inputs[i]];
        ok = configure_layer(network, at, node, err);
        if (!ok) {
            char *context = memory_format("layer %s (%s)", node->name, node->class_name);
            fail_in(err, context);
            free(context);
        }
    }
    free(place);
    return ok;
}

/* Names that differ in the file may be seen as the same. */
static bool check_seen(const struct network *network, struct error *err)
{
    for (int i = 0; i < network->n_layers; i++) {
        const char *name = network->layers[i].name;
        bool changed = strcmp(name, network->layers[i].stored) != 0;
        for (int k = 0; changed && k < network->n_layers; k++)
            if (k != i && strcmp(network->layers[k].name, name) == 0)
                return fail(err, "two layers are seen as %s", name);
    }
    return true;
}

static bool find_ends(struct network *network, const char *output, struct error *err)
{
    char text[SHAPE_TEXT];
    network->input = -1;
    for (int i = 0; i < network->n_layers; i++) {
        if (network->layers[i].class->channels != CHANNELS_FIXED)
            continue;
        if (network->input >= 0)
            return fail(err, "the network has two inputs, %s and %s",
                network->layers[network->input].name, network->layers[i].name);
        network->input = i;
    }
    if (network->input < 0)
        return fail(err, "the network has no input");
    network->output = network_find(network, output);
    if (network->output < 0)
        return fail(err, "the network's output %s does not exist", output);
    const struct layer *last = &network->layers[network->output];
    if (last->shape.rank != 1 || network->output == network->input)
        return fail(err, "layer %s (%s): the network ends with %s, expected one value per class",
            last->name, last->class->name, shape_text(&last->shape, text));
    network->n_classes = last->shape.dim[0];
    return true;
}

/* True when the layer does nothing but hand the values of one image's classes on. */
static bool is_copy(const struct network *network, const struct layer *layer)
{
    return layer->class->forward == layers_copy && layer->activation.kind == ACTIVATION_LINEAR &&
           shape_channels(&layer->shape) == network->n_classes;
}

/* Walks back from the output through copies that nobody else reads. */
static int find_softmax(const struct network *network)
{
    int *readers = memory_array((size_t)network->n_layers, sizeof *readers);
    for (int i = 0; i < network->n_layers; i++)
        for (int k = 0; k < network->layers[i].n_inputs; k++)
            readers[network->layers[i].inputs[k]]++;
    int at = network->output;
    bool sole = readers[at] == 0;
    while (sole && is_copy(network, &network->layers[at])) {
        at = network->layers[at].inputs[0];
        sole = readers[at] == 1;
    }
    free(readers);
    const struct layer *layer = &network->layers[at];
    bool found = sole && layer->activation.kind == ACTIVATION_SOFTMAX &&
                 shape_channels(&layer->shape) == network->n_classes;
    return found ? at : -1;
}

static bool owns_weights(const struct network *network, int layer)
{
    return network->layers[layer].owner == layer;
}

static size_t padded(size_t count)
{
    return (count + WEIGHT_ALIGNMENT - 1) / WEIGHT_ALIGNMENT * WEIGHT_ALIGNMENT;
}

/* Floats that all weights take, each on a cache line of its own. */
static size_t storage_size(const struct network *network)
{
    size_t total = WEIGHT_ALIGNMENT;
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights && owns_weights(network, i); w++)
            total += padded(network->layers[i].weights[w].count);
    return total;
}

/* Gives every weight its place in the storage. */
static void place_weights(struct network *network)
{
    uintptr_t line = WEIGHT_ALIGNMENT * sizeof(float);
    uintptr_t beyond = (uintptr_t)network->storage % line;
    float *next = network->storage + (beyond ? (line - beyond) / sizeof(float) : 0);
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights && owns_weights(network, i); w++) {
            network->layers[i].weights[w].data = next;
            next += padded(network->layers[i].weights[w].count);
        }
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++)
            network->layers[i].weights[w].data =
                network->layers[network->layers[i].owner].weights[w].data;
}

/* calloc, because a file may ask for much that it does not hold: untouched zeros cost nothing. */
static bool allocate_weights(struct network *network, struct error *err)
{
    network->storage = calloc(storage_size(network), sizeof *network->storage);
    if (!network->storage)
        return fail(err, "no memory for %zu weights", network->n_parameters);
    place_weights(network);
    return true;
}

struct network *network_create(
    const struct node *nodes, int n_nodes, const char *output, struct error *err)
{
    if (n_nodes < 1) {
        fail(err, "the network has no layers");
        return NULL;
    }
    struct network *network = memory_array(1, sizeof *network);
    struct edges *edges = memory_array((size_t)n_nodes, sizeof *edges);
    int *order = memory_array((size_t)n_nodes, sizeof *order);
    network->n_layers = n_nodes;
    network->layers = memory_array((size_t)n_nodes, sizeof *network->layers);
    bool ok = toposort_connect(nodes, n_nodes, edges, err) &&
              toposort_sort(nodes, n_nodes, edges, order, err) &&
              make_layers(network, nodes, edges, order, err) &&
              shared_weights_find(network->layers, n_nodes, nodes, order, err) &&
              check_seen(network, err) && find_ends(network, output, err) &&
              allocate_weights(network, err);
    if (ok) {
        network->softmax = find_softmax(network);
    } else {
        network_destroy(network);
        network = NULL;
    }
    free(edges);
    free(order);
    return network;
}

struct network *network_clone(const struct network *network)
{
    return network_clone_part(network, NULL);
}

struct network *network_clone_part(const struct network *network, const bool *wanted)
{
    struct network *clone = memory_array(1, sizeof *clone);
    *clone = *network;
    clone->layers = memory_array((size_t)network->n_layers, sizeof *clone->layers);
    clone->storage = memory_array(storage_size(network), sizeof *clone->storage);
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        clone->layers[i] = *layer;
        clone->layers[i].name = memory_string(layer->name);
        clone->layers[i].stored = memory_string(layer->stored);
        clone->layers[i].params = memory_array(1, layer->class->params_size);
        memcpy(clone->layers[i].params, layer->params, layer->class->params_size);
        if (layer->class->share)
            layer->class->share(&clone->layers[i]);
    }
    place_weights(clone);
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights && (!wanted || wanted[i]); w++)
            memcpy(clone->layers[i].weights[w].data, network->layers[i].weights[w].data,
                network->layers[i].weights[w].count * sizeof(float));
    return clone;
}

void network_destroy(struct network *network)
{
    if (!network)
        return;
    for (int i = 0; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        if (layer->class && layer->params && layer->class->finish)
            layer->class->finish(layer);
        free(network->layers[i].name);
        free(network->layers[i].stored);
        free(network->layers[i].params);
    }
    free(network->layers);
    free(network->storage);
    free(network);
}

int network_find(const struct network *network, const char *layer)
{
    char name[LAYER_NAME];
    text_fit(name, sizeof name, layer);
    for (int i = 0; i < network->n_layers; i++)
        if (strcmp(network->layers[i].name, name) == 0)
            return i;
    return -1;
}

int network_find_inner(const struct network *network, const char *layer)
{
    int found = network_find(network, layer), n = 0;
    size_t length = strlen(layer);
    for (int i = 0; found < 0 && i < network->n_layers; i++) {
        const char *name = network->layers[i].name;
        size_t before = strlen(name) - length;
        if (strlen(name) > length && name[before - 1] == '/' && strcmp(name + before, layer) == 0) {
            n = n == 0 ? i + 1 : -1;
            if (n < 0)
                return -1; /* several */
        }
    }
    return found >= 0 ? found : n - 1;
}

int network_only_reader(const struct network *network, int layer)
{
    int reader = -1;
    for (int i = 0; i < network->n_layers; i++)
        for (int k = 0; k < network->layers[i].n_inputs; k++)
            if (network->layers[i].inputs[k] == layer)
                reader = reader == -1 ? i : -2;
    return reader < 0 || layer == network->output ? -1 : reader;
}

bool network_check_classifier(const struct network *network, struct error *err)
{
    enum { CLASSES_MAX = UINT16_MAX - 1 };
    const struct layer *last = &network->layers[network->output];
    if (network->layers[network->input].shape.rank != 3)
        return fail(err, "the input is not an image");
    if (network->n_classes < 2)
        return fail(err,
            "layer %s (%s): the net ends with one value, expected one per class, or a "
            "Dense of one unit with a sigmoid",
            last->name, last->class->name);
    if (network->n_classes > CLASSES_MAX)
        return fail(err, "%d classes are more than %d", network->n_classes, CLASSES_MAX);
    return true;
}

bool network_check_finite(const struct network *network, struct error *err)
{
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        for (int w = 0; w < layer->n_weights; w++)
            for (size_t k = 0; k < layer->weights[w].count; k++)
                if (!isfinite(layer->weights[w].data[k]))
                    return fail(err, "layer %s (%s): its weight %s holds %g at %zu", layer->name,
                        layer->class->name, layer->weights[w].name,
                        (double)layer->weights[w].data[k], k);
    }
    return true;
}

void network_downstream(const struct network *network, int from, bool *reached)
{
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        reached[i] = reached[i] || i == from;
        for (int k = 0; k < layer->n_inputs; k++)
            reached[i] = reached[i] || reached[layer->inputs[k]];
    }
}
