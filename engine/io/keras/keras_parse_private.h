/* What is known while a net is read from JSON: for keras_parse.c and keras_connect.c. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_PARSE_PRIVATE_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_PARSE_PRIVATE_H

#include "engine/io/keras/keras_parse.h"
#include "engine/io/keras/keras_settings.h"

/* A name within a net that stands for a layer, or for a name in another net. */
struct keras_alias {
    const char *name; /* of the JSON */
    int scope;
    int node; /* -1: it stands for another */
    const char *target;
    int target_scope;
};

struct keras_call {
    int n;
    const char *names[LAYER_INPUTS_MAX];
    int index[LAYER_INPUTS_MAX]; /* of the call of the layer that is read */
    bool trains;                 /* in Keras 2: training=True, which changes what a layer does */
};

/* What is known while nets are read. */
struct keras_reader {
    struct keras_config *out;
    struct keras_call *calls;      /* [n_nodes] inputs by names of the node's scope */
    int *scopes;                   /* [n_nodes] */
    int n_aliases, n_scopes, room; /* room: of the arrays of nodes */
    struct keras_alias *aliases;
    bool nested;
};

/* The inputs of a layer, by name. */
bool keras_read_call(json_t *layer, struct keras_call *call, struct error *err);
/* The one tensor that input_layers or output_layers names. */
bool keras_read_end(json_t *config, const char *key, const char **name, struct error *err);
void keras_add_alias(struct keras_reader *reader, const struct keras_alias *alias);
/* The node that a name of a scope means in the end; -1 with err. */
int keras_resolve(
    const struct keras_reader *reader, const char *name, int scope, int index, struct error *err);
/* Gives all nodes their inputs. */
bool keras_connect(struct keras_reader *reader, struct error *err);

#endif
