/* The layers behind a site that are linear in its values: convolutions and Dense layers that read
 * it, what scales, adds, joins and averages beside them, up to the next activation. What one
 * channel adds to their sums is known from that channel alone, for about one product in so many as
 * there are channels. Sums of many channels are added up in whole numbers (docs/numerics.md,
 * section 8), so their order plays no part.
 * Owner: the caller. Thread: read by any; each pass is used by one. */
#ifndef SECATEUR_ENGINE_NN_LINEAR_LINEAR_PART_H
#define SECATEUR_ENGINE_NN_LINEAR_LINEAR_PART_H

#include "engine/nn/forward/batched_plan.h"

enum { LINEAR_OUTPUTS_MAX = 4 };

/* A layer of the part that others read. Its sums are its values before its activation. */
struct linear_output {
    int layer;
    size_t count, channels;              /* values of an image; the last dimension */
    const struct activation *activation; /* that is still to be applied; NULL: none */
};

struct linear_part {
    int site;
    bool *inside; /* [n_layers] */
    bool *reads;  /* [n_layers] read by these, and not one of them: the site is */
    int n_outputs;
    struct linear_output outputs[LINEAR_OUTPUTS_MAX];
    size_t n_sums; /* of all outputs */
    /* No output is further from its constant than this times the largest value of the site. */
    float gain;
    /* From the site and the other tensors that the part reads, which are kept in both: sums, and
     * what the site alone adds to them. */
    struct batched_plan *sums, *changes;
    struct network *sums_network, *changes_network; /* whose weights they have */
};

/* Through layers marked in behind[n_layers] alone. NULL where no product reads the site, or so
 * little of what lies behind is linear that following does not pay. Weights are copied. */
struct linear_part *linear_part_create(const struct network *network,
    const struct batched_kernels *batched, const bool *behind, int site);
void linear_part_destroy(struct linear_part *part); /* accepts NULL */
/* No sums are asked for any more: what serves them alone is released. */
void linear_part_drop_sums(struct linear_part *part);
/* So many units of a whole sum make 1 where no value of the site is above `largest`: a power of
 * two, with which no sum overflows 31 bits. 0: there is none. */
float linear_part_units(const struct linear_part *part, float largest);

#endif
