/* What is done to each value that a product gives, before it is stored: in this order, each only if
 * it is asked for. Every kernel that ends so gives the bits that separate steps would give.
 * Owner: whoever holds what it points to. Thread: read by any. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_ENDING_H
#define SECATEUR_ENGINE_NN_FORWARD_ENDING_H

#include <stdbool.h>
#include <stddef.h>

struct ending {
    const float *bias;          /* [channels]; NULL: none */
    const float *scale, *shift; /* [channels] value * scale + shift; NULL: not */
    const float *add;           /* a tensor of the same shape; NULL: none */
    bool relu;
    float limit; /* the largest value that is let through; 0: none */
};

#endif
