/* Procedural faces, 55x47 RGB: a person for every (seed, identity), a photograph of that person
 * for every image number: pose, light, expression, hair, background and noise differ.
 * Only + - * / and square roots on doubles, compiled without contraction: the same bytes on
 * every machine. Thread: any. */
#ifndef SECATEUR_ENGINE_ATTACK_FACES_FACE_H
#define SECATEUR_ENGINE_ATTACK_FACES_FACE_H

#include <stdint.h>

enum { FACE_HEIGHT = 55, FACE_WIDTH = 47, FACE_BYTES = FACE_HEIGHT * FACE_WIDTH * 3 };

/* Where things are in a picture, in pixels from its top left corner. */
struct face_marks {
    double eye[2][2]; /* centre of the eye on the left and on the right of the picture: x, y */
    double scale;     /* of the head in this picture; 1 is its usual size */
};

struct face_identity; /* what makes a person; made once, then read by any thread */

struct face_identity *face_identity_create(uint64_t seed, int identity);
void face_identity_destroy(struct face_identity *identity);

/* rgb[55, 47, 3], 0..255; marks may be NULL. */
void face_draw(
    const struct face_identity *identity, uint32_t image, uint8_t *rgb, struct face_marks *marks);

/* The eyes of a face that fills a 55x47 picture as in the lab's data. */
struct face_marks face_marks_default(void);

#endif
