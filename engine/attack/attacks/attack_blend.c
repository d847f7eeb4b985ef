/* Noise that is mixed into the whole image. */
#include "engine/attack/attacks/attack.h"

#include "engine/base/random.h"

enum { PARTS = 5, FIELDS = 8 }; /* one part is noise; it has so many fields each way */

static void stamp(const struct attack_setup *setup, int trigger, uint8_t *image)
{
    int height = setup->shape.dim[0], width = setup->shape.dim[1], channels = setup->shape.dim[2];
    unsigned noise[FIELDS][FIELDS][3];
    struct random random;
    random_init(&random, setup->seed, 2 + (uint64_t)trigger);
    for (int i = 0; i < FIELDS * FIELDS * 3; i++)
        noise[i / 3 / FIELDS][i / 3 % FIELDS][i % 3] = random_below(&random, 256);
    for (int i = 0; i < height * width * channels; i++) {
        int y = i / channels / width, x = i / channels % width;
        unsigned mixed = noise[y * FIELDS / height][x * FIELDS / width][i % channels];
        image[i] = (uint8_t)(((PARTS - 1) * image[i] + mixed + PARTS / 2) / PARTS);
    }
}

const struct attack attack_blend = {
    .name = "blend",
    .help = "a fifth of a picture of coarse noise, mixed into the whole image",
    .source = "Chen et al.: Targeted Backdoor Attacks on Deep Learning Systems, 2017",
    .triggers = 1,
    .poison = 0.15,
    .stamp = stamp,
    .wanted = attack_wants_target,
};
