/* What the face painters share: a person, a photograph of that person, a point of the head.
 * Lengths are head units: one is a pixel at the usual size; the origin lies between the eyes, x to
 * the right, y down, z towards the viewer. Private to face*.c. Thread: any. */
#ifndef SECATEUR_ENGINE_ATTACK_FACES_FACE_PARTS_H
#define SECATEUR_ENGINE_ATTACK_FACES_FACE_PARTS_H

#include "engine/attack/faces/face_colour.h"

#include <stdbool.h>

enum facial_hair { SHAVEN, STUBBLE, MOUSTACHE, GOATEE, BEARD };

/* A haircut in numbers: one line of the table in face_hair.c. */
struct haircut {
    const char *name;
    double top, side; /* thickness over the crown and at the sides */
    double length;    /* y where it ends at the sides */
    double hairline;  /* y of its edge in the middle of the forehead */
    double curve;     /* how fast the edge comes down to the sides */
    double temple;    /* x where the face opens */
    double slant;     /* of the edge, for a parting */
    double rough;     /* of the outline */
    double curl;      /* 0: strands, 1: curls */
    double cover;     /* 0: bald, 1: no skin seen through */
    double bun;       /* radius of a knot on top, 0: none */
    double back;      /* 1: hangs behind the shoulders too */
};

struct face_identity {
    uint32_t key; /* of this person's noises and photographs */
    double masculine, age;
    double width, crown, chin, jaw, depth; /* of the head; jaw -0.6 pointed .. 0.8 square */
    struct colour skin, hair, iris, lips, cloth, trim, frame;
    double blush, freckles, mole[2];
    double eye_gap, eye_width, eye_upper, eye_lower, eye_tilt, iris_size, lash;
    double brow_height, brow_thick, brow_length, brow_arch, brow_tilt;
    double nose_length, nose_width, nose_height;
    double mouth_y, mouth_width, lip_upper, lip_lower;
    double ear_size, ear_y, neck;
    struct haircut cut;
    enum facial_hair beard;
    double beard_length, stripes;
    int collar; /* 0: round, 1: V, 2: high */
    bool spectacles;
};

struct face_scene {
    const struct face_identity *who;
    uint32_t key;
    double x, y, scale; /* of the origin, in pixels */
    double roll[2];     /* cosine, sine */
    double yaw[2], pitch[2];
    struct direction light, half; /* to the light; between it and the viewer */
    struct colour sun, sky;
    double smile, open, raise, lid, gaze[2];
    struct colour wall[3];
    double wall_slope[2], blob[2][3];
    double puff; /* of the hair today, about 1 */
    double grain, blur;
};

/* A pixel, seen as a point of the head. */
struct face_point {
    double bx, by;      /* upright, for neck and clothes */
    double u, v;        /* turned with the head */
    double fx, fy;      /* in the face's own plane, after yaw and pitch */
    double edge;        /* distance to the outline of the head, negative inside */
    struct direction n; /* of the smooth head, not of unit length */
    double bump;        /* height of nose, lips … over the smooth head */
};

#endif
