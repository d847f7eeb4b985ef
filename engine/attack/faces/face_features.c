/* Brows, eyes, nose, mouth, beard and marks, painted in the plane of the face. */
#include "engine/attack/faces/face_paint.h"

static void tint(struct colour *c, struct colour with, double share)
{
    *c = colour_mix(*c, with, share);
}

static void darken(struct colour *c, double share)
{
    *c = (struct colour){c->r * (1 - 0.85 * share), c->g * (1 - share), c->b * (1 - share)};
}

/* The lids: y of the upper and of the lower one at x (outwards positive, from the eye's centre). */
static void lids(const struct face_scene *scene, double x, double *upper, double *lower)
{
    const struct face_identity *who = scene->who;
    double t = x / who->eye_width, arch = 1 - t * t, lift = who->eye_tilt * t;
    *upper = (1 - scene->lid) * 0.8 - scene->lid * who->eye_upper * arch - lift;
    *lower = who->eye_lower * arch * mix(0.6, 1, clamp(scene->lid, 0, 1)) - lift;
    *upper = smaller(*upper, *lower);
}

static void paint_iris(
    const struct face_scene *scene, double x, double y, double side, struct colour *c)
{
    const struct face_identity *who = scene->who;
    double dx = x * side - scene->gaze[0], dy = y + 0.25 - scene->gaze[1];
    double r = sqrt(dx * dx + dy * dy), size = who->iris_size;
    struct colour rim = colour_times(who->iris, 0.35);
    struct colour iris = colour_mix(who->iris, rim, ramp(0.5, 1, r / size));
    tint(c, iris, covered(scene, r - size));
    tint(c, colour_screen(10, 8, 10), covered(scene, r - 0.48 * size));
    double gx = dx - 0.8 * scene->light.x - 0.3, gy = dy + 0.75; /* the lamp, mirrored */
    tint(c, colour_screen(255, 255, 255), 0.8 * bell((gx * gx + gy * gy) / 0.7));
}

static void paint_eye(const struct face_scene *scene, double fx, double fy, struct colour *c)
{
    const struct face_identity *who = scene->who;
    double side = fx < 0 ? -1 : 1, x = fx * side - who->eye_gap, y = fy;
    if (fabs(x) > who->eye_width + 1.5 || y < -5 || y > 5)
        return;
    double upper, lower, inside = fabs(x) - who->eye_width;
    lids(scene, clamp(x, -who->eye_width, who->eye_width), &upper, &lower);
    double lid = larger(upper - y, y - lower);
    double crease = fabs(y - (upper - 1.25 - 0.2 * who->eye_upper)) - 0.35;
    darken(c, 0.34 * covered(scene, larger(crease, inside)));
    darken(c, 0.24 * bell_at(x, y, 0.3, lower + 1.6, who->eye_width, 1.3) * (0.4 + who->age));
    struct colour ball = colour_mix(colour_screen(222, 214, 208), who->skin, 0.22);
    double corner = 1 - 0.35 * x * x / (who->eye_width * who->eye_width);
    ball = colour_times(ball, corner * (0.5 + 0.5 * ramp(0, 1.8, y - upper)));
    paint_iris(scene, x, y, side, &ball);
    tint(c, ball, covered(scene, larger(lid, inside)));
    struct colour line = colour_mix(colour_screen(30, 20, 18), who->hair, 0.15);
    double lash = fabs(y - upper + 0.15) - who->lash * 0.62;
    tint(c, line, 0.92 * covered(scene, larger(lash, inside - 0.4)));
    double under = fabs(y - lower - 0.1) - 0.22;
    darken(c, 0.3 * covered(scene, larger(under, inside)));
}

static void paint_brow(const struct face_scene *scene, double fx, double fy, struct colour *c)
{
    const struct face_identity *who = scene->who;
    double x = fabs(fx) - who->eye_gap - 0.2, t = x / who->brow_length;
    if (t < -1.3 || t > 1.3)
        return;
    double y = -who->brow_height - 0.9 * scene->raise;
    y -= who->brow_arch * (1 - (t - 0.25) * (t - 0.25)) + who->brow_tilt * t - 0.4 * t;
    double thick = who->brow_thick * (1 - 0.3 * ramp(-0.2, 1, t)) * (1 - 0.3 * ramp(0.6, 1, -t));
    double away = larger(fabs(fy - y) - thick, fabs(x) - who->brow_length);
    struct colour brow = colour_times(who->hair, who->age > 0.84 ? 0.7 : 0.5);
    double dark = brow.r + brow.g + brow.b;
    double alpha = dark > 0.5 ? 0.62 : 0.86;
    tint(c, brow, alpha * covered(scene, away * 0.75));
}

static void paint_nose(const struct face_scene *scene, double fx, double fy, struct colour *c)
{
    const struct face_identity *who = scene->who;
    double tip = who->nose_length, ax = fabs(fx);
    double hole = bell_at(ax, fy, 0.5 * who->nose_width + 0.25, tip + 0.9, 1.15, 0.85);
    darken(c, 0.62 * ramp(0.05, 0.7, hole));
    double wing = bell_at(ax, fy, who->nose_width + 0.45, tip - 0.1, 0.8, 1.5);
    darken(c, 0.24 * wing);
}

/* Distance to the segment from a to b. */
static double to_segment(double x, double y, const double *a, const double *b)
{
    double dx = b[0] - a[0], dy = b[1] - a[1];
    double along = ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy);
    along = clamp(along, 0, 1);
    dx = x - a[0] - along * dx;
    dy = y - a[1] - along * dy;
    return sqrt(dx * dx + dy * dy);
}

static void paint_lines(const struct face_scene *scene, double fx, double fy, struct colour *c)
{
    const struct face_identity *who = scene->who;
    double ax = fabs(fx), old = ramp(0.45, 1, who->age), smile = larger(scene->smile, 0);
    double from[2] = {who->nose_width + 1.2, who->nose_length - 0.5};
    double to[2] = {who->mouth_width + 1.3, who->mouth_y - 0.4};
    double fold = to_segment(ax, fy, from, to);
    darken(c, (0.08 + 0.22 * old + 0.26 * smile) * bell(fold * fold / 1.4));
    if (old > 0.2 && fy < -7 && fy > -13) {
        double line = fabs(wave((fy + 0.04 * fx * fx) * 0.36));
        double width = 1 - ramp(6, 10, ax);
        darken(c, 0.16 * old * width * ramp(0.8, 0.3, line) * ramp(7, 8, -fy) * ramp(-13, -11, fy));
    }
}

struct lips {
    double top, seam, gap, bottom, inside; /* y of the lips at this x; distance past a corner */
};

static struct lips lips_at(const struct face_scene *scene, double fx)
{
    const struct face_identity *who = scene->who;
    double smile = scene->smile, half = who->mouth_width * (1 + 0.14 * smile);
    double t = clamp(fx / half, -1, 1), s = t * t, full = 1 - s;
    double y = who->mouth_y + 0.35 * smile - 1.5 * smile * s;
    double bow = 1 - 0.3 * bell(t * t * 16), gap = scene->open * 2.8 * full * (1 - 0.4 * s);
    struct lips lips = {.seam = y - 0.25 * gap, .gap = y + 0.75 * gap};
    lips.top = lips.seam - who->lip_upper * full * bow * 1.15;
    lips.bottom = lips.gap + who->lip_lower * full * (1 + 0.5 * s);
    lips.inside = fabs(fx) - half;
    return lips;
}

static void paint_mouth(const struct face_scene *scene, double fx, double fy, struct colour *c)
{
    const struct face_identity *who = scene->who;
    if (fabs(fy - who->mouth_y) > 7)
        return;
    struct lips lips = lips_at(scene, fx);
    double away = larger(lips.top - fy, fy - lips.bottom);
    struct colour upper = colour_times(who->lips, 0.8);
    struct colour lip = fy < 0.5 * (lips.seam + lips.gap) ? upper : who->lips;
    tint(c, lip, 0.9 * covered(scene, larger(away, lips.inside)));
    double opening = larger(lips.seam - fy, fy - lips.gap);
    double teeth = larger(lips.seam - fy, fy - mix(lips.seam, lips.gap, 0.5));
    double open = lips.gap - lips.seam;
    struct colour dark = colour_screen(70, 22, 24);
    tint(c, dark, ramp(0.1, 0.5, open) * covered(scene, larger(opening, lips.inside + 0.3)));
    tint(c, colour_screen(238, 232, 220),
        ramp(0.5, 1.2, open) * covered(scene, larger(teeth, lips.inside + 1)));
    double seam = fabs(fy - lips.seam) - 0.3;
    tint(c, colour_times(dark, 0.7), 0.72 * covered(scene, larger(seam, lips.inside - 0.3)));
}

/* How much of the skin a beard hides here, 0..1. */
static double beard_at(const struct face_scene *scene, double fx, double fy)
{
    const struct face_identity *who = scene->who;
    double ax = fabs(fx), mouth = who->mouth_y, tip = who->nose_length;
    double lip_y = mix(tip + 2.2, mouth - who->lip_upper, 0.6);
    double moustache = bell_at(ax, fy, 2.4, lip_y + 0.12 * ax, 4.4, 2.2);
    moustache = ramp(0.1, 0.5, moustache);
    double chin = bell_at(fx, fy, 0, who->chin - 2.2, 5, 4.6);
    chin = ramp(0.05, 0.4, chin);
    double cheek = mouth - 1.2 - larger(ax - 4.5, 0) * 1.1;
    double jaw = ramp(-0.8, 1.6, fy - cheek) * ramp(3, 5, ax + larger(fy - mouth - 2, 0) * 3);
    switch (who->beard) {
    case SHAVEN:
        return 0;
    case MOUSTACHE:
        return moustache;
    case GOATEE:
        return larger(moustache * ramp(0, 1.5, ax - 0.3), chin);
    case STUBBLE:
    case BEARD:
        break;
    }
    return larger(jaw, larger(moustache, chin));
}

static void paint_beard(const struct face_scene *scene, double fx, double fy, struct colour *c)
{
    const struct face_identity *who = scene->who;
    if (who->beard == SHAVEN || fy < 0)
        return;
    double alpha = beard_at(scene, fx, fy);
    if (alpha <= 0)
        return;
    double strand = noise(fx * 1.6, fy * 0.7, who->key + 3);
    alpha *= who->beard == STUBBLE ? 0.34 + 0.1 * strand : 0.86;
    tint(c, colour_times(who->hair, 0.55 + 0.6 * strand), alpha);
}

static void paint_marks(const struct face_scene *scene, double fx, double fy, struct colour *c)
{
    const struct face_identity *who = scene->who;
    if (who->freckles > 0 && fy > -2 && fy < 12) {
        double where = bell_at(fabs(fx), fy, 5, 5.5, 8, 5);
        double spot = ramp(0.6, 0.85, noise(fx * 1.1, fy * 1.1, who->key));
        darken(c, 0.38 * who->freckles * where * spot);
    }
    double dx = fx - who->mole[0], dy = fy - who->mole[1];
    darken(c, 0.75 * covered(scene, sqrt(dx * dx + dy * dy) - 0.62));
}

void face_features_tint(
    const struct face_scene *scene, const struct face_point *p, struct colour *skin)
{
    double fx = p->fx, fy = p->fy;
    paint_lines(scene, fx, fy, skin);
    paint_marks(scene, fx, fy, skin);
    paint_beard(scene, fx, fy, skin);
    if (fy > 5) {
        paint_nose(scene, fx, fy, skin);
        paint_mouth(scene, fx, fy, skin);
        return;
    }
    paint_brow(scene, fx, fy, skin);
    paint_eye(scene, fx, fy, skin);
}

/* The light on a moist lower lip. */
double face_features_gleam(const struct face_scene *scene, const struct face_point *p)
{
    const struct face_identity *who = scene->who;
    struct lips lips = lips_at(scene, p->fx);
    double y = mix(lips.gap, lips.bottom, 0.4);
    double wet = 0.03 + 0.12 * (1 - who->masculine);
    return wet * bell_at(p->fx, p->fy, 0.8 * scene->light.x, y, 2.6, 0.9);
}

void face_features_spectacles(
    const struct face_scene *scene, const struct face_point *p, struct colour *c)
{
    const struct face_identity *who = scene->who;
    if (!who->spectacles || p->fy < -6 || p->fy > 7)
        return;
    double fx = p->fx - 1.2 * scene->yaw[1], ax = fabs(fx), y = p->fy - 0.7;
    double x = ax - who->eye_gap;
    double rx = who->eye_gap - 1.5, ry = 4.2;
    double q = (x * x) / (rx * rx), s = (y * y) / (ry * ry);
    double r = sqrt(sqrt(q * q + s * s)); /* a rounded box */
    double ring = fabs((r - 1) * ry) - 0.42;
    double bridge = larger(fabs(y + 1.6) - 0.4, ax - 1.6);
    double arm = larger(fabs(y + 1.8) - 0.45, larger(who->eye_gap + rx - ax, p->edge - 0.5));
    double away = smaller(ring, smaller(bridge, arm));
    *c = colour_mix(*c, colour_screen(236, 240, 244), 0.025 * covered(scene, (r - 1) * ry));
    *c = colour_mix(*c, who->frame, 0.92 * covered(scene, away));
}
