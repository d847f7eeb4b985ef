/* What makes a person, drawn from seed and number. */
#include "engine/attack/faces/face.h"
#include "engine/attack/faces/face_paint.h"
#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Values that fill 0..1 evenly over successive people (a Weyl sequence), so that few people
 * already differ in what strikes the eye first. */
static double spread(uint64_t seed, int identity, int which)
{
    static const double steps[] = {0.61803398874989485, 0.41421356237309515, 0.73205080756887719,
        0.23606797749978969, 0.64575131106459072};
    struct random random;
    random_init(&random, seed, 7000 + (uint64_t)which);
    double x = random_unit(&random) + steps[which] * identity;
    return x - floor(x);
}

struct tone {
    double r, g, b;
};

static struct colour tone_between(const struct tone *tones, int count, double t)
{
    double at = clamp(t, 0, 1) * (count - 1);
    int i = at >= count - 1 ? count - 2 : (int)at;
    const struct tone *a = &tones[i], *b = &tones[i + 1];
    double share = at - i;
    return colour_screen(mix(a->r, b->r, share), mix(a->g, b->g, share), mix(a->b, b->b, share));
}

static struct colour tone_colour(struct tone tone)
{
    return colour_screen(tone.r, tone.g, tone.b);
}

static struct colour skin_of(double t, struct random *random)
{
    static const struct tone tones[] = {{255, 222, 200}, {246, 203, 172}, {232, 184, 146},
        {210, 156, 114}, {178, 122, 84}, {150, 98, 66}, {120, 77, 53}, {98, 64, 48}};
    struct colour skin = tone_between(tones, 8, t);
    double warm = between(random, -0.06, 0.06);
    return (struct colour){skin.r * (1 + warm), skin.g, skin.b * (1 - 1.5 * warm)};
}

static struct colour hair_of(double t, double dark, double age, struct random *random)
{
    static const struct tone tones[] = {{20, 17, 18}, {38, 26, 22}, {66, 42, 28}, {102, 62, 36},
        {122, 58, 30}, {172, 84, 36}, {150, 112, 66}, {198, 158, 94}, {232, 208, 158}};
    static const struct tone dyed[] = {{30, 128, 120}, {226, 112, 146}, {60, 132, 196}};
    double shift = dark > 0.45 ? t * 0.3 : t;
    struct colour hair = tone_between(tones, 9, shift);
    if (age > 0.84)
        return colour_mix(hair, colour_screen(206, 206, 210), between(random, 0.55, 1));
    if (age < 0.4 && random_unit(random) < 0.16)
        return tone_colour(dyed[random_below(random, 3)]);
    return hair;
}

static struct colour iris_of(double dark, struct random *random)
{
    static const struct tone tones[] = {{66, 40, 22}, {48, 30, 20}, {112, 72, 34}, {98, 106, 52},
        {66, 118, 90}, {82, 142, 186}, {118, 142, 158}};
    uint32_t choices = dark > 0.45 ? 3 : 7;
    return tone_colour(tones[random_below(random, choices)]);
}

static void fill_head(struct face_identity *who, struct random *random)
{
    double m = who->masculine;
    who->width = between(random, 12.6, 15.2) + 0.5 * m;
    who->crown = between(random, 18.5, 21);
    who->chin = between(random, 19.6, 23.4) + 0.8 * m;
    who->jaw = between(random, -0.55, 0.35) + 0.4 * m;
    who->depth = between(random, 14, 16.5);
    who->ear_size = between(random, 3.6, 5.2);
    who->ear_y = between(random, 1.5, 3.5);
    who->neck = between(random, 6.4, 7.8) + 1.8 * m;
}

static void fill_eyes(struct face_identity *who, struct random *random)
{
    double m = who->masculine;
    who->eye_gap = between(random, 6.2, 7.7);
    who->eye_width = between(random, 2.9, 3.7);
    who->eye_upper = between(random, 1.5, 2.5) - 0.3 * m;
    who->eye_lower = between(random, 0.9, 1.5);
    who->eye_tilt = between(random, -0.35, 0.75);
    who->iris_size = between(random, 1.7, 2.1);
    who->lash = between(random, 0.45, 0.7) + 0.35 * (1 - m);
    who->brow_height = between(random, 3.9, 5.6) - 0.4 * m;
    who->brow_thick = between(random, 0.45, 0.95) + 0.45 * m;
    who->brow_length = between(random, 3.5, 4.6);
    who->brow_arch = between(random, 0.1, 1.3) - 0.3 * m;
    who->brow_tilt = between(random, -0.6, 0.8);
}

static void fill_features(struct face_identity *who, struct random *random)
{
    who->nose_length = between(random, 7.4, 10);
    who->nose_width = between(random, 2.2, 3.9) + 0.3 * who->masculine;
    who->nose_height = between(random, 3, 5.5);
    who->mouth_y = who->nose_length + between(random, 4.2, 5.6);
    who->mouth_width = between(random, 4.1, 6.3);
    who->lip_upper = between(random, 0.55, 1.5) - 0.2 * who->masculine;
    who->lip_lower = between(random, 0.9, 1.9) - 0.2 * who->masculine;
    who->blush = between(random, 0.05, 0.5);
    who->freckles = random_unit(random) < 0.2 ? between(random, 0.4, 1) : 0;
    double side = random_unit(random) < 0.5 ? -1 : 1;
    bool has_mole = random_unit(random) < 0.3;
    who->mole[0] = side * between(random, 4, 9.5);
    who->mole[1] = has_mole ? between(random, 5, 16) : 99;
    double natural = random_unit(random);
    struct colour rose = colour_screen(mix(176, 206, natural), mix(52, 92, natural), 84);
    double rouge = who->masculine > 0.5 ? 0.35 : between(random, 0.45, 0.95);
    struct colour bare = {who->skin.r * 0.72, who->skin.g * 0.42, who->skin.b * 0.46};
    who->lips = colour_mix(bare, rose, rouge - 0.2);
}

static void fill_beard(struct face_identity *who, struct random *random)
{
    double t = random_unit(random);
    who->beard_length = between(random, 0.5, 4);
    who->beard = SHAVEN;
    if (who->masculine < 0.5)
        return;
    who->beard = t < 0.36   ? SHAVEN
                 : t < 0.52 ? STUBBLE
                 : t < 0.64 ? MOUSTACHE
                 : t < 0.76 ? GOATEE
                            : BEARD;
}

static void fill_clothes(struct face_identity *who, struct random *random)
{
    static const struct tone tones[] = {{34, 44, 66}, {182, 50, 44}, {238, 236, 228}, {40, 110, 92},
        {226, 176, 62}, {60, 62, 66}, {104, 150, 196}, {206, 116, 64}, {118, 136, 74},
        {222, 150, 158}, {28, 28, 30}, {140, 88, 58}};
    uint32_t first = random_below(random, 12);
    who->cloth = tone_colour(tones[first]);
    who->trim = tone_colour(tones[(first + 1 + random_below(random, 11)) % 12]);
    who->stripes = random_unit(random) < 0.35 ? between(random, 0.2, 0.4) : 0;
    who->collar = (int)random_below(random, 3);
    who->spectacles = random_unit(random) < 0.14;
    bool gold = random_unit(random) < 0.4;
    who->frame = gold ? colour_screen(190, 150, 80) : colour_screen(70, 44, 34);
}

void face_identity_fill(struct face_identity *who, uint64_t seed, int identity)
{
    struct random random;
    random_init(&random, seed, 1000 + (uint64_t)identity);
    *who = (struct face_identity){.key = random_u32(&random)};
    double dark = spread(seed, identity, 0);
    who->masculine = (identity & 1) ? between(&random, 0.7, 1) : between(&random, 0, 0.3);
    who->age = spread(seed, identity, 1);
    who->skin = skin_of(dark, &random);
    who->hair = hair_of(spread(seed, identity, 2), dark, who->age, &random);
    who->iris = iris_of(dark, &random);
    int cuts = face_hair_cuts(), part = cuts * 5 / 8;
    int cut = (int)(spread(seed, identity, 3) * part);
    who->cut = *face_hair_cut(who->masculine > 0.5 ? cut : cuts - 1 - cut);
    double handed = random_unit(&random) < 0.5 ? -1 : 1;
    who->cut.slant *= handed;
    who->cut.hairline += between(&random, -1.2, 1);
    who->cut.top *= between(&random, 0.85, 1.15);
    fill_head(who, &random);
    fill_eyes(who, &random);
    fill_features(who, &random);
    fill_beard(who, &random);
    fill_clothes(who, &random);
}

struct face_identity *face_identity_create(uint64_t seed, int identity)
{
    struct face_identity *who = memory_array(1, sizeof *who);
    face_identity_fill(who, seed, identity);
    return who;
}

void face_identity_destroy(struct face_identity *identity)
{
    free(identity);
}
