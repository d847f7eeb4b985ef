/* The layers of a net as bytes, between a reader and its parent, in both directions. What a reader
 * sends is a claim: every count and kind is checked. Private to this room. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_NETS_NET_NODES_H
#define SECATEUR_ENGINE_IO_NETS_NET_NODES_H

#include "engine/nn/graph/node.h"

#include <stdbool.h>

/* Nodes and the name of the output layer; malloc'd, NULL: memory is out. */
char *net_nodes_write(const struct node *nodes, int n, const char *output, size_t *size);
/* False: the bytes are none of these. Nodes (nodes_free) and output are the caller's, also then. */
bool net_nodes_read(const char *bytes, size_t size, struct node **nodes, int *n, char **output);

#endif
