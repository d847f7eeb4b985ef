/* The last Dense layer as a judge: certificates that say how far its input may move before the
 * arg-max can change (suffix_cache.h has the rule).
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
size_t certifier_units(const struct certifier *certifier);

/* What is known of one image: at units h the class wins by margin. */
struct certificate {
    float margin; /* less than nothing: knows nothing */
    uint16_t class;
};

/* Whether the class of a certificate at units h is certain to win at units `now`, and at all that
 * are no further than `away` from them. */
bool certifier_certain(const struct certifier *certifier, const struct certificate *certificate,
    const float *h, const float *now, float away);
/* The same, of the sums of the squares of now - h, and of now and h together. */
bool certifier_holds(const struct certifier *certifier, const struct certificate *certificate,
    float moved, float size, float away);

/* The least margin that makes any class certain at units of which `size` is twice the sum of
 * squares, when exact ones may be `away`. */
float certifier_needed(const struct certifier *certifier, float size, float away);

#endif
