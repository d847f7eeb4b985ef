/* Memory for one worker's passes through a network: the output of every layer for up to
 * `batch` images, and scratch. No allocation during a pass.
 * The network's output are logits: a soft-max that ends the network is left out (it changes no
 * arg-max, and logits tell near ties apart); reference_pass_softmax makes probabilities.
 * The same n images give the same bytes; another n may round differently in the BLAS.
 * Owner: the caller. Thread: one pass, one thread; BLAS runs single-threaded in it. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_REFERENCE_PASS_H
#define SECATEUR_ENGINE_NN_FORWARD_REFERENCE_PASS_H

#include "engine/nn/graph/network.h"

struct reference_pass;

/* Keeps a pointer to the network; weights may change between passes, structure may not. */
struct reference_pass *reference_pass_create(const struct network *network, int batch);
void reference_pass_destroy(struct reference_pass *pass);
int reference_pass_batch(const struct reference_pass *pass);

/* The output of a layer, [batch, shape]: write the input there, read results. */
float *reference_pass_tensor(struct reference_pass *pass, int layer);

/* Computes, for n <= batch images, the layers marked in wanted[n_layers] (NULL: all but the
 * input) from the tensors of their inputs. */
void reference_pass_forward(struct reference_pass *pass, int n, const bool *wanted);

/* Index of the largest of logits[n_classes]; the lowest index on ties. -1 if any is NaN. */
int reference_pass_argmax(const float *logits, int n_classes);
void reference_pass_softmax(float *logits, int n_classes); /* in place */

#endif
