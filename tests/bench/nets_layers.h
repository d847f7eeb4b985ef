/* Where the time of a net's pass goes, layer by layer as they are fused. Thread: one. */
#ifndef SECATEUR_TESTS_BENCH_NETS_LAYERS_H
#define SECATEUR_TESTS_BENCH_NETS_LAYERS_H

#include "engine/io/images/dataset.h"
#include "engine/nn/graph/network.h"

/* Prints for each step: its last layer, microseconds of an image in the fastest of its
 * runs, and how much of the multiply-add
 * peak its operations, zeros too, would be. Runs for `seconds`. */
void nets_layers(const struct network *network, const struct dataset *set, double seconds);

#endif
