/* The contract of a layer type. A new one is a file layer_<name>.c and a line in meson.build.
 * A layer computes its linear part; its activation is applied behind it by reference_pass.c.
 * Tensors are [n, shape], float, channels last. */
#ifndef SECATEUR_ENGINE_NN_LAYERS_LAYER_H
#define SECATEUR_ENGINE_NN_LAYERS_LAYER_H

#include "engine/nn/layers/activation.h"
#include "engine/nn/tensor/layer_config.h"
#include "engine/nn/tensor/tensor.h"
#include "engine/nn/tensor/window.h"

enum { LAYER_INPUTS_MAX = 16, LAYER_WEIGHTS_MAX = 6, WEIGHT_RANK_MAX = 4 };

struct weight {
    const char *name; /* as Keras has it: "kernel", "bias", "gamma", …; static */
    int rank, dim[WEIGHT_RANK_MAX];
    /* The output channel runs over this dimension and those behind it (two of them in a
     * depthwise kernel: channel = input channel * multiplier + m). -1: no part of the weight
     * belongs to one output channel, or zeroing it would not silence the channel. */
    int channel_axis;
    bool trainable;
    /* Two columns for the file's one: the first is always 0, the second is what the file holds. */
    bool doubled;
    size_t count;
    float *data; /* [dim…], owned by the network */
};

/* What a layer does to the channels of its inputs; pruning finds coupled channels by it. */
enum channel_rule {
    CHANNELS_FIXED,  /* the network's input: cannot be pruned */
    CHANNELS_NEW,    /* each output channel has its own weights: convolution, Dense */
    CHANNELS_PASS,   /* channel c comes from channel c alone: pooling, activation, BatchNorm */
    CHANNELS_ADD,    /* channel c is made of channel c of every input */
    CHANNELS_JOIN,   /* the channels of the inputs behind each other: Concatenate */
    CHANNELS_PLANES, /* one channel's values behind each other, then the next one's: Flatten */
    CHANNELS_MIX,    /* values keep their order but not their place: Flatten, Reshape */
};

struct layer {
    char *name;
    const struct layer_class *class;
    void *params; /* private to the layer's file */
    struct activation activation;
    struct shape shape;                     /* of the output */
    int n_inputs, inputs[LAYER_INPUTS_MAX]; /* indices of layers in the network */
    struct shape input_shapes[LAYER_INPUTS_MAX];
    /* Keras has these images as planes, [channels, height, width]; here channels are always last.
     */
    bool planes, input_planes[LAYER_INPUTS_MAX];
    int n_weights;
    struct weight weights[LAYER_WEIGHTS_MAX]; /* in the order of the Keras file */
};

/* The fast form of a layer, which batched, sparse and delta plans run (graph/lowering.h). */
enum lowered_kind {
    LOWERED_PLAIN,   /* no fast form: by `forward` */
    LOWERED_COPY,    /* the output is the input */
    LOWERED_PRODUCT, /* window, filters; weights[0] is the kernel, weights[1] the bias if there */
    LOWERED_POOL_MAX,
    LOWERED_POOL_MEAN,
    LOWERED_ADD,
};
struct lowered_form {
    enum lowered_kind kind;
    struct window window;
    int filters;
};

struct layer_class {
    const char *name; /* Keras class_name */
    const char *help;
    enum channel_rule channels;
    int min_inputs, max_inputs;
    bool takes_planes; /* its settings can be read for inputs that Keras has as planes */
    size_t params_size;
    /* What params point to: another layer has a copy of params now; the layer ends. NULL: nothing.
     */
    void (*share)(struct layer *layer);
    void (*finish)(struct layer *layer);
    /* From settings and input shapes: params, activation, output shape, and for each weight its
     * name, dimensions, channel axis (the network allocates data). False with err. Settings that
     * nobody reads and that might change the result are refused by the network. */
    bool (*configure)(struct layer *layer, const struct layer_config *settings, struct error *err);
    /* Floats of scratch that forward and backward need for n images; NULL: none. */
    size_t (*scratch)(const struct layer *layer, int n);
    /* output[n, shape] from inputs[i][n, input_shapes[i]]; overwrites output. */
    void (*forward)(const struct layer *layer, int n, const float *const *inputs, float *output,
        float *scratch);
    /* Its fast form, where it has one; NULL: none. */
    void (*batched)(const struct layer *layer, struct lowered_form *form);
    /* Adds to grad_inputs[i] (an entry may be NULL: not wanted) and grad_weights[w] (the whole
     * array may be NULL) what grad_output[n, shape], the gradient before the activation, says. */
    void (*backward)(const struct layer *layer, int n, const float *const *inputs,
        const float *output, const float *grad_output, float *const *grad_inputs,
        float *const *grad_weights, float *scratch);
};

/* What pruning does: makes everything zero that this layer multiplies or adds in one output
 * channel, so that the channel is exactly 0 before the activation. Nothing without an axis.
 * (BatchNormalization without gamma needs its input channel silenced too.) */
void weight_zero_channel(struct weight *weight, int channel);
void weight_copy_channel(struct weight *weight, const struct weight *from, int channel);
/* True as well for a weight without a channel axis. */
bool weight_channel_is_zero(const struct weight *weight, int channel);
int weight_channels(const struct weight *weight); /* 0 without a channel axis */

/* The table of layer types (layers.c). */
const struct layer_class *layers_find(const char *class_name);
const struct layer_class *layers_at(int index); /* NULL behind the last */

#endif
