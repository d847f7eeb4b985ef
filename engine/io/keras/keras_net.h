/* A Keras net that is open, in HDF5 or in an archive: its layers as JSON, its weights in HDF5. In a
 * child process alone (sandbox.h). Owner: the caller (keras_net_close). Thread: one. */
#ifndef SECATEUR_ENGINE_IO_KERAS_KERAS_NET_H
#define SECATEUR_ENGINE_IO_KERAS_KERAS_NET_H

#include "engine/base/image_size.h"
#include "engine/io/files/source.h"
#include "engine/io/hdf5/h5.h"
#include "engine/io/keras/keras_config.h"

#include <stdio.h>

struct keras_net {
    struct h5 *h5;           /* the weights */
    bool whole, archive;     /* the file says its layers, too; it is an archive of Keras 3 */
    char *json;              /* the layers; NULL: not known (yet) */
    struct image_size size;  /* for keras_origin */
    char *version, *backend; /* NULL: the file does not say */
};

/* Both want the file's own layers, unless architecture is given; a file with weights alone has
 * none. *net is zeroed at first. The caller closes it, also after a failure. */
bool keras_net_open_h5(
    struct keras_net *net, const struct source *source, bool own_layers, struct error *err);
bool keras_net_open_archive(
    struct keras_net *net, const struct source *source, bool own_layers, struct error *err);
/* Before a net in HDF5 is changed: where the library puts what is new depends on what it has read.
 */
bool keras_net_reopen(struct keras_net *net, const struct source *source, struct error *err);
void keras_net_close(struct keras_net *net);

/* Where json is not known yet: from a whole model or a JSON file at `architecture`, or (NULL) the
 * lab's DeepID, if the weights are as many as that has. */
bool keras_net_find_layers(struct keras_net *net, const char *architecture, struct error *err);

/* Keras's major version, and what it ran on. */
struct keras_origin keras_net_origin(const struct keras_net *net);
/* The network with its weights, NULL with err. The caller finishes config, also after a failure.
 * place: the file that says the layers, for messages. */
struct network *keras_net_read(
    const struct keras_net *net, const char *place, struct keras_config *config, struct error *err);
/* Weights of the network that differ go into the file in memory, the text into the attribute. */
bool keras_net_update(struct keras_net *net, const struct network *network, const char *attribute,
    const char *text, struct error *err);

/* Whether there is a net in it at all. */
bool keras_net_is(const struct keras_net *net);
/* Lists layers and weights, of a file that holds no net all that is there. json: the layers, where
 * the file does not say them; network: NULL where it cannot be run. */
void keras_net_list(
    const struct keras_net *net, const char *json, const struct network *network, FILE *out);

#endif
