/* Memory for one worker's passes through a network: the output of every layer for up to
 * `batch` images, and scratch. No allocation during a pass.
 * The network's output are logits: a soft-max that ends the network is left out (it changes no
 * arg-max, and logits tell near ties apart); pass_softmax makes probabilities.
 * The same n images give the same bytes; another n may round differently in the BLAS.
 * Owner: the caller. Thread: one pass, one thread; BLAS runs single-threaded in it. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_PASS_H
#define SECATEUR_ENGINE_NN_FORWARD_PASS_H

#include "engine/nn/graph/network.h"

struct pass;

/* Keeps a pointer to the network; weights may change between passes, structure may not. */
struct pass *pass_create(const struct network *network, int batch);
void pass_destroy(struct pass *pass);
int pass_batch(const struct pass *pass);

/* The output of a layer, [batch, shape]: write the input there, read results. */
float *pass_tensor(struct pass *pass, int layer);

/* Computes, for n <= batch images, the layers marked in wanted[n_layers] (NULL: all but the
 * input) from the tensors of their inputs. */
void pass_forward(struct pass *pass, int n, const bool *wanted);

/* Index of the largest of logits[n_classes]; the lowest index on ties. -1 if any is NaN. */
int pass_argmax(const float *logits, int n_classes);
void pass_softmax(float *logits, int n_classes); /* in place */

#endif
