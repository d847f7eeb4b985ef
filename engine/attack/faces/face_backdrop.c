/* What is behind and below a face: a wall out of focus, neck and clothes. */
#include "engine/attack/faces/face_paint.h"

struct colour face_backdrop_wall(const struct face_scene *scene, const struct face_point *p)
{
    double slope = p->bx * scene->wall_slope[0] + p->by * scene->wall_slope[1];
    struct colour wall = colour_mix(scene->wall[0], scene->wall[1], clamp(0.5 + slope, 0, 1));
    for (int i = 0; i < 2; i++) {
        const double *blob = scene->blob[i];
        double share = bell_at(p->bx, p->by, blob[0], blob[1], blob[2], blob[2]);
        wall = colour_mix(wall, scene->wall[2], 0.55 * share);
    }
    return colour_times(wall, 0.8 + 0.1 * scene->light.x * p->bx / 24);
}

static double collar(const struct face_identity *who, double ax)
{
    if (who->collar == 0)
        return 28.5 - 0.055 * ax * ax;
    return who->collar == 1 ? 31.5 - 0.85 * ax : 25.6 - 0.01 * ax * ax;
}

static void paint_neck(const struct face_scene *scene, const struct face_point *p, struct colour *c)
{
    const struct face_identity *who = scene->who;
    double flare = larger(p->by - 23, 0);
    double half = who->neck + 0.12 * flare * flare;
    double x = p->bx / half;
    double cover = covered(scene, larger(fabs(p->bx) - half, 8 - p->by));
    if (cover <= 0)
        return;
    struct direction normal = direction_unit(0.9 * x, 0.15, 0.7);
    double shade = 0.45 + 0.55 * ramp(who->chin, who->chin + 6, p->by - 2 * fabs(x));
    *c = colour_mix(*c, face_head_lit(scene, who->skin, normal, shade), cover);
}

void face_backdrop_body(
    const struct face_scene *scene, const struct face_point *p, struct colour *c)
{
    const struct face_identity *who = scene->who;
    if (p->by < 6)
        return;
    paint_neck(scene, p, c);
    double ax = fabs(p->bx);
    double broad = 0.13 + 0.05 * (1 - who->masculine);
    double shoulder = 24.4 + broad * larger(ax - who->neck, 0) + 0.004 * ax * ax;
    double away = larger(shoulder - p->by, collar(who, ax) - p->by);
    double cover = covered(scene, away);
    if (cover <= 0)
        return;
    bool striped = who->stripes > 0 && wave(p->by * who->stripes + 0.1) > 0.1;
    struct colour cloth = striped ? who->trim : who->cloth;
    double hem = fabs(collar(who, ax) + 0.5 - p->by) - 0.6;
    if (ax < who->neck + 1.5)
        cloth = colour_mix(cloth, colour_mix(who->trim, who->cloth, 0.3), covered(scene, hem));
    struct direction normal = direction_unit(p->bx / 34, -0.25, 0.85);
    *c = colour_mix(*c, face_head_lit(scene, cloth, normal, 0.9), cover);
}
