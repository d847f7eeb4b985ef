/* Frees layers that a file described. */
#include "engine/nn/graph/node.h"

#include <stdlib.h>

void nodes_free(struct node *nodes, int n)
{
    for (int i = 0; nodes && i < n; i++) {
        free((char *)nodes[i].class_name);
        free((char *)nodes[i].name);
        free((char *)nodes[i].shares);
        settings_free(&nodes[i].settings);
        for (int k = 0; k < nodes[i].n_inputs; k++)
            free((char *)nodes[i].inputs[k]);
    }
    free(nodes);
}
