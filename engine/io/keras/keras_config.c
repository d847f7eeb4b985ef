/* Frees a configuration. */
#include "engine/io/keras/keras_config.h"

#include <stdlib.h>

void keras_config_finish(struct keras_config *config)
{
    for (int i = 0; i < config->n_nodes; i++) {
        free(config->places[i].layer);
        free(config->places[i].group);
        free(config->places[i].store);
    }
    nodes_free(config->nodes, config->n_nodes);
    free(config->places);
    free(config->output);
    *config = (struct keras_config){0};
}
