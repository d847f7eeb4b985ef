/* The layers of a Keras net from its JSON: data alone, nothing in it is ever run. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_PARSE_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_PARSE_H

#include "engine/io/keras/keras_config.h"

/* A whole model ({"class_name": …, "config": …}), Sequential or Functional, from Keras 2 or 3, as
 * it is run here (keras_lower.h). False: not JSON, or a graph that cannot be run; the layers that
 * were read stay, for showing. The caller calls keras_config_finish, also after a failure. */
bool keras_parse(const char *json, const struct keras_origin *origin, struct keras_config *config,
    struct error *err);
#endif
