/* How the layers of one net are connected, as its JSON says it. Private to the room. Thread: any.
 */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_CALLS_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_CALLS_H

#include "engine/nn/layers/layer.h"

#include <jansson.h>

/* A tensor as the JSON names it: an output of the n-th call of a layer or a net. */
struct keras_ref {
    const char *name; /* of the JSON */
    int call, output;
};

/* What one call of a layer reads. */
struct keras_call {
    int n;
    struct keras_ref refs[LAYER_INPUTS_MAX];
    bool trains; /* in Keras 2: training=True, which changes what a layer does */
};

/* All calls of a layer. */
struct keras_calls {
    int n;
    struct keras_call *call;
};

/* How the layers of a functional net are connected. */
struct keras_graph {
    size_t n;
    struct keras_calls *layers; /* [n] */
    struct keras_call inputs, outputs;
};

/* The class and the name of a layer, as the file has them; NULL: none. */
const char *keras_class_of(const json_t *layer);
const char *keras_name_of(const json_t *layer);
bool keras_is_net(const char *class_name); /* a whole one: Sequential, Functional, Model */

/* The connections of a functional net; calls of nets inside, which Keras 2 counts from 1, are
 * counted from 0. False with err, or with ends where only the ends of the net are wrong: what could
 * be read stays. The caller finishes it, also then. */
bool keras_graph_read(const json_t *config, const json_t *layers, struct keras_graph *graph,
    struct error *ends, struct error *err);
void keras_graph_finish(struct keras_graph *graph);

#endif
