/* The face painters: each fills in or paints its part of a photograph. Private to face*.c. Thread:
 * any. */
#ifndef SECATEUR_ENGINE_ATTACK_FACES_FACE_PAINT_H
#define SECATEUR_ENGINE_ATTACK_FACES_FACE_PAINT_H

#include "engine/attack/faces/face_parts.h"
#include "engine/base/random.h"

/* Coverage of a pixel whose centre is `distance` head units outside an edge. */
static inline double covered(const struct face_scene *scene, double distance)
{
    return clamp(0.5 - distance * scene->scale, 0, 1);
}

/* Like random_range, but in code that is compiled without contraction. */
static inline double between(struct random *random, double low, double high)
{
    return low + (high - low) * random_unit(random);
}

int face_hair_cuts(void);
const struct haircut *face_hair_cut(int index);

void face_identity_fill(struct face_identity *who, uint64_t seed, int identity);
void face_scene_fill(struct face_scene *scene, const struct face_identity *who, uint32_t image);

void face_head_locate(const struct face_scene *scene, double x, double y, struct face_point *p);
void face_head_project(const struct face_scene *scene, double fx, double fy, double *xy);
double face_head_relief(const struct face_scene *scene, double fx, double fy);
/* Paints skin, ears and everything on them over c. */
void face_head_paint(const struct face_scene *scene, const struct face_point *p,
    struct direction normal, struct colour *c);
/* Colours of the skin before light falls on it: brows, beard, lips, marks, eyes. */
void face_features_tint(
    const struct face_scene *scene, const struct face_point *p, struct colour *skin);
double face_features_gleam(const struct face_scene *scene, const struct face_point *p);
void face_features_spectacles(
    const struct face_scene *scene, const struct face_point *p, struct colour *c);

void face_hair_behind(const struct face_scene *scene, const struct face_point *p, struct colour *c);
void face_hair_front(const struct face_scene *scene, const struct face_point *p, struct colour *c);
double face_hair_opening(const struct face_scene *scene, const struct face_point *p);

struct colour face_backdrop_wall(const struct face_scene *scene, const struct face_point *p);
void face_backdrop_body(
    const struct face_scene *scene, const struct face_point *p, struct colour *c);

/* Light of a scene on a surface of this colour. */
struct colour face_head_lit(
    const struct face_scene *scene, struct colour albedo, struct direction normal, double shade);

#endif
