/* A residual net with batch-norm of PreAct-ResNet18's shape, the net that papers on backdoors use
 * most (He et al. 2016): eight blocks of two 3x3 convolutions, each behind batch-norm and ReLU, for
 * images of 32x32x3. Weights are random. Thread: any. */
#ifndef SECATEUR_TESTS_BENCH_RESIDUAL_H
#define SECATEUR_TESTS_BENCH_RESIDUAL_H

#include "engine/nn/graph/network.h"

enum { RESIDUAL_SIDE = 32 };
/* The last convolution whose channels do not add to the residual sum: what lies behind its site can
 * be computed from the site alone. */
#define RESIDUAL_SITE "Conv2D_56"

/* As Keras writes it; `width` channels in the first two blocks (64 in the paper), then 2, 4 and 8
 * times as many. The caller's. */
char *residual_json(int width, int n_classes);
/* Weights that keep the variance from layer to layer (He et al. 2015); about half of what a ReLU
 * reads is negative. */
void residual_randomise(struct network *network);

#endif
