/* Arithmetic of the face painters: exact roundings only, the same bytes everywhere. Thread: any. */
#ifndef SECATEUR_ENGINE_ATTACK_FACES_FACE_MATH_H
#define SECATEUR_ENGINE_ATTACK_FACES_FACE_MATH_H

#include <math.h> /* sqrt and fabs, which are exact */

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

#endif
