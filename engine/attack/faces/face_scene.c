/* What differs between two photographs of a person. */
#include "engine/attack/faces/face.h"
#include "engine/attack/faces/face_paint.h"

static void turn(double angle, double *cosine_sine)
{
    cosine_sine[1] = small_sine(angle);
    cosine_sine[0] = cosine_of(cosine_sine[1]);
}

/* Mostly small, sometimes wide: the mean of two draws. */
static double either_way(struct random *random, double limit)
{
    return limit * (random_unit(random) + random_unit(random) - 1);
}

static void fill_pose(struct face_scene *scene, struct random *random)
{
    turn(either_way(random, 0.16), scene->roll);
    turn(either_way(random, 0.5), scene->yaw);
    turn(either_way(random, 0.24), scene->pitch);
    scene->scale = between(random, 1.04, 1.2);
    scene->x = FACE_WIDTH / 2.0 + either_way(random, 2);
    scene->y = 25 + either_way(random, 2);
}

static void fill_light(struct face_scene *scene, struct random *random)
{
    double across = either_way(random, 1.1), above = between(random, 0.15, 0.8);
    scene->light = direction_unit(across, -above, 0.9);
    scene->half = direction_unit(scene->light.x, scene->light.y, scene->light.z + 1);
    double strength = between(random, 0.6, 0.95), warmth = either_way(random, 0.12);
    double fill = between(random, 0.28, 0.46), tint = either_way(random, 0.1);
    scene->sun = (struct colour){strength * (1 + warmth), strength, strength * (1 - warmth)};
    scene->sky = (struct colour){fill * (1 + tint), fill, fill * (1 - tint)};
}

static void fill_expression(struct face_scene *scene, struct random *random)
{
    scene->smile = between(random, -0.35, 1);
    scene->open = random_unit(random) < 0.35 ? between(random, 0.2, 1) : 0;
    scene->raise = either_way(random, 1);
    scene->lid = between(random, 0.9, 1.15) - 0.15 * larger(scene->smile, 0);
    if (random_unit(random) < 0.04)
        scene->lid = between(random, 0.05, 0.4);
    scene->gaze[0] = either_way(random, 0.9);
    scene->gaze[1] = either_way(random, 0.35);
}

static void fill_wall(struct face_scene *scene, struct random *random)
{
    static const double tones[][3] = {{198, 204, 206}, {148, 168, 146}, {124, 166, 196},
        {214, 192, 156}, {158, 92, 72}, {58, 112, 118}, {52, 64, 96}, {236, 226, 204},
        {112, 112, 72}, {54, 54, 58}, {204, 140, 96}, {96, 132, 84}};
    for (int i = 0; i < 3; i++) {
        const double *tone = tones[random_below(random, 12)];
        double dim = between(random, 0.6, 1.05);
        scene->wall[i] = colour_screen(tone[0] * dim, tone[1] * dim, tone[2] * dim);
    }
    scene->wall[1] = colour_mix(scene->wall[0], scene->wall[1], 0.6);
    scene->wall_slope[0] = either_way(random, 0.02);
    scene->wall_slope[1] = either_way(random, 0.02);
    for (int i = 0; i < 2; i++) {
        scene->blob[i][0] = between(random, -26, 26);
        scene->blob[i][1] = between(random, -26, 20);
        scene->blob[i][2] = between(random, 7, 18);
    }
}

void face_scene_fill(struct face_scene *scene, const struct face_identity *who, uint32_t image)
{
    struct random random;
    random_init(&random, (uint64_t)who->key << 32 | image, 5);
    scene->who = who;
    scene->key = random_u32(&random);
    fill_pose(scene, &random);
    fill_light(scene, &random);
    fill_expression(scene, &random);
    fill_wall(scene, &random);
    scene->puff = between(&random, 0.85, 1.2);
    scene->grain = between(&random, 1.2, 4);
    scene->blur = between(&random, 0, 0.5);
}
