/* From the operators of an ONNX graph to layers as they are run, and back to the tensors that their
 * weights come from. ONNX has images as [n, channels, height, width], here channels come last: a
 * value of rank 4 is held as [height, width, channels] whatever order ONNX has it in, and a Flatten
 * of it says which order its units are in. Shapes that a graph computes of itself (Shape, Gather,
 * Concat …) are folded. Owner: the caller (onnx_graph_finish). Thread: one. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_GRAPH_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_GRAPH_H

#include "engine/base/image_size.h"
#include "engine/io/onnx/onnx_tensor.h"
#include "engine/nn/graph/network.h"

/* The size of the batch, where a shape says it: no number that a net has. */
#define ONNX_BATCH (-4503599627370496.0)

/* What a name in the graph stands for. */
struct onnx_value {
    const char *name;
    bool constant;
    int rank;
    double dims[ONNX_RANK_MAX]; /* as ONNX has them; of images dims[0] is ONNX_BATCH */
    /* A constant: a tensor of the file, or numbers that were computed here. */
    struct onnx_tensor tensor; /* .proto NULL: none */
    double *numbers;           /* owned; NULL: not read yet */
    size_t count;
    bool whole_numbers, turned; /* turned: the tensor's two dimensions are the other way round */
    /* Images on their way: the node that gives them, and whether ONNX has the channels last. */
    int node;
    bool channels_last;
    /* Where no layer gives the value: a step between the images `of` and what a chain of operators
     * makes of them (onnx_chain.h), with a number and axes that the chain goes on with. */
    int form;
    const struct onnx_value *of; /* NULL: images as they are */
    double number;
    int axes;
};

/* Where a layer's weight comes from: the tensor's dimensions in another order. */
struct onnx_binding {
    int node, weight; /* index of the weight within the layer */
    struct onnx_tensor tensor;
    int rank, dims[4], order[4]; /* dims as stored; the weight's dimension i is dims[order[i]] */
};

struct onnx_graph {
    const struct onnx_file *file;
    int n_values, n_nodes, n_bindings;
    struct onnx_value **values;
    struct node *nodes; /* own their strings */
    struct onnx_binding *bindings;
    struct image_size size; /* of images, where the file leaves it open; 0: not said */
    bool any_size;          /* that is what is missing */
    char *output;           /* the node that gives the classes */
    bool folded;            /* weights of convolutions were computed by PyTorch's exporter */
    bool logit;             /* one value that is taken for a logit (nn/graph/two_classes.h) */
};

#endif
