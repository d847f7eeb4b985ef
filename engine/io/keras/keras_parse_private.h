/* What is known while a net is read from JSON: for keras_parse.c and the files that it leans on. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_PARSE_PRIVATE_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_PARSE_PRIVATE_H

#include "engine/io/keras/keras_calls.h"
#include "engine/io/keras/keras_parse.h"
#include "engine/io/keras/keras_settings.h"

/* A tensor of a net: what a node makes, or another name for a tensor, often of another net. */
struct keras_alias {
    struct keras_ref ref;
    int scope;
    int node; /* -1: it stands for target */
    struct keras_ref target;
    int target_scope;
};

/* What is known while nets are read. */
struct keras_reader {
    struct keras_config *out;
    struct keras_call *calls;      /* [n_nodes] inputs by names of the node's scope */
    int *scopes;                   /* [n_nodes] */
    int n_aliases, n_scopes, room; /* room: of the arrays of nodes */
    struct keras_alias *aliases;
};

/* A net that is being read. */
struct keras_inner {
    json_t *config, *layers;
    bool sequential;
    int scope, depth;
    const char *group;              /* NULL: the outermost */
    const char *store;              /* path of the net's layers, "" or "sequential/layers/" */
    const char *prefix;             /* of names: "", "outer/" */
    const struct keras_call *given; /* what an inner net reads, in given_scope */
    int given_scope;
    struct keras_call outputs; /* the tensors that it gives out */
    const char **classes;      /* [layers] */
};

void keras_add_alias(struct keras_reader *reader, const struct keras_alias *alias);
/* The node that a tensor of a scope means in the end; -1 with err. */
int keras_resolve(
    const struct keras_reader *reader, struct keras_ref ref, int scope, struct error *err);
/* Gives all nodes their inputs. */
bool keras_connect(struct keras_reader *reader, struct error *err);

/* A name that no other node has. call: of a layer that is called again, from 1. */
char *keras_node_name(
    const struct keras_config *out, const struct keras_inner *net, const char *name, int call);
/* Where Keras 3 stores layer `at` of a net: by how many of its class come before it. */
char *keras_store_of(const struct keras_inner *net, size_t at, const char *class_name);

#endif
