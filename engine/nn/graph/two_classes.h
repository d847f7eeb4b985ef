/* Nets that end with one value: Dense(1) with a sigmoid, in the layer itself or behind it, is a
 * soft-max of {0, z}. Without any activation its value is taken for z. Thread: any. */
#ifndef SECATEUR_ENGINE_NN_GRAPH_TWO_CLASSES_H
#define SECATEUR_ENGINE_NN_GRAPH_TWO_CLASSES_H

#include "engine/nn/graph/node.h"

/* Changes the nodes of such a net into one of two classes; others stay. logit: the value was taken
 * for z. False: its one value gives no classes. */
bool two_classes(struct node *nodes, int n, const char *output, bool *logit, struct error *err);

#endif
