/* What both formats of Keras have in common. Private to this room. Thread: one. */
#ifndef SECATEUR_ENGINE_IO_NETS_KERAS_CONTENT_H
#define SECATEUR_ENGINE_IO_NETS_KERAS_CONTENT_H

#include "engine/io/keras/keras_net.h"
#include "engine/io/nets/net_format.h"

/* Layers and weights of an open net into content. */
bool keras_content_read(struct keras_net *net, const struct net_request *request,
    struct net_content *content, struct error *err);
/* What is saved into the net's weights in memory. */
bool keras_content_update(struct keras_net *net, const struct net_save *save, struct error *err);

#endif
