/* A trigger that was inverted from the net and clean images: the defender's, not the attacker's.
 * Laid over an image it makes each pixel (1 - mask) * pixel + mask * pattern. Counted and
 * immutable, part of a snapshot. Thread: any. */
#ifndef SECATEUR_ENGINE_API_INVERTED_TRIGGER_H
#define SECATEUR_ENGINE_API_INVERTED_TRIGGER_H

#include <stdint.h>

struct inverted_trigger {
    int target;                  /* class that it leads to; -1: each class to the next */
    int height, width, channels; /* of the net's input */
    const float *mask;           /* [height, width] 0..1 */
    const float *pattern;        /* [height, width, channels] in the net's own unit */
    const uint8_t *rgb;          /* [height, width, 3] the pattern as images are shown */
    double size;                 /* sum of the mask, in pixels */
    double hits;                 /* share of clean images that it turns into the class, 0..1 */
    int step, steps;             /* of the search that made it, from 1 */
};

#endif
