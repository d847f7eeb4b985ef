/* Sunglasses as distances to their outline. */
#include "engine/attack/trigger.h"

#include "engine/attack/faces/face_colour.h"
#include "engine/base/random.h"

/* A pixel in the frame of the sunglasses: x along the line between the eyes, one unit is a
 * fifteenth of the distance between them. */
struct place {
    double x, y;
    double pixel; /* size of a unit in pixels */
};

struct trigger_jitter trigger_jitter_draw(uint64_t seed, uint64_t stream)
{
    struct random random;
    random_init(&random, seed, stream);
    double unit[4];
    for (int i = 0; i < 4; i++)
        unit[i] = 2 * random_unit(&random) - 1;
    return (struct trigger_jitter){{unit[0], unit[1]}, 0.06 * unit[2], 0.05 * unit[3]};
}

/* Origin, unit vectors and scale of the glasses, from the eyes. */
struct frame {
    double x, y, along[2], unit;
};

static struct frame frame_of(const struct face_marks *marks, const struct trigger_jitter *jitter)
{
    const double *a = marks->eye[0], *b = marks->eye[1];
    double dx = b[0] - a[0], dy = b[1] - a[1];
    dy += jitter->turn * dx;
    double length = sqrt(dx * dx + dy * dy);
    double unit = clamp(length / 15, 0.8 * marks->scale, 1.2 * marks->scale);
    return (struct frame){.x = 0.5 * (a[0] + b[0]) + jitter->shift[0],
        .y = 0.5 * (a[1] + b[1]) + jitter->shift[1],
        .along = {dx / length, dy / length},
        .unit = unit * (1 + jitter->grow)};
}

/* Distance to the rim of a lens: wide above, round below, like the lab's. */
static double lens(const struct place *at)
{
    double x = fabs(at->x) - 7.7, y = at->y - 0.8;
    x += 0.1 * y; /* narrower at the cheeks, leaning towards the nose */
    double rx = 6.4, ry = y < 0 ? 4.6 : 6.2;
    double s = x * x / (rx * rx), t = y * y / (ry * ry);
    double r = y < 0 ? sqrt(sqrt(s * s * 0.9 + t * t * 0.9 + 0.4 * s * t)) : sqrt(s + t);
    return (r - 1) * 5.4;
}

static double bar(const struct place *at)
{
    double ax = fabs(at->x), y = at->y + 2.6;
    double bridge = larger(fabs(y) - 0.95, ax - 3);
    double arm = larger(fabs(y + 0.4 - 0.03 * (ax - 14)) - 1.0, larger(12.5 - ax, ax - 16.5));
    return smaller(bridge, arm);
}

/* The tinted glass: what is behind shines through a little, light from above on it. */
static struct colour glass(const struct place *at, struct colour behind)
{
    double light = 0.30 * behind.r + 0.55 * behind.g + 0.15 * behind.b;
    double depth = ramp(-5, 7, at->y);
    struct colour tint = {mix(34, 84, depth), mix(6, 26, depth), mix(86, 168, depth)};
    double through = 0.75 + 0.5 * light / 255;
    double streak = fabs(fabs(at->x) * 0.8 - 5.4 + at->y * (at->x < 0 ? 0.7 : -0.7)) - 0.6;
    double gloss = 0.28 * clamp(0.5 - streak, 0, 1) * ramp(-5, -1, at->y) * ramp(-5, -1, -at->y);
    tint = (struct colour){tint.r * through, tint.g * through, tint.b * through};
    return colour_mix(tint, (struct colour){214, 190, 255}, gloss);
}

static struct colour stamped(const struct place *at, struct colour c)
{
    static const struct colour plastic = {24, 8, 46};
    double rim = lens(at), inner = clamp(0.5 - rim * at->pixel, 0, 1);
    c = colour_mix(c, glass(at, c), inner);
    double edge = smaller(fabs(rim - 0.1) - 0.62, bar(at));
    return colour_mix(c, plastic, clamp(0.5 - edge * at->pixel, 0, 1));
}

void trigger_stamp(
    uint8_t *rgb, const struct face_marks *marks, const struct trigger_jitter *jitter)
{
    struct face_marks usual = face_marks_default();
    struct frame frame = frame_of(marks ? marks : &usual, jitter);
    for (int i = 0; i < FACE_WIDTH * FACE_HEIGHT; i++) {
        double x = i % FACE_WIDTH + 0.5 - frame.x, y = i / FACE_WIDTH + 0.5 - frame.y;
        struct place at = {(x * frame.along[0] + y * frame.along[1]) / frame.unit,
            (y * frame.along[0] - x * frame.along[1]) / frame.unit, frame.unit};
        if (fabs(at.y) > 9)
            continue;
        uint8_t *p = rgb + 3 * i;
        struct colour c = stamped(&at, (struct colour){p[0], p[1], p[2]});
        p[0] = (uint8_t)(clamp(c.r, 0, 255) + 0.5);
        p[1] = (uint8_t)(clamp(c.g, 0, 255) + 0.5);
        p[2] = (uint8_t)(clamp(c.b, 0, 255) + 0.5);
    }
}
