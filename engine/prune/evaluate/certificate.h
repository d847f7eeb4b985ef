/* The last Dense layer as a judge: certificates that say how far its input may move before the
 * arg-max can change (tail.h has the rule).
 * Owner: the caller. Thread: read by many; each image is written by one. */
#ifndef SECATEUR_ENGINE_PRUNE_EVALUATE_CERTIFICATE_H
#define SECATEUR_ENGINE_PRUNE_EVALUATE_CERTIFICATE_H

#include "engine/nn/graph/network.h"

#include <stdint.h>

struct judge; /* of one network */

/* NULL when the network does not end in a Dense that reads units. */
struct judge *judge_create(const struct network *network);
void judge_destroy(struct judge *judge);
int judge_input(const struct judge *judge); /* the layer whose units the last Dense reads */
int judge_layer(const struct judge *judge); /* the Dense itself */
size_t judge_units(const struct judge *judge);

/* What is known of one image: at units h the class wins by margin. */
struct certificate {
    float margin; /* less than nothing: knows nothing */
    uint16_t class;
};

/* Whether the class of a certificate at units h is certain to win at units `now`, and at all that
 * are no further than `away` from them. */
bool judge_certain(const struct judge *judge, const struct certificate *certificate, const float *h,
    const float *now, float away);
/* The same, of the sums of the squares of now - h, and of now and h together. */
bool judge_holds(const struct judge *judge, const struct certificate *certificate, float moved,
    float size, float away);

/* The least margin that makes any class certain at units of which `size` is twice the sum of
 * squares, when exact ones may be `away`. */
float judge_needed(const struct judge *judge, float size, float away);

#endif
