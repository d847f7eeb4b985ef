/* The same picture in the other set: as the engine paired them, else the nearest by its pixels. */
#include "views/facts/face_pair.h"

#include "engine/base/memory.h"

#include <limits.h>
#include <stdlib.h>

enum {
    MOST = 128,       /* places that a partner may be away */
    STRANGERS = 8,    /* others that a partner is compared with, at least */
    GREY_LEVELS = 32, /* more is as much */
};

/* Sum of what differs; a trigger weighs by its size, not by how bright it is. */
static long distance(const uint8_t *a, const uint8_t *b, size_t n)
{
    long sum = 0;
    for (size_t i = 0; i < n; i++) {
        int change = abs(a[i] - b[i]);
        sum += change < GREY_LEVELS ? change : GREY_LEVELS;
    }
    return sum;
}

static int clamped(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* The image that the engine found to be the same but for the trigger. */
static int paired(const struct snapshot *s, struct face face)
{
    if (face.set == SET_POISONED)
        return s->pairs[face.index];
    for (int i = 0; i < s->n_images[SET_POISONED]; i++)
        if (s->pairs[i] == face.index)
            return i;
    return -1;
}

/* A partner is less than half as far as any other image near it. */
int face_pair(const struct snapshot *s, struct face face)
{
    if (s->pairs)
        return paired(s, face);
    enum image_set other = face.set == SET_CLEAN ? SET_POISONED : SET_CLEAN;
    size_t bytes = 3 * (size_t)s->width * (size_t)s->height;
    int away = s->n_images[other] - s->n_images[face.set];
    if (!s->labels[other] || s->n_images[other] < 1 || abs(away) > MOST)
        return -1;
    int low = face.index + (away < 0 ? away : 0), high = face.index + (away > 0 ? away : 0);
    int last = s->n_images[other] - 1, best = -1;
    low = clamped(low, 0, last), high = clamped(high, 0, last);
    int from = clamped(low - STRANGERS / 2, 0, last), to = clamped(high + STRANGERS / 2, 0, last);
    uint8_t *own = memory_array(bytes + 1, 1), *theirs = memory_array(bytes + 1, 1);
    long near = LONG_MAX, next = LONG_MAX;
    snapshot_image(s, face.set, face.index, own);
    for (int i = from; i <= to; i++) {
        snapshot_image(s, other, i, theirs);
        long d = distance(own, theirs, bytes);
        if (d < near) {
            next = near;
            near = d, best = i;
        } else if (d < next) {
            next = d;
        }
    }
    free(own);
    free(theirs);
    return best >= low && best <= high && near < next / 2 ? best : -1;
}
