/* Arithmetic of the face painters: plain operations and exact roundings only, so that every
 * machine draws the same bytes. Colours are linear light, 0..1. Thread: any. */
#ifndef SECATEUR_ENGINE_ATTACK_FACES_FACE_MATH_H
#define SECATEUR_ENGINE_ATTACK_FACES_FACE_MATH_H

#include <math.h> /* sqrt and fabs, which are exact */
#include <stdint.h>

struct colour {
    double r, g, b;
};

struct direction {
    double x, y, z; /* right, down, towards the viewer */
};

static inline double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static inline double mix(double a, double b, double share)
{
    return a + (b - a) * share;
}

/* 0 below low, 1 above high, smooth between. */
static inline double ramp(double low, double high, double x)
{
    double t = clamp((x - low) / (high - low), 0, 1);
    return t * t * (3 - 2 * t);
}

/* 1 at the centre, 0 at distance 1 and beyond; takes the squared distance. */
static inline double bell(double squared)
{
    return squared < 1 ? (1 - squared) * (1 - squared) : 0;
}

static inline double bell_at(double x, double y, double x0, double y0, double rx, double ry)
{
    double dx = (x - x0) / rx, dy = (y - y0) / ry;
    return bell(dx * dx + dy * dy);
}

static inline double larger(double a, double b)
{
    return a > b ? a : b;
}

static inline double smaller(double a, double b)
{
    return a < b ? a : b;
}

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

static inline double dot(struct direction a, struct direction b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline struct direction direction_unit(double x, double y, double z)
{
    double k = 1 / sqrt(x * x + y * y + z * z);
    return (struct direction){x * k, y * k, z * k};
}

/* A wave of period 1 and height 1, made of parabolas. */
static inline double wave(double x)
{
    double t = x - floor(x);
    return t < 0.5 ? 16 * t * (0.5 - t) : -16 * (t - 0.5) * (1 - t);
}

/* Sine for |x| <= 0.6 (error below 1e-5), cosine from it. */
static inline double small_sine(double x)
{
    double s = x * x;
    return x * (1 - s / 6 * (1 - s / 20 * (1 - s / 42)));
}

static inline double cosine_of(double sine)
{
    return sqrt(1 - sine * sine);
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
