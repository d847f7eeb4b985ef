/* Frees a configuration. */
#include "engine/io/keras/keras_config.h"

#include <stdlib.h>

void keras_config_finish(struct keras_config *config)
{
    for (int i = 0; i < config->n_nodes; i++) {
        struct node *node = &config->nodes[i];
        free((char *)node->class_name);
        free((char *)node->name);
        settings_free(&node->settings);
        for (int k = 0; k < node->n_inputs; k++)
            free((char *)node->inputs[k]);
        free(config->places[i].layer);
        free(config->places[i].group);
        free(config->places[i].store);
    }
    free(config->nodes);
    free(config->places);
    free(config->output);
    *config = (struct keras_config){0};
}
