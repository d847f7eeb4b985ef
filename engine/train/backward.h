/* Gradients over a whole network: forward pass, soft-max cross-entropy on the logits, and back.
 * BatchNormalization keeps its stored statistics (they are not trained); Dropout does nothing.
 * Owner: the caller. Thread: one backward, one thread; BLAS runs single-threaded in it. */
#ifndef SECATEUR_ENGINE_TRAIN_BACKWARD_H
#define SECATEUR_ENGINE_TRAIN_BACKWARD_H

#include "engine/train/gradient.h"

#include <stdint.h>

struct backward;

/* Adds strength[c] times the mean over the positions of channel c of a layer's output to the loss
 * of every image: keeps channels quiet that nothing needs. */
struct backward_penalty {
    int layer;
    const float *strength; /* [channels of the layer], borrowed */
};

struct backward_options {
    bool input;         /* the gradient of the input is wanted too */
    const bool *frozen; /* [n_layers] weights that get no gradient; NULL: none. Borrowed */
    const struct backward_penalty *penalty; /* or NULL; borrowed */
};

struct backward_result {
    double loss; /* sum over images, without the penalty */
    int correct; /* images whose arg-max is the label */
};

/* Keeps pointers to the network and to what options borrow. */
struct backward *backward_create(
    const struct network *network, int batch, const struct backward_options *options);
void backward_destroy(struct backward *backward);

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
/* After a forward pass: the output of a layer, [n, shape]. */
const float *backward_output(const struct backward *backward, int layer);
/* After a run: d loss / d output of a layer, [n, shape]. The input's only where it was wanted. */
const float *backward_gradient(const struct backward *backward, int layer);

/* Loss of one image; grad[n_classes] becomes soft-max minus one-hot. Logits may be any size. */
double backward_cross_entropy(const float *logits, int n_classes, int label, float *grad);

#endif
