/* Criterion l1: filters with small weights. */
#include "engine/prune/criteria/channel_kernels.h"

#include <math.h>

static void score(const struct criterion_input *input, double *scores)
{
    for (int c = 0; c < input->site->n_channels; c++) {
        struct channel_kernel kernel = {0};
        scores[c] = 0;
        while (channel_kernels_next(input, c, &kernel))
            for (size_t i = 0; i < kernel.count; i++)
                scores[c] += fabs((double)kernel.values[i * kernel.step]);
    }
}

const struct criterion criterion_l1 = {
    .name = "l1",
    .help = "sum of the sizes of a filter's weights, without biases, least first; needs no image",
    .source = "Li, Kadav, Durdanovic, Samet, Graf: Pruning Filters, ICLR 2017",
    .data = CRITERION_DATA_FREE,
    .descending = false,
    .score = score,
};
