/* The weights of a layer, and the part of them that belongs to one output channel.
 * Owner: the network. Thread: as the network's. */
#ifndef SECATEUR_ENGINE_NN_TENSOR_WEIGHT_H
#define SECATEUR_ENGINE_NN_TENSOR_WEIGHT_H

#include <stdbool.h>
#include <stddef.h>

enum { WEIGHT_RANK_MAX = 4 };

struct weight {
    const char *name; /* as Keras has it: "kernel", "bias", "gamma", …; static */
    int rank, dim[WEIGHT_RANK_MAX];
    /* The output channel runs over this dimension and those behind it (two of them in a
     * depthwise kernel: channel = input channel * multiplier + m). -1: no part of the weight
     * belongs to one output channel, or zeroing it would not silence the channel. */
    int channel_axis;
    bool trainable;
    /* Two columns for the file's one: the first is always 0, the second is what the file holds. */
    bool doubled;
    bool swapped; /* a file of Keras has the last two dimensions the other way round */
    size_t count;
    float *data; /* [dim…], owned by the network */
};

/* What pruning does: makes everything zero that this layer multiplies or adds in one output
 * channel, so that the channel is exactly 0 before the activation. Nothing without an axis.
 * (BatchNormalization without gamma needs its input channel silenced too.) */
void weight_zero_channel(struct weight *weight, int channel);
void weight_copy_channel(struct weight *weight, const struct weight *from, int channel);
/* True as well for a weight without a channel axis. */
bool weight_channel_is_zero(const struct weight *weight, int channel);
int weight_channels(const struct weight *weight); /* 0 without a channel axis */

#endif
