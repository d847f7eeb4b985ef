/* Captures values of a batched pass (batched.h) for the suffix cache: of each image the values that
 * are not zero, and sums over them, from which rounds start.
 * Thread: any; each call works alone. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_CAPTURE_H
#define SECATEUR_ENGINE_NN_FORWARD_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CAPTURE_LANES = 16 }; /* no kind of processor has more */

/* Out: the values of one lane. */
struct capture_list {
    uint32_t n;       /* of values so far */
    uint32_t *starts; /* [pixels + 1] out: where a pixel's values begin */
    uint16_t *places; /* of values within their row of pixels */
    float *values;
};

/* A tensor of a pass, [pixels][channels][width]. */
struct capture_tensor {
    const float *values;
    size_t pixels, columns, channels; /* rows = pixels / columns, columns x channels <= 65536 */
};

/* Sums over the values of each lane, added up in floats. */
struct capture_sums {
    float all[CAPTURE_LANES];     /* squares of all values: NaN where a value is */
    float squares[CAPTURE_LANES]; /* of the values, which are those above 0 where there is a ReLU */
    int32_t counted[CAPTURE_LANES]; /* how many are above a threshold */
};

struct capture_kernels {
    /* Adds to counts[width] how many of in[n][width] are not zero. */
    void (*count)(uint32_t *counts, const float *in, size_t n);
    /* Lists the first `used` lanes. alive[channels][stride], NULL: 1 where a lane has a value. */
    void (*list)(struct capture_list *lists, int used, const struct capture_tensor *tensor,
        uint8_t *alive, size_t stride);
    void (*sum)(
        struct capture_sums *sums, const float *in, size_t n, bool relu, const float *thresholds);
};

#endif
