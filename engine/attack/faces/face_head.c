/* The head: an ellipsoid with a jaw, its relief, and the light on its skin. */
#include "engine/attack/faces/face_paint.h"

/* The outline is x^2/width^2 + t^2 + q (t^4 - t^2) = 1 with t = y/chin below the eyes and y/crown
 * above; q says how square it is (the jaw's below). Returns its left side less 1, which is
 * negative inside, and the gradient. */
static double outline(const struct face_identity *who, double u, double v, double *gu, double *gv)
{
    double reach = v < 0 ? who->crown : who->chin;
    double square = v < 0 ? 0.25 : who->jaw;
    double t = v / reach, s = t * t;
    *gu = 2 * u / (who->width * who->width);
    *gv = (2 * (1 - square) * t + 4 * square * t * s) / reach;
    return u * u / (who->width * who->width) + (1 - square) * s + square * s * s - 1;
}

static double nose_ridge(const struct face_identity *who, double fx, double fy)
{
    double tip = who->nose_length;
    if (fy < -3 || fy > tip + 2 || fabs(fx) > 5)
        return 0;
    double along = (fy + 3) / (tip + 3);
    double height = fy < tip ? who->nose_height * (0.12 + 0.88 * along * along)
                             : who->nose_height * (1 - ramp(tip, tip + 2, fy));
    double width = mix(1.7, who->nose_width + 0.9, ramp(0, tip, fy));
    double across = fx / width;
    return height * bell(across * across);
}

double face_head_relief(const struct face_scene *scene, double fx, double fy)
{
    const struct face_identity *who = scene->who;
    double ax = fabs(fx), my = who->mouth_y, smile = scene->smile;
    double height = nose_ridge(who, fx, fy);
    height += (0.5 + 0.7 * who->masculine) * bell_at(ax, fy, 5.5, -3.6, 6, 2.6);
    height -= 1.5 * bell_at(ax, fy, who->eye_gap - 0.5, 0, 5, 3.4);
    height += 0.8 * bell_at(ax, fy, who->eye_gap, 0.2, 3.2, 2.4); /* the eyeball */
    height += (0.9 + 0.5 * larger(smile, 0)) * bell_at(ax, fy, 8, 7.5, 5.5, 5.5);
    height += 1.0 * bell_at(fx, fy, 0, my, who->mouth_width + 1, 2.8);
    height -= 0.7 * bell_at(fx, fy, 0, my + who->lip_lower + 1.7, 4, 1.8);
    height += (0.8 + 0.5 * who->masculine) * bell_at(fx, fy, 0, who->chin - 2.2, 4.5, 3);
    return height;
}

void face_head_locate(const struct face_scene *scene, double x, double y, struct face_point *p)
{
    const struct face_identity *who = scene->who;
    p->bx = (x - scene->x) / scene->scale;
    p->by = (y - scene->y) / scene->scale;
    p->v = scene->roll[0] * p->by - scene->roll[1] * p->bx;
    p->u = scene->roll[0] * p->bx + scene->roll[1] * p->by;
    p->u -= 0.14 * scene->yaw[1] * p->v; /* the chin turns ahead, the crown behind */
    double gu, gv, value = outline(who, p->u, p->v, &gu, &gv);
    p->edge = value / larger(sqrt(gu * gu + gv * gv), 1e-3);
    double z = who->depth * sqrt(larger(-value, 0));
    p->n = (struct direction){gu, gv, 2 * larger(z, 0.5) / (who->depth * who->depth)};
    p->bump = 0;
    for (int pass = 0; pass < 2; pass++) {
        double depth = z + p->bump;
        p->fx = p->u * scene->yaw[0] - depth * scene->yaw[1];
        double ahead = p->u * scene->yaw[1] + depth * scene->yaw[0];
        p->fy = p->v * scene->pitch[0] - (ahead - 0.75 * who->depth) * scene->pitch[1];
        p->bump = p->edge < 0 ? face_head_relief(scene, p->fx, p->fy) : 0;
    }
}

/* Where a point of the face is in the picture: locate backwards, by a few fixed-point steps. */
void face_head_project(const struct face_scene *scene, double fx, double fy, double *xy)
{
    const struct face_identity *who = scene->who;
    double bx = fx, by = fy;
    for (int pass = 0; pass < 12; pass++) {
        struct face_point p;
        double x = scene->x + bx * scene->scale, y = scene->y + by * scene->scale;
        face_head_locate(scene, x, y, &p);
        bx += fx - p.fx;
        by += fy - p.fy;
        bx = clamp(bx, -who->width, who->width);
    }
    xy[0] = scene->x + bx * scene->scale;
    xy[1] = scene->y + by * scene->scale;
}

struct colour face_head_lit(
    const struct face_scene *scene, struct colour albedo, struct direction normal, double shade)
{
    double facing = (dot(normal, scene->light) + 0.2) / 1.2;
    double sun = larger(facing, 0) * shade, sky = (0.75 - 0.25 * normal.y) * mix(shade, 1, 0.35);
    return (struct colour){albedo.r * (scene->sun.r * sun + scene->sky.r * sky),
        albedo.g * (scene->sun.g * sun + scene->sky.g * sky),
        albedo.b * (scene->sun.b * sun + scene->sky.b * sky)};
}

/* Where little light gets: beside the nose, under it, in the sockets, below hair. */
static double hollows(const struct face_scene *scene, const struct face_point *p)
{
    const struct face_identity *who = scene->who;
    double ax = fabs(p->fx), tip = who->nose_length;
    double dark = 0.26 * bell_at(ax, p->fy, 3, -1.2, 2.4, 3.4);
    dark += 0.30 * bell_at(p->fx, p->fy, 0, tip + 2, who->nose_width + 1.5, 1.7);
    dark += 0.20 * bell_at(ax, p->fy, who->nose_width + 0.9, tip - 0.2, 1.3, 2.2);
    dark += 0.16 * bell_at(p->fx, p->fy, 0, who->mouth_y + who->lip_lower + 1.8, 3.6, 1.3);
    dark += 0.45 * (1 - ramp(0, 3.2, -face_hair_opening(scene, p)));
    return 1 - smaller(dark, 0.8);
}

static void paint_ears(const struct face_scene *scene, const struct face_point *p, struct colour *c)
{
    const struct face_identity *who = scene->who;
    double side = p->u < 0 ? -1 : 1;
    double near = who->width + 0.2 - 3.5 * side * scene->yaw[1];
    double dx = (p->u * side - near) / 2.2, dy = (p->v - who->ear_y) / who->ear_size;
    double r = sqrt(dx * dx + dy * dy);
    if (r > 1.5)
        return;
    struct direction normal = direction_unit(0.6 * side, 0.1, 0.8);
    struct colour skin = colour_mix(who->skin, colour_screen(206, 90, 74), 0.14);
    double inner = bell_at(dx, dy, -0.1, 0.05, 0.62, 0.7);
    *c = colour_mix(
        *c, face_head_lit(scene, skin, normal, 1 - 0.5 * inner), covered(scene, (r - 1) * 2.2));
}

static struct colour skin_at(
    const struct face_scene *scene, const struct face_point *p, struct direction normal)
{
    const struct face_identity *who = scene->who;
    struct colour skin = who->skin;
    double ax = fabs(p->fx);
    double red = who->blush * (bell_at(ax, p->fy, 8.2, 7.5, 5, 4.2) +
                                  0.7 * bell_at(p->fx, p->fy, 0, who->nose_length - 1, 3, 3));
    struct colour flush = {skin.r, skin.g * 0.66, skin.b * 0.68};
    skin = colour_mix(skin, flush, smaller(red, 0.8));
    face_features_tint(scene, p, &skin);
    struct colour c = face_head_lit(scene, skin, normal, hollows(scene, p));
    double shine = larger(dot(normal, scene->half), 0);
    shine *= shine;
    shine *= shine;
    shine *= shine;
    shine = 0.10 * shine * shine + face_features_gleam(scene, p);
    return (struct colour){
        c.r + shine * scene->sun.r, c.g + shine * scene->sun.g, c.b + shine * scene->sun.b};
}

void face_head_paint(const struct face_scene *scene, const struct face_point *p,
    struct direction normal, struct colour *c)
{
    paint_ears(scene, p, c);
    double cover = covered(scene, p->edge);
    if (cover > 0)
        *c = colour_mix(*c, skin_at(scene, p, normal), cover);
}
