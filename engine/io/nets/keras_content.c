/* Between an open Keras net and the table of formats. */
#include "engine/io/nets/keras_content.h"

#include "engine/base/memory.h"
#include "engine/io/keras/keras_opens.h"

#include <stdlib.h>

/* "Keras 2.7.0, tensorflow" */
static char *writer_of(const struct keras_net *net)
{
    if (!net->version && !net->backend)
        return NULL;
    return memory_format("Keras%s%s%s%s", net->version ? " " : "", net->version ? net->version : "",
        net->backend ? ", " : "", net->backend ? net->backend : "");
}

static char *knowledge_of(struct h5 *h5)
{
    if (!h5_has_attribute(h5, "", NET_KNOWLEDGE))
        return NULL;
    char *text = h5_string(h5, "", NET_KNOWLEDGE, NULL);
    return text ? text : memory_string("?");
}

bool keras_content_read(struct keras_net *net, const struct net_request *request,
    struct net_content *content, struct error *err)
{
    const char *layers = request->architecture ? request->architecture
                         : net->json           ? NULL
                                               : request->beside;
    const char *place = layers ? layers : request->source.path;
    struct keras_config config = {0};
    net->size = request->size;
    if (keras_net_find_layers(net, layers, err))
        content->network = keras_net_read(net, place, &config, err);
    if (content->network) {
        content->n_nodes = config.n_nodes;
        content->nodes = config.nodes;
        content->output = config.output;
        content->logit = config.logit;
        content->whole = net->whole;
        content->layers = memory_string(net->json);
        content->writer = writer_of(net);
        content->opens_in = keras_opens_in(net);
        content->knowledge = knowledge_of(net->h5);
        config.nodes = NULL;
        config.output = NULL;
    }
    content->any_size = config.any_size;
    keras_config_finish(&config);
    return content->network;
}

bool keras_content_update(struct keras_net *net, const struct net_save *save, struct error *err)
{
    net->json = memory_string(save->layers);
    return keras_net_update(net, save->network, NET_KNOWLEDGE, save->knowledge, err);
}
