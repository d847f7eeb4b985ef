/* Criterion l2: filters with small weights, by their squares. */
#include "engine/prune/criteria/channel_kernels.h"

#include <math.h>

static void score(const struct criterion_input *input, double *scores)
{
    for (int c = 0; c < input->site->n_channels; c++) {
        struct channel_kernel kernel = {0};
        double squares = 0;
        while (channel_kernels_next(input, c, &kernel))
            for (size_t i = 0; i < kernel.count; i++) {
                double weight = (double)kernel.values[i * kernel.step];
                squares += weight * weight;
            }
        scores[c] = sqrt(squares);
    }
}

const struct criterion criterion_l2 = {
    .name = "l2",
    .help = "Euclidean norm of a filter's weights, without biases, least first; needs no image",
    .source = "He, Kang, Dong, Fu, Yang: Soft Filter Pruning, IJCAI 2018",
    .data = CRITERION_DATA_FREE,
    .descending = false,
    .score = score,
};
