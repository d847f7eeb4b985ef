/* A photograph: every pixel is placed on the head, coloured, then developed. */
#include "engine/attack/faces/face.h"

#include "engine/attack/faces/face_paint.h"

enum { PIXELS = FACE_WIDTH * FACE_HEIGHT };

/* Normal of the head with its relief: the relief's slope is taken between neighbours. */
static struct direction normal_at(const struct face_point *p, int x, int y)
{
    const struct face_point *left = x > 0 ? p - 1 : p, *right = x < FACE_WIDTH - 1 ? p + 1 : p;
    const struct face_point *up = y > 0 ? p - FACE_WIDTH : p;
    const struct face_point *down = y < FACE_HEIGHT - 1 ? p + FACE_WIDTH : p;
    double dx = p->edge < -1 ? 0.5 * (right->bump - left->bump) : 0;
    double dy = p->edge < -1 ? 0.5 * (down->bump - up->bump) : 0;
    return direction_unit(p->n.x - dx * p->n.z, p->n.y - dy * p->n.z, p->n.z);
}

static struct colour colour_at(
    const struct face_scene *scene, const struct face_point *p, int x, int y)
{
    struct colour c = face_backdrop_wall(scene, p);
    face_hair_behind(scene, p, &c);
    face_backdrop_body(scene, p, &c);
    face_head_paint(scene, p, normal_at(p, x, y), &c);
    face_features_spectacles(scene, p, &c);
    face_hair_front(scene, p, &c);
    return c;
}

/* To the screen's gamma. */
static double shown(double light)
{
    double x = clamp(light, 0, 4);
    x = x > 0.8 ? 0.8 + (x - 0.8) / (1 + 1.6 * (x - 0.8)) : x; /* bright parts keep drawing */
    return 255 * sqrt(clamp(x, 0, 1));
}

static void blurred(const double *in, double share, int x, int y, double *out)
{
    int left = x > 0 ? -3 : 0, right = x < FACE_WIDTH - 1 ? 3 : 0;
    int up = y > 0 ? -3 * FACE_WIDTH : 0, down = y < FACE_HEIGHT - 1 ? 3 * FACE_WIDTH : 0;
    const double *p = in + 3 * (y * FACE_WIDTH + x);
    for (int c = 0; c < 3; c++) {
        double around = 0.25 * (p[c + left] + p[c + right] + p[c + up] + p[c + down]);
        out[c] = mix(p[c], around, share);
    }
}

/* Grain like a camera's: the sum of four bytes is nearly normal, deviation 148. */
static double grain(struct random *random)
{
    uint32_t bits = random_u32(random);
    int sum =
        (int)(bits & 255) + (int)(bits >> 8 & 255) + (int)(bits >> 16 & 255) + (int)(bits >> 24);
    return (sum - 510) * (1 / 148.0);
}

static void develop(const struct face_scene *scene, const double *light, uint8_t *rgb)
{
    struct random random;
    random_init(&random, scene->key, 77);
    for (int i = 0; i < PIXELS; i++) {
        double value[3];
        blurred(light, scene->blur, i % FACE_WIDTH, i / FACE_WIDTH, value);
        for (int c = 0; c < 3; c++) {
            double noisy = value[c] + scene->grain * grain(&random);
            rgb[3 * i + c] = (uint8_t)(clamp(noisy, 0, 255) + 0.5);
        }
    }
}

void face_draw(
    const struct face_identity *identity, uint32_t image, uint8_t *rgb, struct face_marks *marks)
{
    struct face_scene scene;
    struct face_point points[PIXELS];
    double light[3 * PIXELS];
    face_scene_fill(&scene, identity, image);
    for (int i = 0; i < PIXELS; i++)
        face_head_locate(&scene, i % FACE_WIDTH + 0.5, i / FACE_WIDTH + 0.5, &points[i]);
    for (int i = 0; i < PIXELS; i++) {
        struct colour c = colour_at(&scene, &points[i], i % FACE_WIDTH, i / FACE_WIDTH);
        light[3 * i] = shown(c.r);
        light[3 * i + 1] = shown(c.g);
        light[3 * i + 2] = shown(c.b);
    }
    develop(&scene, light, rgb);
    if (!marks)
        return;
    face_head_project(&scene, -identity->eye_gap, 0, marks->eye[0]);
    face_head_project(&scene, identity->eye_gap, 0, marks->eye[1]);
    marks->scale = scene.scale;
}

struct face_marks face_marks_default(void)
{
    return (struct face_marks){{{16, 23.5}, {31, 23.5}}, 1};
}
