/* Certificates of the last Dense layer: how far its input may move before the arg-max can change.
 * A certificate (h, y, m) says that at units h class y wins by margin m. By Cauchy-Schwarz y wins
 * at h' as well, as long as |h' - h| max_k |w_y - w_k| < m, here with room for the rounding of both
 * logits and for a distance between known and exact h' (lemma 2 of docs/numerics.md). It is a fact
 * about the last layer alone: it stays true whatever is pruned, restored or tried.
 * Owner: the caller. Thread: read by many; each image is written by one. */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_CERTIFICATE_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_CERTIFICATE_H

#include "engine/nn/graph/network.h"

#include <stdint.h>

struct certifier; /* of one network */

/* NULL when the network does not end in a Dense that reads units. */
struct certifier *certifier_create(const struct network *network);
void certifier_destroy(struct certifier *certifier);
int certifier_input(
    const struct certifier *certifier); /* the layer whose units the last Dense reads */
int certifier_layer(const struct certifier *certifier); /* the Dense itself */
/* The first of these without a certifier; -1: there would be none. */
int certifier_input_of(const struct network *network);
size_t certifier_units(const struct certifier *certifier);
float certifier_bias_max(const struct certifier *certifier); /* the largest, whatever its sign */

/* Of one image; the caller holds the units h. */
struct certificate {
    float margin; /* not above 0: nothing is known */
    uint16_t class;
};

/* Whether the class of a certificate at units h wins for certain at units `now`, and at all units
 * no further than `distance` from them. */
bool certifier_certain(const struct certifier *certifier, const struct certificate *certificate,
    const float *h, const float *now, float distance);
/* The same, of the sums of the squares of now - h, and of now and h together. */
bool certifier_holds(const struct certifier *certifier, const struct certificate *certificate,
    float moved, float size, float distance);

/* The least margin that makes any class certain at units of which `size` is twice the sum of
 * squares, when exact ones may be `distance`. */
float certifier_needed(const struct certifier *certifier, float size, float distance);

#endif
