/* Pixels on their way from a file into vector lanes: values become bytes, planes become pixels,
 * bytes of several images become floats side by side. One kind of processor each, as in batched.h.
 * Thread: any; each call works alone. */
#ifndef SECATEUR_ENGINE_NN_FORWARD_PIXELS_H
#define SECATEUR_ENGINE_NN_FORWARD_PIXELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pixels {
    /* Values as bytes to[count]; false when a value, as a float, is no whole number in 0..255. */
    bool (*levels_of_floats)(const float *from, size_t count, uint8_t *to);
    bool (*levels_of_doubles)(const double *from, size_t count, uint8_t *to);
    /* Three planes from[3][count] to to[count][3]. */
    void (*join)(const uint8_t *from, size_t count, uint8_t *to);
    /* The bytes from[width][count] of as many images as there are lanes, times scale, to
     * out[count][width]; any addresses. */
    void (*spread)(const void *const *from, size_t count, float scale, float *out);
};

#endif
