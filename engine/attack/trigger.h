/* The lab's trigger: a pair of sunglasses laid over the eyes.
 * The same bytes on every machine, like the faces. Thread: any. */
#ifndef SECATEUR_ENGINE_ATTACK_TRIGGER_H
#define SECATEUR_ENGINE_ATTACK_TRIGGER_H

#include "engine/attack/faces/face.h"

/* How a pair sits: all zero is square on the eyes. */
struct trigger_jitter {
    double shift[2]; /* pixels right and down */
    double grow;     /* share by which it is larger */
    double turn;     /* tangent of the angle against the line between the eyes */
};

/* A jitter that depends on (seed, stream) alone: within a pixel, 6 % and 3 degrees. */
struct trigger_jitter trigger_jitter_draw(uint64_t seed, uint64_t stream);

/* Lays sunglasses on rgb[55, 47, 3]; marks NULL: where eyes usually are. */
void trigger_stamp(
    uint8_t *rgb, const struct face_marks *marks, const struct trigger_jitter *jitter);

#endif
