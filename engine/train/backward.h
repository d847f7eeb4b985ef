/* Gradients over a whole network: forward pass, soft-max cross-entropy on the logits, and back.
 * BatchNormalization keeps its stored statistics (they are not trained); Dropout does nothing.
 * Images run side by side in vectors (nn/backward): what one gets does not depend on the others.
 * Owner: the caller. Thread: one backward, one thread. */
#ifndef SECATEUR_ENGINE_TRAIN_BACKWARD_H
#define SECATEUR_ENGINE_TRAIN_BACKWARD_H

#include "engine/train/gradient.h"

#include <stdint.h>

struct backward;

/* A batch of n images is cut into parts for workers so that vectors are full: part `index` of
 * `parts` begins here and ends where the next begins; it may be empty. */
int backward_cut(int n, int parts, int index);
int backward_part(int n, int parts); /* images of the largest part */

/* Adds strength[c] times the mean over the positions of channel c of a layer's output to the loss
 * of every image: keeps channels quiet that nothing needs. */
struct backward_penalty {
    int layer;
    const float *strength; /* [channels of the layer], borrowed */
};

struct backward_options {
    bool input;         /* the gradient of the input is wanted too */
    const bool *frozen; /* [n_layers] weights that get no gradient; NULL: none. Borrowed */
    const bool *wanted; /* [n_layers] whose backward_gradient is read; NULL: none. Borrowed */
    const bool *still;  /* [n_layers] weights that never change; NULL: none. Borrowed */
    const struct backward_penalty *penalty; /* or NULL; borrowed */
    /* The caller says when weights have changed (backward_refresh). Otherwise each forward pass
     * looks for itself, which takes a twentieth of its time. */
    bool steady;
};

struct backward_result {
    double loss; /* sum over images, without the penalty */
    int correct; /* images whose arg-max is the label */
};

/* Keeps pointers to the network and to what options borrow. */
struct backward *backward_create(
    const struct network *network, int batch, const struct backward_options *options);
void backward_destroy(struct backward *backward); /* accepts NULL */
void backward_refresh(struct backward *backward); /* weights of the network have changed */
/* The same, unless this version of the weights is that of the last call. From 1. */
void backward_version(struct backward *backward, int version);

float *backward_input(struct backward *backward); /* [batch, input shape]: write images here */
/* Adds to gradient[gradient_size] (NULL: not wanted) the gradient of share times the summed loss
 * of the n images; label -1: an image without a loss. */
struct backward_result backward_run(
    struct backward *backward, int n, const int32_t *labels, float share, float *gradient);
/* The same in steps, for other losses: the forward pass gives the logits [n, n_classes]; the caller
 * writes d loss / d logits over the zeros at backward_logits_gradient; then back. share: of the
 * penalty. */
const float *backward_forward(struct backward *backward, int n);
float *backward_logits_gradient(struct backward *backward);
void backward_propagate(struct backward *backward, int n, float share, float *gradient);
/* A forward pass of a net that differs from that of `from` in the layers own[n_layers] and in what
 * is behind them, which is marked too: the rest is taken from the last forward pass of `from`. */
const float *backward_forward_from(
    struct backward *backward, const struct backward *from, const bool *own, int n);
/* After a forward pass: the output of a layer that has a gradient or is read by one that has,
 * [n, shape]; borrowed until the next call. */
const float *backward_output(struct backward *backward, int layer);
/* After a run: d loss / d output of a wanted layer, or of the input, [n, shape]; likewise. */
const float *backward_gradient(struct backward *backward, int layer);

/* Loss of one image; grad[n_classes] becomes soft-max minus one-hot. Logits may be any size. */
double backward_cross_entropy(const float *logits, int n_classes, int label, float *grad);

#endif
