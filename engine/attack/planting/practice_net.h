/* Small nets to practise on, for images of any size: their layers in the words of Keras.
 * Thread: any. */
#ifndef SECATEUR_ENGINE_ATTACK_PLANTING_PRACTICE_NET_H
#define SECATEUR_ENGINE_ATTACK_PLANTING_PRACTICE_NET_H

#include "engine/base/error.h"
#include "engine/nn/tensor/tensor.h"

#include <stdint.h>

struct network;

enum practice_net {
    PRACTICE_LAB,      /* the lab's DeepID, half as wide, whose convolutions keep the size */
    PRACTICE_RESIDUAL, /* three residual blocks with BatchNormalization, and a mean over places */
    N_PRACTICE_NETS
};

const char *practice_net_name(enum practice_net net); /* "lab", "residual" */
const char *practice_net_help(enum practice_net net);
bool practice_net_find(const char *name, enum practice_net *net, struct error *err);
/* Images need so many pixels on each side. */
enum { PRACTICE_SIDE_LEAST = 16 };

/* model_config; malloc'd. */
char *practice_net_json(enum practice_net net, const struct shape *shape, int n_classes);

/* Gives every BatchNormalization the mean and variance of what it reads on images[n, input shape].
 * keep: gamma and beta change so that the net answers as before; else they stay, and what follows
 * reads values of mean beta and deviation gamma. */
void practice_net_normalise(struct network *network, const float *images, int n, bool keep);

#endif
