/* One operator of ONNX: how it becomes layers. Operators stand in groups, one file each,
 * operators_NAME.c, and its name in the list of this room's meson.build.
 * Source: github.com/onnx/onnx, docs/Operators.md. Thread: one. */
#ifndef SECATEUR_ENGINE_IO_ONNX_ONNX_OPERATOR_H
#define SECATEUR_ENGINE_IO_ONNX_ONNX_OPERATOR_H

#include "engine/io/onnx/onnx_graph.h"

enum { ONNX_INPUTS_MAX = LAYER_INPUTS_MAX };

/* A node of the file with its inputs found. */
struct onnx_node {
    const Onnx__NodeProto *proto;
    int index, n_inputs;
    struct onnx_value *inputs[ONNX_INPUTS_MAX]; /* NULL: left out */
    uint64_t asked;                             /* attributes that were read, a bit each */
    int n_given;                                /* outputs that were given; 0: the first alone */
};

struct onnx_operator {
    const char *name;
    int min_inputs, max_inputs;
    bool folds; /* takes constants for its first input; else only the others may be constants */
    /* Gives the node's first output (onnx_give_…); reads every attribute that changes it. */
    bool (*lower)(struct onnx_graph *graph, struct onnx_node *node, struct error *err);
    /* It takes images under other dimensions too (ONNX_REGROUPED); else it would mistake them. */
    bool regrouped;
};

struct onnx_operators {
    int n;
    const struct onnx_operator *list;
};

/* NULL: it is not supported. */
const struct onnx_operator *onnx_operator_find(const char *name);

const double *onnx_numbers(struct onnx_value *value); /* of a constant: [count], the value's */
/* One number, alone or in a list; false: it is none. */
bool onnx_single(struct onnx_value *value, double *number);

/* A new layer that reads the values' nodes; named for the weight `named` (NULL: for the node). */
int onnx_add(struct onnx_graph *graph, const struct onnx_node *node, const char *class_name,
    const struct onnx_value *named, struct onnx_value *const *inputs, int n_inputs);
void onnx_set_numbers(
    struct onnx_graph *graph, int layer, const char *key, const double *numbers, int n);
void onnx_set_number(struct onnx_graph *graph, int layer, const char *key, double number);
void onnx_set_bool(struct onnx_graph *graph, int layer, const char *key, bool value);
void onnx_set_text(struct onnx_graph *graph, int layer, const char *key, const char *text);
/* A layer that nothing reads yet is called as a weight is. */
void onnx_rename(struct onnx_graph *graph, const struct onnx_node *node, int layer,
    const struct onnx_value *named);
/* The layer's weight `weight` is this constant, with its dimensions (rank of them) in the order. */
bool onnx_bind(struct onnx_graph *graph, int layer, int weight, struct onnx_value *constant,
    int rank, const int *dims, const int *order, struct error *err);

/* An empty value of that name, borrowed; a constant of the file's. */
struct onnx_value *onnx_new_value(struct onnx_graph *graph, const char *name);
void onnx_set_tensor(struct onnx_value *value, const struct onnx_tensor *tensor);
/* What the node gives: images of a layer, or a constant, which takes the numbers. */
struct onnx_value *onnx_give(struct onnx_graph *graph, const struct onnx_node *node, int layer,
    int rank, const double *dims);
struct onnx_value *onnx_give_nth(struct onnx_graph *graph, const struct onnx_node *node, int output,
    int layer, int rank, const double *dims);
struct onnx_value *onnx_give_same(/* the value's shape */
    struct onnx_graph *graph, const struct onnx_node *node, int layer, const struct onnx_value *as);
void onnx_give_constant(struct onnx_graph *graph, const struct onnx_node *node, double *numbers,
    int rank, const double *dims, bool whole_numbers);

/* Values cut at two limits, ±FLT_MAX for none. */
void onnx_give_clip(struct onnx_graph *graph, struct onnx_node *node, double low, double high);

/* How many read what the value stands for, the graph's outputs too. */
int onnx_readers(const struct onnx_graph *graph, const char *name);
int onnx_channel_axis(const struct onnx_value *value); /* of images, in ONNX's order */
/* Images of rank 4 in the order of ONNX's own, [n, c, h, w]; else fails. */
bool onnx_check_images(const struct onnx_value *value, struct error *err);
size_t onnx_count(const struct onnx_value *value); /* values of one image */

#endif
