/* The layers of a Keras net from its JSON: plain data, nothing in it is ever run.
 * Owner: the caller (model_config_finish, also after a failure). Thread: any. */
#ifndef SECATEUR_ENGINE_LOAD_MODEL_CONFIG_H
#define SECATEUR_ENGINE_LOAD_MODEL_CONFIG_H

#include "engine/net/network.h"

struct model_config {
    int n_nodes;
    struct node *nodes; /* in the order of the file; strings are owned by this struct */
    char *output;       /* name of the output layer */
};

/* A whole model ({"class_name": …, "config": …}), Sequential or Functional, from Keras 2 or 3.
 * False: not JSON, or a graph we cannot run; the layers that were read stay, for showing. */
bool model_config_parse(const char *json, struct model_config *config, struct error *err);
void model_config_finish(struct model_config *config);

#endif
