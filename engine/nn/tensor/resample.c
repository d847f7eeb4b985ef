/* Weights of resampling: windows as in TensorFlow's image ops (ScaleAndTranslate, ResizeArea). */
#include "engine/nn/tensor/resample.h"

#include "engine/base/memory.h"
#include "engine/base/refcount.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double triangle(double x)
{
    return fmax(0, 1 - fabs(x));
}

/* Keys 1981, a = -1/2. */
static double cubic(double x)
{
    x = fabs(x);
    if (x >= 2)
        return 0;
    return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
}

static double mitchell(double x)
{
    x = fabs(x);
    if (x >= 2)
        return 0;
    return x >= 1 ? (((-7.0 / 18) * x + 2) * x - 10.0 / 3) * x + 16.0 / 9
                  : ((7.0 / 6) * x - 2) * x * x + 8.0 / 9;
}

static double lanczos(double x, double radius)
{
    const double pi = 3.14159265358979323846;
    x = fabs(x);
    if (x > radius)
        return 0;
    if (x <= 1e-3)
        return 1;
    return radius * sin(pi * x) * sin(pi * x / radius) / (pi * pi * x * x);
}

static double lanczos3(double x)
{
    return lanczos(x, 3);
}

static double lanczos5(double x)
{
    return lanczos(x, 5);
}

/* Deviation 1/2, cut at three of them. */
static double gaussian(double x)
{
    return fabs(x) >= 1.5 ? 0 : exp(-2 * x * x);
}

static const struct window_kind {
    const char *name;
    double radius;
    double (*weight)(double x); /* NULL: not by a window around a place */
} kinds[] = {
    {"bilinear", 1, triangle},
    {"bicubic", 2, cubic},
    {"mitchellcubic", 2, mitchell},
    {"lanczos3", 3, lanczos3},
    {"lanczos5", 5, lanczos5},
    {"gaussian", 1.5, gaussian},
    {"nearest", 0, NULL},
    {"area", 0, NULL},
};

static const struct window_kind *find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

bool resample_known(const char *interpolation)
{
    return find(interpolation);
}

/* Weights of the whole line's pixels from..to-1; what is outside of it does not count. */
struct span {
    int from, to;
    double *weight; /* [to - from] */
    double sum;
};

static double around(const struct window_kind *kind, double place, double wide, int pixel)
{
    return kind->weight((pixel + 0.5 - place) / wide);
}

/* In single precision where TensorFlow is. */
static void window_span(
    const struct window_kind *kind, int whole, int out, int at, bool antialias, struct span *span)
{
    double scale = (double)((float)whole / (float)out);
    double place = (double)(((float)at + 0.5F) * (float)scale);
    double wide = antialias && scale > 1 ? scale : 1;
    span->from = (int)fmax(0, ceil(place - kind->radius * wide - 0.5));
    span->to = (int)fmin(whole, floor(place + kind->radius * wide + 0.5) + 1);
    span->weight = memory_array((size_t)(span->to - span->from) + 1, sizeof *span->weight);
    for (int i = span->from; i < span->to; i++)
        span->weight[i - span->from] = around(kind, place, wide, i);
}

static void nearest_span(int whole, int out, int at, struct span *span)
{
    float scale = (float)whole / (float)out;
    span->from = (int)fminf(floorf(((float)at + 0.5F) * scale), (float)(whole - 1));
    span->to = span->from + 1;
    span->weight = memory_array(1, sizeof *span->weight);
    span->weight[0] = 1;
}

/* By how much of each pixel lies in that of the output. */
static void area_span(int whole, int out, int at, struct span *span)
{
    double scale = (double)whole / out, low = at * scale, high = (at + 1) * scale;
    span->from = (int)floor(low);
    span->to = (int)fmin(whole, ceil(high));
    span->weight = memory_array((size_t)(span->to - span->from) + 1, sizeof *span->weight);
    for (int i = span->from; i < span->to; i++)
        span->weight[i - span->from] = fmin(i + 1, high) - fmax(i, low);
}

static void find_span(
    const struct window_kind *kind, int whole, int out, int at, bool antialias, struct span *span)
{
    if (kind->weight)
        window_span(kind, whole, out, at, antialias, span);
    else if (strcmp(kind->name, "area") == 0)
        area_span(whole, out, at, span);
    else
        nearest_span(whole, out, at, span);
    span->sum = 0;
    for (int i = span->from; i < span->to; i++)
        span->sum += span->weight[i - span->from];
}

/* The part of a span that lies in the line. */
static void add_span(struct resample *r, int at, const struct span *span,
    const struct resample_line *line, int *used)
{
    int low = span->from > line->before ? span->from : line->before;
    int high = span->to < line->before + r->in ? span->to : line->before + r->in;
    r->at[at] = low - line->before;
    r->n[at] = high > low ? high - low : 0;
    r->first[at] = *used;
    r->weight = memory_grow(r->weight, (size_t)(*used + r->n[at]) + 1, sizeof *r->weight);
    for (int i = 0; i < r->n[at]; i++) {
        double weight = span->weight[low + i - span->from] / span->sum;
        r->weight[*used + i] = (float)weight;
        r->sum[at] += (float)weight;
    }
    *used += r->n[at];
}

static void finish(void *object)
{
    struct resample *r = object;
    free(r->at);
    free(r->n);
    free(r->first);
    free(r->sum);
    free(r->weight);
}

struct resample *resample_create(
    int in, int out, const struct resample_line *line, const char *interpolation, bool antialias)
{
    struct resample *r = refcount_create(sizeof *r, finish);
    size_t n = (size_t)out;
    int used = 0;
    *r = (struct resample){.in = in, .out = out};
    r->at = memory_array(n, sizeof *r->at);
    r->n = memory_array(n, sizeof *r->n);
    r->first = memory_array(n, sizeof *r->first);
    r->sum = memory_array(n, sizeof *r->sum);
    for (int at = 0; at < out; at++) {
        struct span span;
        find_span(find(interpolation), line->whole, out, at, antialias, &span);
        add_span(r, at, &span, line, &used);
        free(span.weight);
    }
    return r;
}

struct resample *resample_ref(struct resample *resample)
{
    return refcount_ref(resample);
}

void resample_unref(struct resample *resample)
{
    if (resample)
        refcount_unref(resample);
}
