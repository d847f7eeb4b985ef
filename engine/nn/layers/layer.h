/* The contract of a layer type. A new one is a file layer_<name>.c and a line in meson.build.
 * A layer computes its linear part; its activation is applied behind it by reference_pass.c.
 * Tensors are [n, shape], float, channels last. */
#ifndef SECATEUR_ENGINE_NN_LAYERS_LAYER_H
#define SECATEUR_ENGINE_NN_LAYERS_LAYER_H

#include "engine/nn/layers/activation.h"
#include "engine/nn/layers/channel_rule.h"
#include "engine/nn/layers/lowered_form.h"
#include "engine/nn/tensor/weight.h"
#include "engine/nn/tensor/layer_config.h"
#include "engine/nn/tensor/tensor.h"

enum { LAYER_INPUTS_MAX = 16, LAYER_WEIGHTS_MAX = 6, LAYER_NAME = 256 };

struct layer {
    char *name;   /* as it is seen: shorter than LAYER_NAME, no two layers have the same */
    char *stored; /* as a file has it */
    const struct layer_class *class;
    void *params; /* private to the layer's file */
    struct activation activation;
    struct shape shape;                     /* of the output */
    int n_inputs, inputs[LAYER_INPUTS_MAX]; /* indices of layers in the network */
    struct shape input_shapes[LAYER_INPUTS_MAX];
    /* Keras has these images as planes, [channels, height, width]; here channels come last. */
    bool planes, input_planes[LAYER_INPUTS_MAX];
    int owner; /* the layer that has these weights: itself, or the first call of a shared layer */
    int n_weights;
    struct weight weights[LAYER_WEIGHTS_MAX]; /* in the order of the Keras file */
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
    /* CHANNELS_PICK: the channel of the input that is channel c, -1: none, it is always 0. */
    int (*picked)(const struct layer *layer, int channel);
    /* Of a layer that is no more than input * scale[channels] + shift[channels]; else NULL. */
    void (*affine)(const struct layer *layer, float *scale, float *shift);
    /* Where it has weights: adds to grad_weights[w], which may be NULL, what the sums over all
     * positions of grad_output and of grad_output * input say, for each channel. */
    void (*affine_backward)(const struct layer *layer, const double *sums, const double *products,
        float *const *grad_weights);
};

/* The table of layer types (layers.c). */
const struct layer_class *layers_find(const char *class_name);
const struct layer_class *layers_at(int index); /* NULL behind the last */

#endif
