/* Constants of the kernels that were chosen by measurement (docs/performance.md has the machine).
 * Another processor may want others; results do not depend on them. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_TUNING_H
#define SECATEUR_ENGINE_NN_FORWARD_TUNING_H

enum {
    /* Loading a value costs about as much as four filters, whatever the block. */
    BATCHED_VALUE_COST = 4,
    /* Weights of a block that the first cache (32 KiB or more) holds beside the values. */
    BATCHED_NEAR_BYTES = 24 << 10,
    /* Values between the prefetch of weights and their use: about the latency of the second cache.
     */
    BATCHED_AHEAD = 6,
    /* Weights of a block that stay in the second cache beside the images of a tile, and vectors of
     * sums that stay in registers. */
    SPARSE_BLOCK_BYTES = 400 << 10,
    SPARSE_BLOCK_MAX = 16,
    /* With fewer filters the transform of the image, made once for all of them, costs more than the
     * products that it saves. */
    WINOGRAD_FILTERS_MIN = 8,
    /* Rows of the input that stay in the second cache while blocks of filters pass over them, and
     * weights that do so while rows do; of more weights each is read once. */
    DENSE_ROWS_BYTES = 384 << 10,
    DENSE_WEIGHTS_BYTES = 1 << 20,
    /* Of a window of one place: values and weights at hand in the first cache; weights that stay in
     * the second while places pass. */
    POINTWISE_NEAR_BYTES = 28 << 10,
    POINTWISE_GROUP_BYTES = 384 << 10,
    /* Percent of values that are not zero in all lanes from which on nothing is left out. */
    DENSE_PERCENT = 80,
    /* Places that are looked at to know that: a list of all costs up to a tenth of a product. */
    DENSE_PLACES = 16,
    /* Below, transforms cost more than the products that they save. A trained net's silent channels
     * are left out there too: with 20 -> 40 and 40 -> 60 channels, of which half are silent, the
     * lab's layers take 15 and 7 us an image instead of 23 and 12. */
    SQUARE_CHANNELS_MIN = 20,
    /* Tiles transformed together: so that both caches hold them, but enough to use each weight
     * that is read from memory several times. */
    SQUARE_BYTES = 1 << 20,
    SQUARE_TILES_MIN = 4,
    /* Weights of a layer that a pass reads, by the image: from here on passes that run together
     * gain, as they read them once; below, tensors of several passes in turn cost as much.
     * GROUP_BYTES: the tensors of all passes of a worker, which are to leave memory to others. */
    GROUP_IMAGE_BYTES = 1 << 20,
    GROUP_BYTES = 32 << 20,
    /* A tensor that the second cache does not hold, so that its rows are read as they are made; and
     * rows that it does hold. */
    STREAM_TENSOR_BYTES = 1 << 18,
    STREAM_RING_BYTES = 256 << 10,
};

#endif
