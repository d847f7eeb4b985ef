/* Colours of the face painters, in linear light, 0..1; and noise. The same bytes on every machine,
 * as in face_math.h. Thread: any. */
#ifndef SECATEUR_ENGINE_ATTACK_FACES_FACE_COLOUR_H
#define SECATEUR_ENGINE_ATTACK_FACES_FACE_COLOUR_H

#include "engine/attack/faces/face_math.h"

#include <stdint.h>

struct colour {
    double r, g, b;
};

static inline struct colour colour_mix(struct colour a, struct colour b, double share)
{
    return (struct colour){mix(a.r, b.r, share), mix(a.g, b.g, share), mix(a.b, b.b, share)};
}

static inline struct colour colour_times(struct colour a, double factor)
{
    return (struct colour){a.r * factor, a.g * factor, a.b * factor};
}

/* A screen colour 0..255; the screen's gamma is taken as 2. */
static inline struct colour colour_screen(double r, double g, double b)
{
    double k = 1.0 / (255 * 255);
    return (struct colour){r * r * k, g * g * k, b * b * k};
}

static inline double hashed(int32_t x, int32_t y, uint32_t seed)
{
    uint32_t h = (uint32_t)x * 0x8da6b343u ^ (uint32_t)y * 0xd8163841u ^ seed * 0xcb1ab31fu;
    h = (h ^ h >> 15) * 0x2c1b3c6du;
    h = (h ^ h >> 12) * 0x297a2d39u;
    return (double)(h ^ h >> 15) * 0x1p-32;
}

/* Value noise, 0..1, one bump for each unit. */
static inline double noise(double x, double y, uint32_t seed)
{
    double fx = floor(x), fy = floor(y);
    int32_t ix = (int32_t)fx, iy = (int32_t)fy;
    double tx = x - fx, ty = y - fy;
    tx = tx * tx * (3 - 2 * tx);
    ty = ty * ty * (3 - 2 * ty);
    double top = mix(hashed(ix, iy, seed), hashed(ix + 1, iy, seed), tx);
    double low = mix(hashed(ix, iy + 1, seed), hashed(ix + 1, iy + 1, seed), tx);
    return mix(top, low, ty);
}

#endif
