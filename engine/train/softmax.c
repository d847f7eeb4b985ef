/* Exponentials by a polynomial and a power of two (after Cephes, Moshier). */
#include "engine/train/softmax.h"

#include <stdint.h>
#include <string.h>

/* x <= 0 */
static inline float exponential(float x)
{
    const float per_octave = 1.44269504F, octave = 0.693359375F, rest = -2.12194440e-4F;
    float bounded = x < -87 ? -87 : x;
    int32_t power = (int32_t)(bounded * per_octave - 0.5F); /* rounded */
    float r = bounded - (float)power * octave - (float)power * rest;
    float y = 1.9875691500e-4F;
    y = y * r + 1.3981999507e-3F;
    y = y * r + 8.3334519073e-3F;
    y = y * r + 4.1665795894e-2F;
    y = y * r + 1.6666665459e-1F;
    y = y * r + 5.0000001201e-1F;
    y = y * r * r + r + 1;
    uint32_t bits = (uint32_t)(power + 127) << 23; /* 2 to that power */
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return x < -87 ? 0 : y * scale;
}

void softmax_exponentials(float *out, const float *logits, int n, float largest)
{
    for (int k = 0; k < n; k++)
        out[k] = exponential(logits[k] - largest);
}
