/* The kernels that make a channel, for criteria that read weights: of every convolution or Dense
 * layer of the site, the values that belong to the channel, without biases. Thread: any. */
#ifndef SECATEUR_ENGINE_PRUNE_CRITERIA_CHANNEL_KERNELS_H
#define SECATEUR_ENGINE_PRUNE_CRITERIA_CHANNEL_KERNELS_H

#include "engine/prune/criteria/criterion.h"

struct channel_kernel {
    const float *values; /* `count` of them, `step` apart */
    size_t count, step;
    int rows;   /* as a matrix: kernel positions, count / rows input channels; row by row */
    int part;   /* of the site */
    int weight; /* of the layer */
    int unit;   /* the layer's own channel */
};

/* The next kernel of a channel, from {0}; false: there is none. */
bool channel_kernels_next(
    const struct criterion_input *input, int channel, struct channel_kernel *kernel);
/* Largest singular value of the matrix. */
double channel_kernels_sigma(const struct channel_kernel *kernel);
/* gains[units of the layer]: what batch normalisation right behind a layer multiplies by,
 * |gamma| / sqrt(variance + epsilon); 1 where there is none. */
void channel_kernels_gains(const struct network *network, int layer, double *gains);
/* scores[n_channels]: singular value times gain (normalised: false: without it), the largest of
 * the kernels that make the channel. */
void channel_kernels_bounds(const struct criterion_input *input, bool normalised, double *scores);

#endif
