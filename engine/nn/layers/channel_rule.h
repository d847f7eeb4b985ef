/* What a layer does to the channels of its inputs; pruning finds coupled channels by it
 * (prune/sites/coupling.h). Thread: any. */
#ifndef SECATEUR_ENGINE_NN_LAYERS_CHANNEL_RULE_H
#define SECATEUR_ENGINE_NN_LAYERS_CHANNEL_RULE_H

enum channel_rule {
    CHANNELS_FIXED, /* the network's input: cannot be pruned */
    /* Each output channel has its own weights: convolution, Dense, and what scales channels that
     * were mixed before, as LayerNormalization does. */
    CHANNELS_NEW,
    CHANNELS_PASS, /* channel c comes from channel c alone: pooling, activation, BatchNorm */
    /* Channel c is made of channel c of every input; an input of one channel belongs to all. */
    CHANNELS_ADD,
    CHANNELS_SCALE,  /* the same, but 0 times what that one channel holds stays 0: Multiply */
    CHANNELS_PICK,   /* channel c is a channel of the input, or none: Split, channel shuffle */
    CHANNELS_JOIN,   /* the channels of the inputs behind each other: Concatenate */
    CHANNELS_PLANES, /* one channel's values behind each other, then the next one's: Flatten */
    CHANNELS_MIX,    /* values keep their order but not their place: Flatten, Reshape */
    CHANNELS_LOST,   /* values that belong to no channel any more: Permute of the channels */
};

#endif
