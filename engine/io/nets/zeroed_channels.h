/* Which channels of which layers are zero in a net and were not in the one it was made from: what
 * was pruned, as those need it who have the net in another program. Owner: the caller. Thread: any.
 */
#ifndef SECATEUR_ENGINE_IO_NETS_ZEROED_CHANNELS_H
#define SECATEUR_ENGINE_IO_NETS_ZEROED_CHANNELS_H

#include "engine/io/nets/model.h"

struct zeroed_layer {
    /* Borrowed from the net: "layer1.0.bn1", "BatchNormalization". Calls of one module of
     * PyTorch ("conv", "conv_2") are one, by the module's name. */
    const char *name, *class_name;
    int axis;      /* of the module's weight in PyTorch; vectors have one alone */
    int n;         /* 0: none of its channels */
    int *channels; /* [n] ascending, the layer's own */
};

struct zeroed_channels {
    int n_layers;
    struct zeroed_layer *layers; /* [n_layers] those with channels, in the order of the net */
    bool others;                 /* other weights differ too: it was tuned as well */
};

/* False with err: `pruned` is not the same architecture, layer by layer. */
bool zeroed_channels_find(const struct model *original, const struct model *pruned,
    struct zeroed_channels *found, struct error *err);
void zeroed_channels_free(struct zeroed_channels *found);

#endif
