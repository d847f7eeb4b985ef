/* Hair: one table of haircuts in numbers, one way to draw them. */
#include "engine/attack/faces/face_paint.h"

/* From the shortest to the longest: men choose from the front, women from the back. */
static const struct haircut haircuts[] = {
    {"bald", 0.1, 0.1, -6, -60, 0, 60, 0, 0, 0, 0, 0, 0},
    {"buzzed", 0.5, 0.3, 0, -12.5, 0.02, 12.4, 0, 0.1, 0.3, 0.72, 0, 0},
    {"wreath", 0.2, 1.4, 3, -40, 0, 12.6, 0, 0.5, 0.4, 0.95, 0, 0},
    {"cropped", 1.4, 0.7, 1, -12, 0.012, 12.6, 0, 0.4, 0.1, 1, 0, 0},
    {"parted", 2.6, 1, 2, -11.5, 0.02, 12.4, 0.22, 0.3, 0, 1, 0, 0},
    {"swept up", 5, 0.6, 0, -12.5, 0.015, 12.2, 0.12, 0.9, 0, 1, 0, 0},
    {"spiky", 3.8, 0.9, 1, -10.5, 0.012, 12.4, 0, 2, 0, 1, 0, 0},
    {"curly", 4.2, 2.4, 3, -10.5, 0.015, 12, 0, 1.6, 1, 1, 0, 0},
    {"fringed", 2.4, 1.8, 6, -6.2, 0.008, 12, 0.05, 0.7, 0, 1, 0, 0},
    {"afro", 7, 6, 8, -11.5, 0.02, 12.4, 0, 1.2, 1, 1, 0, 0},
    {"shoulder", 3, 3, 24, -11.5, 0.03, 11.8, 0.25, 0.6, 0, 1, 0, 1},
    {"knot", 1.2, 0.5, 4, -12.5, 0.035, 12.4, 0, 0.2, 0, 1, 5.2, 0},
    {"pixie", 2.6, 1.4, 4, -8, 0.01, 12, 0.38, 0.7, 0, 1, 0, 0},
    {"bob", 3, 3.4, 14, -6.4, 0.004, 11.2, 0, 0.2, 0, 1, 0, 0},
    {"long", 2.6, 2.8, 50, -12.5, 0.045, 11.8, 0, 0.3, 0, 1, 0, 1},
    {"long curls", 4.4, 5.6, 30, -11, 0.03, 11.8, 0.1, 1.7, 0.9, 1, 0, 1},
    {"long fringe", 3, 3.4, 50, -6.4, 0.004, 11.4, 0, 0.4, 0, 1, 0, 1},
    {"high knot", 1, 0.4, 3, -13, 0.03, 12.4, 0, 0.2, 0.6, 1, 6.6, 0},
    {"long parted", 2.8, 3.2, 50, -12.5, 0.035, 11.4, 0.42, 0.4, 0.1, 1, 0, 1},
};

int face_hair_cuts(void)
{
    return (int)(sizeof haircuts / sizeof *haircuts);
}

const struct haircut *face_hair_cut(int index)
{
    return &haircuts[index];
}

/* Distance past both of two edges, the corner between them rounded. */
static double corner(double a, double b, double radius)
{
    if (a < -radius || b < -radius)
        return larger(a, b);
    a += radius;
    b += radius;
    return sqrt(a * a + b * b) - radius;
}

/* Distance to the outline of the hair. */
static double shape(const struct face_scene *scene, const struct face_point *p)
{
    const struct face_identity *who = scene->who;
    const struct haircut *cut = &who->cut;
    double wide = who->width + cut->side * scene->puff;
    double high = who->crown + cut->top * scene->puff, away;
    if (p->v < 0) {
        double t = p->v / high, s = t * t, gu = p->u / (wide * wide);
        double gv = (0.75 + 0.5 * s) * t / high;
        double value = p->u * p->u / (wide * wide) + 0.75 * s + 0.25 * s * s - 1;
        away = 0.5 * value / larger(sqrt(gu * gu + gv * gv), 1e-3);
    } else {
        double flare = cut->length > 10 ? 0.08 : -0.02;
        away = fabs(p->u) - wide - flare * p->v;
    }
    if (fabs(away) < cut->rough + 2) {
        double step = cut->curl > 0.5 ? 0.36 : 0.8;
        double bumps = noise(p->u * step + 40, p->v * step, who->key + 11);
        away = (away + cut->rough * (0.7 - 1.4 * bumps)) / (1 + 0.5 * cut->rough);
    }
    if (p->v > cut->length - 6) {
        double ends = p->v - cut->length - 1.5 * noise(p->u * 0.9, 3, scene->key);
        away = corner(away, ends, cut->curl > 0.5 ? 5 : 1.5);
    }
    if (cut->bun <= 0)
        return away;
    double dy = p->v + high + 0.55 * cut->bun, dx = p->u;
    return smaller(away, sqrt(dx * dx + dy * dy) - cut->bun);
}

/* Distance to the opening in which the face is seen: negative where skin shows. */
double face_hair_opening(const struct face_scene *scene, const struct face_point *p)
{
    const struct haircut *cut = &scene->who->cut;
    double fx = p->fx, lock = noise(fx * 0.75, 0.5, scene->key + 1) - 0.5;
    double edge = cut->hairline + cut->curve * fx * fx + cut->slant * fx;
    edge += (cut->hairline > -9 ? 2.2 : 0.8) * lock;
    double above = edge - p->fy;
    double beside = fabs(fx) - cut->temple - (p->fy > 2 ? 0.05 * (p->fy - 2) : 0);
    return corner(above, beside, 3);
}

static double texture(const struct face_scene *scene, const struct face_point *p)
{
    const struct face_identity *who = scene->who;
    const struct haircut *cut = &who->cut;
    double part = cut->slant * 20, depth = p->v + who->crown + 9;
    double along = (p->u - part) / (0.45 * larger(depth, 2) + 5);
    double drift = 0.6 * noise(p->u * 0.2, p->v * 0.14, scene->key + 2);
    double strands = noise((along + 0.12 * drift) * 11, depth * 0.09, who->key + 7);
    if (cut->curl <= 0)
        return strands;
    double curls = noise(p->u * 0.55 + drift, p->v * 0.55, who->key + 8);
    return mix(strands, curls, cut->curl);
}

static struct colour colour_of(
    const struct face_scene *scene, const struct face_point *p, double shade)
{
    const struct face_identity *who = scene->who;
    const struct haircut *cut = &who->cut;
    double x = p->u / (who->width + cut->side + 1), y = p->v / (who->crown + cut->top + 1);
    y = y > 0 ? 0.25 * y : y;
    double z = sqrt(larger(1 - x * x - y * y, 0.06));
    struct direction normal = direction_unit(x, y, z);
    double grain = texture(scene, p);
    struct colour hair = colour_times(who->hair, 0.5 + 0.95 * grain);
    struct colour c = face_head_lit(scene, hair, normal, shade);
    double ring = (dot(normal, scene->half) - 0.86) / 0.13;
    double shine = (1 - 0.7 * cut->curl) * shade * bell(ring * ring) * (0.3 + grain);
    struct colour gloss = colour_mix(who->hair, (struct colour){0.5, 0.5, 0.5}, 0.35);
    return (struct colour){
        c.r + shine * 0.3 * gloss.r, c.g + shine * 0.3 * gloss.g, c.b + shine * 0.3 * gloss.b};
}

void face_hair_behind(const struct face_scene *scene, const struct face_point *p, struct colour *c)
{
    if (scene->who->cut.cover <= 0)
        return;
    double cover = covered(scene, shape(scene, p));
    if (cover > 0)
        *c = colour_mix(*c, colour_of(scene, p, 0.55), cover);
}

static void paint_long_beard(
    const struct face_scene *scene, const struct face_point *p, struct colour *c)
{
    const struct face_identity *who = scene->who;
    if (who->beard != BEARD || p->v < who->chin - 6)
        return;
    double y = (p->v - who->chin + 4) / (4 + who->beard_length);
    double x = (p->u + 4 * scene->yaw[1]) / (who->width * 0.72);
    double r = sqrt(x * x + y * y);
    double strand = noise(p->u * 1.3, p->v * 0.5, who->key + 3);
    double away = larger((r - 1) * 5 + 0.8 * strand - 0.4, -p->edge);
    struct direction normal = direction_unit(0.5 * x, 0.5, 0.8);
    struct colour hair = colour_times(who->hair, 0.5 + 0.6 * strand);
    *c = colour_mix(*c, face_head_lit(scene, hair, normal, 0.8), covered(scene, away));
}

void face_hair_front(const struct face_scene *scene, const struct face_point *p, struct colour *c)
{
    const struct haircut *cut = &scene->who->cut;
    paint_long_beard(scene, p, c);
    if (cut->cover <= 0)
        return;
    double open = -face_hair_opening(scene, p);
    if (open > 2)
        return;
    double away = larger(shape(scene, p), open);
    double cover = covered(scene, away * (cut->cover < 0.9 ? 0.4 : 1));
    if (cover <= 0)
        return;
    double shade = 0.72 + 0.28 * ramp(0, 3, -open);
    *c = colour_mix(*c, colour_of(scene, p, shade), cover * cut->cover);
}
