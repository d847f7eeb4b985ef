/* The layers of a Keras net from its JSON: data alone, nothing in it is ever run. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_KERAS_MODEL_PARSE_H
#define SECATEUR_ENGINE_IO_KERAS_MODEL_PARSE_H

#include "engine/io/keras/model_config.h"

/* A whole model ({"class_name": …, "config": …}), Sequential or Functional, from Keras 2 or 3, as
 * it is run here (model_lower.h). False: not JSON, or a graph that cannot be run; the layers that
 * were read stay, for showing. The caller calls model_config_finish, also after a failure. */
bool model_parse(const char *json, const struct model_origin *origin, struct model_config *config,
    struct error *err);
#endif
